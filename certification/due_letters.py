"""What people are written whose training is due: each in their own language, with the next dates near them."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from certification.days import today
from certification.due import free_editions
from certification.models import Programme
from certification.passport import missing_of
from certification.standing import Standing, State
from formats import dates
from formats import office_letter as paper
from formats.fonts import typst_fonts
from people.models import Organisation, Person
from training import cards
from training.models import Edition

# So many dates stand in a letter.
SHOWN = 3


def printed(
    people: Sequence[Person],
    programme: Programme,
    standings: dict[int, Standing],
    sender: Organisation,
) -> bytes:
    """One PDF, a page for each person. Its title is in the reader's language, each letter in the person's."""
    near = Near(programme)
    letters = []
    for person in people:
        standing = standings.get(person.pk) or Standing(State.NEVER)
        with translation.override(person.language):
            letters.append(_letter(person, programme, standing, sender, near.to(person)))
    fonts = typst_fonts(settings.FONT_DIR)
    moment = timezone.now().replace(microsecond=0)
    language = translation.get_language() or "en"
    title = _("Letters: %(programme)s") % {"programme": programme.name}
    return paper.letters(
        letters, title=title, author=str(sender), language=language, fonts=fonts, timestamp=moment
    )


def mail_about(
    person: Person, standing: Standing | None, sender: Organisation, near: "Near"
) -> dict[str, Any]:
    """What the mail to a person says, in their language."""
    standing = standing or Standing(State.NEVER)
    with translation.override(person.language):
        return {
            "said": standing.reason,
            "todo": _todo(near.programme, standing),
            "dates": _dates(near.to(person)),
            "organisation": sender,
        }


class Near:
    """Coming editions with free places: read once for each language."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.known: dict[str, list[Edition]] = {}

    def to(self, person: Person) -> list[Edition]:
        """In the person's county, or online."""
        language = person.language
        if language not in self.known:
            self.known[language] = free_editions(self.programme, language)
        path = person.region.path if person.region else ""
        found = [
            one
            for one in self.known[language]
            if one.is_online or not path or (one.region and path.startswith(one.region.path))
        ]
        return found[:SHOWN]


def _letter(
    person: Person,
    programme: Programme,
    standing: Standing,
    sender: Organisation,
    editions: list[Edition],
) -> paper.Letter:
    language = person.language
    return paper.Letter(
        language=language,
        sender=str(sender),
        sender_lines=_lines(sender.address)[:4],
        recipient=[person.formal_name, *address_of(person)],
        date=dates.long_date(today(), language),
        subject=_("Your training: %(programme)s") % {"programme": programme.name},
        greeting=_("Hello %(name)s,") % {"name": person.full_name},
        paragraphs=[standing.reason, _todo(programme, standing), _asks(editions)],
        items=_dates(editions),
        closing=_how_to_answer(sender),
        regards=_("With kind regards"),
    )


def address_of(person: Person) -> list[str]:
    """The lines of the postal address; without one nothing can be sent by post."""
    lines = _lines(person.postal_address)
    if lines and person.locality and person.locality.casefold() not in " ".join(lines).casefold():
        lines.append(person.locality)
    return lines


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _todo(programme: Programme, standing: Standing) -> str:
    found = missing_of(programme, standing)
    return found[0].text if found else ""


def _asks(editions: list[Edition]) -> str:
    if editions:
        return _("Please come to a course. On these dates places are free:")
    return _("No course near you is open now. Ask us: we know the next dates.")


def _dates(editions: list[Edition]) -> list[tuple[str, str]]:
    """Name of each, and when and where."""
    return [
        (one.name, " · ".join(filter(None, (cards.when(one), cards.where(one)))))  # type: ignore[attr-defined]
        for one in editions
    ]


def _how_to_answer(sender: Organisation) -> list[str]:
    found = [_("To have a place, call us or write to us. Bring this letter with you.")]
    if sender.phone:
        found.append(_("Telephone: %(phone)s") % {"phone": sender.phone})
    if sender.email:
        found.append(_("E-mail: %(email)s") % {"email": sender.email})
    return found
