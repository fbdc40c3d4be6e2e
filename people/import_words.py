"""The words of the people import: column titles in five languages, and what is said of each refusal."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LANGUAGES = ("en", "ro", "uk", "bg", "ar")

# First the title that our template writes in each of LANGUAGES, then other titles that are understood.
COLUMNS: dict[str, tuple[str, ...]] = {
    "family_name": ("Family name", "Nume de familie", "Прізвище", "Фамилно име", "اسم العائلة",
                    "Surname", "Last name", "Nume", "Фамилия", "اللقب"),
    "given_name": ("Given name", "Prenume", "Ім’я", "Собствено име", "الاسم الأول",
                   "First name", "Given names", "Име", "الاسم"),
    "patronymic": ("Patronymic", "Patronimic", "По батькові", "Бащино име", "اسم الأب",
                   "Father's name", "Middle name", "Prenumele tatălui", "Презиме"),
    "national_id": ("National number", "Cod numeric personal", "РНОКПП", "ЕГН", "الرقم القومي",
                    "Personal number", "CNP", "IDNP", "ІПН", "الرقم الوطني"),
    "email": ("E-mail", "Adresă de e-mail", "Електронна пошта", "Имейл", "البريد الإلكتروني",
              "Email address", "E-mail address", "Email", "Mail", "Е-пошта", "Електронна поща", "Имейл адрес"),
    "phone": ("Telephone", "Telefon", "Телефон", "Телефонен номер", "الهاتف",
              "Phone", "Mobile", "Telefon mobil", "رقم الهاتف"),
    "county": ("County", "Județ", "Область", "Област", "المحافظة", "Region", "District", "Raion", "Регион"),
    "locality": ("Town or village", "Localitate", "Населений пункт", "Населено място", "المدينة أو القرية",
                 "Town", "City", "Oraș", "Місто", "Град", "المدينة"),
    "category": ("Category", "Categorie", "Категорія", "Категория", "الفئة"),
    "language": ("Language", "Limbă", "Мова", "Език", "اللغة", "Limba"),
    "since": ("Since", "Din data", "З дати", "От дата", "منذ", "Member since", "Membru din", "Від", "تاريخ البدء"),
    "postal_address": ("Postal address", "Adresă poștală", "Поштова адреса", "Пощенски адрес", "العنوان البريدي",
                       "Address", "Adresă", "Адреса", "Адрес", "العنوان"),
}  # fmt: skip

# "Județul Timiș", "Timiș County", "Одеська область": the word for county is no part of the name (folded as names are).
COUNTY_WORDS = frozenset(
    {
        "judetul",
        "judet",
        "county",
        "oblast",
        "область",
        "област",
        "raion",
        "raionul",
        "district",
        "محافظه",
        "المحافظه",
        "اقليم",
    }
)


def titles(language: str, columns: Mapping[str, Sequence[str]] = COLUMNS) -> list[str]:
    """The titles of the template (of any list whose columns are given so) in that language."""
    place = LANGUAGES.index(language) if language in LANGUAGES else 0
    return [words[place] for words in columns.values()]


def reason(code: str, params: dict[str, Any]) -> str:
    """Why a row or a whole file was refused, in the reader's language, with what to do about it."""
    count = int(params.get("limit") or params.get("megabytes") or 0)
    texts = {**_row_reasons(), **_file_reasons(), **_counted(count)}
    words = {"value": "", "line": "", "name": "", "column": "", **params, "count": count}
    return texts.get(code, _("This could not be read.")) % words


def _row_reasons() -> dict[str, str]:
    return {
        "no_name": _("The name is missing."),
        "digits_in_name": _("There are digits in the name."),
        "bad_email": _("“%(value)s” is not an e-mail address."),
        "bad_phone": _("“%(value)s” is not a telephone number."),
        "short_number": _(
            "The national number is too short. Make the column a text column: zeros may be lost."
        ),
        "number_taken": _(
            "Somebody with this number is on record in another institution. Ask your administrator."
        ),
        "several_of_name": _(
            "Several people of this name are on record. Add the number or the e-mail address to this row."
        ),
        "email_of_another": _(
            "This e-mail address is on record for somebody with another name. Check the name and the address."
        ),
        "yourself": _("This is you. Enrol yourself on the page of the edition."),
        "unknown_county": _("“%(value)s” is not a county that we know."),
        "unknown_category": _(
            "“%(value)s” is not a category that we know. The upload page lists them."
        ),
        "unknown_language": _(
            "“%(value)s” is not one of our languages. Write en, ro, uk, bg or ar."
        ),
        "bad_day": _("“%(value)s” is not a date. Write it like 2026-03-07 or 07.03.2026."),
        "day_out_of_range": _("The date lies in the future or too far in the past."),
        "twice": _("This stands already in line %(line)s of the file."),
        "row_too_wide": _(
            "There are more cells than columns. Often a comma or semicolon stands inside a name."
        ),
    }


def _file_reasons() -> dict[str, str]:
    return {
        "wrong_template": _(
            "There is no column for names. Download the template and copy your list into it."
        ),
        "empty_file": _("The file is empty."),
        "wrong_type": _(
            "This is neither an XLSX nor a CSV file. Save your list as one of the two."
        ),
        "old_excel": _("This is an old Excel file (.xls). Open it and save it as .xlsx."),
        "password": _("The file is locked by a password. Save it without one."),
        "macros": _("The file contains macros. Save it as .xlsx without macros."),
        "damaged": _("The file is damaged and cannot be opened."),
        "encoding": _("The letters of the file cannot be read. Save it as CSV UTF-8 or as XLSX."),
        "binary": _("Line %(line)s is not text. Save your list anew as XLSX or CSV."),
        "quotes": _("A quotation mark in line %(line)s is not closed."),
        "no_sheet": _("The workbook has no visible sheet."),
        "no_headers": _("The first line must have the names of the columns."),
        "no_rows": _("There are column names but no people below them."),
        "nameless_column": _("Column %(column)s has data but no name in the first line."),
        "duplicate_header": _("Two columns have the same name: “%(name)s”."),
        "cell_too_long": _("A cell in line %(line)s is too long."),
    }


def _counted(count: int) -> dict[str, str]:
    """Sentences with a number before a noun."""
    return {
        "too_long": ngettext(
            "This is longer than %(count)d character.", "This is longer than %(count)d characters.", count
        ),
        "too_big": ngettext(
            "The file is bigger than %(count)d megabyte.", "The file is bigger than %(count)d megabytes.", count
        ),
        "unpacked_too_big": ngettext(
            "The file unpacks to more than %(count)d megabyte.",
            "The file unpacks to more than %(count)d megabytes.", count,
        ),
        "too_many_parts": ngettext(
            "The workbook has more than %(count)d part. Save only the sheet with the list.",
            "The workbook has more than %(count)d parts. Save only the sheet with the list.", count,
        ),
        "too_many_rows": ngettext(
            "There is more than %(count)d row. Split the list.",
            "There are more than %(count)d rows. Split the list.", count,
        ),
        "too_many_columns": ngettext(
            "There is more than %(count)d column.", "There are more than %(count)d columns.", count
        ),
    }  # fmt: skip


def known(by: str) -> str:
    """Why a row is taken for a person who is on record."""
    return {
        "number": _("The national number is on record."),
        "email": _("The e-mail address is on record."),
        "name": _(
            "A person of this name is on record here. If this is somebody else, add them by hand."
        ),
    }[by]
