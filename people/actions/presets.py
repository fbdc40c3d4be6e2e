"""Loading a country's preset: idempotent, all or nothing."""

from django.db import transaction
from django.utils.module_loading import import_string

from people import presets
from people.audit import record
from people.models import Jurisdiction, User


@transaction.atomic
def load_preset(*, country: str, by: User | None, dry_run: bool = False) -> presets.Report:
    """Put what the country's preset says into the database and report it; with `dry_run` nothing stays.

    What an administrator has changed by hand is never overwritten, and nothing is ever deleted.
    """
    if country not in presets.countries():
        raise ValueError(
            f"There is no preset «{country}»; there are: {', '.join(presets.countries())}."
        )
    loading = presets.Loading(country)
    for path in presets.loaders().values():
        import_string(path)(loading)
    if dry_run:
        transaction.set_rollback(True)
    elif loading.report.has_written:
        counts = {kind: dict(found) for kind, found in loading.report.counts().items()}
        record(
            by=by, verb="load_preset", target=Jurisdiction.objects.get(code=country), counts=counts
        )
    return loading.report
