"""How far a campaign is: the state of each sheet, who has not started, who is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from schema_actions.enums import LevelStatus
from schema_actions.models import Campaign, Entry
from schema_actions.synthesis import ComputedCounts, compute_counts
from schema_actions.workflow import AGREED, ENTRY_STATES, LATE, WITHOUT_PILOT, EntryState

STATES = (*ENTRY_STATES, LATE, WITHOUT_PILOT)


@dataclass(frozen=True)
class Row:
    """A sheet of the campaign on a given day."""

    entry: Entry
    is_late: bool

    @property
    def state(self) -> EntryState:
        return self.entry.state

    @property
    def has_pilot(self) -> bool:
        return bool(self.entry.pilot_users)

    def is_in(self, key: str) -> bool:
        if key == LATE.key:
            return self.is_late
        if key == WITHOUT_PILOT.key:
            return not self.has_pilot
        return self.state.key == key


@dataclass(frozen=True)
class Progress:
    rows: Sequence[Row]

    def count(self, state: EntryState) -> int:
        return sum(row.is_in(state.key) for row in self.rows)

    @property
    def counts(self) -> list[tuple[EntryState, int]]:
        """The number of sheets in each state, late and without pilot; empty states are left out."""
        counts = [(state, self.count(state)) for state in STATES]
        return [(state, count) for state, count in counts if count or state.is_always_counted]

    @property
    def agreed(self) -> list[Entry]:
        return [row.entry for row in self.rows if row.state is AGREED]

    @property
    def waiting(self) -> list[Entry]:
        """The entries that keep the campaign from being frozen."""
        return [row.entry for row in self.rows if row.entry.is_waiting]

    @property
    def drafts(self) -> list[Entry]:
        return [row.entry for row in self.rows if row.entry.is_draft]

    @property
    def percent(self) -> int:
        """The percentage of sheets handed in."""
        return round(100 * (1 - len(self.drafts) / len(self.rows))) if self.rows else 0

    @property
    def levels(self) -> ComputedCounts:
        """The levels handed in so far; drafts count as missing."""
        return compute_counts(
            (LevelStatus.MISSING, None)
            if row.entry.is_draft
            else (row.entry.level_status, row.entry.level)
            for row in self.rows
        )


def campaign_progress(campaign: Campaign, today: date) -> Progress:
    """Return the progress on that day, in a constant number of queries."""
    entries = Entry.objects.for_page().filter(evaluation__campaign=campaign).in_order()
    return Progress([Row(entry, entry.is_late(today)) for entry in entries])
