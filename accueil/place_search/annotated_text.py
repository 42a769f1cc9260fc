"""A text with its clues: the places that it mentions, and what the words around each say of it."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from accueil.place_search import matcher as mentions
from accueil.place_search.addresses import named_after, street_kind
from accueil.place_search.hints import Clues
from accueil.place_search.matcher import Mention
from accueil.place_search.name_index import Names, Place
from accueil.place_search.words import AWAY, COMMON, LINKS, Typed

LONG_ENOUGH = 6  # letters, for a typo in the last words
SURE_LETTERS = 8  # of a name with a typo at the end of a street
_HERE = frozenset({"a", "au", "aux", "sur"})


class Text:
    """`names` are France's, `local` those of quarters, teams and agencies."""

    def __init__(self, said: Typed, clues: Clues, names: Names, local: Names) -> None:
        self.said = said
        self.words = said.words
        self.clues = clues
        self.names = names
        self.local = local

    @cached_property
    def mentions(self) -> list[Mention]:
        """Where places are named, in order, without overlap.

        Typos are looked for only in the words that no name explains whole.
        """
        tiers = (self.names, self.local)
        found = mentions.exact(self.said, tiers, self.clues.closed)
        found += mentions.headed(self.words, self.local, self.names)
        found += mentions.unfinished(self.words, self.names, self.clues.closed)
        kept = mentions.best([one for one in found if self._is_meant(one)])
        if all(any(mentions.holds(one.span, run) for one in kept) for run in self.runs):
            return kept
        sure = any(self._is_sure(one, kept) for one in kept)
        near = mentions.near(self.words, tiers, self.runs, kept, around=kept if sure else None)
        return mentions.best([*kept, *(one for one in near if self._is_likely(one))])

    @cached_property
    def runs(self) -> list[range]:
        """The groups of words that may be names."""
        return mentions.runs(self.said, self.clues.closed)

    @cached_property
    def towns(self) -> list[Mention]:
        """The mentions of communes, but for the name of the street."""
        return [one for one in self.mentions if one.towns and not self.is_street_name(one.start)]

    def at(self, span: range) -> list[str]:
        """The words at these positions."""
        return self.words[span.start : span.stop]

    def key(self, span: range) -> str:
        """The same words, glued."""
        return "".join(self.at(span))

    def serves(self, places: Iterable[Place]) -> bool:
        """Whether one of them is in a département served."""
        return any(one.department in self.names.served for one in places)

    # What the words around say

    def is_all(self, span: range) -> bool:
        """Whether there is nothing else but codes and small words."""
        return all(
            at in span or at in self.clues.closed or word in LINKS
            for at, word in enumerate(self.words)
        )

    def is_part_of_name(self, span: range) -> bool:
        """Whether these words are only a part of a name: the Loire of Meung-sur-Loire."""
        return any(
            len(one.span) > len(span) and mentions.holds(one.span, span) for one in self.mentions
        )

    def is_introduced(self, mention: Mention) -> bool:
        """Whether a small word says that this is where: "à Blois"."""
        return mention.start > 0 and self.words[mention.start - 1] in _HERE

    def is_away(self, mention: Mention) -> bool:
        """Whether the person is not, or no longer, there: "je quitte Blois"."""
        at = mention.start - 1
        while at >= 0 and self.words[at] in LINKS:
            at -= 1
        return at >= 0 and self.words[at] in AWAY

    def is_street_name(self, start: int) -> bool:
        """Whether the name that starts there is that of the street: "rue d'Orléans"."""
        return named_after(self.said, start, self.kind_at)

    def may_end_street(self, mention: Mention) -> bool:
        """Whether it may be the end of a street's name as well: "20 rue Jean Moulin"."""
        short = len(self.key(mention.span)) < SURE_LETTERS
        in_street = self.kind_at is not None and self.kind_at < mention.start
        apart = any(at <= mention.start for at in (*self.said.pauses, *self.clues.closed))
        return mention.corrected and short and in_street and not apart

    @cached_property
    def kind_at(self) -> int | None:
        """Where a street starts."""
        return self._street_kind(self.mentions)

    def _street_kind(self, among: Sequence[Mention]) -> int | None:
        """The same, but for the words of a name: La Rue-Saint-Pierre."""
        named = {at for one in among if len(one.span) > 1 for at in one.span}
        return street_kind(self.said, named)

    # Which mentions to believe

    def _is_meant(self, mention: Mention) -> bool:
        """Whether it is more than common words of a sentence, which may all be names."""
        if any(self.words[at] not in COMMON for at in mention.span):
            return True
        if mention.offices or mention.quarters:
            return len(mention.span) > 1
        return self.is_all(mention.span)

    def _is_likely(self, mention: Mention) -> bool:
        """Whether a typo is likely: in a sentence, where a place is expected, or at its end."""
        return (
            self.clues.are_decisive
            or self.serves(mention.places[:1])
            or self.is_introduced(mention)
            or self.is_all(mention.span)
            or self._is_someones(mention)
            or self._ends(mention)
        )

    def _is_someones(self, mention: Mention) -> bool:
        """Whether it says of where something is: "mairie de Blois", "je suis de Blois"."""
        return (
            mention.start > 1
            and self.words[mention.start - 1] in ("de", "d")
            and self.words[mention.start - 2] in COMMON
        )

    def _ends(self, mention: Mention) -> bool:
        """Whether nothing but common words follows a rather long name."""
        after = range(mention.end, len(self.words))
        return len(self.key(mention.span)) >= LONG_ENOUGH and all(
            at in self.clues.closed or self.words[at] in COMMON for at in after
        )

    def _is_sure(self, mention: Mention, among: Sequence[Mention]) -> bool:
        """Whether it is enough not to look for typos elsewhere."""
        kind_at = self._street_kind(among)
        if self.is_away(mention) or named_after(self.said, mention.start, kind_at):
            return False
        if self.clues.are_decisive:
            return any(self.clues.agree(place) for place in mention.places)
        return (
            bool(mention.offices) or self.serves(mention.places[:1]) or self.is_introduced(mention)
        )
