from datetime import date
from typing import Any

from django import template

from portal.core.models import Sourced
from teams import sentences
from teams.enums import TeamKind
from teams.models import Team
from teams.sentences import CERTAINTY_BADGES
from teams.whereabouts import Certainty, Whereabouts

register = template.Library()


@register.filter
def certainty_badge(certainty: Certainty) -> tuple[str, str]:
    """Return the tone and the label of a certainty."""
    tone, label = CERTAINTY_BADGES[certainty]
    return tone, str(label)


@register.filter
def whereabouts_badge(whereabouts: Whereabouts) -> tuple[str, str]:
    """Return the tone and the label of a team's whereabouts; those of an opening differ."""
    return sentences.whereabouts_badge(whereabouts)


@register.filter
def whereabouts_title(team: Team, whereabouts: Whereabouts) -> str:
    """Return the question that the whereabouts of a team answer."""
    is_team = team.kind in (TeamKind.PROXIMITY, TeamKind.RECEPTION)
    return sentences.whereabouts_title(whereabouts, is_team=is_team)


@register.filter
def is_overdue(move: Any, today: date) -> bool:
    """Return whether the days of an announced move are past."""
    return bool(move.is_overdue(today))


@register.filter
def sources_of(team: Team, whereabouts: Whereabouts) -> list[Sourced]:
    """Return the rows that say where a team is."""
    return team.sources_of(whereabouts)


@register.filter
def checked_label(team: Team, whereabouts: Whereabouts) -> str:
    """Return when the place of a team was last checked; "" if unknown."""
    return team.checked_label(whereabouts)
