"""Names across scripts: each way of writing one finds the others by their Latin forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.latin import latin
from formats.names import fold
from formats.spellings import MOST, spellings


def finds(asked: str, name: str, language: str) -> bool:
    """Would the register find that name? As the search does: every word begins a word of name or Latin form."""
    words = fold(f"{name} {latin(name, language)}").split()
    return all(
        any(word.startswith(way) for word in words for way in ways) for ways in spellings(asked)
    )


@pytest.mark.parametrize(
    "asked", ["Țepeș", "Ţepeş", "Tepes", "TEPES", "Цепеш", "цепеш", "tsepesh", "Țep"]
)
@pytest.mark.parametrize(
    ("name", "language"), [("Țepeș", "ro"), ("Tepes", "ro"), ("Цепеш", "uk"), ("Цепеш", "bg")]
)
def test_one_name_in_three_scripts(asked: str, name: str, language: str) -> None:
    assert finds(asked, name, language)


@pytest.mark.parametrize(
    ("asked", "name", "language"),
    [
        ("Попеску", "Popescu", "ro"), ("Popescu", "Попеску", "uk"), ("Георге", "Gheorghe", "ro"),
        ("Gheorghe", "Георге", "bg"), ("Чобану", "Ciobanu", "ro"), ("Шевченко", "Șevcenco", "ro"),
        ("Sevcenco", "Шевченко", "uk"), ("Shevchenko", "Шевченко", "uk"), ("Жосан", "Josan", "ro"),
        ("Josan", "Жосан", "uk"), ("Хадырка", "Hadîrcă", "ro"), ("Юрій", "Iurii", "ro"), ("Iurii", "Юрій", "uk"),
        ("محمد", "Mohamed", "ar"), ("Mohamed", "محمد", "ar"), ("Popescu Ana", "Попеску Ана", "uk"),
    ],
)  # fmt: skip
def test_names_that_are_heard(asked: str, name: str, language: str) -> None:
    assert finds(asked, name, language)


@pytest.mark.parametrize(
    ("asked", "name", "language"),
    [
        ("Țepeș", "Popescu", "ro"), ("Цепеш", "Popescu", "ro"), ("Ana", "Ion", "ro"),
        ("Popescu Ana", "Popescu Ion", "ro"),
        ("Петров", "Popov", "bg"),
    ],
)  # fmt: skip
def test_names_that_are_others(asked: str, name: str, language: str) -> None:
    assert not finds(asked, name, language)


@given(st.text(max_size=60))
def test_whatever_is_typed_has_few_ways_and_no_sign_that_a_search_obeys(text: str) -> None:
    for ways in spellings(text):
        assert 0 < len(ways) <= MOST + 1 and len(set(ways)) == len(ways)
        assert all(way and all(c.isalnum() for c in way) for way in ways)


@given(st.text("abcdeghijkstxyабвгдежзиклмнцчшщъьюя", min_size=1, max_size=80))
def test_the_word_itself_stands_first(word: str) -> None:
    assert [ways[0] for ways in spellings(word)] == [word]


def test_nothing_asked_is_nothing_found() -> None:
    assert spellings("") == spellings(" -- !&|():* ") == []
