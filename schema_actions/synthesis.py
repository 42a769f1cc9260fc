"""Counts of sheets by level: published, computed, compared, changed. No database."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from schema_actions.enums import LevelStatus, Pace
from schema_actions.levels import LEVEL_LABELS, LEVELS, levels_of

Level = int | None


@dataclass(frozen=True)
class Counts:
    """Sheets at each level, from red to green."""

    levels: tuple[int, ...]

    @property
    def late(self) -> int:
        return self.count_at(Pace.LATE)

    @property
    def on_pace(self) -> int:
        return self.count_at(Pace.ON_PACE)

    @property
    def ahead(self) -> int:
        return self.count_at(Pace.AHEAD)

    @property
    def total(self) -> int:
        return sum(self.levels)

    @property
    def percents(self) -> tuple[int, ...]:
        """Each share rounded to the nearest percent, a half up; their sum may differ from 100."""
        total = self.total
        return tuple((200 * n + total) // (2 * total) if total else 0 for n in self.levels)

    def count_at(self, pace: Pace) -> int:
        return sum(self.levels[level - 1] for level in levels_of(pace))

    def to_dict(self) -> dict[str, Any]:
        return {
            "levels": list(self.levels),
            "late": self.late,
            "on_pace": self.on_pace,
            "ahead": self.ahead,
            "total": self.total,
        }


@dataclass(frozen=True)
class ComputedCounts(Counts):
    """Counts of the entered levels, and of the sheets without a level by reason."""

    not_concerned: int = 0
    not_transcribed: int = 0
    missing: int = 0

    @property
    def sheets(self) -> int:
        return self.total + self.not_concerned + self.not_transcribed + self.missing

    def to_dict(self) -> dict[str, Any]:
        unknown = {
            "not_concerned": self.not_concerned,
            "not_transcribed": self.not_transcribed,
            "missing": self.missing,
        }
        return {**super().to_dict(), **unknown}


def compute_counts(rows: Iterable[tuple[str, Level]]) -> ComputedCounts:
    """Return the counts of (level_status, level) pairs."""
    statuses: Counter[str] = Counter()
    levels: Counter[int] = Counter()
    for status, level in rows:
        if status == LevelStatus.EVALUATED and level:
            levels[level] += 1
        else:
            statuses[status] += 1
    return ComputedCounts(
        levels=tuple(levels[level] for level in LEVELS),
        not_concerned=statuses[LevelStatus.NOT_CONCERNED],
        not_transcribed=statuses[LevelStatus.NOT_TRANSCRIBED],
        missing=statuses[LevelStatus.MISSING],
    )


@dataclass(frozen=True)
class Synthesis:
    """The published counts, None if there are none, beside those computed from the sheets."""

    published: Counts | None
    computed: ComputedCounts

    @property
    def agrees(self) -> bool | None:
        """Whether both are equal, None if none is published or a level is not transcribed."""
        if self.published is None or self.computed.not_transcribed:
            return None
        return self.published.levels == self.computed.levels

    @property
    def differences(self) -> list[str]:
        """Each difference in words.

        While levels are not transcribed, only counts above the published ones are differences.
        """
        if self.published is None:
            return []
        not_transcribed = self.computed.not_transcribed
        messages = [
            _("Niveau %(level)d (%(words)s) : %(published)s, %(computed)s.")
            % {
                "level": level,
                "words": LEVEL_LABELS[level],
                "published": ngettext("%d publiée", "%d publiées", printed) % printed,
                "computed": ngettext("%d calculée", "%d calculées", computed) % computed,
            }
            for level, printed, computed in zip(
                LEVELS, self.published.levels, self.computed.levels, strict=True
            )
            if (computed > printed if not_transcribed else computed != printed)
        ]
        if not_transcribed:
            count = ngettext(
                "%d fiche n'a pas encore son niveau transcrit : le calcul est partiel.",
                "%d fiches n'ont pas encore leur niveau transcrit : le calcul est partiel.",
                not_transcribed,
            )
            messages.insert(0, count % not_transcribed)
        elif self.published.total != self.computed.total:
            published, computed = self.published.total, self.computed.total
            values = {
                "published": ngettext("%d fiche publiée", "%d fiches publiées", published)
                % published,
                "computed": ngettext("%d calculée", "%d calculées", computed) % computed,
            }
            messages.append(_("Total : %(published)s, %(computed)s.") % values)
        return messages

    def to_dict(self) -> dict[str, Any]:
        return {
            "published": self.published.to_dict() if self.published else None,
            "computed": self.computed.to_dict(),
            "agrees": self.agrees,
            "differences": self.differences,
        }


@dataclass(frozen=True)
class LevelChange:
    """The levels of a sheet in two campaigns, None where it was not evaluated."""

    key: Any
    before: Level
    after: Level

    @property
    def steps(self) -> int | None:
        """The levels gained, negative when it fell; None unless both are known."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True)
class LevelChanges:
    """The sheets that gained, fell, stayed, and those that cannot be compared."""

    gained: list[LevelChange]
    fell: list[LevelChange]
    same: list[LevelChange]
    not_compared: list[LevelChange]


def compare_levels(before: Mapping[Any, Level], after: Mapping[Any, Level]) -> LevelChanges:
    """Return the changes of levels between two campaigns, by key of sheet, the greatest first.

    A sheet that only one campaign has cannot be compared.
    """
    keys = [*after, *(key for key in before if key not in after)]
    changes = [LevelChange(key, before.get(key), after.get(key)) for key in keys]

    def sorted_by_change(changes: Sequence[LevelChange]) -> list[LevelChange]:
        return sorted(changes, key=lambda change: -abs(change.steps or 0))

    return LevelChanges(
        gained=sorted_by_change([change for change in changes if (change.steps or 0) > 0]),
        fell=sorted_by_change([change for change in changes if (change.steps or 0) < 0]),
        same=[change for change in changes if change.steps == 0],
        not_compared=[change for change in changes if change.steps is None],
    )
