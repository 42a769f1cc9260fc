"""The scale of seven levels: their labels, and the pace that each means."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from schema_actions.enums import LevelStatus, Pace

LEVELS = range(1, 8)  # 1 is red, 7 is green


LEVEL_LABELS: dict[int, Promise] = {
    1: _("très en retard"),
    2: _("en retard"),
    3: _("un peu en retard"),
    4: _("au rythme prévu"),
    5: _("un peu en avance"),
    6: _("en avance"),
    7: _("très en avance"),
}
LEVEL_CHOICES = [
    (str(level), format_lazy("{} · {}", level, LEVEL_LABELS[level])) for level in LEVELS
]


def pace_of(level: int) -> Pace:
    if level < 4:
        return Pace.LATE
    return Pace.ON_PACE if level == 4 else Pace.AHEAD


def levels_of(pace: Pace) -> list[int]:
    return [level for level in LEVELS if pace_of(level) == pace]


def level_label(level: int | None) -> str:
    """Return "5 sur 7, un peu en avance" for 5, "" for None."""
    if level is None:
        return ""
    values = {"level": level, "words": LEVEL_LABELS[level]}
    return str(_("%(level)d sur 7, %(words)s")) % values


def level_or_status_label(level: int | None, status: str) -> str:
    """Return the level in words, as "5 sur 7, un peu en avance", or why there is none."""
    return level_label(level) or str(LevelStatus(status).label)
