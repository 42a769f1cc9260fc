"""How far a campaign is: each sheet with what it waits for, who has not started, who is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from schema_actions.models import Campaign, Entry
from schema_actions.synthesis import Computed, computed

Step = Entry.Step
Words = str | Promise


@dataclass(frozen=True)
class State:
    """Where a sheet stands: `key` names it in an address."""

    key: str
    words: Words
    tone: str


NOT_BEGUN = State("pas-commencee", _("pas commencée"), "doubt")
BEGUN = State("en-cours", _("en cours d'écriture"), "soon")
SUBMITTED = State("a-relire", _("remise, à relire"), "soon")
AGREED = State("d-accord", _("relue, d'accord : à valider"), "soon")
DISAGREED = State("pas-d-accord", _("relue, pas d'accord : à trancher"), "doubt")
VALIDATED = State("validee", _("validée"), "sure")
LATE = State("en-retard", _("en retard"), "doubt")
NO_PILOT = State("sans-pilote", _("sans pilote"), "doubt")
STATES = (NOT_BEGUN, BEGUN, SUBMITTED, DISAGREED, AGREED, VALIDATED)


@dataclass(frozen=True)
class Row:
    """A sheet of the campaign on the day of the board."""

    entry: Entry
    is_late: bool

    @property
    def state(self) -> State:
        return state_of(self.entry)

    @property
    def has_pilot(self) -> bool:
        return bool(self.entry.people)

    def is_in(self, key: str) -> bool:
        if key == LATE.key:
            return self.is_late
        if key == NO_PILOT.key:
            return not self.has_pilot
        return self.state.key == key


@dataclass(frozen=True)
class Progress:
    rows: Sequence[Row]

    def count(self, state: State) -> int:
        return sum(row.is_in(state.key) for row in self.rows)

    @property
    def counts(self) -> list[tuple[State, int]]:
        """The sheets of each state, then those that are late or without pilot, if there are any."""
        return [
            (state, found)
            for state in (*STATES, LATE, NO_PILOT)
            if (found := self.count(state)) or state in (NOT_BEGUN, VALIDATED)
        ]

    @property
    def agreed(self) -> list[Entry]:
        return [row.entry for row in self.rows if row.state is AGREED]

    @property
    def waiting(self) -> list[Entry]:
        """Those that keep the campaign from being frozen."""
        return [
            row.entry for row in self.rows if row.entry.status in (Step.SUBMITTED, Step.REVIEWED)
        ]

    @property
    def drafts(self) -> list[Entry]:
        return [row.entry for row in self.rows if row.entry.status == Step.DRAFT]

    @property
    def percent(self) -> int:
        """Sheets handed in, of all."""
        return round(100 * (1 - len(self.drafts) / len(self.rows))) if self.rows else 0

    @property
    def levels(self) -> Computed:
        """The levels handed in so far; a draft's is not told yet."""
        missing = Entry.LevelStatus.MISSING.value
        return computed(
            (missing, None)
            if row.entry.status == Step.DRAFT
            else (row.entry.level_status, row.entry.level)
            for row in self.rows
        )


def state_of(entry: Entry) -> State:
    if entry.status == Step.DRAFT:
        return BEGUN if entry.is_begun else NOT_BEGUN
    if entry.status == Step.REVIEWED:
        return AGREED if entry.is_agreed else DISAGREED
    return VALIDATED if entry.status == Step.VALIDATED else SUBMITTED


def progress(campaign: Campaign, today: date) -> Progress:
    """In a constant number of queries."""
    entries = Entry.objects.for_page().filter(evaluation__campaign=campaign).in_order()
    return Progress([Row(entry, is_late(entry, today)) for entry in entries])


def is_late(entry: Entry, today: date) -> bool:
    """Not handed in, and its day is past."""
    due_on = entry.evaluation.campaign.due_on
    return entry.status == Step.DRAFT and due_on is not None and due_on < today
