"""The public feed of changes of moves: what changed and when.

It never says who changed a move, nor why: reasons are free text for colleagues, which may name a
person, and what a feed once gave cannot be taken back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from relocations.history import attach_sites, describe_update
from relocations.models import Relocation, RelocationQuerySet

MAX_ENTRIES = 100

Record: Any = Relocation.history.model
_SOURCE_FIRST = F("source__period_earliest").desc(nulls_last=True)


@dataclass(frozen=True)
class AtomEntry:
    """A move as a change left it, and the sentences of the change."""

    move: Relocation
    updated_at: datetime
    sentences: Sequence[str]

    @property
    def key(self) -> str:
        """Its permanent identifier, whatever the address of the page (RFC 4151)."""
        host = urlsplit(settings.SITE_URL).hostname
        return f"tag:{host},2023:demenagement/{self.move.pk}/{self.move.version}"

    @property
    def is_loaded(self) -> bool:
        """Whether it comes from a document, not from a change in the portal."""
        return self.move.edited_at is None


def atom_entries(moves: RelocationQuerySet) -> list[AtomEntry]:
    """Return the latest changes of these moves, newest first, in a constant number of queries.

    A move that was only loaded has one entry, dated by its source.
    """
    records = _last_records(moves)
    changed = records.filter(edited_at__isnull=False).order_by("-history_date", "-pk")[:MAX_ENTRIES]
    loaded = records.filter(edited_at__isnull=True).order_by(_SOURCE_FIRST, "-pk")[:MAX_ENTRIES]
    entries = [*_entries_from_history([*changed, *loaded]), *_entries_without_history(moves)]
    return sorted(entries, key=lambda entry: (entry.updated_at, entry.move.pk, entry.move.version))[
        ::-1
    ][:MAX_ENTRIES]


def _last_records(moves: RelocationQuerySet) -> QuerySet[Any]:
    """Return the last history record of each version, with the key of the one before in `previous`.

    A version has several records only where a corrected document was loaded again.
    """
    records_of_move = Record.objects.filter(id=OuterRef("id"))
    later = records_of_move.filter(version=OuterRef("version"), pk__gt=OuterRef("pk"))
    before = records_of_move.filter(version__lt=OuterRef("version")).order_by("-version", "-pk")
    return (
        Record.objects.filter(~Exists(later), id__in=moves.order_by().values("pk"))
        .annotate(previous=Subquery(before.values("pk")[:1]))
        .select_related("team", "source")
    )


def _entries_from_history(records: Sequence[Any]) -> Iterable[AtomEntry]:
    before = Record.objects.in_bulk([record.previous for record in records])
    states = {record.pk: record.instance for record in (*records, *before.values())}
    attach_sites(states.values())
    for record in records:
        move = states[record.pk]
        move.team, move.source = record.team, record.source
        is_loaded = record.edited_at is None
        when = (is_loaded and move.published_at) or record.history_date
        yield AtomEntry(move, when, describe_update(states.get(record.previous), move))


def _entries_without_history(moves: RelocationQuerySet) -> Iterable[AtomEntry]:
    """Yield an entry for each move loaded before the portal had a history."""
    without = moves.filter(~Exists(Record.objects.filter(id=OuterRef("pk"))))
    for move in without.with_sites().order_by(_SOURCE_FIRST, "-pk")[:MAX_ENTRIES]:
        yield AtomEntry(move, move.changed_at, describe_update(None, move))
