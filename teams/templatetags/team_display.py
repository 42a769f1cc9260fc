from django import template

from teams import sentences
from teams.sentences import CERTAINTY_BADGES
from teams.whereabouts import Certainty, Whereabouts

register = template.Library()


@register.filter
def certainty_badge(certainty: Certainty) -> tuple[str, str]:
    """The tone and the words of a certainty."""
    tone, label = CERTAINTY_BADGES[certainty]
    return tone, str(label)


@register.filter
def whereabouts_badge(whereabouts: Whereabouts) -> tuple[str, str]:
    """The tone and the words of how sure a place is, those of an opening where it is one."""
    return sentences.whereabouts_badge(whereabouts)
