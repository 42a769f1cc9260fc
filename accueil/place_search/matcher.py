"""Finds the mentions of places in a text: which groups of words may be which names."""

from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from accueil.place_search.name_index import MIN_LETTERS_WITH_TYPO, Kind, NameIndex, Place
from accueil.place_search.words import (
    ARTICLES,
    LINK_WORDS,
    ORGANISATION_PREFIXES,
    STOP_WORDS,
    Tokens,
    without_link_words,
    word_set,
)

MAX_NAME_WORDS = 10  # words
MAX_WORDS_WITH_STOP_WORDS = 7
# Common words that are often inside a name.
INNER_STOP_WORDS = word_set("pres es bas grand grande petit petite ville vers mere pere porte nord")
# First words of a sentence.
SENTENCE_STARTS = word_set(
    "bonjour bonsoir salut je j nous on ma mon mes ou qui quel quelle c il elle"
)
PLACE_PREPOSITIONS = frozenset({"a", "au", "aux"})
MAX_STARTING_NAMES = 500
MIN_WORDS_OF_CUT_NAME = 3  # words, of a name whose last one is cut
MAX_TYPO_LOOKUPS = 60  # groups of words looked up for a typo, in one text
MIN_LETTERS_IN_TEXT = 5  # letters, for a typo among other words
TYPO_PENALTY = 3  # letters subtracted from the score of a corrected mention
COMMUNE_KINDS = (Kind.COMMUNE, Kind.FORMER_COMMUNE)
ORGANISATION_KINDS = (Kind.TEAM, Kind.AGENCY, Kind.FORMER_AGENCY)


@dataclass(frozen=True)
class Mention:
    """The words from `start` to `end`, excluded, as names of `places`, best first.

    `score` is the number of matched letters, less penalties.
    """

    start: int
    end: int
    places: Sequence[Place]
    score: int
    corrected: bool = False

    @property
    def span(self) -> range:
        return range(self.start, self.end)

    @cached_property
    def communes(self) -> list[Place]:
        return [place for place in self.places if place.kind in COMMUNE_KINDS]

    @cached_property
    def quarters(self) -> list[Place]:
        return [place for place in self.places if place.kind == Kind.QUARTER]

    @cached_property
    def sites(self) -> list[Place]:
        return [place for place in self.places if place.kind == Kind.SITE]

    @cached_property
    def organisations(self) -> list[Place]:
        return [place for place in self.places if place.kind in ORGANISATION_KINDS]

    def overlaps(self, mention: "Mention") -> bool:
        return self.start < mention.end and mention.start < self.end


def exact(tokens: Tokens, tiers: Sequence[NameIndex], excluded: Container[int]) -> list[Mention]:
    """Return every group of words that is a name, also concatenated, miscut or without link words.

    A name never crosses a comma; it crosses a dash between spaces only where it has its very words:
    "Châteauneuf - sur - Loire".
    """
    words = tokens.words
    mentions = []
    usable_words = sum(index not in excluded for index in range(len(words)))
    for start in range(len(words)):
        key = ""
        for end in range(start + 1, min(len(words), start + MAX_NAME_WORDS) + 1):
            if end - 1 in excluded or (end - 1 > start and end - 1 in tokens.stops):
                break
            key += words[end - 1]
            if any(start < pause < end for pause in tokens.dashes) and not _has_same_word_breaks(
                words[start:end], key, tiers
            ):
                continue
            if mention := _exact_mention(
                words, start, end, key, tiers, end - start == usable_words
            ):
                mentions.append(mention)
    return mentions


def _exact_mention(
    words: Sequence[str], start: int, end: int, key: str, tiers: Sequence[NameIndex], is_all: bool
) -> Mention | None:
    group = words[start:end]
    places = [place for names in tiers for place in names.exact(key)]
    if not places and len(group) == 1:
        places = _with_full_saint(key, tiers)
    if places and (end - start == 1 or _has_same_word_breaks(group, key, tiers)):
        return Mention(start, end, places, len(key))
    places += [place for names in tiers for place in names.shortened(key)]
    if places and _is_accidental_name(group, key, tiers, is_all):
        return None
    if places:
        return Mention(start, end, places, len(key) - 1)
    if end - start < 3 or group[0] in LINK_WORDS or group[-1] in LINK_WORDS:
        return None
    significant = "".join(without_link_words(group))
    if len(significant) < len(key) and (
        places := [
            *(place for names in tiers for place in names.shortened(significant)),
            *(place for place in tiers[-1].exact(significant) if place.kind == Kind.SITE),
        ]
    ):
        return Mention(start, end, places, len(significant) - 1)
    return None


