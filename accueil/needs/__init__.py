"""What people need, understood in what they type: `data/needs.toml`, `matcher.py`. No database."""

from accueil.needs.matcher import Match, NeedMatcher, need_matcher
from accueil.needs.table import Contact, Need, NeedTable, load_needs

__all__ = ["Contact", "Match", "Need", "NeedMatcher", "NeedTable", "load_needs", "need_matcher"]
