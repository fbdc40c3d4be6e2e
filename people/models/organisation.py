"""Institutions and places: two trees that differ (Bucharest has six directorates, a Moldovan agency many districts)."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from people.access import grants_of
from people.fields import TranslatedField
from people.models.facts import Fact, Jurisdiction
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models.user import User


class Region(MP_Node, Fact):
    """A unit of the territory: ISO 3166-2, and the levels below it that a preset brings."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="regions", verbose_name=_("jurisdiction")
    )
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = TranslatedField(_("name"))
    kind = models.CharField(_("kind"), max_length=30)
    is_hidden = models.BooleanField(_("hidden in lists"), default=False)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self) -> str:
        return str(self.name)


class OrganisationQuerySet(MP_NodeQuerySet):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_ORGANISATION
    ) -> "OrganisationQuerySet":
        """The institutions in the branches where the user's roles hold that permission."""
        return self.filter(grants_of(user).within("path", permission))

    def covering(self, region: Region) -> "OrganisationQuerySet":
        """Institutions whose territory holds that region, the nearest level first."""
        paths = [region.path[:end] for end in range(len(region.path), 0, -Region.steplen)]
        return self.filter(covers__path__in=paths).order_by("-covers__path", "path")


class OrganisationManager(MP_NodeManager.from_queryset(OrganisationQuerySet)):
    """treebeard's own manager answers with its own query set, whatever class it was made from."""

    def get_queryset(self) -> OrganisationQuerySet:
        return OrganisationQuerySet(self.model, using=self._db).order_by("path")


class Organisation(MP_Node):
    """Ministry, directorate, town hall, service, centre or NGO; its place in the tree is its line of authority."""

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("ministry")
        AGENCY = "agency", _("agency")
        DIRECTORATE = "directorate", _("directorate")
        TOWN_HALL = "town_hall", _("town hall")
        SERVICE = "service", _("service")
        CENTRE = "centre", _("centre")
        NGO = "ngo", _("non-governmental organisation")

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="organisations", verbose_name=_("jurisdiction")
    )
    code = models.CharField(_("code"), max_length=60, unique=True, null=True, blank=True)
    name = TranslatedField(_("name"))
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    covers = models.ManyToManyField(
        Region, blank=True, related_name="organisations", verbose_name=_("covers")
    )
    language = models.CharField(_("language"), max_length=5)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    address = models.TextField(_("address"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    preset = models.JSONField(
        _("as the preset brought it"), default=dict, blank=True, editable=False
    )

    objects = OrganisationManager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.short_name or str(self.name)

    def authority_paths(self) -> list[str]:
        """Tree paths of this institution and all above it, nearest first."""
        return [self.path[:end] for end in range(len(self.path), 0, -self.steplen)]
