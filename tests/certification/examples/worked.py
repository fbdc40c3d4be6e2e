"""Worked examples: a carer's history and the law's answers in plain rows, read against the preset of the country.

A history has one fact a line: the day, what it is, and more. An answer has the day, the standing, and what is said of
single requirements, separated by bars. Hours are the law's hours; the certificate's days follow from the rule in force.
"""

from datetime import date

from certification.actions.certificates import term
from certification.models import Circumstance, Programme, RuleVersion
from certification.queries import standing
from certification.requirements import Answer, Finding
from certification.standing import Standing
from courses.models import Topic
from people.actions.presets import load_preset
from people.models import Category, Person, PersonCategory
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make

KINDS = ("theory", "practice", "any", "supervision")


def read(table: str) -> list[list[str]]:
    """The lines of a table as their words: «2024-03-01 any 8 h» or «2024-03-01 | valid | basic: done»."""
    lines = [line.strip() for line in table.strip().splitlines() if line.strip()]
    return [
        [part.strip() for part in line.split("|")] if "|" in line else line.split()
        for line in lines
    ]


class Carer:
    """Somebody with a history under one programme of a country."""

    def __init__(self, cast: Cast, programme: str, history: str) -> None:
        load_preset(country=programme[:2], by=None)
        self.cast = cast
        self.programme = Programme.objects.get(code=programme)
        self.who: Person = make.person(cast.lugoj, "Exemplu", "Ana")
        self.certificates = []
        for day, what, *more in read(history):
            self.note(date.fromisoformat(day), what, more)

    def note(self, on: date, what: str, more: list[str]) -> None:
        """One line of the history."""
        if what == "category":
            PersonCategory.objects.create(
                person=self.who, category=Category.objects.get(code=more[0]), since=on
            )
        elif what == "ends":
            self._end(on, more)
        elif what in KINDS:
            topic = Topic.objects.get(code=more[2]) if len(more) > 2 else None
            proof.line(self.who, on, int(float(more[0]) * 60), kind=what, topic=topic)
        elif what == "certificate":
            self._certify(on)
        elif what == "reviewed":
            proof.event(
                self.certificates[-1], "reviewed", on, next_review=date.fromisoformat(more[-1])
            )
        else:
            proof.circumstance(self.who, on, condition=what)

    def _end(self, on: date, more: list[str]) -> None:
        """The day is the last one of the category or circumstance."""
        PersonCategory.objects.filter(person=self.who, category__code=more[0]).update(until=on)
        Circumstance.objects.filter(person=self.who, condition=more[0], until=None).update(until=on)

    def _certify(self, on: date) -> None:
        """A certificate as the rule in force that day says."""
        version = RuleVersion.objects.in_force(on).get(programme=self.programme)
        until, review = term(version, on)
        self.certificates.append(
            proof.certificate(
                self.who,
                self.programme,
                issuer=self.cast.timis,
                valid_from=on,
                valid_until=until,
                review_due=review,
                rule_version=version,
                content=False,
            )  # fmt: skip
        )

    def answer(self, on: str) -> tuple[str, dict[str, str]]:
        """The standing on a day, and what is said of each requirement."""
        found: Standing = standing(self.who, self.programme, date.fromisoformat(on))
        return found.state.value.replace("_", " "), dict(_said(one) for one in found.findings)


def _said(one: Finding) -> tuple[str, str]:
    unit = "h" if one.ask.minutes else "times"
    lacking = f"{one.lacking / 60:g}" if one.ask.minutes else str(one.lacking)
    words = {
        Answer.MET: "done",
        Answer.MISSING: f"missing {lacking} {unit}",
        Answer.NOT_ASKED: "not asked",
        Answer.UNKNOWN: "not known",
    }[one.answer]
    return (f"{one.ask.code} in {one.last:%Y}" if one.is_missed else one.ask.code), words


def check(cast: Cast, programme: str, history: str, answers: str) -> None:
    """Each line of the answers is what the system says; a missed year that is not named there fails too."""
    carer = Carer(cast, programme, history)
    for day, state, *named in read(answers):
        said_state, said = carer.answer(day)
        expected = dict(tuple(part.strip() for part in one.split(": ")) for one in named)
        missed = {code: words for code, words in said.items() if " in " in code}
        seen = {code: said.get(code, "no such requirement") for code in expected}
        assert (said_state, {**seen, **missed}) == (state, expected), day
