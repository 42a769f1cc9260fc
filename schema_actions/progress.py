"""How far a campaign is: each sheet with what it waits for, who has not started, who is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from schema_actions.enums import EntryStatus, LevelStatus
from schema_actions.models import Campaign, Entry
from schema_actions.synthesis import ComputedCounts, compute_counts

Label = str | Promise


@dataclass(frozen=True)
class SheetState:
    """Where a sheet stands: `key` names it in an address."""

    key: str
    label: Label
    tone: str


NOT_STARTED = SheetState("pas-commencee", _("pas commencée"), "doubt")
STARTED = SheetState("en-cours", _("en cours d'écriture"), "soon")
SUBMITTED = SheetState("a-relire", _("remise, à relire"), "soon")
AGREED = SheetState("d-accord", _("relue, d'accord : à valider"), "soon")
DISAGREED = SheetState("pas-d-accord", _("relue, pas d'accord : à trancher"), "doubt")
VALIDATED = SheetState("validee", _("validée"), "sure")
LATE = SheetState("en-retard", _("en retard"), "doubt")
NO_PILOT = SheetState("sans-pilote", _("sans pilote"), "doubt")
STATES = (NOT_STARTED, STARTED, SUBMITTED, DISAGREED, AGREED, VALIDATED)


@dataclass(frozen=True)
class Row:
    """A sheet of the campaign on the day of the board."""

    entry: Entry
    is_late: bool

    @property
    def state(self) -> SheetState:
        return entry_state(self.entry)

    @property
    def has_pilot(self) -> bool:
        return bool(self.entry.pilot_users)

    def is_in(self, key: str) -> bool:
        if key == LATE.key:
            return self.is_late
        if key == NO_PILOT.key:
            return not self.has_pilot
        return self.state.key == key


@dataclass(frozen=True)
class Progress:
    rows: Sequence[Row]

    def count(self, state: SheetState) -> int:
        return sum(row.is_in(state.key) for row in self.rows)

    @property
    def counts(self) -> list[tuple[SheetState, int]]:
        """The sheets of each state, then those that are late or without pilot, if there are any."""
        return [
            (state, found)
            for state in (*STATES, LATE, NO_PILOT)
            if (found := self.count(state)) or state in (NOT_STARTED, VALIDATED)
        ]

    @property
    def agreed(self) -> list[Entry]:
        return [row.entry for row in self.rows if row.state is AGREED]

    @property
    def waiting(self) -> list[Entry]:
        """Those that keep the campaign from being frozen."""
        return [
            row.entry
            for row in self.rows
            if row.entry.status in (EntryStatus.SUBMITTED, EntryStatus.REVIEWED)
        ]

    @property
    def drafts(self) -> list[Entry]:
        return [row.entry for row in self.rows if row.entry.status == EntryStatus.DRAFT]

    @property
    def percent(self) -> int:
        """Sheets handed in, of all."""
        return round(100 * (1 - len(self.drafts) / len(self.rows))) if self.rows else 0

    @property
    def levels(self) -> ComputedCounts:
        """The levels handed in so far; a draft's is not told yet."""
        missing = LevelStatus.MISSING.value
        return compute_counts(
            (missing, None)
            if row.entry.status == EntryStatus.DRAFT
            else (row.entry.level_status, row.entry.level)
            for row in self.rows
        )


def entry_state(entry: Entry) -> SheetState:
    if entry.status == EntryStatus.DRAFT:
        return STARTED if entry.is_started else NOT_STARTED
    if entry.status == EntryStatus.REVIEWED:
        return AGREED if entry.is_agreed else DISAGREED
    return VALIDATED if entry.status == EntryStatus.VALIDATED else SUBMITTED


def campaign_progress(campaign: Campaign, today: date) -> Progress:
    """In a constant number of queries."""
    entries = Entry.objects.for_page().filter(evaluation__campaign=campaign).in_order()
    return Progress([Row(entry, is_late(entry, today)) for entry in entries])


def is_late(entry: Entry, today: date) -> bool:
    """Not handed in, and its day is past."""
    due_on = entry.evaluation.campaign.due_on
    return entry.status == EntryStatus.DRAFT and due_on is not None and due_on < today
