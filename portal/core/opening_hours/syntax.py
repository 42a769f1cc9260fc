"""The syntax of opening hours: what is read, and how it is written.

Readers of the OpenStreetMap syntax differ on some of it. What is read here is what they all
understand alike; what is plain but written otherwise (a space after a comma, "8h30") is written
again as they all read it, and the rest is refused with what to write instead.

>>> str(parse('mo, tu 9h-12h; Th "sur rendez-vous"'))
'Mo,Tu 09:00-12:00; Th unknown "sur rendez-vous"'
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NoReturn

from django.utils.translation import gettext as _

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MIDNIGHT = "24:00"  # where a day ends
ALL_DAY = ("00:00", MIDNIGHT)
GOOD_FRIDAY = "easter -2 days"
LAST_YEAR = 9999

# Limits of an expression that is read. Those of one that is saved are lower.
LONGEST_READ = 8_000
MOST_RULES_READ = 150
_BETWEEN_RULES = re.compile(r";|\|\||, ")

Span = tuple[str, str]  # "08:30", "12:00"; an end past midnight is "26:00"


class HoursError(ValueError):
    """The hours are not understood; the message is for the person who typed them."""


class State(StrEnum):
    OPEN = "open"
    CLOSED = "off"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: on which days, at which hours, in which state.

    `dates` are years, months, days and weeks ("2026 Jul 06-2026 Aug 28", "week 10-20"), "" for all
    the year; `weekdays` are "Mo-Fr", "Mo[1]"; none of both means every day. `holidays` tells that
    public holidays are named: beside the weekdays, or only those that fall on them where
    `holidays_on_weekdays`. Without `spans`, all the day. `is_additional` rules ("," before them)
    leave the hours of the rules before them; the others replace them.
    """

    dates: str = ""
    weekdays: tuple[str, ...] = ()
    holidays: bool = False
    holidays_on_weekdays: bool = False
    spans: tuple[Span, ...] = ()
    state: State = State.OPEN
    comment: str = ""
    is_additional: bool = False
    is_single_day: bool = False

    def __str__(self) -> str:
        return self.text()

    @property
    def names_no_day(self) -> bool:
        return not (self.dates or self.weekdays or self.holidays)

    @property
    def hours(self) -> str:
        """The rule without its days: "09:00-12:00 unknown \\"sur rendez-vous\\"", "off"."""
        spans = ",".join(f"{start}-{end}" for start, end in self.spans)
        is_implied = self.state is State.OPEN and not self.comment and self.spans
        comment = f'"{self.comment}"' if self.comment else ""
        return " ".join(filter(None, (spans, "" if is_implied else str(self.state), comment)))

    def text(self) -> str:
        """Return the rule as written."""
        if self.names_no_day and self.hours == State.OPEN:
            return "24/7"
        weekdays = ",".join(self.weekdays)
        if self.holidays:
            parts = ("PH", weekdays) if self.holidays_on_weekdays else (weekdays, "PH")
            separator = " " if self.holidays_on_weekdays else ","
            weekdays = separator.join(filter(None, parts))
        return " ".join(filter(None, (self.dates, weekdays, self.hours)))


