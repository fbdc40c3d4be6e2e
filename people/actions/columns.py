"""Remembering what the columns of an institution's lists mean."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from formats.names import fold
from people import audit
from people.access import require
from people.import_words import COLUMNS
from people.models import ColumnMapping, Organisation, User
from people.permissions import Permission


def titles_key(titles: Sequence[str]) -> str:
    """The same for the same row of titles, whatever their case, marks and order."""
    return sha256("\n".join(sorted(fold(title) for title in titles)).encode()).hexdigest()


def remembered(organisation: Organisation, titles: Sequence[str]) -> dict[str, str]:
    """What was said of these titles at the institution, else at the nearest above it: title by fact."""
    said = {
        row.organisation.path: row.columns
        for row in ColumnMapping.objects.filter(
            titles_key=titles_key(titles), organisation__path__in=organisation.authority_paths()
        ).select_related("organisation")
    }
    nearest = next((path for path in organisation.authority_paths() if path in said), None)
    return said[nearest] if nearest else {}


@transaction.atomic
def remember(
    *,
    by: User | None,
    organisation: Organisation,
    titles: Sequence[str],
    columns: Mapping[str, str],
) -> ColumnMapping:
    """From now on lists with these titles are read so. Said again, the later counts."""
    require(by, Permission.IMPORT_PEOPLE, organisation=organisation)
    if unknown := columns.keys() - COLUMNS.keys() | set(columns.values()) - set(titles):
        raise ValidationError(str(sorted(unknown)))
    if not {"family_name", "given_name"} & columns.keys():
        raise ValidationError(_("Say which column holds the names."))
    if len(set(columns.values())) < len(columns):
        raise ValidationError(_("A column can hold one fact only."))
    made, _is_new = ColumnMapping.objects.update_or_create(
        organisation=organisation,
        titles_key=titles_key(titles),
        defaults={"columns": dict(columns), "said_at": timezone.now()},
    )
    audit.record(
        by=by, verb="people.columns", target=made, organisation=organisation, facts=sorted(columns)
    )
    return made
