"""Finds and completes the places named by a typed text, without a database.

Two tiers: France, whose communes change once a year, and what is local (quarters, teams, agencies),
which changes whenever an agent edits. A `Gazetteer` binds both and costs nothing to make.
"""

from collections.abc import Sequence
from heapq import nsmallest

from accueil.place_search.annotated_text import AnnotatedText
from accueil.place_search.france import France
from accueil.place_search.hints import Hints, find_departments, find_hints, find_sole_department
from accueil.place_search.name_index import NameIndex, Place
from accueil.place_search.parser import MAX_CHOICES, ParsedText, TextParser
from accueil.place_search.words import (
    LINK_WORDS,
    Tokens,
    looks_like_name,
    split_words,
    tokenize,
)

MAX_LAST_WORDS = 4  # of an unfinished text, that may start a name
LOCAL_SUGGESTIONS = 3  # selected for quarters, teams and agencies when as many match


class Gazetteer:
    """Parses texts and suggests places. `local` indexes the served départements."""

    def __init__(self, france: France, local: NameIndex) -> None:
        self.france = france
        self.local = local
        self.names = france.names(local.served)

    def parse(self, text: str, *, guess: bool = True) -> ParsedText:
        """Return the parsed text. Never fails; an empty text returns an empty `ParsedText`.

        Misspelt and unfinished names are looked for with `guess`, and where the text looks like a
        name: a sentence is never a misspelt village.
        """
        tokens = tokenize(text)
        guess = guess and looks_like_name(tokens)
        if not tokens.words or (not guess and LINK_WORDS.issuperset(tokens.words)):
            return ParsedText()
        if department := find_sole_department(tokens, self.france, self.names):
            return self._in_department(department)
        hints = find_hints(tokens, self.france)
        whole = self._annotate(tokens, hints, guess=guess)
        for span, department in find_departments(tokens, self.france, self.names):
            if whole.is_part_of_name(span) or whole.is_heard:
                continue
            limited = self._annotate(tokens, hints.limited_to(department, span), guess=guess)
            parsed = TextParser(limited, self.france).parse()
            places = [parsed.place] if parsed.place else parsed.choices[:1]
            if places and places[0].department == department:
                return parsed
        return TextParser(whole, self.france).parse()

    def _annotate(self, tokens: Tokens, hints: Hints, *, guess: bool) -> AnnotatedText:
        return AnnotatedText(tokens, hints, self.names, self.local, may_guess=guess)

    def _in_department(self, code: str) -> ParsedText:
        """Return the most populated communes of a département, as choices."""
        communes = (place for place in self.france.communes.values() if place.department == code)
        choices = nsmallest(MAX_CHOICES, communes, key=self.names.preference)
        return ParsedText(choices=choices, is_ambiguous=True, department=code)

    def suggest(self, text: str, limit: int = 8) -> list[Place]:
        """Return the places whose name or postal code completes the text, best first."""
        tokens = tokenize(text)
        codes = [word for word in tokens.words if word[0].isdigit() and 2 <= len(word) <= 5]
        words = [word for word in tokens.words if not word[0].isdigit()]
        if codes and (not words or len(codes[-1]) == 5):
            return self._by_postal_code(codes[-1], words, limit)
        if not words:
            return []
        return (
            (self._completing(tokens.words, limit) if codes else [])
            or self._completing(words, limit)
            or self._completing_last(words, limit)
            or self._completing_near(words, limit)
            or self.names.sounding(words)[:limit]
        )

    def _completing(self, words: Sequence[str], limit: int) -> list[Place]:
        france = self.names.completing(words, limit)
        return self._merge(france, self.local.completing(words, limit), limit)

    def _completing_last(self, words: Sequence[str], limit: int) -> list[Place]:
        """Complete the last words, after a street or a sentence: "12 rue danton fl"."""
        for start in range(max(1, len(words) - MAX_LAST_WORDS), len(words)):
            if words[start] in LINK_WORDS:
                continue
            if found := self._completing(words[start:], limit):
                return found
        return []

    def _completing_near(self, words: Sequence[str], limit: int) -> list[Place]:
        """Complete with one typo, in a whole name or its beginning."""
        key = "".join(words)
        return self._merge(
            [*self.names.within_one_typo(key), *self.names.completing_with_typo(key, limit)],
            [*self.local.within_one_typo(key), *self.local.completing_with_typo(key, limit)],
            limit,
        )

    def _merge(self, france: list[Place], local: list[Place], limit: int) -> list[Place]:
        """Merge served communes, local places, then the rest of France, without duplicates."""
        served = [place for place in france if place.department in self.names.served]
        selected = served[: limit - min(len(local), LOCAL_SUGGESTIONS)]
        places = [*selected, *local, *served[len(selected) :], *france]
        return list({(place.kind, place.key): place for place in places}.values())[:limit]

    def _by_postal_code(self, code: str, words: Sequence[str], limit: int) -> list[Place]:
        """Return the communes whose postal code and name start as typed."""
        start = "".join(words)
        places = [
            place
            for place in self.france.with_postal_code(code)
            if not start or "".join(split_words(place.name)).startswith(start)
        ]
        return nsmallest(limit, places, key=self.names.preference)
