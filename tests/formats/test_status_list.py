"""Bitstrings: whatever is set is set, nothing else is, an independent reader sees the same, and bombs do not go off."""

import gzip

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st
from openbadgeslib.ob3 import decode_encoded_list, set_indices

from formats import status_list
from formats.multikey import base64url
from formats.status_list import SIZE

PLACES = st.sets(st.integers(0, SIZE - 1), max_size=40)


@given(PLACES)
@budget(max_examples=60)
def test_exactly_what_was_put_in_comes_out(places: set[int]) -> None:
    text = status_list.encoded(places)
    found = status_list.decoded(text)
    assert len(found) * 8 == SIZE
    assert set_indices(found) == places
    assert set_indices(decode_encoded_list(text)) == places
    assert all(status_list.is_set(found, place) for place in places)


@given(PLACES, st.integers(0, SIZE - 1))
@budget(max_examples=60)
def test_one_more_bit_changes_only_that_bit(places: set[int], more: int) -> None:
    before, after = (
        status_list.decoded(status_list.encoded(found)) for found in (places, places | {more})
    )
    assert set_indices(after) - set_indices(before) == {more} - places


@given(st.lists(st.integers(0, SIZE - 1), max_size=20))
@budget(max_examples=30)
def test_order_and_repetition_change_nothing(places: list[int]) -> None:
    assert status_list.encoded(places) == status_list.encoded(sorted(set(places)))


def test_place_nought_is_the_leftmost_bit() -> None:
    found = status_list.decoded(status_list.encoded([0, 7, 8]))
    assert found[:2] == bytes([0b1000_0001, 0b1000_0000])


@pytest.mark.parametrize("place", [-1, SIZE, 10**9])
def test_there_is_no_place_outside(place: int) -> None:
    with pytest.raises(ValueError, match="no place"):
        status_list.encoded([place])
    with pytest.raises(ValueError, match="no place"):
        status_list.is_set(bytes(SIZE // 8), place)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "u",
        "x" + status_list.encoded([])[1:],
        status_list.encoded([])[:-8],
        "u" + base64url(b"not packed"),
        "u" + base64url(gzip.compress(bytes(SIZE // 8 - 1))),
        "u" + base64url(gzip.compress(bytes(64 * SIZE))),  # a bomb
        "u" + "A" * 200_000,
        "u!!!",
    ],
    ids=["empty", "prefix", "other-prefix", "cut", "not-packed", "short", "bomb", "long", "signs"],
)
def test_what_is_no_whole_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        status_list.decoded(text)


def test_the_entry_points_at_the_bit() -> None:
    made = status_list.entry("https://a.example/status/1/revocation", 94_567, reference="https://b")
    assert made["id"] == "https://a.example/status/1/revocation#94567"
    assert made["statusListIndex"] == "94567" and made["statusPurpose"] == "revocation"
