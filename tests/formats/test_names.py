"""Orders, sorting and official Latin forms of names in five languages."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats import names

# Examples of the Cabinet of Ministers' resolution 55/2010.
UKRAINIAN = """
Алушта Alushta|Андрій Andrii|Борщагівка Borshchahivka|Борисенко Borysenko|Вінниця Vinnytsia|Володимир Volodymyr
Гадяч Hadiach|Богдан Bohdan|Згурський Zghurskyi|Ґалаґан Galagan|Ґорґани Gorgany|Донецьк Donetsk|Дмитро Dmytro
Рівне Rivne|Олег Oleh|Есмань Esman|Єнакієве Yenakiieve|Гаєвич Haievych|Короп'є Koropie|Житомир Zhytomyr|Жанна Zhanna
Жежелів Zhezheliv|Закарпаття Zakarpattia|Казимирчук Kazymyrchuk|Медвин Medvyn|Михайленко Mykhailenko|Іванків Ivankiv
Іващенко Ivashchenko|Їжакевич Yizhakevych|Кадиївка Kadyivka|Мар'їне Marine|Йосипівка Yosypivka|Стрий Stryi
Олексій Oleksii|Київ Kyiv|Коваленко Kovalenko|Лебедин Lebedyn|Леонід Leonid|Миколаїв Mykolaiv|Маринич Marynych
Ніжин Nizhyn|Наталія Nataliia|Одеса Odesa|Онищенко Onyshchenko|Полтава Poltava|Петро Petro|Решетилівка Reshetylivka
Рибчинський Rybchynskyi|Суми Sumy|Соломія Solomiia|Тернопіль Ternopil|Троць Trots|Ужгород Uzhhorod|Уляна Uliana
Фастів Fastiv|Філіпчук Filipchuk|Харків Kharkiv|Христина Khrystyna|Стеценко Stetsenko|Чернівці Chernivtsi
Шевченко Shevchenko|Шостка Shostka|Кишеньки Kyshenky|Щербухи Shcherbukhy|Гоща Hoshcha|Гаращенко Harashchenko
Юрій Yurii|Корюківка Koriukivka|Яготин Yahotyn|Ярошенко Yaroshenko|Костянтин Kostiantyn|Знам'янка Znamianka
Знам’янка Znamianka|Феодосія Feodosiia|Розгон Rozghon|Щербань Shcherban|ЩЕРБАНЬ SHCHERBAN|ЯРОШЕНКО YAROSHENKO
"""
# By the letters of the Transliteration Act of 2009.
BULGARIAN = """
Георги Georgi|Щерев Shterev|Ъглов Aglov|България Balgaria|Мария Maria|Стефания Stefania|Юлия Yulia|Яна Yana
Жечо Zhecho|Цветан Tsvetan|Чавдар Chavdar|Шишков Shishkov|Христо Hristo|Йордан Yordan|Кольо Kolyo|Иглика Iglika
Велико Veliko|Гьончо Gyoncho|Андрей Andrey|Джурова Dzhurova|ИЛИЯ ILIA|Илиян Iliyan|Ангелов Angelov|Сашка Sashka
Хаджийска Hadzhiyska|Бояджиев Boyadzhiev
"""
ARABIC = "محمد Mohamed|فاطمة Fatma|أحمد Ahmed|السيد El Sayed|مُحَمَّد Mohamed|الجمل El Gml|رامز Ramz"


def pairs(table: str) -> list[tuple[str, str]]:
    return [
        tuple(pair.split(" ", 1)) for line in table.strip().splitlines() for pair in line.split("|")
    ]


@pytest.mark.parametrize(("name", "expected"), pairs(UKRAINIAN))
def test_ukrainian_latin(name: str, expected: str) -> None:
    assert names.latin(name, "uk") == expected


@pytest.mark.parametrize(("name", "expected"), pairs(BULGARIAN))
def test_bulgarian_latin(name: str, expected: str) -> None:
    assert names.latin(name, "bg") == expected


@pytest.mark.parametrize(("name", "expected"), pairs(ARABIC))
def test_arabic_latin_is_a_usual_spelling(name: str, expected: str) -> None:
    assert names.latin(name, "ar") == expected


def test_latin_keeps_word_borders_and_mixed_scripts() -> None:
    assert names.latin("Біла Церква", "uk") == "Bila Tserkva"
    assert names.latin("Яна-Юлія Їжак", "uk") == "Yana-Yuliia Yizhak"
    assert names.latin("Д'Артаньян O'Neil (Ґ. І.)", "uk") == "DArtanian O'Neil (G. I.)"
    assert names.latin("Иван Щукин", "ro") == "Ivan Shchukin"
    assert names.latin("", "uk") == ""


@pytest.mark.parametrize("language", ["en", "ro", "uk", "bg", "ar"])
@pytest.mark.parametrize("name", ["Ștefănescu-Țepeș", "Renée O'Neil", "Łukasz 2."])
def test_plain_latin_passes(name: str, language: str) -> None:
    assert names.latin(name, language) == name


@given(st.text(alphabet="абвгґдеєжзиіїйклмнопрстуфхцчшщьюяАБВГҐДЕЄЖЗИІЇЙЩЬЮЯ' -", max_size=30))
def test_official_latin_is_ascii(text: str) -> None:
    assert names.latin(text, "uk").isascii()
    assert names.latin(text.translate(str.maketrans("ґєіїҐЄІЇ", "геииГЕИИ")), "bg").isascii()


ORDERS = [
    ("en", "Ion Popescu", "Ion V. Popescu", "Popescu, Ion V."),
    ("ro", "Ion Popescu", "Ion V. Popescu", "Popescu, Ion V."),
    ("uk", "Ion Popescu", "Popescu Ion V.", "Popescu Ion V."),
    ("bg", "Ion V. Popescu", "Ion V. Popescu", "Popescu, Ion V."),
    ("ar", "Ion V. Popescu", "Ion V. Popescu", "Popescu، Ion V."),
]


@pytest.mark.parametrize(("language", "display", "formal", "listed"), ORDERS)
def test_the_order_of_each_language(language: str, display: str, formal: str, listed: str) -> None:
    assert names.display("Popescu", "Ion", "V.", language) == display
    assert names.formal("Popescu", "Ion", "V.", language) == formal
    assert names.listing("Popescu", "Ion", "V.", language) == listed


def test_names_with_one_part_and_untidy_spaces() -> None:
    assert names.display("", " Sukarno ", language="ro") == "Sukarno"
    assert names.listing("", "Sukarno", language="ro") == "Sukarno"
    assert names.listing("Sukarno", "", language="ar") == "Sukarno"
    assert names.formal(" de  la Cruz ", "Ana\u202e  María", "", "ro") == "Ana María de la Cruz"


def test_display_and_formal_in_latin() -> None:
    assert names.display("Шевченко", "Юрій", "Ігорович", "uk", in_latin=True) == "Yurii Shevchenko"
    assert (
        names.formal("Шевченко", "Юрій", "Ігорович", "uk", in_latin=True)
        == "Shevchenko Yurii Ihorovych"
    )
    assert (
        names.formal("Ангелова", "Мария", "Илиева", "bg", in_latin=True) == "Maria Ilieva Angelova"
    )


SORTED = {
    "ro": ["Abel", "Azur", "Ăla", "Âla", "Bob", "Ieremia", "Izvor", "Împărat", "Sandu", "Stan", "Szabo", "Șandru",
           "Toma", "Tudor", "Țepeș", "Udrea", "Zidaru"],
    "uk": ["Авраменко", "Галаган", "Гук", "Ґалаґан", "Довженко", "Ерн", "Єва", "Жук", "Ива", "Ищук", "Івасюк", "Їжак",
           "Йосипенко", "Коваль", "Щука", "Юрченко", "Яворський"],
    "bg": ["Ангелов", "Божков", "Видински", "Жеков", "Илиев", "Йорданов", "Цветков", "Щерев", "Ъглов", "Юруков",
           "Янев"],
    "ar": ["أحمد", "باسم", "پاول", "تامر", "جمال", "خالد", "سارة", "علي", "فاطمة", "كريم", "ليلى", "محمد", "نور",
           "هبة", "وليد", "ياسر"],
    "en": ["Adams", "Ștefan", "Sutton", "Țepeș", "Toma", "Zimmer"],
}  # fmt: skip


@pytest.mark.parametrize("language", SORTED)
def test_dictionary_order(language: str) -> None:
    expected = SORTED[language]
    shuffled = random.Random(1).sample(expected, len(expected))
    assert sorted(shuffled, key=lambda text: names.sort_key(text, language).encode()) == expected


def test_cedilla_sorts_as_comma_below_and_case_does_not_count() -> None:
    assert names.sort_key("Şandru", "ro") == names.sort_key("șANDRU", "ro")
    assert names.sort_key("М’ясоїд", "uk") == names.sort_key("мясоїд", "uk")


def test_a_short_family_name_comes_before_a_longer_one_that_begins_alike() -> None:
    people = [("Ion", "Zoe"), ("Ion Barbu", "Ana"), ("Ion-Barbu", "Bea"), ("Ionescu", "Ana")]
    keys = [names.sort_key(names.sort_text(*person), "ro") for person in people]
    assert keys == sorted(keys)
    assert names.sort_key("منى، أحمد", "ar") == names.sort_key("منى, أحمد", "ar")


@given(st.text(), st.sampled_from(["ro", "uk", "bg", "ar", "en"]))
def test_sort_key_never_fails(text: str, language: str) -> None:
    key, cleaned = names.sort_key(text, language), names.clean(text)
    assert key.encode() is not None
    assert names.clean(cleaned) == cleaned.encode().decode()


def test_clean_keeps_letters_and_drops_tricks() -> None:
    assert names.clean("  Ana\u202e\u200b \n Maria\x00 ") == "Ana Maria"
    assert names.clean("S\u0326tefan М’ясоїд") == "Ștefan М’ясоїд"
