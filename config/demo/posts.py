"""A post of the town halls that asks for a training: one holder lacks it, the other town halls have nobody yet."""

from certification.actions import posts
from certification.models import Programme
from config.demo.people import Account
from people.models import Organisation, Person

NAME = {
    "en": "Child protection worker", "ro": "Persoană cu atribuții de asistență socială pentru copii",
    "uk": "Фахівець із захисту дітей", "bg": "Служител по закрила на детето",
    "ar": "مسؤول حماية الطفل",
}  # fmt: skip


def build(programme: Programme, staff: dict[Account, Person]) -> None:
    """Each nominator of the demo is appointed at their town hall."""
    post = posts.define(by=None, name=NAME)
    posts.require_programmes(
        by=None, post=post, programmes=[programme], kinds=[Organisation.Kind.TOWN_HALL]
    )
    for account, person in staff.items():
        if account.role == "nominator":
            hall = person.memberships.order_by("pk")[0].organisation
            posts.appoint(by=None, post=post, person=person, organisation=hall)
