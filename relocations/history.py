"""The history of a move in French: each change, its author, its date and its reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.core.models import Source
from portal.core.periods.period import Period, format_day
from relocations.models import Relocation, RelocationQuerySet
from teams.models import Site

Kind = Relocation.Kind


@dataclass(frozen=True)
class HistoryRow:
    """One change of a move.

    `author` is None for a row loaded from a document, dated `source_date`, and for an account that
    was deleted since: then `is_loaded` is False.
    """

    changed_at: datetime
    author: User | None
    is_loaded: bool
    source_date: str
    version: int
    sentences: Sequence[str]
    reason: str
    evidence: str


def history(move: Relocation) -> list[HistoryRow]:
    """Return the changes of a move, newest first. Three queries.

    What was loaded from a document comes as it was then, before any change.
    """
    records = move.history.select_related("history_user", "source")
    records = list(records.order_by("history_date", "pk"))
    states = [record.instance for record in records]
    attach_sites(states)
    before = [None, *states][: len(states)]
    rows = [
        HistoryRow(
            changed_at=record.history_date,
            author=record.history_user,
            is_loaded=record.edited_at is None,
            source_date=_source_date(record.source),
            version=record.version,
            sentences=describe_update(old, new),
            reason=record.reason if record.reason != (old.reason if old else None) else "",
            evidence=record.evidence if record.evidence != (old.evidence if old else None) else "",
        )
        for record, old, new in zip(records, before, states, strict=True)
    ]
    return rows[::-1]


@dataclass(frozen=True)
class RecentChange:
    """A change of a move by a user."""

    move: Relocation
    changed_at: datetime
    author: User
    sentences: Sequence[str]


def recent_changes(
    moves: RelocationQuerySet, *, exclude_author: User, limit: int
) -> list[RecentChange]:
    """Return the last changes of these moves that other users made, newest first. Four queries."""
    records = Relocation.history.filter(id__in=moves.values("pk"), history_user__isnull=False)
    records = records.exclude(history_user=exclude_author).select_related("history_user")
    last = list(records.order_by("-history_date", "-pk")[:limit])
    moves_by_id = Relocation.objects.select_related("team").in_bulk({record.id for record in last})
    earlier: dict[int, list[Any]] = {}
    for record in Relocation.history.filter(id__in=moves_by_id).order_by("history_date", "pk"):
        earlier.setdefault(record.id, []).append(record)
    changes = []
    for record in last:
        past = [other.instance for other in earlier[record.id] if other.pk < record.pk]
        changes.append((record, past[-1] if past else None, record.instance))
    attach_sites([state for _r, old, new in changes for state in (old, new) if state])
    return [
        RecentChange(
            moves_by_id[record.id],
            record.history_date,
            record.history_user,
            describe_update(old, new),
        )
        for record, old, new in changes
        if record.id in moves_by_id
    ]


def describe_update(before: Relocation | None, after: Relocation) -> list[str]:
    """Return the sentences of the change from `before` to `after`, at least one.

    Without `before`, they describe the move.
    """
    return describe_changes(before, after) or [_("Toujours d'actualité : rien n'a changé.")]


def describe_changes(before: Relocation | None, after: Relocation) -> list[str]:
    """Return the sentences of the change from `before` to `after`, none where nothing changed."""
    if before is None:
        return [*_describe_status(after), *_describe_period(after), *_describe_destination(after)]
    sentences: list[str] = []
    if before.status != after.status or before.actual_date != after.actual_date:
        sentences += _describe_status(after, before)
    if not _is_same_period(before.period, after.period):
        sentences += _describe_period(after, before)
    if before.destination_id != after.destination_id:
        sentences += _describe_destination(after)
    if before.origin_id != after.origin_id:
        sentences.append(_("Départ : %s.") % _site_label(after.origin))
    return sentences


def _source_date(source: Source | None) -> str:
    return str(source.period) if source and source.period.is_bounded else ""


def _describe_status(after: Relocation, before: Relocation | None = None) -> list[str]:
    if before and not before.is_open and after.is_open:
        return [str(_REOPENED[after.kind]) % after.get_status_display()]
    rule = after.status_rule
    if rule.undated_sentences and after.actual_date is None:
        return [str(rule.undated_sentences[after.kind])]
    day = format_day(after.actual_date) if after.actual_date else ""
    return [str(rule.sentences[after.kind]) % {"day": day}]


_REOPENED: Mapping[str, Any] = {
    Kind.MOVE: gettext_lazy("Le déménagement est rouvert : %s."),
    Kind.OPENING: gettext_lazy("L'ouverture est de nouveau annoncée : %s."),
    Kind.CLOSING: gettext_lazy("La fermeture est de nouveau annoncée : %s."),
}


def _describe_period(after: Relocation, before: Relocation | None = None) -> list[str]:
    period = after.period
    if not period.is_bounded:
        return [_("Il n'a plus de date.")] if before and before.period.is_bounded else []
    new = after.period_label
    if before and before.period.is_bounded:
        old = before.period_label
        return [_("Nouvelle date : %(now)s (avant : %(then)s).") % {"now": new, "then": old}]
    return [_("Date : %s.") % new]


def _describe_destination(after: Relocation) -> list[str]:
    return [_("Arrivée : %s.") % _site_label(after.destination)] if after.destination_id else []


def _site_label(site: Site | None) -> str:
    return site.label if site else _("lieu non publié")


def _is_same_period(period: Period, other_period: Period) -> bool:
    return (period.text, period.earliest, period.latest) == (
        other_period.text,
        other_period.earliest,
        other_period.latest,
    )


def attach_sites(states: Iterable[Relocation]) -> None:
    """Set the sites of these moves, in one query for all."""
    keys = {key for state in states for key in (state.origin_id, state.destination_id) if key}
    sites = Site.objects.in_bulk(keys)
    for state in states:
        state.origin = sites.get(state.origin_id)
        state.destination = sites.get(state.destination_id)
