"""Who is signed in: account, person, second factor and roles come in one question, the same as asked one by one."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people import backends, sessions
from people.access import Grants, grants_of
from people.backends import CodeAndPassword, RoleBackend, has_second_factor
from people.models import Membership, User
from tests.cast import Cast
from tests.factories import people as make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def reader(user: User) -> User | None:
    return RoleBackend().get_user(user.pk)


def values(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize("who", ["ana", "petar", "mara", "adm"])
def test_nothing_differs_from_what_the_models_say(cast: Cast, who: str) -> None:
    wanted = make.fresh(getattr(cast, who))
    found = reader(wanted)
    assert found == wanted
    assert values(found) == values(wanted)
    assert values(found.person) == values(wanted.person)
    assert (found.person.user, found.get_full_name()) == (found, wanted.get_full_name())
    assert set(grants_of(found).held) == set(grants_of(wanted).held)
    assert has_second_factor(found) == has_second_factor(wanted)


def test_it_is_one_question_and_answers_the_next_ones(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = reader(cast.mara)
        assert grants_of(found).held and found.person.full_name and has_second_factor(found)
    assert len(asked) == 1


def test_a_request_does_not_ask_again_for_the_roles(cast: Cast) -> None:
    """Its user is a stand-in for the account: the roles are found through it."""
    browser = cast.browser(cast.petar)
    request = RequestFactory().get("/")
    request.session = browser.session
    user = get_user(request)
    with CaptureQueriesContext(connection) as asked:
        assert grants_of(user).held == (("trainer", cast.timis.path),)
    assert len(asked) == 0


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [(-9, None, True), (0, None, True), (-9, 0, True), (0, 0, True), (1, None, False), (-9, -1, False)],
)  # fmt: skip
def test_only_roles_of_today_count(cast: Cast, since: int, until: int | None, counts: bool) -> None:
    today = make.today()
    ends = None if until is None else today + until * DAY
    Membership.objects.filter(person=cast.petar.person).update(
        since=today + since * DAY, until=ends
    )
    assert bool(grants_of(reader(cast.petar)).held) is counts


def test_a_role_that_was_taken_is_gone_with_the_next_request(cast: Cast) -> None:
    assert grants_of(reader(cast.petar)).held
    make.end_roles(cast.petar.person)
    assert grants_of(reader(cast.petar)) == Grants()


def test_an_account_of_nobody_has_no_roles_and_no_person() -> None:
    root = make.superuser()
    found = reader(root)
    assert (found.person, grants_of(found)) == (None, Grants((), is_superuser=True))


def test_who_may_not_come_in_is_nobody(cast: Cast) -> None:
    User.objects.filter(pk=cast.ana.pk).update(is_active=False)
    assert reader(cast.ana) is None
    assert CodeAndPassword().get_user(cast.ana.pk) is None
    assert RoleBackend().get_user(2**40) is None


def test_a_second_factor_counts_as_soon_as_it_is_there(cast: Cast) -> None:
    user = make.user(make.person(cast.timis))
    assert not has_second_factor(reader(user))
    make.add_totp(user)
    assert has_second_factor(reader(user))


def test_what_the_search_reads_is_left_in_the_database(cast: Cast) -> None:
    """And still there for whoever asks."""
    assert "search_vector" not in backends.OF_PERSON
    person = reader(cast.ana).person
    with CaptureQueriesContext(connection) as asked:
        assert person.search_vector
    assert len(asked) == 1


# Sessions


def kept(browser: Client) -> Session:
    return Session.objects.get(pk=browser.session.session_key)


def test_a_session_is_read_as_it_was_written(cast: Cast) -> None:
    written = cast.browser(cast.ana).session
    written["one"] = {"two": [3]}
    written.save()
    read = sessions.SessionStore(written.session_key)
    assert read["one"] == {"two": [3]} and dict(read.items()) == dict(written.items())


def test_one_that_has_ended_is_nobodys(cast: Cast) -> None:
    browser = cast.browser(cast.ana)
    Session.objects.filter(pk=kept(browser).pk).update(expire_date=timezone.now() - DAY)
    ended = sessions.SessionStore(browser.cookies["session"].value)
    assert ended.is_empty() or not dict(ended.items())
    assert ended.session_key is None


def test_one_that_never_was_is_nobodys() -> None:
    unknown = sessions.SessionStore("x" * 32)
    assert dict(unknown.items()) == {} and unknown.session_key is None