@dataclass(frozen=True, slots=True)
class Expression:
    """The rules of an expression, in order."""

    rules: tuple[Rule, ...]

    def __str__(self) -> str:
        return join_rules((rule.is_additional, rule.text()) for rule in self.rules)

    @property
    def names_holidays(self) -> bool:
        return any(rule.holidays for rule in self.rules)

    @property
    def is_closed_on_holidays(self) -> bool:
        """Whether it says that it is closed on all public holidays."""
        return any(
            rule.holidays and not rule.holidays_on_weekdays and not rule.spans
            for rule in self.rules
            if rule.state is State.CLOSED
        )

    @property
    def is_always_open(self) -> bool:
        """Whether it is written as open every day, all the day."""
        always: set[str] = set()
        for rule in self.rules:
            if rule.dates or rule.state is not State.OPEN or not lasts_all_day(rule.spans):
                continue
            always |= {DAYS[at] for part in rule.weekdays or ("Mo-Su",) for at in day_indexes(part)}
        return always == set(DAYS)

    def in_force(self, on: date) -> "Expression":
        """Return what is left from that day on.

        Rules of days that are over are left out, and the dates of those that have begun for good:
        a rule without days, after others, would be read differently.
        """
        rules = []
        for rule in self.rules:
            days = _DAYS_OF_YEARS.fullmatch(rule.dates)
            if days is None:
                rules.append(rule)
                continue
            last = _to_day(days["last"])
            first = _to_day(days["first"]) if days["first"] else last
            has_begun_for_good = first <= on and last.year == LAST_YEAR
            if last >= on:
                weekdays = rule.weekdays or ("Mo-Su",)
                without_dates = replace(rule, dates="", weekdays=weekdays)
                rules.append(without_dates if has_begun_for_good else rule)
        return Expression(tuple(rules))

    @property
    def night_rule(self) -> "Rule | None":
        """The rule with hours past midnight that readers understand differently; None without one.

        They agree where it is the only one that opens, on plain weekdays.
        """
        opening = [rule for rule in self.rules if rule.state is not State.CLOSED or rule.spans]
        for rule in opening:
            is_plain = not (rule.dates or rule.holidays or "[" in "".join(rule.weekdays))
            if any(is_past_midnight(span) for span in rule.spans) and not (
                is_plain and len(opening) == 1
            ):
                return rule
        return None

    def closed_on_holidays(self) -> "Expression":
        """Return it with the rule of French administrations: closed on public holidays.

        Unchanged where it names them, or is open every day all the day. Hours of one day that has
        a date ("2026 Jul 14 10:00-12:00") stay.
        """
        if self.names_holidays or self.is_always_open:
            return self
        usual = [at for at, rule in enumerate(self.rules) if not rule.is_single_day]
        after = usual[-1] + 1 if usual else 0
        return Expression((*self.rules[:after], HOLIDAYS_OFF, *self.rules[after:]))

    def with_holidays(self, days: Sequence[str], comment: str = "") -> str:
        """Return the text with `days` ("Dec 25", "2026 Dec 25") instead of "PH".

        `comment` is given to the rules that close on those days without a reason. Rules on no day
        are left out.
        """
        selector = ",".join(days)
        texts: list[tuple[bool, str]] = []
        for rule in self.rules:
            if rule.dates == GOOD_FRIDAY and rule.state is State.CLOSED:
                rule = replace(rule, comment=rule.comment or comment)
            if not rule.holidays:
                texts.append((rule.is_additional, rule.text()))
                continue
            if rule.weekdays and not rule.holidays_on_weekdays:
                texts.append((rule.is_additional, replace(rule, holidays=False).text()))
            if days:
                if rule.state is State.CLOSED and not rule.comment and not rule.spans:
                    rule = replace(rule, comment=comment)
                weekdays = ",".join(rule.weekdays) if rule.holidays_on_weekdays else ""
                parts = filter(None, (selector, weekdays, rule.hours))
                texts.append((rule.is_additional, " ".join(parts)))
        return join_rules(texts) or str(State.CLOSED)


HOLIDAYS_OFF = Rule(holidays=True, state=State.CLOSED)


def join_rules(rules: Iterable[tuple[bool, str]]) -> str:
    """Join texts of rules, each with whether it adds to those before it."""
    text = ""
    for is_additional, rule in rules:
        separator = (", " if is_additional else "; ") if text else ""
        text += f"{separator}{rule}"
    return text


def count_rules(expression: str) -> int:
    return len(_BETWEEN_RULES.findall(expression)) + 1


@lru_cache(maxsize=4096)
def parse(expression: str) -> Expression:
    """Return the rules of an expression. Raises HoursError, which says what to write."""
    if len(expression) > LONGEST_READ or count_rules(expression) > MOST_RULES_READ:
        raise HoursError(_("Horaires trop longs pour être lus."))
    return Expression(tuple(_Parser(expression).rules()))


