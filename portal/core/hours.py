"""Opening hours: an OpenStreetMap `opening_hours` expression, in Paris, on French holidays.

>>> Hours.parse("Mo-Fr 08:30-12:00,13:30-17:00").is_open(datetime(2026, 11, 20, 12, 0))
False
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

PARIS = ZoneInfo("Europe/Paris")
HORIZON = timedelta(days=366)

# What the library reads but cannot answer here: it knows no school holidays, takes the sun of no
# place, and holds a comment alone for an open door.
_UNANSWERABLE = re.compile(r'\b(SH|sunrise|sunset|dawn|dusk|unknown)\b|24/7 "')
_FAULT_AT = re.compile(r"--> 1:(\d+)")


class HoursError(ValueError):
    """Hours that are not understood; its message is French, for the person who typed them."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a door or a line is open, to the minute.

    A moment without a time zone is in Paris. In the hour that comes twice in October, a change of
    state is told once, at its second passage.
    """

    expression: str
    _rules: OpeningHours = field(repr=False, compare=False)

    @classmethod
    def parse(cls, expression: str) -> Self:
        """Raises HoursError."""
        return cls(expression, _rules(expression))

    def __str__(self) -> str:
        return self.expression

    def is_open(self, at: datetime) -> bool:
        return self._rules.is_open(_in_paris(at))

    def next_change(self, at: datetime) -> datetime | None:
        """The next moment, in Paris, when it opens or closes; None if not within 366 days."""
        start = _in_paris(at)
        was_open = self._rules.is_open(start)
        change = self._rules.next_change(start)
        # From closed to closed "for the holidays" is a change of the library's, not of the door's.
        while change and change - start <= HORIZON and self._rules.is_open(change) == was_open:
            change = self._rules.next_change(change)
        return change if change and change - start <= HORIZON else None


@lru_cache(maxsize=4096)
def state(expression: str, minute: datetime) -> tuple[bool, datetime | None]:
    """Whether it is open in that minute, and when that next changes. Raises HoursError.

    Kept: in a minute, thousands of doors share a few expressions.
    """
    hours = Hours.parse(expression)
    return hours.is_open(minute), hours.next_change(minute)


@lru_cache(maxsize=4096)
def describe(expression: str) -> str:
    """The week in French: "du lundi au vendredi de 8 h 30 à 12 h", rules joined with " ; ".

    "" for what is not a plain week, or not understood: then only the printed text can be shown.
    """
    try:
        rules = str(_rules(expression)).split("; ")
    except HoursError:
        return ""
    said = [_describe_rule(rule) for rule in rules]
    return " ; ".join(said) if all(said) else ""


@lru_cache(maxsize=4096)
def _rules(expression: str) -> OpeningHours:
    """Raises HoursError, which quotes what was not understood.

    Cached: reading costs more than asking, and thousands of doors share a few expressions.
    """
    try:
        rules = OpeningHours(expression, timezone=PARIS, country="FR")
    except ParserError as error:
        found = _FAULT_AT.search(str(error))
        rest = expression[int(found[1]) - 1 :] if found else expression
        said = _("Horaires non compris à partir de « %(rest)s ». Exemple attendu : %(example)s.")
        example = "Mo-Fr 08:30-12:00,13:30-17:00"
        raise HoursError(said % {"rest": rest[:40], "example": example}) from None
    if beyond := _UNANSWERABLE.search(str(rules)):
        said = _("Horaires dont on ne peut pas dire s'ils sont ouverts : « %s ».")
        raise HoursError(said % beyond[0])
    return rules


def _in_paris(at: datetime) -> datetime:
    """`at` by the clocks of Paris, which skip an hour in March: by way of UTC, it is never in it.

    The library takes no other time zone than its own.
    """
    local = at if at.tzinfo else at.replace(tzinfo=PARIS)
    return local.astimezone(UTC).astimezone(PARIS)


# The week in French

_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_DAYS = f"(?:{_DAY}(?:-{_DAY})?|PH)"
_SPAN = r"\d\d:\d\d-\d\d:\d\d"
_RULE = re.compile(rf"(?:(?P<days>{_DAYS}(?:,{_DAYS})*) )?(?P<spans>closed|{_SPAN}(?:,{_SPAN})*)")


def _describe_rule(rule: str) -> str:
    """A rule as the library spells it; "" when it is not days of the week with their hours."""
    if rule == "24/7":
        return _("tous les jours, à toute heure")
    match = _RULE.fullmatch(rule)
    if match is None:
        return ""
    days = _listed([_describe_days(part) for part in (match["days"] or "Mo-Su").split(",")])
    if match["spans"] == "closed":
        return _("%(days)s : fermé") % {"days": days}
    spans = _listed([_describe_span(span) for span in match["spans"].split(",")])
    return f"{days} {spans}"


def _describe_days(days: str) -> str:
    """ "Mo-Fr" → "du lundi au vendredi", "Tu" → "le mardi"."""
    names = {
        **{"Mo": _("lundi"), "Tu": _("mardi"), "We": _("mercredi"), "Th": _("jeudi")},
        **{"Fr": _("vendredi"), "Sa": _("samedi"), "Su": _("dimanche")},
    }
    first, _dash, last = days.partition("-")
    if days == "Mo-Su":
        return _("tous les jours")
    if days == "PH":
        return _("les jours fériés")
    if last:
        return _("du %(first)s au %(last)s") % {"first": names[first], "last": names[last]}
    return _("le %s") % names[first]


def _describe_span(span: str) -> str:
    """ "08:30-12:00" → "de 8 h 30 à 12 h"."""
    start, _dash, end = span.partition("-")
    return _("de %(start)s à %(end)s") % {"start": _clock(start), "end": _clock(end)}


def _clock(time: str) -> str:
    """ "08:30" → "8 h 30"; "24:00" is midnight, "26:00" two hours later."""
    hour, _colon, minute = time.partition(":")
    if (int(hour) % 24, minute) == (0, "00"):
        return _("minuit")
    return f"{int(hour) % 24} h {minute}".removesuffix(" 00")


def _listed(parts: list[str]) -> str:
    """ "a", "a et b", "a, b et c"."""
    *firsts, last = parts
    return _("%s et %s") % (", ".join(firsts), last) if firsts else last
