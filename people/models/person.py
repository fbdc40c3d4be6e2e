"""A human on record. Many have no account and no e-mail address; they are enrolled and certified all the same."""

from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from formats import names
from formats.spellings import spellings
from people.access import grants_of
from people.fields import TranslatedField
from people.functions import FamilyFirst, Fold, Joined, SimpleVector, SortName
from people.models.dated import DatedQuerySet, ends_after_it_begins, open_once
from people.models.facts import Category
from people.models.organisation import Organisation, Region
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models.user import User


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(
        self,
        user: "User",
        permission: Permission = Permission.VIEW_PEOPLE,
        *,
        at: date | None = None,
    ) -> "PersonQuerySet":
        """Oneself, and the people who belong to a branch where the user's roles hold that permission."""
        day = at or timezone.localdate()
        grants = grants_of(user)
        if grants.everywhere(permission):
            return self.filter(merged_into=None)
        # An inner query by membership, not a join: no person twice. EXISTS, so that the database may ask about each of
        # a few or read the branch once for many.
        memberships = apps.get_model("people", "Membership").objects.current(day)
        inside = grants.within("organisation__path", permission)
        from_branch = Exists(memberships.filter(inside, person=OuterRef("pk")))
        return self.filter(from_branch | grants.own("pk", user.person_id, permission))

    def matching(self, text: str) -> "PersonQuerySet":
        """Every word begins a word of the name, in any script, with or without diacritics."""
        words = "".join(c if c.isalnum() else " " for c in names.fold(text)).split()
        found = self
        for word in words:
            found = found.filter(
                search_vector=SearchQuery(f"{word}:*", config="simple", search_type="raw")
            )
        return found

    def sounding_like(self, text: str) -> "PersonQuerySet":
        """As `matching`, and across scripts: «Țepeș», «Tepes» and «Цепеш» find each other by their Latin forms."""
        words = spellings(text)
        found = self if words else self.none()
        for ways in words:
            query = " | ".join(f"{way}:*" for way in ways)
            found = found.filter(
                search_vector=SearchQuery(query, config="simple", search_type="raw")
            )
        return found

    def by_name(self) -> "PersonQuerySet":
        """In the order of the names' own alphabet."""
        return self.order_by("sort_key", "pk")


class Person(models.Model):
    """A human on record: learner, trainer, official."""

    family_name = models.CharField(_("family name"), max_length=120, blank=True)
    given_name = models.CharField(_("given name"), max_length=120, blank=True)
    patronymic = models.CharField(_("patronymic or father's name"), max_length=120, blank=True)
    latin_name = models.CharField(_("name in Latin letters"), max_length=250, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("county"),
    )
    locality = models.CharField(_("town or village"), max_length=120, blank=True)
    postal_address = models.TextField(_("postal address"), blank=True)
    # HMAC of the national number with the deployment's key: tells two people apart, cannot be read back.
    national_id_hash = models.CharField(
        max_length=64, null=True, blank=True, unique=True, editable=False
    )
    created_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    verified_on = models.DateField(_("last verified"), null=True, blank=True)
    verified_by = models.ForeignKey(
        "people.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("verified by"),
    )
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)
    # A record that was a duplicate leads to the one that stayed; it belongs nowhere and is in no list.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_here",
        editable=False,
        verbose_name=_("merged into"),
    )
    sort_key = models.GeneratedField(
        expression=SortName(
            FamilyFirst(F("family_name"), Joined(F("given_name"), F("patronymic"))), F("language")
        ),
        output_field=models.CharField(max_length=800),
        db_persist=True,
    )
    search_vector = models.GeneratedField(
        expression=SimpleVector(
            Fold(Joined(F("family_name"), F("given_name"), F("patronymic"), F("latin_name")))
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            models.Index("sort_key", "id", name="person_by_name"),
            GinIndex("search_vector", name="person_search"),
            models.Index("email", name="person_email", condition=~Q(email="")),
            models.Index("erased_at", name="person_erased", condition=Q(erased_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(family_name="", given_name="")
                | Q(erased_at__isnull=False)
                | Q(merged_into__isnull=False),
                name="person_has_a_name",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")),
                name="person_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True)
                | Q(email="", phone="", national_id_hash__isnull=True),
                name="person_merged_has_no_address",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or f"#{self.pk}"

    @property
    def full_name(self) -> str:
        """The name as its language orders it."""
        return names.display(self.family_name, self.given_name, self.patronymic, self.language)

    @property
    def list_name(self) -> str:
        """The name as an alphabetical list shows it, family name first."""
        return names.listing(
            self.family_name, self.given_name, self.patronymic, self.language
        ) or str(self)

    @property
    def formal_name(self) -> str:
        """The name as an official list or certificate of its language writes it."""
        return names.formal(self.family_name, self.given_name, self.patronymic, self.language)


class PersonCategory(models.Model):
    """From when to when a person is a foster carer, guardian, social worker …"""

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="categories", verbose_name=_("person")
    )
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="people", verbose_name=_("category")
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("person's category")
        verbose_name_plural = _("people's categories")
        constraints = [
            ends_after_it_begins("person_category"),
            open_once("person_category", "person", "category"),
        ]

    def __str__(self) -> str:
        return str(self.category)


class Authorisation(models.Model):
    """The right to care that another body gave (atestat, order, card). Recorded here, never issued here."""

    class Status(models.TextChoices):
        IN_FORCE = "in_force", _("in force")
        SUSPENDED = "suspended", _("suspended")
        WITHDRAWN = "withdrawn", _("withdrawn")

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="authorisations", verbose_name=_("person")
    )
    kind = models.CharField(_("type"), max_length=60)
    kind_name = TranslatedField(_("type"), blank=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    body = models.CharField(_("issued by"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="authorisations",
        verbose_name=_("recorded by"),
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    review_due = models.DateField(_("next review"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.IN_FORCE)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("authorisation")
        verbose_name_plural = _("authorisations")
        constraints = [ends_after_it_begins("authorisation")]
        indexes = [
            # Looked up as it is said on the telephone, in any case.
            models.Index(Upper("number"), name="authorisation_by_number", condition=~Q(number="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind_name} {self.number}".strip()