@lru_cache(maxsize=4096)
def read(expression: str) -> Expression:
    """Return the rules of hours that somebody wrote. Raises HoursError.

    Hours past midnight beside other hours are refused; `parse` accepts them.
    """
    parsed = parse(expression)
    if rule := parsed.night_rule:
        message = _(
            "Horaires non compris à partir de « %(rest)s ». Écrivez à part les heures après"
            " minuit : « Fr 20:00-24:00, Sa 00:00-02:00 »."
        )
        raise HoursError(message % {"rest": str(rule)[:40]})
    return parsed


def is_past_midnight(span: Span) -> bool:
    start, end = span
    return end <= start or end > MIDNIGHT


def lasts_all_day(spans: Sequence[Span]) -> bool:
    """Return whether the spans, none for all the day, leave no minute of the day."""
    covered = "00:00"
    for start, end in sorted(spans):
        if start <= covered:
            covered = max(covered, end)
    return not spans or covered >= MIDNIGHT


def day_indexes(part: str) -> list[int]:
    """ "Mo-We" → 0, 1, 2; "Sa-Mo" wraps over Sunday; none for "Mo[1]"."""
    if "[" in part:
        return []
    first, _dash, last = part.partition("-")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return [at % 7 for at in range(start, (end if end >= start else end + 7) + 1)]


# Parts of a rule. Each may be preceded by blanks.

_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_DASH = r"\s*-\s*"
_MONTH_DAY = (
    rf"(?:(?P<y%(n)s>\d{{4}})\s*)?(?P<m%(n)s>{'|'.join(MONTHS)})\b"
    r"(?:\s*(?P<d%(n)s>\d{1,2})(?![\d:h]))?"
)
_FLAGS = re.IGNORECASE
_DATES = re.compile(
    rf"{_MONTH_DAY % {'n': 1}}"
    rf"(?:{_DASH}(?:{_MONTH_DAY % {'n': 2}}|(?P<last>\d{{1,2}})(?![\d:h])))?(?P<plus>\+)?",
    _FLAGS,
)
_EASTER = re.compile(r"easter(?:\s*([+-])\s*(\d{1,3})\s*days?)?(?!\s*-)\b", _FLAGS)
_YEARS = re.compile(rf"(\d{{4}})(?:(?:{_DASH}(\d{{4}}))|(\+))?(?![\d:h]|\s*[/-])", _FLAGS)
_WEEK = re.compile(r"weeks?\s*", _FLAGS)
_WEEKS = re.compile(rf"(\d{{1,2}})(?:{_DASH}(\d{{1,2}})(?:\s*/\s*(\d))?)?(?![\d:h])")
_WEEKDAYS = re.compile(rf"({_DAY})\b(?:{_DASH}({_DAY})\b|\s*\[([^\]]*)\])?", _FLAGS)
_NTH = re.compile(r"\s*(-?[1-5])\s*(?:-\s*([1-5]))?\s*")
_ONE_OF_A_MONTH = re.compile(rf"(?:{'|'.join(MONTHS)}) {_DAY}\[-?\d\]")
_HOLIDAYS = re.compile(r"PH\b(?!\s*[+-])", _FLAGS)
_CLOCK = r"(\d{1,2})(?::(\d\d)|\s*h\s*(\d\d)?)"
_SPAN = re.compile(rf"{_CLOCK}{_DASH}{_CLOCK}(?![\d:h/+])", _FLAGS)
_ALWAYS = re.compile(r"24/7")
_STATE = re.compile(r"(open|off|closed|unknown)\b", _FLAGS)
_COMMENT = re.compile(r'"([^"]*)"')
_BLANKS = re.compile(r"\s*")
_SEPARATOR = re.compile(r"\s*(;|,|$)")
_COMMA = re.compile(r"\s*,\s*")
_COLON = re.compile(r"\s*:(?=\s)")

