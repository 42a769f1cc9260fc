"""A text with its hints and the places it mentions, judged by the words around them."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from accueil.place_search import matcher
from accueil.place_search.addresses import (
    STREET_KINDS,
    find_street_start,
    is_house_number,
    is_name_of_street,
)
from accueil.place_search.hints import Hints
from accueil.place_search.matcher import Mention
from accueil.place_search.name_index import NameIndex, Place
from accueil.place_search.words import (
    ARTICLES,
    AWAY_WORDS,
    COMMON_NAMES,
    DETERMINERS,
    LINK_WORDS,
    LIVING_WORDS,
    ORDINARY_WORDS,
    STOP_WORDS,
    Tokens,
    split_words,
    without_link_words,
)

QUARTER_KINDS = frozenset({"quartier", "qua", "qrt", "cite", "hameau"})
MIN_LETTERS_AT_END = 6  # letters, for a typo in the last words
MIN_LETTERS_IN_SENTENCE = 10  # of a served name with a typo
MIN_LETTERS_AFTER_STREET = 8  # of a name with a typo at the end of a street
_PLACE_PREPOSITIONS = frozenset({"a", "au", "aux", "sur"})


class AnnotatedText:
    """A tokenized text. `names` indexes communes, `local` quarters, teams and agencies."""

    def __init__(
        self,
        tokens: Tokens,
        hints: Hints,
        names: NameIndex,
        local: NameIndex,
        *,
        may_guess: bool = True,
    ) -> None:
        self.tokens = tokens
        self.words = tokens.words
        self.hints = hints
        self.names = names
        self.local = local
        self.may_guess = may_guess  # misspelt and unfinished names

    @cached_property
    def mentions(self) -> list[Mention]:
        """The mentions of places, in order, without overlap.

        Typos are searched only in words that no exact name covers.
        """
        tiers = (self.names, self.local)
        candidates = matcher.exact(self.tokens, tiers, self.hints.excluded)
        candidates += matcher.prefixed(self.words, self.local, self.names)
        if self.may_guess:
            candidates += matcher.unfinished(self.words, self.names, self.hints.excluded)
        selected = matcher.without_overlaps(
            [mention for mention in candidates if self._is_meant(mention)]
        )
        if all(
            any(matcher.contains(mention.span, span) for mention in selected)
            for span in self.candidate_spans
        ):
            return selected
        is_sure = any(self._is_sure(mention, selected) for mention in selected)
        corrected = matcher.with_typo(
            self.words, tiers, self.candidate_spans, selected, around=selected if is_sure else None
        )
        corrected = [
            mention
            for mention in corrected
            if self.is_all(mention.span) or not self.is_ordinary(mention.span)
        ]
        is_likely = self._is_likely if self.may_guess else self._is_where_somebody_is
        return matcher.without_overlaps(
            [*selected, *(mention for mention in corrected if is_likely(mention))]
        )

    @cached_property
    def candidate_spans(self) -> list[range]:
        """The groups of words that may be a name."""
        return matcher.candidate_spans(self.tokens, self.hints.excluded)

    @cached_property
    def communes(self) -> list[Mention]:
        """The mentions of communes that are not part of a street name."""
        return [
            mention
            for mention in self.mentions
            if mention.communes
            and not self.is_street_name(mention.start)
            and not self._is_end_of_street(mention)
        ]

    def at(self, span: range) -> list[str]:
        """Return the words of the span."""
        return self.words[span.start : span.stop]

    def is_ordinary(self, span: range) -> bool:
        """Return whether the span has nothing but words of everyday French."""
        return all(word in ORDINARY_WORDS for word in self.at(span))

    def key(self, span: range) -> str:
        """Return the words of the span, concatenated."""
        return "".join(self.at(span))

    def serves(self, places: Iterable[Place]) -> bool:
        """Return whether one of the places is in a served département."""
        return any(place.department in self.names.served for place in places)

    # Context of a mention

    def is_all(self, span: range) -> bool:
        """Return whether the rest of the text is only codes and link words."""
        return all(
            index in span or index in self.hints.excluded or word in LINK_WORDS
            for index, word in enumerate(self.words)
        )

    def is_part_of_name(self, span: range) -> bool:
        """Return whether the span is inside a longer name: the Loire of Meung-sur-Loire."""
        return any(
            len(mention.span) > len(span) and matcher.contains(mention.span, span)
            for mention in self.mentions
        )

    @cached_property
    def is_heard(self) -> bool:
        """Whether all the words are a name as it is heard: the Loire of "chatoneuf sur loire"."""
        words = [word for at, word in enumerate(self.words) if at not in self.hints.excluded]
        return len(words) > 2 and bool(self.names.sounding(words))

    def is_introduced(self, mention: Mention) -> bool:
        """Return whether a preposition of place comes before: "à Blois"."""
        return mention.start > 0 and self.words[mention.start - 1] in _PLACE_PREPOSITIONS

    def is_away(self, mention: Mention) -> bool:
        """Return whether the person is not, or no longer, there: "je quitte Blois"."""
        index = mention.start - 1
        while index >= 0 and self.words[index] in LINK_WORDS:
            index -= 1
        return index >= 0 and self.words[index] in AWAY_WORDS

    def is_street_name(self, start: int) -> bool:
        """Return whether the name at `start` is that of the street, "rue d'Orléans", or its kind,
        "cours de la Marne".
        """
        if start == self.street_start:
            after = start + 1
            return after < len(self.words) and not self._is_separate(after)
        return is_name_of_street(self.tokens, start, self.street_start)

    def is_whole_street_name(self, mention: Mention) -> bool:
        """Return whether the name of the street is this one and no more."""
        end = mention.end
        is_end = end == len(self.words) or self._is_separate(end) or self.words[end] in STOP_WORDS
        return is_end and is_name_of_street(self.tokens, mention.start, self.street_start)

    def _is_separate(self, index: int) -> bool:
        return index in self.tokens.pauses or index in self.hints.excluded

    def may_end_street(self, mention: Mention) -> bool:
        """Return whether it may also end a street name: "20 rue Jean Moulin"."""
        is_short = len(self.key(mention.span)) < MIN_LETTERS_AFTER_STREET
        return mention.corrected and is_short and self._is_joined_to_street(mention)

    def _is_joined_to_street(self, mention: Mention) -> bool:
        """Return whether the mention follows the name of the street without a comma or a code."""
        start = self.street_start
        return (
            start is not None
            and start < mention.start
            and not any(map(self._is_separate, range(start, mention.start + 1)))
        )

    def _is_end_of_street(self, mention: Mention) -> bool:
        """Return whether it ends the name of the street, for want of the whole name of a served
        commune: "rue des Droits de l'Homme" is not in Lhomme.
        """
        return (
            self._is_joined_to_street(mention)
            and self.is_half_a_name(mention)
            and not self.serves(mention.communes)
            and not (self.hints.are_binding and any(map(self.hints.accepts, mention.communes)))
        )

    def is_half_a_name(self, mention: Mention) -> bool:
        """Return whether its only word of weight is not the whole name of a commune, article
        included: "Moulin", "l'Homme".
        """
        words = self.at(mention.span)
        is_whole = bool(self.names.exact(self.key(mention.span))) and (
            len(words) == 1 or self.names.has_words(words)
        )
        return not (mention.corrected or is_whole) and len(without_link_words(words)) == 1

    @cached_property
    def street_start(self) -> int | None:
        """The position where the street starts, None without a street."""
        return self._street_kind(self.mentions)

    def _street_kind(self, among: Sequence[Mention]) -> int | None:
        """Return where the street starts, outside names of several words: La Rue-Saint-Pierre."""
        name_indexes = {
            index for mention in among if len(mention.span) > 1 for index in mention.span
        }
        start = find_street_start(self.tokens, name_indexes)
        if start is not None and self.words[start] in QUARTER_KINDS:
            name = next(
                (
                    at
                    for at in range(start + 1, len(self.words))
                    if self.words[at] not in LINK_WORDS
                ),
                start,
            )
            if any(
                mention.start <= name < mention.end and (mention.quarters or mention.sites)
                for mention in among
            ):
                return find_street_start(self.tokens, {*name_indexes, start})
        return start

    # Reliability of mentions

    def _is_meant(self, mention: Mention) -> bool:
        """Return whether it is more than common words, many of which are names too."""
        if self._is_of_common_words(mention) and not self._is_said_as_a_place(mention):
            return False
        if self._is_glued_by_accident(mention):
            return False
        if any(self.words[index] not in STOP_WORDS for index in mention.span):
            return True
        if mention.organisations or mention.quarters or mention.sites:
            return len(mention.span) > 1
        return self.is_all(mention.span)

    def _is_glued_by_accident(self, mention: Mention) -> bool:
        """Return whether words of a sentence make a name only when run together: "a mangé"."""
        if len(mention.span) == 1 or self._is_in_address_or_among_common_words(mention):
            return False
        names = {word for place in mention.places for word in split_words(place.name)}
        return not any(word in names for word in self.at(mention.span) if word not in LINK_WORDS)

    def _is_of_common_words(self, mention: Mention) -> bool:
        """Return whether it is a commune whose name is a word of everyday French."""
        words = [word for word in self.at(mention.span) if word not in ARTICLES]
        return (
            bool(mention.communes)
            and not (mention.organisations or mention.quarters or mention.sites)
            and len(words) == 1
            and words[0] in COMMON_NAMES
        )

    def _is_said_as_a_place(self, mention: Mention) -> bool:
        """Return whether an everyday word is a place: alone, with codes, in an address, "à Mer"."""
        before = self.words[mention.start - 1] if mention.start else ""
        after = self.words[mention.end] if mention.end < len(self.words) else ""
        if self.hints.are_binding or self.hints.postal_code or self._is_address():
            return True
        if self.is_all(mention.span):
            return self.may_guess or before not in ("de", "du", "des", "d")
        if before in DETERMINERS or after in ("de", "du", "des", "d", "en", "pour"):
            return False
        if before in ("au", "aux"):
            return any(place.name.startswith(("Le ", "Les ")) for place in mention.communes)
        word = self.words[mention.start]
        is_verb = word in ("eu", "bu") or (len(word) >= 5 and word.endswith("er"))
        if before == "a" or before in LIVING_WORDS or self._is_after_de(mention):
            return not is_verb
        return self.may_guess and self._is_all_but_common_words(mention)

    def _is_in_address_or_among_common_words(self, mention: Mention) -> bool:
        return self._is_address() or self._is_all_but_common_words(mention)

    def _is_address(self) -> bool:
        start = find_street_start(self.tokens)
        if start is None:
            return False
        return self.words[start] in STREET_KINDS or any(map(is_house_number, self.words))

    def _is_all_but_common_words(self, mention: Mention) -> bool:
        return all(
            at in mention.span or at in self.hints.excluded or word in STOP_WORDS
            for at, word in enumerate(self.words)
        )

    def _is_likely(self, mention: Mention) -> bool:
        """Return whether a typo is likely: where a place is expected, or at the end of the text."""
        return (
            self.hints.are_binding
            or self.is_all(mention.span)
            or (
                self._is_in_address_or_among_common_words(mention)
                and (
                    self.serves(mention.places[:1])
                    or self.is_introduced(mention)
                    or self._is_after_de(mention)
                    or self._ends(mention)
                )
            )
        )

    def _is_where_somebody_is(self, mention: Mention) -> bool:
        """Return whether a sentence names it in spite of a typo: it says that somebody lives there,
        or the name is long and served.
        """
        before = mention.start - 1
        while before >= 0 and self.words[before] in LINK_WORDS:
            before -= 1
        lives = before >= 0 and self.words[before] in LIVING_WORDS
        letters = len(self.key(mention.span))
        is_long = letters >= MIN_LETTERS_IN_SENTENCE and self.serves(mention.places[:1])
        return self.hints.are_binding or is_long or (lives and letters >= MIN_LETTERS_AT_END)

    def _is_after_de(self, mention: Mention) -> bool:
        """Whether it follows a common word and "de": "mairie de Blois", "je suis de Blois"."""
        return (
            mention.start > 1
            and self.words[mention.start - 1] in ("de", "d")
            and self.words[mention.start - 2] in STOP_WORDS
        )

    def _ends(self, mention: Mention) -> bool:
        """Whether nothing but common words follows a rather long name."""
        after = range(mention.end, len(self.words))
        return len(self.key(mention.span)) >= MIN_LETTERS_AT_END and all(
            at in self.hints.excluded or self.words[at] in STOP_WORDS for at in after
        )

    def _is_sure(self, mention: Mention, among: Sequence[Mention]) -> bool:
        """Whether it is enough not to look for typos elsewhere."""
        kind_at = self._street_kind(among)
        if self.is_away(mention) or is_name_of_street(self.tokens, mention.start, kind_at):
            return False
        if self.hints.are_binding:
            return any(self.hints.accepts(place) for place in mention.places)
        return (
            bool(mention.organisations or mention.sites)
            or self.serves(mention.places[:1])
            or self.is_introduced(mention)
        )
