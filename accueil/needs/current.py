"""The matcher of the table of this installation, made once."""

from functools import cache

from accueil.needs.matcher import NeedMatcher
from accueil.needs.table import load_needs


@cache
def need_matcher() -> NeedMatcher:
    return NeedMatcher(load_needs())
