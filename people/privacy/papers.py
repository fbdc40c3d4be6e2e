"""The register of the papers on a record, and of who is not who."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.privacy.kinds import OnErase, Table, author, of_person, personal, plain

DOCUMENTS = Table(
    "people.PersonDocument",
    title=_("Papers on your record"),
    rows=of_person("person"),
    on_erase=OnErase.GO,
    entries=(
        plain("person", "Whose."),
        personal(
            "kind body issued_on valid_until file recorded_at",
            _("Papers such as your contract, kept so that nobody has to ask you for them again."),
        ),
        plain("format sha256 size", "What kind of file it is, and that it comes once."),
        author("recorded_by"),
    ),
)

APART = Table(
    "people.Apart",
    title=_("Somebody with a record like yours"),
    rows=lambda subject: Q(first=subject.person_id) | Q(second=subject.person_id),
    on_erase=OnErase.GO,
    entries=(
        plain("first second", "Numbers of the two records."),
        personal("at", _("That somebody made sure that you and another person are two people.")),
        author("by", "Which user said so."),
    ),
)
