"""The cast stands as its docstring says."""

from people.models import Person


def test_nobody_of_cluj_is_seen_from_timis(cast):
    seen = set(Person.objects.visible_to(cast.ion))
    assert {cast.ana.person, cast.vasile} <= seen
    assert not seen & {cast.clara.person, cast.olga.person}
