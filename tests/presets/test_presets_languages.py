"""What each country writes and how: languages, letters, conventions of week, digits and names."""

import re
from zoneinfo import ZoneInfo

import pytest

from tests.presets.reading import FILES, LANGUAGES, ROOT, objects_in, read

CONVENTIONS = [
    # country, language, time zone, week starts, weekend, digits, order of names
    ("ro", "ro", "Europe/Bucharest", 1, [6, 7], "latn", "given_family"),
    ("md", "ro", "Europe/Chisinau", 1, [6, 7], "latn", "given_family"),
    ("ua", "uk", "Europe/Kyiv", 1, [6, 7], "latn", "family_given_patronymic"),
    ("bg", "bg", "Europe/Sofia", 1, [6, 7], "latn", "given_patronymic_family"),
    ("eg", "ar", "Africa/Cairo", 6, [5, 6], "arab", "given_father_family"),
]


@pytest.mark.parametrize(
    ("country", "language", "zone", "start", "weekend", "digits", "order"), CONVENTIONS
)
def test_conventions(
    country: str, language: str, zone: str, start: int, weekend: list[int], digits: str, order: str
) -> None:
    data = read(f"{country}/core.json")["jurisdiction"]
    assert data["code"] == country
    assert data["default_language"] == data["languages"][0] == language
    assert sorted(data["languages"]) == sorted(LANGUAGES)
    assert data["official_language"] == [language]
    assert ZoneInfo(data["time_zone"]).key == zone
    assert (data["week_start"], data["weekend"]) == (start, weekend)
    assert data["digits"] == digits
    assert digits in data["digits_choices"]
    assert data["name_order"] == order


@pytest.mark.parametrize("path", FILES)
def test_every_name_has_five_languages_in_their_own_script(path: str) -> None:
    for at, one in objects_in(read(path)):
        if set(one) & set(LANGUAGES):
            assert set(one) == set(LANGUAGES), at
            for language, text in one.items():
                assert text == text.strip(), f"{at}.{language}"
                letters = {"uk": "[а-яіїєґ]", "bg": "[а-я]", "ar": "[\u0621-\u064a]"}.get(
                    language, "[a-z]"
                )
                assert re.search(letters, text, re.IGNORECASE), f"{at}.{language}: {text}"


@pytest.mark.parametrize("path", FILES)
def test_letters_of_each_language(path: str) -> None:
    for at, one in objects_in(read(path)):
        if set(one) != set(LANGUAGES):
            continue
        assert not re.search("[ыэъё]", one["uk"], re.IGNORECASE), (
            f"{at}: Russian letters in Ukrainian"
        )
        assert not re.search("[ыэёіїєґ]", one["bg"], re.IGNORECASE), (
            f"{at}: foreign letters in Bulgarian"
        )
        assert not re.search(
            "[а-я]", one["ro"].replace("прийомні батьки", "").replace("патронатний вихователь", "")
        ), at
        assert not re.search("[\u06a9\u06cc]", one["ar"]), f"{at}: Persian letters in Arabic"


@pytest.mark.parametrize("path", [*FILES, "README.md"])
def test_romanian_has_commas_below_and_no_cedillas(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert not re.search("[şţŞŢ]", text)
    assert not re.search("[st]\u0326|[st]\u0327", text), "composed letters only"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        *(("RO-TM", "Timiș"), ("RO-B", "București"), ("RO-AG", "Argeș"), ("RO-CT", "Constanța")),
        *(("RO-NT", "Neamț"), ("RO-IS", "Iași"), ("RO-DB", "Dâmbovița"), ("RO-MH", "Mehedinți")),
        *(
            ("MD-CU", "Chișinău"),
            ("MD-GA", "Găgăuzia"),
            ("MD-SV", "Ștefan Vodă"),
            ("MD-ED", "Edineț"),
        ),
        *(("UA-46", "Львівська область"), ("UA-30", "Київ"), ("UA-21", "Закарпатська область")),
        *(("BG-22", "София-град"), ("BG-09", "Кърджали"), ("BG-25", "Търговище")),
        *(("EG-DK", "الدقهلية"), ("EG-KFS", "كفر الشيخ")),
    ],
)
def test_native_names(code: str, name: str) -> None:
    country = code[:2].lower()
    language = read(f"{country}/core.json")["jurisdiction"]["default_language"]
    found = next(one for one in read(f"{country}/regions.json")["regions"] if one["code"] == code)
    assert found["names"][language] == name
