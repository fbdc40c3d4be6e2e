"""Places in status lists and keys of issuers: drawn once, taken once, kept for good; and two at once."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from certification import credentials
from certification.actions import credentials as acting
from certification.actions.certificates import issue
from certification.errors import CredentialUnavailable
from certification.models import Authority, Certificate, Credential, Issuer, IssuerKey, StatusList
from formats.status_list import SIZE
from people.models import AuditEvent
from tests import cast as all_people
from tests.cast import Cast
from tests.factories import certification as proof
from tests.races import at_once

from .conftest import make_training

TOGETHER = 4


def bare(cast: Cast, issuer=None) -> Certificate:
    """A certificate from before there were credentials."""
    programme = proof.programme(cast.carer)
    return proof.certificate(cast.ana.person, programme, issuer=issuer or cast.timis)


def test_issuing_takes_a_place(cast: Cast) -> None:
    training = make_training(cast)
    made = issue(enrolment=training.completed(cast.ana.person), programme=training.programme)
    row = Credential.objects.get(certificate=made)
    assert 0 <= row.index < SIZE and row.status_list.number == 1
    assert acting.place(certificate=made) == row and Credential.objects.count() == 1


def test_an_old_certificate_gets_its_place_when_it_is_first_asked_for(cast: Cast) -> None:
    made = bare(cast)
    assert acting.place(certificate=made) == acting.place(certificate=made)
    assert Credential.objects.get().certificate == made


def test_places_are_drawn_not_counted(cast: Cast) -> None:
    """Neighbours in time are no neighbours in the list: whoever watches it learns nothing."""
    programme = proof.programme(cast.carer)
    rows = [
        acting.place(
            certificate=proof.certificate(cast.ana.person, programme, issuer=cast.timis)
        ).index
        for _ in range(12)
    ]
    assert len(set(rows)) == 12 and rows != sorted(rows)
    assert max(rows) - min(rows) > SIZE // 8


def test_a_place_that_is_taken_is_drawn_again(cast: Cast, monkeypatch) -> None:
    first, second = bare(cast), bare(cast)
    draws = iter([7, 7, 7, 8])
    monkeypatch.setattr(acting, "_draw", lambda: next(draws))
    assert [acting.place(certificate=one).index for one in (first, second)] == [7, 8]


def test_a_full_list_is_followed_by_another(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(acting, "FULL", 2)
    draws = iter([1, 2, 1, 1])
    monkeypatch.setattr(acting, "_draw", lambda: next(draws))
    rows = [acting.place(certificate=bare(cast)) for _ in range(3)]
    assert [(row.status_list.number, row.index) for row in rows] == [(1, 1), (1, 2), (2, 1)]


def test_without_any_room_nothing_is_made_up(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(acting, "_draw", lambda: 5)
    acting.place(certificate=bare(cast))
    with pytest.raises(CredentialUnavailable) as caught:
        acting.place(certificate=bare(cast))
    assert caught.value.code == "no_place_found"


def is_refused(write) -> bool:
    """Does the database refuse it? Whatever it did is taken back."""
    try:
        with transaction.atomic():
            write()
    except DatabaseError:
        return True
    return False


def test_the_database_holds_what_may_never_change(cast: Cast) -> None:
    row = acting.place(certificate=bare(cast))
    other = bare(cast)
    issuer = row.status_list.issuer
    keys = {"key": row.key, "jwt_key": row.jwt_key}
    twice = {"certificate": other, "status_list": row.status_list}
    writes = (
        lambda: Credential.objects.create(index=row.index, **twice, **keys),
        lambda: Credential.objects.create(index=SIZE, **twice, **keys),
        lambda: Credential.objects.create(index=-1, **twice, **keys),
        lambda: Credential.objects.update(index=3),
        lambda: Credential.objects.all().delete(),
        lambda: Issuer.objects.update(address="https://evil.example"),
        lambda: Issuer.objects.all().delete(),
        lambda: IssuerKey.objects.update(secret="x"),
        lambda: IssuerKey.objects.all().delete(),
        lambda: IssuerKey.objects.create(issuer=issuer, kind="ed25519", public="z1", secret="x"),
        lambda: IssuerKey.objects.create(issuer=issuer, kind="rsa", public="z2", secret="x"),
        lambda: StatusList.objects.create(issuer=issuer, number=1),
    )
    assert [number for number, write in enumerate(writes) if not is_refused(write)] == []


def test_each_authority_has_its_own_name_keys_and_list(cast: Cast) -> None:
    ours, theirs = (acting.place(certificate=bare(cast, at)) for at in (cast.timis, cast.cluj))
    assert ours.status_list.issuer.did != theirs.status_list.issuer.did
    assert ours.key != theirs.key and ours.status_list != theirs.status_list


@pytest.mark.parametrize(
    ("prefix", "code"),
    [("TM", "tm"), ("DGASPC Timiș", "dgaspc-timis"), ("ОДА/Київ", "odakyiv"), ("★", "issuer")],
)
def test_its_code_is_made_of_the_prefix(cast: Cast, prefix: str, code: str, settings) -> None:
    cast.timis.language = "uk"
    cast.timis.save()
    authority = Authority.objects.create(organisation=cast.timis, prefix=prefix)
    issuer = acting.issuer_of(authority=authority)
    assert issuer.code == code and issuer.address == f"{settings.SITE_URL}/issuers/{code}"


def test_two_prefixes_that_read_alike_get_two_codes(cast: Cast) -> None:
    codes = {
        acting.issuer_of(authority=Authority.objects.create(organisation=at, prefix=prefix)).code
        for at, prefix in ((cast.timis, "T/M"), (cast.cluj, "TM"))
    }
    assert len(codes) == 2


def test_its_address_stays_when_prefix_name_and_site_change(cast: Cast, settings) -> None:
    row = acting.place(certificate=bare(cast))
    issuer = row.status_list.issuer
    Authority.objects.filter(pk=issuer.authority_id).update(prefix="NEW")
    settings.SITE_URL = "https://new.example"
    authority = Authority.objects.get(pk=issuer.authority_id)
    assert acting.issuer_of(authority=authority).did == issuer.did
    assert acting.place(certificate=bare(cast)).status_list.issuer.did == issuer.did


def test_a_new_key_signs_what_comes_and_the_old_one_stays_published(cast: Cast) -> None:
    before = acting.place(certificate=bare(cast))
    issuer = before.status_list.issuer
    acting.rotate(authority=issuer.authority, by=None)
    after = acting.place(certificate=bare(cast))
    assert before.key != after.key and before.jwt_key != after.jwt_key
    published = credentials.did_document(issuer)["assertionMethod"]
    assert published == [
        after.key.method,
        before.key.method,
        after.jwt_key.method,
        before.jwt_key.method,
    ]
    assert AuditEvent.objects.filter(verb="issuer.keys_rotated").count() == 1


def test_a_retired_key_is_never_used_again(cast: Cast) -> None:
    row = acting.place(certificate=bare(cast))
    acting.rotate(authority=row.status_list.issuer.authority, by=None)
    assert is_refused(lambda: IssuerKey.objects.filter(pk=row.key_id).update(retired_at=None))
    assert IssuerKey.objects.get(pk=row.key_id).retired_at is not None


def test_only_an_administrator_of_the_institution_changes_keys(cast: Cast) -> None:
    row = acting.place(certificate=bare(cast))
    for user in (cast.ana, cast.olga, cast.mara, cast.ion, cast.vera):
        with pytest.raises(PermissionDenied):
            acting.rotate(authority=row.status_list.issuer.authority, by=user)
    assert not IssuerKey.objects.exclude(retired_at=None).exists()


# Two at once


@pytest.fixture
def people():
    return all_people.build()


def placing(certificate: Certificate):
    return lambda: acting.place(certificate=certificate)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_first_of_an_authority_at_once_agree_on_name_keys_and_list(people: Cast) -> None:
    rows = [bare(people) for _ in range(TOGETHER)]
    assert at_once([placing(row) for row in rows]) == []
    assert Credential.objects.count() == TOGETHER
    assert (Issuer.objects.count(), IssuerKey.objects.count(), StatusList.objects.count()) == (
        1,
        2,
        1,
    )


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_certificate_asked_for_twice_at_once_has_one_place(people: Cast) -> None:
    row = bare(people)
    acting.place(certificate=bare(people))
    assert at_once([placing(row)] * TOGETHER) == []
    assert Credential.objects.filter(certificate=row).count() == 1


def same_draw(monkeypatch) -> None:
    """All draw place 7 first, and wait until all have drawn it."""
    drawn = threading.Barrier(TOGETHER)
    seen = threading.local()

    def draw() -> int:
        if not getattr(seen, "once", False):
            seen.once = True
            drawn.wait(10)
            return 7
        return acting.secrets.randbelow(SIZE)

    monkeypatch.setattr(acting, "_draw", draw)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_who_draw_the_same_place_at_once_end_in_different_ones(people: Cast, monkeypatch) -> None:
    rows = [bare(people) for _ in range(TOGETHER)]
    acting.place(certificate=bare(people))
    same_draw(monkeypatch)
    assert at_once([placing(row) for row in rows]) == []
    taken = list(Credential.objects.values_list("index", flat=True))
    assert len(taken) == len(set(taken)) == TOGETHER + 1 and 7 in taken


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_a_second_draw_they_clash(people: Cast, monkeypatch) -> None:
    """The twin: were this to pass without a clash, the test above would prove nothing."""
    rows = [bare(people) for _ in range(TOGETHER)]
    acting.place(certificate=bare(people))
    same_draw(monkeypatch)
    monkeypatch.setattr(acting, "DRAWS", 1)
    raised = at_once([placing(row) for row in rows])
    assert [type(error) for error in raised] == [CredentialUnavailable] * (TOGETHER - 1)


def test_the_zone_of_its_days_is_kept_with_the_issuer(cast: Cast) -> None:
    """Another setting later changes no byte of a credential."""
    issuer = acting.place(certificate=bare(cast)).status_list.issuer
    assert issuer.time_zone == cast.jurisdiction.time_zone
