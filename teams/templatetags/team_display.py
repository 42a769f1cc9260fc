from django import template

from teams import sentences
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
