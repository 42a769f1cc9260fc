from django import template

from teams.sentences import BADGES
from teams.whereabouts import Certainty

register = template.Library()


@register.filter
def badge(certainty: Certainty) -> tuple[str, str]:
    """The tone and the words of a certainty."""
    tone, words = BADGES[certainty]
    return tone, str(words)
