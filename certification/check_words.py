"""The words of lists that are checked: column titles in five languages, and what is said of each row."""

from typing import Any

from django.utils.translation import gettext as _

from people.import_words import COLUMNS as OF_PEOPLE
from people.import_words import titles as titles_of
from people.queries import sheet_reason

# First the title that our template writes in each of the five languages, then other titles that are understood.
COLUMNS: dict[str, tuple[str, ...]] = {
    "family_name": OF_PEOPLE["family_name"],
    "given_name": OF_PEOPLE["given_name"],
    "patronymic": OF_PEOPLE["patronymic"],
    "number": ("Certificate number", "Numărul certificatului", "Номер сертифіката", "Номер на удостоверението",
               "رقم الشهادة", "Certificate", "Certificat", "Number", "Număr", "Nr.", "Номер", "№", "الرقم"),
    "authorisation": ("Authorisation number", "Numărul atestatului", "Номер дозволу", "Номер на разрешението",
                      "رقم الترخيص", "Authorisation", "Atestat", "Дозвіл", "Наказ", "Заповед", "الترخيص"),
    "name": ("Name", "Nume și prenume", "ПІБ", "Име и фамилия", "الاسم الكامل",
             "Full name", "Holder", "Titular", "Власник", "Притежател"),
}  # fmt: skip
# Longer than any name or number.
LONGEST = 160


def titles(language: str) -> list[str]:
    """The titles of the template in that language; the one column for the whole name is understood, not offered."""
    return titles_of(language, {name: words for name, words in COLUMNS.items() if name != "name"})


def reason(code: str, params: dict[str, Any]) -> str:
    """Why a row was not found or cannot be read, with what to do about it; also of the whole file."""
    texts = {
        "wrong_template": _(
            "There is no column for names or numbers. Download the template and copy your list into it."
        ),
        "nothing": _("The row has neither a name nor a number."),
        "nobody": _("Nobody of this name is on record in your institutions. Check the spelling."),
        "no_number": _("No certificate or authorisation of this number is on record in your institutions."),
        "several": _("Several people have this name. Choose one."),
        "alike": _("The name is written differently on record. Choose the person, if it is them."),
        "another_name": _("The number is on record under another name. Choose the person, if it is them."),
        "number_unknown": _("The name is on record, but not this number. Choose the person, if it is them."),
        "left_out": _("You said that it is none of these people."),
        "not_asked": _("This programme is not asked of this person."),
        "out_of_reach": _("This person does not belong to your institutions any more."),
    }  # fmt: skip
    return texts[code] if code in texts else sheet_reason(code, params)
