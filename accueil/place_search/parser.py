"""Decides which place a text names: the most reliable strategy first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from heapq import nsmallest

from rapidfuzz import fuzz

from accueil.place_search.addresses import parse_address
from accueil.place_search.annotated_text import AnnotatedText
from accueil.place_search.france import France
from accueil.place_search.matcher import MIN_LETTERS_IN_TEXT, Mention, contains
from accueil.place_search.name_index import Kind, Place
from accueil.place_search.words import ORDINARY_WORDS, STOP_WORDS, split_words, without_article

MAX_CHOICES = 20
MAX_CLOSEST = 5
MAX_CLOSEST_LOCAL = 2
MIN_LIKENESS_OF_WORDS = 75  # percent, for a commune to be proposed for several words
MIN_LIKENESS_LOCAL = 60  # percent, for a quarter or a team to be proposed
MIN_LIKENESS_IN_ZONE = 75  # percent, for one of the few communes of a postal code
LIKENESS_OF_BEGINNING = 95  # percent, for the beginning of a name
LIKENESS_BONUS_SERVED = 10
POPULATION_RATIO = 10  # times as many inhabitants as its homonyms
MAX_KEY_LETTERS = 60  # letters
MIN_BEGINNING_LETTERS = 2  # letters
MIN_LETTERS_BY_EAR = 4  # letters
NO_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class ParsedText:
    """The understood place, address and codes of a text.

    `place` is None when nothing was found, or when it `is_ambiguous`: `choices` are then the
    candidates, best first. With a place, `choices` are the other communes of that name.
    `commune` is the INSEE code that the text names or implies, also through a quarter or a team.
    `number` and `street` are typed words ("12 bis", "rue danton"); `closest` are the most similar
    names when nothing was found; `corrected` is True when a typo was corrected. `unknown_code` are
    five digits that are no postal code, "" without. `is_lone_street` is whether it names a street
    and no commune: `choices` are then those of its postal code, else guesses from its name.
    """

    place: Place | None = None
    commune: str | None = None
    choices: list[Place] = field(default_factory=list)
    is_ambiguous: bool = False
    number: str = ""
    street: str = ""
    postal_code: str = ""
    department: str = ""
    closest: list[Place] = field(default_factory=list)
    corrected: bool = False
    unknown_code: str = ""
    is_lone_street: bool = False

    @property
    def places(self) -> list[Place]:
        """The place and the choices."""
        return [self.place, *self.choices] if self.place else self.choices


@dataclass(frozen=True)
class _Interpretation:
    """The places meant, one unless `is_ambiguous`; others of the same name; their span.

    `is_guess` is whether the text names none of them: they have its postal code, or the name of
    its street.
    """

    places: Sequence[Place]
    others: Sequence[Place] = ()
    is_ambiguous: bool = False
    corrected: bool = False
    span: range = range(0)
    is_guess: bool = False


class TextParser:
    """Parses one text."""

    def __init__(self, text: AnnotatedText, france: France) -> None:
        self.text = text
        self.hints = text.hints
        self.names = text.names
        self.communes = france.communes
        zone = (france.communes[code] for code in self.hints.zone)
        self.zone = sorted(zone, key=self.names.preference)

    def parse(self) -> ParsedText:
        interpretation = self._find()
        excluded = sorted(self.hints.excluded)
        address = parse_address(
            self.text.tokens, interpretation.span if interpretation else range(0), excluded
        )
        parsed = ParsedText(
            number=address.number,
            street=address.street,
            postal_code=self.hints.postal_code,
            unknown_code=self.hints.unknown_code,
            department=self.hints.department,
            is_lone_street=bool(address.street)
            and (interpretation is None or interpretation.is_guess),
        )
        if not interpretation:
            return replace(parsed, closest=self._closest())
        parsed = replace(parsed, corrected=interpretation.corrected)
        place = interpretation.places[0]
        others = _unique_places(
            [*interpretation.places[1:], *interpretation.others], excluded=place
        )
        if interpretation.is_ambiguous:
            return replace(parsed, choices=[place, *others], is_ambiguous=True)
        return replace(
            parsed,
            place=place,
            commune=place.commune
            or self._commune_beside(interpretation)
            or self._commune_begun_beside(interpretation),
            choices=others,
            department=place.department,
        )

    def _find(self) -> _Interpretation | None:
        strategies: list[Callable[[], _Interpretation | None]] = [
            self._by_insee_code,
            self._organisation,
            self._quarter,
            self._site,
            *(self._whole_guesses if self.text.may_guess else []),
            self._commune,
            self._similar_in_zone,
            self._any_in_zone,
            *(self._guesses if self.text.may_guess else []),
            self._by_unknown_code,
        ]
        return next(
            (interpretation for strategy in strategies if (interpretation := strategy())), None
        )

    @property
    def _whole_guesses(self) -> list[Callable[[], _Interpretation | None]]:
        return [self._whole_text, self._unfinished, self._heard]

    @property
    def _guesses(self) -> list[Callable[[], _Interpretation | None]]:
        return [self._with_two_typos, self._by_beginning, self._street_name]

    # Strategies, most reliable first

    def _by_insee_code(self) -> _Interpretation | None:
        """A code that can only be an INSEE code, or a text without a name to look for."""
        if self.hints.insee and not self.hints.unknown_code:
            return _Interpretation([self.hints.insee])
        words = enumerate(self.text.words)
        if all(at in self.hints.excluded or word in STOP_WORDS for at, word in words):
            return self._by_unknown_code()
        return None

    def _by_unknown_code(self) -> _Interpretation | None:
        """Five digits that are no postal code: the commune of that INSEE code, then those of the
        département, for they may be a CEDEX too.
        """
        if not self.hints.unknown_code or not (self.hints.insee or self.hints.department):
            return None
        nearby = (
            place for place in self.communes.values() if place.department == self.hints.department
        )
        others = nsmallest(MAX_CHOICES, nearby, key=self.names.preference)
        first = [self.hints.insee] if self.hints.insee else []
        return _Interpretation([*first, *others][:MAX_CHOICES], is_ambiguous=True)

    def _organisation(self) -> _Interpretation | None:
        """A team or an agency, unless a served commune has the same name."""
        named = [
            item
            for item in self.text.mentions
            if item.organisations
            and not self.text.is_street_name(item.start)
            and not self.text.serves(item.communes)
        ]
        if not named:
            return None
        mention = max(named, key=lambda item: (not item.corrected, item.score))
        if mention.corrected and any(not item.corrected for item in self.text.communes):
            return None
        agreeing = [
            item for item in mention.organisations if self.hints.accepts(item)
        ] or mention.organisations
        communes = list(
            dict.fromkeys(item.commune for item in agreeing if item.commune in self.communes)
        )
        if len(communes) > 1:  # several teams share the name
            candidates = [self.communes[code] for code in communes]
            return _Interpretation(candidates, is_ambiguous=True, span=mention.span)
        return _Interpretation(agreeing[:1], corrected=mention.corrected, span=mention.span)

    def _quarter(self) -> _Interpretation | None:
        """A quarter named alone or with its commune; another named commune wins over it."""
        for mention in self.text.mentions:
            if not mention.quarters or self.text.is_street_name(mention.start):
                continue
            nearby = [other for other in self.text.communes if other is not mention]
            if self.text.street_start is not None and any(
                other.start > mention.start for other in nearby
            ):
                continue  # "rue de la Croix Saint-Marceau, Olivet": more of the street's name
            named = {commune.commune for other in nearby for commune in other.communes}
            fitting = [
                quarter
                for quarter in mention.quarters
                if self.hints.accepts(quarter) and (quarter.commune in named or not nearby)
            ]
            if fitting:
                span = _joint_span(mention, nearby)
                return _Interpretation(
                    fitting[:1], mention.communes, corrected=mention.corrected, span=span
                )
        return None

    def _site(self) -> _Interpretation | None:
        """A site known by its name: "cité Coligny", unless a served commune has it."""
        named = {place.commune for other in self.text.communes for place in other.communes}
        for mention in self.text.mentions:
            is_in_address = self.text.street_start is not None and len(mention.span) == 1
            if mention.corrected or is_in_address or self.text.is_street_name(mention.start):
                continue
            fitting = [
                site
                for site in mention.sites
                if self.hints.accepts(site) and (site.commune in named or not named)
            ]
            if fitting and not self.text.serves(mention.communes):
                return _Interpretation(fitting[:1], mention.communes, span=mention.span)
        return None

    def _whole_text(self) -> _Interpretation | None:
        """All the words as one name, unfinished or with two typos, before exact parts of them."""
        spans, communes = self.text.candidate_spans[:1], self.text.communes
        if not spans or not self.text.is_all(spans[0]) or self.text.street_start is not None:
            return None
        if self.hints.are_binding or any(self._explains(mention, spans[0]) for mention in communes):
            return None
        return self._by_beginning(served=True) or self._with_two_typos(spans)

    def _unfinished(self) -> _Interpretation | None:
        """All the words as the beginning of one name, before an exact or misspelt part of them."""
        span = self._unexplained_span()
        if span is None:
            return None
        key = self.text.key(span)
        if len(key) < MIN_LETTERS_IN_TEXT:
            return None
        starting = self.names.starting_glued(key, NO_LIMIT)
        places = [place for place in starting if self.hints.accepts(place)]
        served = [place for place in places if self._is_served(place)]
        if len({place.commune for place in served or places}) != 1:
            return None
        return _Interpretation((served or places)[:1], (served or places)[1:], span=span)

    def _heard(self) -> _Interpretation | None:
        """All the words as a name written as it is heard, unless it has a single typo."""
        span = self._unexplained_span()
        mentions = self.text.communes
        if span is None or any(contains(mention.span, span) for mention in mentions):
            return None
        if len(self.text.key(span)) < MIN_LETTERS_BY_EAR:
            return None
        sounding = self.names.sounding(self.text.at(span))
        places = [place for place in sounding if self.hints.accepts(place)]
        if not places:
            return None
        served = [place for place in places if self._is_served(place)]
        first = (served or places)[0]
        return _Interpretation([first], places[:MAX_CHOICES], corrected=True, span=span)

    def _unexplained_span(self) -> range | None:
        """Return the span of a text that is only a name, when no known name covers it; None for
        other texts.
        """
        spans = self.text.candidate_spans[:1]
        if not spans or not self.text.is_all(spans[0]) or self.text.street_start is not None:
            return None
        span = spans[0]
        exact = (mention for mention in self.text.communes if not mention.corrected)
        return None if any(contains(mention.span, span) for mention in exact) else span

    def _explains(self, mention: Mention, span: range) -> bool:
        """Return whether the mention is certain, or covers all but common words of the span."""
        remaining = (self.text.words[index] for index in span if index not in mention.span)
        is_local = self.text.is_introduced(mention) or self.text.serves(mention.communes)
        return (is_local and not mention.corrected) or all(word in STOP_WORDS for word in remaining)

    def _commune(self) -> _Interpretation | None:
        """The named commune: one that agrees with the codes, then a served one, then the last."""
        options = [(mention, *self._split_by_hints(mention)) for mention in self.text.communes]
        agreeing = [option for option in options if option[1]]
        if not agreeing and self.hints.is_limited:
            return None
        if not agreeing and self.hints.zone:
            if interpretation := self._similar_in_zone():
                return interpretation
            options = [
                (mention, fitting, remaining)
                for mention, fitting, remaining in options
                if not (mention.corrected or self.text.is_half_a_name(mention))
            ]
        if not options:
            return None
        mention, fitting, remaining = max(
            agreeing or options, key=lambda option: self._rank(*option[:2])
        )
        if self._is_doubtful(mention) and (interpretation := self._by_beginning(served=True)):
            return interpretation
        interpretation = self._disambiguate(fitting or remaining, mention)
        if not fitting:
            return self._reconcile_with_zone(interpretation)
        return replace(interpretation, others=[*interpretation.others, *remaining][:MAX_CHOICES])

    def _similar_in_zone(self) -> _Interpretation | None:
        """The commune of the postal code whose name is most similar to the words."""
        keys = [
            self.text.key(span)
            for span in self.text.candidate_spans
            if not self.text.is_street_name(span.start)
        ]
        if not keys or not self.zone:
            return None
        names = {commune: "".join(split_words(commune.name)) for commune in self.zone}
        likeness = {
            commune: max(_likeness(key, names[commune]) for key in keys) for commune in self.zone
        }
        first, *others = sorted(self.zone, key=lambda commune: -likeness[commune])
        if likeness[first] < MIN_LIKENESS_IN_ZONE or (
            others and likeness[others[0]] == likeness[first]
        ):
            return None
        return _Interpretation([first], others, corrected=True)

    def _any_in_zone(self) -> _Interpretation | None:
        """All the communes of the postal code."""
        if not self.zone:
            return None
        is_ambiguous = len(self.zone) > 1
        return _Interpretation(self.zone, is_ambiguous=is_ambiguous, is_guess=is_ambiguous)

    def _with_two_typos(self, spans: Sequence[range] = ()) -> _Interpretation | None:
        """A long name with two typos."""
        if self.hints.is_limited:
            return None
        for span in spans or self.text.candidate_spans:
            if self.text.is_street_name(span.start) or self.text.is_ordinary(span):
                continue
            if places := self.names.within_two_typos(self.text.key(span)):
                mention = Mention(span.start, span.stop, places, 0, corrected=True)
                return self._disambiguate(places, mention)
        return None

    def _by_beginning(self, *, served: bool = False) -> _Interpretation | None:
        """The beginning of a name or some of its words; in a sentence, only of a served place."""
        for span in sorted(self.text.candidate_spans, key=lambda span: -len(span)):
            is_all = self.text.is_all(span)
            shortest = MIN_BEGINNING_LETTERS if is_all else MIN_LETTERS_IN_TEXT
            if len(self.text.key(span)) < shortest or self.text.is_street_name(span.start):
                continue
            if not is_all and self.text.is_ordinary(span):
                continue
            places = self._starting(self.text.at(span))
            if served or not (is_all or self.hints.are_binding):
                places = [place for place in places if self._is_served(place)]
            if places:
                mention = Mention(span.start, span.stop, places, 0)
                return self._disambiguate(places[:MAX_CHOICES], mention)
        return None

    def _starting(self, words: Sequence[str]) -> list[Place]:
        limit = NO_LIMIT if self.hints.are_binding else MAX_CHOICES
        lookups: list[Callable[[], list[Place]]] = [
            lambda: self.names.starting(words, NO_LIMIT),
            lambda: self.names.starting_glued("".join(words), NO_LIMIT),
            lambda: self.names.completing(words, limit),
        ]
        results = ([place for place in lookup() if self.hints.accepts(place)] for lookup in lookups)
        return next((places for places in results if places), [])

    def _street_name(self) -> _Interpretation | None:
        """Communes with the whole name of the street, or a quarter of that name, when nothing else
        is found: "rue de Fleury".
        """
        if self.hints.is_limited:
            return None
        for mention in self.text.mentions:
            if mention.corrected or not self.text.is_whole_street_name(mention):
                continue
            if communes := mention.communes:
                interpretation = self._disambiguate(communes, mention)
                places = [*mention.quarters, *interpretation.places, *interpretation.others]
            else:
                places = mention.quarters
            if places:
                return _Interpretation(places, is_ambiguous=True, is_guess=True)
        return None

    # Choice among communes of the same name

    def _split_by_hints(self, mention: Mention) -> tuple[list[Place], list[Place]]:
        """Return the communes that agree with the codes, if need be by the start of their name or
        with a typo, and the others."""
        communes = mention.communes
        lookups: list[Callable[[], list[Place]]] = [
            lambda: communes,
            lambda: self.names.starting(self.text.at(mention.span), NO_LIMIT),
            lambda: self.names.within_one_typo(self.text.key(mention.span)),
        ]
        results = ([place for place in lookup() if self.hints.accepts(place)] for lookup in lookups)
        fitting = next((places for places in results if places), [])
        return fitting, [place for place in communes if place not in fitting]

    def _rank(self, mention: Mention, fitting: Sequence[Place]) -> tuple[float, ...]:
        places = fitting or mention.communes
        return (
            not self.text.is_away(mention),
            self._is_served(places[0]),
            not mention.corrected,
            self.text.is_introduced(mention),
            mention.score if mention.corrected else 0,
            mention.start,
        )

    def _is_doubtful(self, mention: Mention) -> bool:
        """Return whether it is a typo in a distant commune: a local name is likelier."""
        is_local = self.text.serves(mention.communes)
        return mention.corrected and not is_local and not self.hints.are_binding

    def _disambiguate(self, communes: Sequence[Place], mention: Mention) -> _Interpretation:
        """Return the commune that prevails, else the candidates.

        A served commune whose name starts so, or has an article more, goes before exact names in
        other départements: locally Fleury is Fleury-les-Aubrais, and Choux is Les Choux.
        """
        longer_names: list[Place] = []
        if not self.hints.are_binding and not self.text.serves(communes):
            words = self.text.at(mention.span)
            if mention.corrected:
                words = split_words(communes[0].name)
            key = "".join(without_article(words))
            similar = [
                *self.names.starting(words),
                *self.names.exact(key),
                *self.names.shortened(key),
            ]
            longer_names = [place for place in similar if self._is_served(place)]
        is_guess = self.text.may_end_street(mention)
        chosen = None if longer_names or is_guess else self._most_likely(communes)
        listed = [*longer_names, *communes][:MAX_CHOICES]
        return _Interpretation(
            [chosen] if chosen else listed,
            listed if chosen else (),
            is_ambiguous=not chosen,
            corrected=mention.corrected,
            span=range(0) if is_guess else mention.span,
        )

    def _most_likely(self, communes: Sequence[Place]) -> Place | None:
        """Return the only served one, the only current commune, or by far the most populated."""
        served = [place for place in communes if self._is_served(place)]
        today = [place for place in served or communes if place.kind == Kind.COMMUNE]
        for likely in (served or communes, today):
            if len({place.commune for place in likely}) == 1:
                return likely[0]
        if served:
            return None
        first, second = sorted(communes, key=lambda place: -place.weight)[:2]
        return first if first.weight > POPULATION_RATIO * second.weight else None

    def _reconcile_with_zone(self, interpretation: _Interpretation) -> _Interpretation:
        """Offer both the name and its contradicting postal code, unless they are neighbours; only
        the communes of the code for a name that many have.
        """
        if not self.hints.zone:
            return interpretation
        if interpretation.is_ambiguous:
            return self._any_in_zone() or interpretation
        place = interpretation.places[0]
        if place.department == self.hints.department:
            return replace(interpretation, others=[*interpretation.others, *self.zone])
        return replace(interpretation, places=[*self.zone, place], is_ambiguous=True)

    def _is_served(self, place: Place) -> bool:
        return place.department in self.names.served

    # Context of the result

    def _commune_begun_beside(self, interpretation: _Interpretation) -> str | None:
        """Return the commune whose name begins beside a former structure: "MDCS Romorantin"."""
        former = interpretation.places[0]
        if former.kind is not Kind.FORMER_AGENCY:
            return None
        before, after = interpretation.span.start, interpretation.span.stop
        for words in (self.text.words[after:], self.text.words[:before]):
            words = [word for word in words if word not in STOP_WORDS]
            if sum(map(len, words)) < MIN_LETTERS_IN_TEXT:
                continue
            names = self.names.starting(words)
            codes = {name.commune for name in names if name.department == former.department}
            if len(codes) == 1:
                return codes.pop()
        return None

    def _commune_beside(self, interpretation: _Interpretation) -> str | None:
        """Return the commune named beside a place that implies none: "EP Sologne à Olivet"."""
        mentions = [
            mention
            for mention in self.text.communes
            if not set(mention.span) & set(interpretation.span)
        ]
        return mentions[-1].communes[0].commune if mentions else None

    def _closest(self) -> list[Place]:
        """Return the most similar names of any kind, when nothing was found."""
        words = [word for word in self.text.words if word not in STOP_WORDS and word.isalpha()]
        key = "".join(words)[:MAX_KEY_LETTERS]
        if not key or self.hints.is_limited or not self.text.may_guess:
            return []
        if self.text.street_start is not None:  # words of a street are no misspelt commune
            return []
        if any(word in ORDINARY_WORDS - STOP_WORDS for word in words):
            return []
        local = self.text.local.closest(key, MAX_CLOSEST_LOCAL, MIN_LIKENESS_LOCAL)
        if len(words) > 1:
            communes = self.names.closest(key, 2 * MAX_CHOICES, MIN_LIKENESS_OF_WORDS)
        else:
            communes = self.names.closest(key, 2 * MAX_CHOICES)
        places = _unique_places([*local, *communes])
        return sorted(places, key=lambda place: self._unlikeness(key, place))[:MAX_CLOSEST]

    def _unlikeness(self, key: str, place: Place) -> float:
        """Return the dissimilarity in percent, less a bonus for served places."""
        unlikeness = 100 - fuzz.ratio(key, "".join(split_words(place.name)))
        return unlikeness - LIKENESS_BONUS_SERVED if self._is_served(place) else unlikeness


def _joint_span(quarter: Mention, communes: Sequence[Mention]) -> range:
    """Return the span of the quarter and of the adjacent commune."""
    adjacent = [
        mention
        for mention in communes
        if mention.end == quarter.start or quarter.end == mention.start
    ]
    return range(
        min([quarter.start, *(mention.start for mention in adjacent)]),
        max([quarter.end, *(mention.end for mention in adjacent)]),
    )


def _likeness(key: str, name: str) -> float:
    """In percent."""
    return LIKENESS_OF_BEGINNING if name.startswith(key) else fuzz.ratio(key, name)


def _unique_places(places: Iterable[Place], excluded: Place | None = None) -> list[Place]:
    """Return the places without duplicates, by commune or else by key, without `excluded`."""
    unique = {place.commune or place.key: place for place in reversed(list(places))}
    if excluded:
        unique.pop(excluded.commune or excluded.key, None)
    return list(reversed(unique.values()))
