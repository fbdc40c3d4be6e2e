"""Coverage of posts: which institution lacks a trained person for a post that requires one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings

from certification.books import shelves
from certification.days import today
from certification.dossier import Dossier
from certification.dossier_rows import Rows
from certification.law import Shelf
from certification.models import Appointment, Post, Programme
from certification.queries import rule_of, standing
from certification.standing import State
from certification.standing import standing as judged
from people.access import grants_of
from people.models import Organisation, Person, User
from people.permissions import Permission
from training.queries import next_possible

TRAINED = frozenset({State.VALID, State.EXPIRING, State.REVIEW_DUE, State.IN_GRACE})


@dataclass
class Place:
    """A post at an institution that must have it, with who holds it that day and whether they are trained."""

    post: Post
    organisation: Organisation
    holders: list[tuple[Appointment, bool]] = field(default_factory=list)

    @property
    def state(self) -> str:
        """covered, untrained or vacant."""
        if not self.holders:
            return "vacant"
        return "covered" if any(trained for _held, trained in self.holders) else "untrained"


def posts() -> list[Post]:
    """The posts in use here, with what they require."""
    rows = Post.objects.filter(jurisdiction__code=settings.JURISDICTION, is_active=True)
    return list(rows.prefetch_related("programmes"))


def coverage(
    user: User, *, at: date | None = None, permission: Permission = Permission.VIEW_STANDING
) -> list[Place]:
    """Each post at each institution of the user's branches that must have it; in a number of queries that is the same
    for a county and for the country. Only posts that require a programme count."""
    day = at or today()
    asked = [post for post in posts() if post.programmes.all()]
    kinds = {kind for post in asked for kind in post.kinds}
    inside = Organisation.objects.filter(grants_of(user).within("path", permission))
    places = {
        (post.pk, one.pk): Place(post, one)
        for one in inside.filter(is_active=True, kind__in=kinds).order_by("path")
        for post in asked
        if one.kind in post.kinds
    }
    held = Appointment.objects.current(day).filter(
        post__in=asked, organisation__in={key[1] for key in places}
    )
    rows = list(held.select_related("person").order_by("since", "pk"))
    programmes = [programme for post in asked for programme in post.programmes.all()]
    trained = _trained([row.person for row in rows], programmes, day)
    needs = {post.pk: {programme.pk for programme in post.programmes.all()} for post in asked}
    for row in rows:
        if place := places.get((row.post_id, row.organisation_id)):
            place.holders.append((row, needs[row.post_id] <= trained[row.person_id]))
    return list(places.values())


def _trained(
    people: Iterable[Person], programmes: Iterable[Programme], day: date
) -> dict[int, set[int]]:
    """Programmes under which each of them is trained on that day, as their standing says: read for all together."""
    folk, asked = set(people), set(programmes)
    rows, laws = Rows(person.pk for person in folk), shelves(one.pk for one in asked)
    files = [Dossier(person, day, rows) for person in folk]
    return {
        file.person.pk: {one.pk for one in asked if _counts(file, one, laws[one.pk])}
        for file in files
    }


def _counts(file: Dossier, programme: Programme, law: Shelf) -> bool:
    """Does a certificate count? What was missed since asks for a review, and takes nothing away (decision 0014)."""
    rule = rule_of(law.book(file.at, file.ties(programme)))
    return judged(file.records(programme), rule, file.at).state in TRAINED


def missing(post: Post, person: Person, *, at: date | None = None) -> list[dict[str, Any]]:
    """The programmes that the post requires and the person has not, each with the next editions they could have."""
    day = at or today()
    found = []
    for programme in post.programmes.order_by("code"):
        stands = standing(person, programme, day)
        if stands.state not in TRAINED:
            courses = [course.translation_key for course in programme.courses.all()]
            editions = [
                one for key in dict.fromkeys(courses) for one in next_possible(key, person=person)
            ]
            found.append({"programme": programme, "state": stands.state, "editions": editions[:3]})
    return found