def _with_full_saint(key: str, tiers: Sequence[NameIndex]) -> list[Place]:
    """Return the places of a concatenated name with an abbreviated saint: "stjeandebraye"."""
    for short, whole in (("ste", "sainte"), ("st", "saint")):
        if key.startswith(short):
            full_key = whole + key.removeprefix(short)
            if places := [place for names in tiers for place in names.exact(full_key)]:
                return places
    return []


def _has_same_word_breaks(group: Sequence[str], key: str, tiers: Sequence[NameIndex]) -> bool:
    """Return whether a name is made of exactly these words."""
    return any(names.has_words(group) for names in tiers)


def _is_accidental_name(
    group: Sequence[str], key: str, tiers: Sequence[NameIndex], is_all: bool
) -> bool:
    """Return whether the words make a name only by accident: "a y", "je vis", "à Vrigny"."""
    if len(group) == 1:
        return False
    if group[0] in PLACE_PREPOSITIONS and any(
        names.has_name(key[len(group[0]) :]) for names in tiers
    ):
        return True
    if is_all:
        return len(key) < MIN_LETTERS_WITH_TYPO
    return len(key) < MIN_LETTERS_IN_TEXT or any(word in STOP_WORDS - LINK_WORDS for word in group)


def unfinished(
    words: Sequence[str], france: NameIndex, excluded: Container[int]
) -> Iterator[Mention]:
    """Yield the mention of an unfinished name: all the words but codes ("saint jean de b"), or the
    last ones before a final link word ("je suis de saint jean de la").
    """
    indexes = [index for index in range(len(words)) if index not in excluded]
    if not indexes or indexes[-1] - indexes[0] >= len(indexes):
        return
    first, end = indexes[0], indexes[-1] + 1
    for start in range(max(first, end - MAX_NAME_WORDS), end):
        if start > first and (start == end - 1 or words[end - 1] not in LINK_WORDS):
            return
        group = words[start:end]
        key = "".join(group)
        penalty = 0
        places = [*france.shortened(key), *france.starting(group, MAX_STARTING_NAMES)]
        places.sort(key=lambda place: place.department not in france.served)
        if not places and start == first and len(key) >= MIN_LETTERS_WITH_TYPO:
            starting = france.starting_glued(key, MAX_STARTING_NAMES)
            served_places = [place for place in starting if place.department in france.served]
            places = starting if len(group) >= MIN_WORDS_OF_CUT_NAME else served_places
            penalty = 2
        if places and not france.exact(key):
            yield Mention(start, end, places, len(key) - penalty)
            return


def candidate_spans(tokens: Tokens, excluded: Container[int]) -> list[range]:
    """Return the groups of words that may be names: those between commas, common words and
    numbers, after the whole text when it is short.
    """
    words = tokens.words
    spans: list[range] = []
    start = 0
    if whole_text := _whole_text_span(tokens, excluded):
        spans.append(whole_text)
    for index in range(len(words) + 1):
        is_usable = index < len(words) and index not in excluded
        if is_usable and index not in tokens.pauses and _may_continue_name(words, index):
            continue
        if (span := _without_outer_links(words, start, index)) and span not in spans:
            spans.append(span)
        start = index if is_usable and _may_be_in_name(words[index]) else index + 1
    return spans


def _whole_text_span(tokens: Tokens, excluded: Container[int]) -> range:
    """Return the span of all the words but codes when they may be one name: Germigny-des-Prés."""
    words = tokens.words
    indexes = [index for index in range(len(words)) if index not in excluded]
    if not 1 < len(indexes) <= MAX_WORDS_WITH_STOP_WORDS or indexes[-1] - indexes[0] >= len(
        indexes
    ):
        return range(0)
    if any(words[index][0].isdigit() for index in indexes) or words[indexes[0]] in SENTENCE_STARTS:
        return range(0)
    if any(indexes[0] < index <= indexes[-1] for index in tokens.pauses):
        return range(0)
    return _without_outer_links(words, indexes[0], indexes[-1] + 1)


def _may_be_in_name(word: str) -> bool:
    return not word[0].isdigit() and (word in LINK_WORDS or word not in STOP_WORDS)


