"""Opening hours in French."""

from collections.abc import Iterable, Sequence

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from portal.core.opening_hours.syntax import (
    ALL_DAY,
    DAYS,
    GOOD_FRIDAY,
    HoursError,
    Rule,
    Span,
    State,
    is_past_midnight,
    parse,
    read,
)
from portal.core.text.language_cache import cache_by_language
from portal.core.text.normalisation import join_words


@cache_by_language(maxsize=4096)
def describe(expression: str) -> str:
    """Describe the week: "du lundi au vendredi de 8 h 30 à 12 h", rules joined by " ; ".

    "" for an expression that is not a plain week, or not understood: show the printed text instead.
    """
    try:
        rules = read(expression).rules if expression else ()
    except HoursError:
        return ""
    if not all(is_weekly(rule) for rule in rules):
        return ""
    # Translators: between two rules of opening hours, each with its days.
    return _(" ; ").join(_describe_rule(rule) for rule in rules)


def is_weekly(rule: Rule) -> bool:
    """Return whether a rule is about plain weekdays or holidays, all the year."""
    if rule.dates == GOOD_FRIDAY and not rule.weekdays:
        return True
    return not (
        rule.dates
        or rule.holidays_on_weekdays
        or "[" in "".join(rule.weekdays)
        or (rule.spans and rule.state is State.CLOSED)
    )


def weekly_rules(expression: str) -> list[Rule] | None:
    """Return the rules of an expression; None if it has more than weekdays and holidays with plain
    hours. Raises HoursError.
    """
    rules = parse(expression).rules
    is_plain = all(
        is_weekly(rule) and rule.state is not State.UNKNOWN and not rule.comment
        and not any(is_past_midnight(span) for span in rule.spans)
        for rule in rules
    )  # fmt: skip
    return [*rules] if is_plain else None


def _describe_rule(rule: Rule) -> str:
    days = rule.weekdays or (() if rule.holidays or rule.dates else ("Mo-Su",))
    parts = [_describe_days(part) for part in (*days, *(["PH"] if rule.holidays else []))]
    label = _("le Vendredi saint") if rule.dates else join_words(parts)
    if rule.state is State.CLOSED:
        remark = _("%(days)s : fermé (%(comment)s)") if rule.comment else _("%(days)s : fermé")
        return remark % {"days": label, "comment": rule.comment}
    comment = rule.comment
    if rule.state is State.UNKNOWN:
        comment = comment or _("à confirmer")
    if not rule.spans and comment:
        return _("%(days)s : %(comment)s") % {"days": label, "comment": comment}
    if days == ("Mo-Su",) and rule.spans in ((), (ALL_DAY,)):
        hours = _("tous les jours, à toute heure")
    else:
        # Translators: "du lundi au vendredi", "de 8 h 30 à 12 h".
        spans = describe_spans(rule.spans or [ALL_DAY])
        hours = _("%(days)s %(hours)s") % {"days": label, "hours": spans}
    return _("%(hours)s (%(comment)s)") % {"hours": hours, "comment": comment} if comment else hours


def describe_notes(notes: Iterable[tuple[str, str, str]]) -> str:
    """Describe the spans with a remark of a day: "sur rendez-vous de 10 h à 20 h"."""
    labels = []
    for start, end, comment in notes:
        spans = [(start, end)]
        remark = comment or _("à confirmer")
        if spans in _ALL_DAY_SPANS:
            labels.append(remark)
        else:
            hours = {"comment": remark, "hours": describe_spans(spans)}
            labels.append(_("%(comment)s %(hours)s") % hours)
    return join_words(labels) if labels else ""


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


_ALL_DAY_SPANS: tuple[list[Span], ...] = ([ALL_DAY], [("00:00", "00:00")])


def describe_spans(spans: Iterable[Sequence[str]]) -> str:
    """Pairs of "08:30", "12:00" → "de 8 h 30 à 12 h et de …"; "" for none."""
    spans = [(start, end) for start, end in spans]
    if spans in _ALL_DAY_SPANS:
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
