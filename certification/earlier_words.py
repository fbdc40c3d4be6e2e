"""The words of the list of paper certificates: column titles in five languages, and what is said of each refusal."""

from typing import Any

from django.utils.translation import gettext as _

from people.import_words import titles as titles_of
from people.queries import sheet_reason

# First the title that our template writes in each of the five languages, then other titles that are understood.
COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("Certificate number", "Numărul certificatului", "Номер сертифіката", "Номер на удостоверението",
               "رقم الشهادة", "Number", "Număr", "Nr.", "Номер", "№", "الرقم"),
    "holder": ("Holder", "Titular", "Власник", "Притежател", "صاحب الشهادة", "Name", "Full name", "Nume și prenume",
               "ПІБ", "Име и фамилия", "الاسم الكامل"),
    "programme": ("Programme", "Program", "Програма", "Програма на обучението", "البرنامج", "Course", "Curs", "Курс"),
    "issued_on": ("Issued on", "Eliberat la", "Дата видачі", "Издадено на", "تاريخ الإصدار", "Issue date",
                  "Data eliberării", "Date", "Data", "Дата", "التاريخ"),
    "valid_until": ("Valid until", "Valabil până la", "Дійсний до", "Валидно до", "صالح حتى", "Expires", "Expiră la"),
    "issuer": ("Issued by", "Eliberat de", "Ким видано", "Издадено от", "جهة الإصدار", "Issuer", "Emitent", "Видавець",
               "Издател"),
}  # fmt: skip
NEEDED = frozenset({"number", "programme", "issued_on", "issuer"})
# What else tells people of one name apart; it is read, compared, and forgotten.
WHO = ("national_id", "email")


def titles(language: str) -> list[str]:
    """The titles of the template in that language."""
    return titles_of(language, COLUMNS)


def reason(code: str, params: dict[str, Any]) -> str:
    """Why a row or the whole file was refused, with what to do about it."""
    texts = {
        "wrong_template": _(
            "A column is missing. Needed are number, holder, programme, day of issue and issuer."
            " Download the template and copy your list into it."
        ),
        "no_name": _("The holder is missing."),
        "no_number": _("The number of the certificate is missing."),
        "no_issuer": _("Who issued it is missing."),
        "no_day": _("The day of issue is missing."),
        "unknown_programme": _(
            "“%(value)s” is not a programme that we know. The upload page lists them."
        ),
        "ends_before": _("It ends before it was issued. Look at the two days."),
        "nobody": _(
            "Nobody of this name is on record in your institutions. Put the person on record first."
        ),
        "not_chosen": _("Several people bear this name, and none was chosen."),
        "recorded": _("This certificate is on record already, recorded on %(day)s."),
        "ours": _("This number is of a certificate that was issued here. It needs no recording."),
        "yourself": _("This is you. Somebody else has to record your certificate."),
        "no_rows": _("There are column names but no certificates below them."),
    }
    if code in texts:
        return texts[code] % {"value": "", "day": "", **params}
    return sheet_reason(code, params)
