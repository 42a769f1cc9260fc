from django import template

from teams import sentences
from teams.sentences import CERTAINTY_BADGES
from teams.whereabouts import Certainty, Whereabouts

register = template.Library()


@register.filter
def badge(certainty: Certainty) -> tuple[str, str]:
    """The tone and the words of a certainty."""
    tone, words = CERTAINTY_BADGES[certainty]
    return tone, str(words)


@register.filter
def state(place: Whereabouts) -> tuple[str, str]:
    """The tone and the words of how sure a place is, those of an opening where it is one."""
    return sentences.whereabouts_badge(place)