def _may_continue_name(words: Sequence[str], index: int) -> bool:
    """Return whether a name may continue with this word: also a common word inside a name
    (Mareau-aux-Prés), or a misspelt link word ("autry te chatel").
    """
    if _may_be_in_name(words[index]):
        return True
    if index == 0 or not _may_be_in_name(words[index - 1]):
        return False
    if words[index] in INNER_STOP_WORDS:
        return True
    is_between_names = (
        index + 1 < len(words)
        and words[index - 1] not in LINK_WORDS
        and words[index + 1] not in STOP_WORDS
    )
    return is_between_names and len(words[index]) <= 2 and words[index] in STOP_WORDS


def _without_outer_links(words: Sequence[str], start: int, end: int) -> range:
    """Return the span without outer link words; a name may start with an article."""
    while start < end and words[start] in LINK_WORDS and not _starts_a_name(words, start, end):
        start += 1
    while start < end and words[end - 1] in LINK_WORDS:
        end -= 1
    return range(start, end)


def _starts_a_name(words: Sequence[str], index: int, end: int) -> bool:
    return words[index] in ARTICLES and index + 1 < end and words[index + 1] not in LINK_WORDS


def with_typo(
    words: Sequence[str],
    tiers: Sequence[NameIndex],
    among: Sequence[range],
    settled: Sequence[Mention],
    around: Collection[Mention] | None = None,
) -> list[Mention]:
    """Return the groups of words one typo away from a name.

    `settled` mentions are skipped; with `around`, only groups that extend one of them are tried.
    """
    mentions = []
    for span in _spans_to_try(words, among, settled, around):
        key = "".join(words[span.start : span.stop])
        places = [place for names in tiers for place in names.within_one_typo(key)]
        if places:
            mentions.append(
                Mention(span.start, span.stop, places, len(key) - TYPO_PENALTY, corrected=True)
            )
    return mentions


def _spans_to_try(
    words: Sequence[str],
    among: Sequence[range],
    settled: Sequence[Mention],
    around: Collection[Mention] | None,
) -> Iterator[range]:
    """Yield at most `MAX_TYPO_LOOKUPS` groups of words, the longest of each candidate first."""
    remaining = MAX_TYPO_LOOKUPS
    is_single = len(among) == 1
    tried: set[range] = set()
    for candidate in among:
        for length in range(min(len(candidate), MAX_NAME_WORDS), 0, -1):
            for start in range(candidate.start, candidate.stop - length + 1):
                span = range(start, start + length)
                if span in tried or not _is_worth_trying(
                    words, span, is_single and length == len(candidate)
                ):
                    continue
                tried.add(span)
                if any(mention.start <= start and span.stop <= mention.end for mention in settled):
                    continue
                if around is not None and not any(
                    start <= mention.start and mention.end <= span.stop for mention in around
                ):
                    continue
                remaining -= 1
                if remaining < 0:
                    return
                yield span


def _is_worth_trying(words: Sequence[str], span: range, is_whole: bool) -> bool:
    first, last = words[span.start], words[span.stop - 1]
    if last in LINK_WORDS or (first in LINK_WORDS and first not in ARTICLES):
        return False
    if all(words[index] in STOP_WORDS for index in span):
        return False
    letters = sum(len(words[index]) for index in span)
    return letters >= (MIN_LETTERS_WITH_TYPO if is_whole else MIN_LETTERS_IN_TEXT)


def prefixed(words: Sequence[str], local: NameIndex, france: NameIndex) -> Iterator[Mention]:
    """Yield the teams and agencies named by the beginning of their name: "équipe de Fleury".

    Only when it is one of them, and at most one served commune starts so.
    """
    for start, head in enumerate(words):
        if head not in ORGANISATION_PREFIXES:
            continue
        for end in range(min(len(words), start + MAX_NAME_WORDS), start + 1, -1):
            key = "".join(words[start:end])
            places = [
                place for place in local.starting_glued(key) if place.kind in ORGANISATION_KINDS
            ]
            if not places:
                continue
            rest = france.starting_glued(key.removeprefix(head))
            communes = {place.commune for place in rest if place.department in france.served}
            if len({place.key for place in places}) == 1 and len(communes) <= 1:
                yield Mention(start, end, places[:1], len(key))
            break


def contains(span: range, inner: range) -> bool:
    """Return whether `inner` is inside `span`."""
    return span.start <= inner.start and inner.stop <= span.stop


def without_overlaps(mentions: Sequence[Mention]) -> list[Mention]:
    """Return the best mentions that do not overlap, in the order of the text."""
    selected: list[Mention] = []
    for mention in sorted(mentions, key=lambda candidate: (-candidate.score, candidate.start)):
        if not any(mention.overlaps(accepted) for accepted in selected):
            selected.append(mention)
    return sorted(selected, key=lambda accepted: accepted.start)
