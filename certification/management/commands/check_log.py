"""Checks the public log against the records it was made of: every hash, every head, every signature."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certification import log
from certification.actions.log import log_size
from certification.models import LogEntry, LogHead
from formats import merkle


class Command(BaseCommand):
    help = (
        "Builds the public log again from the certificates and compares it with what was published."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = [*self.records(), *self.heads()]
        for line in wrong:
            self.stderr.write(line)
        if wrong:
            raise CommandError(f"{len(wrong)} places differ from what was published.")
        self.stdout.write(f"{log_size()} records, {LogHead.objects.count()} heads: in order.")

    def records(self) -> list[str]:
        """Records whose rows are not those that were taken in, and the tree over those that are."""
        rows = LogEntry.objects.order_by("position").select_related("certificate", "event")
        wrong: list[str] = []
        leaves: list[bytes] = []
        self.made: dict[merkle.Key, bytes] = {}
        for place, entry in enumerate(rows.iterator(chunk_size=2_000)):
            if entry.position != place:
                return [f"Record {place} is missing."]
            record = (
                log.event_record(entry.event, entry.certificate.number)
                if entry.event
                else log.issued_record(entry.certificate)
            )
            leaves.append(merkle.leaf_hash(record))
        made = merkle.grow(0, leaves, {})
        keys = list(made)
        for first in range(0, len(keys), 5_000):
            part = keys[first : first + 5_000]
            stored = log.nodes(part)
            wrong += [f"Hash {key} differs." for key in part if stored.get(key) != made[key]]
        self.made = made
        return wrong

    def heads(self) -> list[str]:
        """Heads whose root is not that of the records, or whose signature is not good."""
        wrong = []
        for head in LogHead.objects.order_by("day"):
            keys = merkle.parts((0, head.size))
            known = all(key in self.made for key in keys)
            if not known or merkle.fold([self.made[key] for key in keys]).hex() != head.root:
                wrong.append(f"The head of {head.day} does not fit the records.")
            if not log.is_signed(head):
                wrong.append(f"The head of {head.day} is not signed as it should be.")
        return wrong
