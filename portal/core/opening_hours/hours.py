"""Opening hours: an OpenStreetMap `opening_hours` expression, in Paris, on French holidays.

>>> Hours.parse("Mo-Fr 08:30-12:00,13:30-17:00").is_open(datetime(2026, 11, 20, 12, 0))
False
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from portal.core.text.language_cache import cache_by_language
from portal.core.text.normalisation import join_words

PARIS = ZoneInfo("Europe/Paris")
HORIZON = timedelta(days=366)

# Limits of an expression. Evaluating a year of it takes 3 ms of processor per thousand characters.
MAX_LENGTH = 250
MAX_RULES = 24
LONGEST_READ = 8_000
MOST_RULES_READ = 150
_BETWEEN_RULES = re.compile(r";|\|\||, ")
_YEARS_BY_STEPS = re.compile(r"\d{4}(-\d{4})?\s*/\s*\d+")

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = f"(?:{'|'.join(DAYS)})"
# A space beside the comma of a list, which the library reads as the start of another rule.
_SPACED_COMMA = re.compile(
    rf"((?<=Mo|Tu|We|Th|Fr|Sa|Su|PH)|(?<=\]))\s*,\s*(?=(?:{_DAY}|PH)\b)"
    r"|(?<=\d:\d\d)\s*,\s*(?=\d\d?:\d\d)"
)
# What the library parses but cannot evaluate here: it has no school holidays and no position of
# the sun. It takes as open what the standard calls unknown (a comment, an open end), forgets a
# fallback ("||") and the hours of a rule that ends at a comma, and reads "PH Su" as "PH,Su".
_CLOSED_COMMENT = re.compile(r'(?<=closed) "[^"]*"')
_UNANSWERABLE = re.compile(
    r'\b(?:SH|sunrise|sunset|dawn|dusk|unknown)\b|"[^"]*"|\d\d:\d\d\+|\|\|'
    r"|[^;,]*(?<!:\d\d)(?<!closed)(?<!24/7)(?=, )"
)
_HOLIDAY_ON_A_DAY = re.compile(rf"\bPH\s+{_DAY}\b|\b{_DAY}\s+PH\b")
_FAULT_AT = re.compile(r"--> 1:(\d+)")


class HoursError(ValueError):
    """The hours are not understood; the message is for the person who typed them."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a reception point or a phone line is open, to the minute.

    A naive datetime is in Paris. In the hour that repeats in October, a change of state is reported
    once, at its second occurrence.
    """

    expression: str
    _rules: OpeningHours = field(repr=False, compare=False)

    @classmethod
    def parse(cls, expression: str) -> Self:
        """Return the hours of an expression. Raises HoursError."""
        return cls(expression, _rules(expression))

    def __str__(self) -> str:
        return self.expression

    def is_open(self, at: datetime) -> bool:
        return self._rules.is_open(in_paris(at))

    def next_change(self, at: datetime) -> datetime | None:
        """Return when it next opens or closes, in Paris; None if not within 366 days."""
        start = in_paris(at)
        was_open = self._rules.is_open(start)
        # The library also reports changes of comment, such as closed to closed "for the holidays".
        for begins, _ends, new_state, *_comments in self._rules.intervals(
            start, _later(start, HORIZON)
        ):
            if (new_state == State.OPEN) != was_open:
                return begins
        return None

    def days(self, first: date, count: int) -> list["Day"]:
        """Return the open spans of `count` days from `first`, in Paris."""
        start = datetime.combine(first, time(), PARIS)
        end = datetime.combine(first + timedelta(days=count), time(), PARIS)
        days = [Day(first + timedelta(days=at), []) for at in range(count)]
        for opens, closes, new_state, *_comments in self._rules.intervals(start, end):
            while new_state == State.OPEN and opens < closes:
                midnight = datetime.combine(opens.date() + timedelta(days=1), time(), PARIS)
                days[(opens.date() - first).days].add(opens, min(closes, midnight))
                opens = midnight
        return days


@dataclass(frozen=True, slots=True)
class Day:
    """A day and its open spans; none when closed."""

    day: date
    spans: list[tuple[datetime, datetime]]

    def add(self, opens: datetime, closes: datetime) -> None:
        """Add a span, merged with the last one where they touch."""
        if self.spans and self.spans[-1][1] == opens:
            opens, _end = self.spans.pop()
        self.spans.append((opens, closes))

    @property
    def is_holiday(self) -> bool:
        """Return whether it is a French public holiday."""
        return _rules("PH").is_open(datetime.combine(self.day, time(12), PARIS))

    @property
    def in_words(self) -> str:
        """Describe the spans: "de 8 h 30 à 12 h et de 13 h 30 à 17 h", "fermé"."""
        return describe_spans((f"{a:%H:%M}", f"{b:%H:%M}") for a, b in self.spans) or _("fermé")


@lru_cache(maxsize=4096)
def state(expression: str, minute: datetime) -> tuple[bool, datetime | None]:
    """Return whether it is open in that minute, and when that next changes. Raises HoursError.

    Cached: in a given minute, thousands of reception points share a few expressions.
    """
    hours = Hours.parse(expression)
    return hours.is_open(minute), hours.next_change(minute)


@cache_by_language(maxsize=4096)
def describe(expression: str) -> str:
    """Describe the week: "du lundi au vendredi de 8 h 30 à 12 h", rules joined by " ; ".

    "" for an expression that is not a plain week, or not understood: show the printed text instead.
    """
    try:
        rules = weekly_rules(expression)
    except HoursError:
        return ""
    # Translators: between two rules of opening hours, each with its days.
    return _(" ; ").join(_describe_rule(days, spans) for days, spans in rules or [])


def check(expression: str) -> None:
    """Raise HoursError for an expression that is invalid, too long or has too many rules."""
    if len(expression) > MAX_LENGTH or _count_rules(expression) > MAX_RULES:
        message = _(
            "Horaires trop longs : au plus %(longest)d caractères et %(most)d règles. Annoncez à"
            " part les jours qui ne sont pas comme les autres."
        )
        raise HoursError(message % {"longest": MAX_LENGTH, "most": MAX_RULES})
    if match := _YEARS_BY_STEPS.search(expression):
        message = _(
            "Horaires qui ne reviennent que certaines années, « %s » : écrivez chaque année."
        )
        raise HoursError(message % match[0])
    _rules(expression)


def _count_rules(expression: str) -> int:
    return len(_BETWEEN_RULES.findall(expression)) + 1


@lru_cache(maxsize=4096)
def _rules(expression: str) -> OpeningHours:
    """Parse an expression. Raises HoursError, which quotes the part not understood.

    Cached: parsing costs more than evaluating, and reception points share a few expressions.
    """
    if len(expression) > LONGEST_READ or _count_rules(expression) > MOST_RULES_READ:
        raise HoursError(_("Horaires trop longs pour être lus."))
    expression = _SPACED_COMMA.sub(",", expression)
    try:
        # Without the last argument, the library searches until the year 9999.
        rules = OpeningHours(
            expression, timezone=PARIS, country="FR", max_interval_days=HORIZON.days + 1
        )
    except ParserError as error:
        match = _FAULT_AT.search(str(error))
        rest = expression[int(match[1]) - 1 :] if match else expression
        message = _("Horaires non compris à partir de « %(rest)s ». Exemple attendu : %(example)s.")
        example = "Mo-Fr 08:30-12:00,13:30-17:00"
        raise HoursError(message % {"rest": rest[:40], "example": example}) from None
    readable = _CLOSED_COMMENT.sub("", str(rules))
    if beyond := _UNANSWERABLE.search(readable) or _HOLIDAY_ON_A_DAY.search(expression):
        message = _("Horaires dont on ne peut pas dire s'ils sont ouverts : « %s ».")
        raise HoursError(message % beyond[0])
    return rules


def in_paris(at: datetime) -> datetime:
    """Convert to Paris time by way of UTC, so that the result is never in the hour skipped in
    March.

    The library accepts no other time zone than its own.
    """
    local = at if at.tzinfo else at.replace(tzinfo=PARIS)
    return local.astimezone(UTC).astimezone(PARIS)


def _later(at: datetime, span: timedelta) -> datetime:
    """Add the span, up to `datetime.max`."""
    return at + min(span, datetime.max - at.replace(tzinfo=None))


# The week in words

_DAYS = f"(?:{_DAY}(?:-{_DAY})?|PH)"
_SPAN = r"\d\d:\d\d-\d\d:\d\d"
MIDNIGHT = "24:00"  # where a day ends
ALL_DAY = ("00:00", MIDNIGHT)
_RULE = re.compile(rf"(?:(?P<days>{_DAYS}(?:,{_DAYS})*) )?(?P<spans>closed|{_SPAN}(?:,{_SPAN})*)")


def weekly_rules(expression: str) -> list[tuple[list[str], list[tuple[str, str]]]] | None:
    """Return the days ("Mo-Fr", "PH") and spans ("08:30", "12:00") of each rule; no spans for
    "off".

    None for an expression that has more than weekdays with hours. Raises HoursError.
    """
    rules = []
    for rule in str(_rules(expression)).split("; "):
        match = _RULE.fullmatch(rule.replace("24/7", "Mo-Su 00:00-24:00"))
        if match is None:
            return None
        spans = [] if match["spans"] == "closed" else match["spans"].split(",")
        pairs = [(span[:5], span[6:].replace("00:00", MIDNIGHT)) for span in spans]
        rules.append(((match["days"] or "Mo-Su").split(","), pairs))
    return rules


def _describe_rule(days: Sequence[str], spans: Sequence[tuple[str, str]]) -> str:
    label = join_words([_describe_days(part) for part in days])
    if not spans:
        return _("%(days)s : fermé") % {"days": label}
    if list(days) == ["Mo-Su"] and list(spans) == [ALL_DAY]:
        return _("tous les jours, à toute heure")
    # Translators: "du lundi au vendredi", "de 8 h 30 à 12 h".
    return _("%(days)s %(hours)s") % {"days": label, "hours": describe_spans(spans)}


def _describe_days(days: str) -> str:
    """ "Mo-Fr" → "du lundi au vendredi", "Tu" → "le mardi"."""
    first, _dash, last = days.partition("-")
    if days == "Mo-Su":
        return _("tous les jours")
    if days == "PH":
        return _("les jours fériés")
    if last:
        names = {"first_weekday": _weekday_name(first), "last_weekday": _weekday_name(last)}
        return _("du %(first_weekday)s au %(last_weekday)s") % names
    return _("le %(weekday)s") % {"weekday": _weekday_name(first)}


def _weekday_name(day: str) -> str:
    return str(WEEKDAYS[DAYS.index(day)])


def describe_spans(spans: Iterable[Sequence[str]]) -> str:
    """Pairs of "08:30", "12:00" → "de 8 h 30 à 12 h et de …"; "" for none."""
    spans = [(start, end) for start, end in spans]
    if spans in ([ALL_DAY], [("00:00", "00:00")]):
        return _("toute la journée")
    labels = [
        _("de %(start)s à %(end)s") % {"start": format_clock(start), "end": format_clock(end)}
        for start, end in spans
    ]
    return join_words(labels) if labels else ""


def format_clock(time: str) -> str:
    """ "08:30" → "8 h 30"; "24:00" is midnight, "26:00" two hours later."""
    hour, _colon, minute = time.partition(":")
    if (int(hour) % 24, minute) == (0, "00"):
        return _("minuit")
    message = _("%(hour)d h") if minute == "00" else _("%(hour)d h %(minute)s")
    return message % {"hour": int(hour) % 24, "minute": minute}