# Where the rest begins with this, what to write instead.
_OPEN_END = re.compile(rf"{_CLOCK}(?:{_DASH}{_CLOCK})?\+", _FLAGS)
_SUN = re.compile(r"\(?(?:sunrise|sunset|dawn|dusk)", _FLAGS)
_REPEATED = re.compile(rf"{_CLOCK}{_DASH}{_CLOCK}/", _FLAGS)
_SINGLE_TIME = re.compile(_CLOCK, _FLAGS)


_DAYS_OF_YEARS = re.compile(
    r"(?:(?P<first>[0-9]{4} [A-Z][a-z]{2} [0-9]{2})-)?(?P<last>[0-9]{4} [A-Z][a-z]{2} [0-9]{2})"
)


def _to_day(text: str) -> date:
    year, month, day = text.split()
    return date(int(year), MONTHS.index(month) + 1, int(day))


class _Parser:
    """Reads an expression from left to right."""

    def __init__(self, expression: str) -> None:
        self.text = expression.replace("–", "-").replace("—", "-")
        self.at = 0
        self._has_rules = False

    def rules(self) -> list[Rule]:
        rules: list[Rule] = []
        is_additional = False
        while True:
            rules.append(self._rule(is_additional))
            self._has_rules = True
            match = _SEPARATOR.match(self.text, self.at)
            if match is None:
                self._refuse()
            self.at = match.end()
            if not match[1] or (match[1] == ";" and not self._rest()):
                return rules
            is_additional = match[1] == ","

    def _rest(self) -> str:
        return self.text[self.at :].strip()

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return what the rest begins with, after blanks, and move past it."""
        start = _BLANKS.match(self.text, self.at)
        match = pattern.match(self.text, start.end() if start else self.at)
        if match:
            self.at = match.end()
        return match

    def _rule(self, is_additional: bool) -> Rule:
        start = self.at
        always = self._match(_ALWAYS)
        dates, is_single_day = ("", False) if always else self._dates()
        weekdays, holidays, on_weekdays = ((), False, False) if always else self._weekdays()
        if dates or weekdays or holidays:
            self._match(_COLON)
        spans = () if always else self._spans()
        state_match = self._match(_STATE)
        comment_match = self._match(_COMMENT)
        comment = " ".join(comment_match[1].split()) if comment_match else ""
        if state_match is None and comment_match is None and not always and not spans:
            self._refuse_without_hours(start, bool(dates or weekdays or holidays))
        state = State.UNKNOWN if comment_match and not state_match else State.OPEN
        if state_match:
            word = state_match[1].lower()
            state = State.CLOSED if word == "closed" else State(word)
        if self._has_rules and not (always or dates or weekdays or holidays):
            # Some readers add such hours to the rules before, others replace them.
            self._refuse(start, _("Écrivez aussi les jours : « Mo-Su 10:00-12:00 »."))
        named_in_month = f"{dates} {','.join(weekdays)}"
        if dates and "[" in named_in_month and not _ONE_OF_A_MONTH.fullmatch(named_in_month):
            self._refuse(start, _("Écrivez une règle par mois et par jour : « Nov Th[4] off »."))
        if holidays and dates:
            self._refuse(
                start, _("Écrivez les jours fériés à part, sans dates : « PH 10:00-12:00 ».")
            )
        return Rule(
            *(dates, weekdays, holidays, on_weekdays, spans, state, comment),
            *(is_additional, is_single_day),
        )

    def _list(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        """Return the items of a list; a comma that another part follows is left."""
        found = []
        match = self._match(pattern)
        while match:
            found.append(match)
            comma = _COMMA.match(self.text, self.at)
            match = pattern.match(self.text, comma.end()) if comma else None
            if match:
                self.at = match.end()
        return found

    def _dates(self) -> tuple[str, bool]:
        """Return the years, days of the year and weeks, and whether it is a single day."""
        days = self._days_of_year()
        years = [] if days else [_years(match) for match in self._list(_YEARS)]
        days = days or self._days_of_year()
        weeks = []
        if self._match(_WEEK):
            weeks = [_weeks(match) or self._refuse(match.start()) for match in self._list(_WEEKS)]
            if not weeks:
                self._refuse()
        # Years before days that have a year of their own.
        if not all(years) or (years and any(text[:4].isdigit() for text, _single in days)):
            self._refuse(0)
        parts = [",".join(years), ",".join(text for text, _single in days)]
        parts.append(f"week {','.join(weeks)}" if weeks else "")
        return " ".join(filter(None, parts)), bool(days) and all(single for _t, single in days)

    def _days_of_year(self) -> list[tuple[str, bool]]:
        """Return the texts of months and days, and whether each is a single day."""
        days: list[tuple[str, bool]] = []
        while True:
            before = self.at
            if days:
                comma = _COMMA.match(self.text, self.at)
                if comma is None:
                    return days
                self.at = comma.end()
            if match := self._match(_EASTER):
                days.append((_easter_day(match), True))
            elif match := self._match(_DATES):
                days.append(_date_range(match) or self._refuse(match.start()))
            else:
                self.at = before
                return days

    def _weekdays(self) -> tuple[tuple[str, ...], bool, bool]:
        """Return the weekdays, whether holidays are named, and only those on the weekdays."""
        weekdays: list[str] = []
        holidays = on_weekdays = False
        while True:
            before = self.at
            if weekdays or holidays:
                comma = _COMMA.match(self.text, self.at)
                if comma is None:
                    if holidays and not weekdays and self._match(_WEEKDAYS):
                        self.at = before
                        return tuple(self._plain_weekdays()), True, True
                    return tuple(weekdays), holidays, on_weekdays
                self.at = comma.end()
            if self._match(_HOLIDAYS):
                holidays = True
            elif match := self._match(_WEEKDAYS):
                weekdays.append(_weekday(match) or self._refuse(match.start()))
            else:
                self.at = before
                return tuple(weekdays), holidays, on_weekdays

    def _plain_weekdays(self) -> list[str]:
        return [_weekday(match) or self._refuse(match.start()) for match in self._list(_WEEKDAYS)]

    def _spans(self) -> tuple[Span, ...]:
        return tuple(_span(match) or self._refuse(match.start()) for match in self._list(_SPAN))

    def _refuse_without_hours(self, start: int, has_days: bool) -> NoReturn:
        if has_days and (not self._rest() or _SEPARATOR.match(self.text, self.at)):
            self._refuse(start, _("Écrivez aussi les heures, ou « off » pour un jour fermé."))
        self._refuse()

    def _refuse(self, at: int | None = None, advice: str = "") -> NoReturn:
        """Raise HoursError, which quotes the rest from `at` and says what to write."""
        rest = self.text[self.at if at is None else at :].lstrip()[:40]
        message = _("Horaires non compris à partir de « %(rest)s ». %(advice)s")
        raise HoursError(message % {"rest": rest, "advice": advice or _advice(rest)})


def _advice(rest: str) -> str:
    if rest.startswith("||"):
        return _("Séparez les règles par « ; », ou par « , » si elles s'ajoutent.")
    if _OPEN_END.match(rest):
        return _("Écrivez l'heure de fermeture : « 18:00-20:00 ».")
    if _REPEATED.match(rest):
        return _("Écrivez chaque horaire : « 10:00-11:00,14:00-15:00 ».")
    if _SUN.match(rest):
        return _("Écrivez des heures : le lever et le coucher du soleil ne sont pas lus.")
    if rest[:2].upper() == "SH":
        return _("Écrivez les dates des vacances : « 2026 Dec 19-2027 Jan 03 off ».")
    if _SINGLE_TIME.match(rest) and not _SPAN.match(rest):
        return _("Écrivez le début et la fin : « 10:00-12:00 ».")
    if re.match(r"\d{4}-\d\d-\d\d", rest):
        return _("Écrivez ainsi une date : « 2026 Dec 24 ».")
    if re.match(r"\d{4}(?:-\d{4})?\s*/", rest):
        return _("Écrivez chaque année.")
    return _("Exemple attendu : « %s ».") % "Mo-Fr 08:30-12:00,13:30-17:00"


def _month_day(match: re.Match[str], number: int) -> tuple[int | None, int, int | None]:
    """Return the year, month and day of a bound; None for those that are not written."""
    year, month, day = (match[f"{name}{number}"] for name in "ymd")
    return (
        int(year) if year else None,
        MONTHS.index(month.capitalize()) + 1,
        int(day) if day else None,
    )


def _format(year: int | None, month: int, day: int | None) -> str:
    parts = (f"{year:04}" if year else "", MONTHS[month - 1], f"{day:02}" if day else "")
    return " ".join(filter(None, parts))


def _is_day(year: int | None, month: int, day: int | None) -> bool:
    try:
        return bool(date(year or 2024, month, day or 1))
    except ValueError:
        return False


def _date_range(match: re.Match[str]) -> tuple[str, bool] | None:
    """Return the text of months or days, and whether it is a single day; None if impossible."""
    first = _month_day(match, 1)
    year, month, day = first
    if match["last"]:
        last: tuple[int | None, int, int | None] = (year, month, int(match["last"]))
    elif match["m2"]:
        last = _month_day(match, 2)
    else:
        last = first
    if match["plus"]:
        if year is None or last != first:
            return None
        day, last = day or 1, (LAST_YEAR, 12, 31)
        first = (year, month, day)
    if year is None and (2, 29) in (first[1:], last[1:]):
        return None
    if not (_is_day(*first) and _is_day(*last)) or (first[2] is None) != (last[2] is None):
        return None
    if year is None and last[0] is not None:
        return None
    if year is not None:
        if last[0] is None:
            last = (year, *last[1:])
        if (last[0] or 0, last[1], last[2] or 0) < (year, month, day or 0):
            return None
        if first[2] is None and last[0] != year:
            return None
    if year is not None and day is None:
        # Months of a year as days, which all readers understand.
        last_day = monthrange(year, last[1])[1]
        return f"{_format(year, month, 1)}-{_format(year, last[1], last_day)}", False
    if last == first:
        return _format(*first), day is not None
    return f"{_format(*first)}-{_format(*last)}", False


def _easter_day(match: re.Match[str]) -> str:
    if not match[2]:
        return "easter"
    offset = int(match[2])
    return f"easter {match[1]}{offset} day{'s' if offset > 1 else ''}"


def _years(match: re.Match[str]) -> str:
    """Return the text of years; "" if impossible."""
    first, last = match[1], match[2]
    if match[3]:
        return f"{first}-{LAST_YEAR}"
    if last and last < first:
        return ""
    return f"{first}-{last}" if last and last != first else first


def _weeks(match: re.Match[str]) -> str:
    """Return the text of weeks; "" if impossible."""
    first, last = int(match[1]), int(match[2] or match[1])
    if not 1 <= first <= last <= 53 or match[3] == "0":
        return ""
    step = f"/{match[3]}" if match[3] and match[3] != "1" else ""
    return f"{first:02}-{last:02}{step}" if match[2] else f"{first:02}"


def _weekday(match: re.Match[str]) -> str:
    """Return the text of weekdays; "" if impossible."""
    first = match[1].capitalize()
    if match[2]:
        last = match[2].capitalize()
        return f"{first}-{last}" if last != first else first
    if match[3] is None:
        return first
    positions = [_NTH.fullmatch(part) for part in match[3].split(",")]
    if not all(positions):
        return ""
    texts = [f"{nth[1]}-{nth[2]}" if nth[2] else nth[1] for nth in positions if nth]
    return f"{first}[{','.join(texts)}]"


def _span(match: re.Match[str]) -> Span | None:
    """Return a span; None if impossible."""
    start = int(match[1]) * 60 + int(match[2] or match[3] or 0)
    end = int(match[4]) * 60 + int(match[5] or match[6] or 0)
    minutes = int(match[2] or match[3] or 0), int(match[5] or match[6] or 0)
    if max(minutes) > 59 or start >= 24 * 60 or end > 48 * 60:
        return None
    if end == 0:
        end = 24 * 60
    if end == start or end - start > 24 * 60:
        return None
    return f"{start // 60:02}:{start % 60:02}", f"{end // 60:02}:{end % 60:02}"
