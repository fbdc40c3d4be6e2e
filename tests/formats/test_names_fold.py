"""The search key of names, and the same function in PostgreSQL."""

import hashlib
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats import letters, names, names_sql

SAME = [
    ("Ștefănescu-Țepeș", "stefanescu tepes"),
    ("Ştefănescu-Ţepeş", "stefanescu tepes"),
    ("STEFANESCU   TEPES", "stefanescu tepes"),
    ("Școală", "scoala"),
    ("Școală", "scoala"),
    ("М’ясоїд", "мясоїд"),
    ("Мʼясоїд", "мясоїд"),
    ("М'ясоїд", "мясоїд"),
    ("м`ясоЇд", "мясоїд"),
    ("O'Neil", "oneil"),
    ("O´Neil", "oneil"),
    ("Weiß", "weiss"),
    ("WEISS", "weiss"),
    ("Æsa Œdipe", "aesa oedipe"),
    ("Đorđe Łukasz Sørensen", "dorde lukasz sorensen"),
    ("İbrahim Işık", "ibrahim isik"),
    ("ﬁlip", "filip"),
    ("Ｉｏｎ", "ion"),
    ("Ion\u00a0–\u2011Maria", "ion maria"),
    ("Popescu, I. (Ana)", "popescu i ana"),
    ("  \tAna \n Maria ", "ana maria"),
    ("Ана\u0301", "ана"),
    ("Σωκράτης", "σωκρατησ"),
    ("Renée Müller", "renee muller"),
    ("", ""),
    ("’- '", ""),
    ("\u202eAna\u202c\u200b", "ana"),
    ("Ana 😀", "ana"),
    ("a_b%c", "a b c"),
    ("٢٠٢٦ ۱۲", "2026 12"),
]
ARABIC_SAME = [
    ("أحمد", "احمد"),
    ("إحمد", "احمد"),
    ("آحمد", "احمد"),
    ("ٱحمد", "احمد"),
    ("فاطمة", "فاطمه"),
    ("مصطفى", "مصطفي"),
    ("مُحَمَّد", "محمد"),
    ("محـــمد", "محمد"),
    ("رؤوف", "رووف"),
    ("فائز", "فايز"),
    ("ﷲ", "الله"),
    ("ﻻ", "لا"),
]
APART = [
    ("Йосип", "Иосип"),
    ("Їжак", "Іжак"),
    ("Ґанок", "Ганок"),
    ("Алёна", "Алена"),
    ("Ива", "Іва"),
    ("Єва", "Ева"),
    ("Ана", "Ana"),
]


@pytest.mark.parametrize(("text", "key"), SAME + ARABIC_SAME)
def test_fold(text: str, key: str) -> None:
    assert names.fold(text) == key


@pytest.mark.parametrize(("one", "other"), APART)
def test_letters_that_make_another_name_stay_apart(one: str, other: str) -> None:
    assert names.fold(one) != names.fold(other)


@pytest.mark.parametrize("letter", letters.KEPT + letters.KEPT.upper())
def test_decomposed_cyrillic_is_the_same_as_composed(letter: str) -> None:
    decomposed = unicodedata.normalize("NFD", letter)
    assert len(decomposed) == 2
    assert names.fold(decomposed) == names.fold(letter) == letter.lower()


@given(st.text())
def test_fold_is_settled_after_one_pass(text: str) -> None:
    key = names.fold(text)
    assert names.fold(key) == key
    assert key == key.strip() and "  " not in key


@given(st.text(alphabet=st.characters(max_codepoint=0x6FF)))
def test_fold_does_not_depend_on_case(text: str) -> None:
    assert names.fold(names.fold(text).upper()) == names.fold(text)


def test_private_use_letters_cannot_pretend_to_be_protected_ones() -> None:
    assert names.fold(letters.HIDDEN + letters.SEPARATOR + letters.LAST) == ""
    assert names.sort_key(letters.HIDDEN + letters.ROMANIAN_HIDDEN, "ro") == ""


def test_the_text_of_the_functions_is_settled() -> None:
    """Stored keys depend on it: a change here needs a migration that replaces the function and what it made."""
    digest = hashlib.sha256((names_sql.FOLD_SQL + names_sql.SORT_SQL).encode()).hexdigest()
    assert digest == "804cff1585d27f721335f43d826a2bab1a15c169bfa5d40fb44714450c1bbbad"


def test_sql_is_plain_ascii() -> None:
    assert names_sql.FOLD_SQL.isascii() and names_sql.SORT_SQL.isascii()


LETTERS = st.text(
    alphabet=st.one_of(
        st.sampled_from("șşțţăâîґєіїйёўыэщьъ’ʼ'`-،,. \t\u0306\u0308\u0301\u0327أإآٱةىؤئـ٣ßæøłđıİΣ"),
        st.characters(min_codepoint=1, max_codepoint=0x6FF, exclude_categories=("Cs",)),
        st.characters(min_codepoint=1, exclude_categories=("Cs",)),
    ),
    max_size=40,
)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(LETTERS, min_size=10, max_size=40))
def test_postgresql_folds_the_same(postgres, texts: list[str]) -> None:
    rows = postgres.execute(
        "select fold_name(x) from unnest(%s::text[]) with ordinality u(x, n) order by n", [texts]
    ).fetchall()
    assert [row[0] for row in rows] == [names.fold(text) for text in texts]


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    texts=st.lists(LETTERS, min_size=10, max_size=40),
    language=st.sampled_from(["ro", "uk", "bg", "ar", "en"]),
)
def test_postgresql_sorts_the_same(postgres, texts: list[str], language: str) -> None:
    rows = postgres.execute(
        "select sort_name(x, %s) from unnest(%s::text[]) with ordinality u(x, n) order by n",
        [language, texts],
    ).fetchall()
    assert [row[0] for row in rows] == [names.sort_key(text, language) for text in texts]


@pytest.mark.slow
def test_postgresql_folds_every_letter_there_is_the_same(postgres) -> None:
    """Every code point between two Cyrillic letters that marks could change, both functions."""
    code_points = (c for c in range(1, 0x110000) if not 0xD800 <= c <= 0xDFFF)
    texts = [f"xи{chr(c)}а" for c in code_points if c < 0x30000]
    for start in range(0, len(texts), 50_000):
        part = texts[start : start + 50_000]
        rows = postgres.execute(
            "select fold_name(x), sort_name(x, 'ro') from unnest(%s::text[]) with ordinality u(x, n) order by n",
            [part],
        ).fetchall()
        assert rows == [(names.fold(text), names.sort_key(text, "ro")) for text in part]


def test_postgresql_accepts_the_functions_in_an_index(postgres) -> None:
    postgres.execute(
        "create table folded (name text, key text generated always as (fold_name(name)) stored)"
    )
    postgres.execute("create index on folded (sort_name(name, 'ro') collate \"C\")")
    postgres.execute("insert into folded values ('Școală'), ('Țepeș'), ('Zidaru'), (null)")
    rows = postgres.execute(
        "select key from folded order by sort_name(name, 'ro') collate \"C\""
    ).fetchall()
    assert rows == [("scoala",), ("tepes",), ("zidaru",), (None,)]
