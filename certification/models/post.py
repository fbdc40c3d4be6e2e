"""Posts that a law or an authority wants filled by somebody trained: the child-protection officer of a town hall."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.models.programme import Programme
from people.fields import TranslatedField
from people.models import Fact, Jurisdiction, Organisation, Person
from people.models.dated import HeldQuerySet, ends_after_it_begins, open_once


class Post(Fact):
    """A post, the programmes it requires, and the kinds of institutions that must have somebody in it."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="posts", verbose_name=_("jurisdiction")
    )
    code = models.CharField(_("code"), max_length=60, unique=True)
    name = TranslatedField(_("name"))
    kinds = ArrayField(
        models.CharField(max_length=20, choices=Organisation.Kind),
        default=list,
        blank=True,
        verbose_name=_("institutions that must have one"),
    )
    programmes = models.ManyToManyField(
        Programme, blank=True, related_name="posts", verbose_name=_("required programmes")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["code"]

    def __str__(self) -> str:
        return str(self.name)


class Appointment(models.Model):
    """Who holds a post at an institution, from when to when. It gives no right in this system: roles do."""

    post = models.ForeignKey(
        Post, models.PROTECT, related_name="appointments", verbose_name=_("post")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="appointments", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="appointments", verbose_name=_("institution")
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    objects = HeldQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            ends_after_it_begins("appointment"),
            open_once("appointment", "person", "organisation", "post"),
        ]
        indexes = [models.Index("organisation", "post", name="appointment_of_organisation")]

    def __str__(self) -> str:
        return f"{self.post} – {self.organisation}"
