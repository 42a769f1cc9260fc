"""Form fields for hours: two spans a day, and a week as a grid."""

import re
from collections.abc import Iterator, Sequence
from datetime import time
from itertools import pairwise
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accueil.enums import Weekday
from portal.core import clock
from portal.core.opening_hours.descriptions import describe
from portal.core.opening_hours.hours import in_force
from portal.core.opening_hours.syntax import DAYS, MIDNIGHT, Span
from portal.core.opening_hours.week_grid import Week

SPANS_PER_DAY = 2
HOLIDAYS = "PH"
ROWS = (*DAYS, HOLIDAYS)  # of the grid
_FRENCH_TIME = re.compile(r"\s*(\d{1,2})\s*h\s*(\d\d)?\s*", re.IGNORECASE)


class FrenchTimeField(forms.TimeField):
    """A time of day, also read as typed in French where the browser has no time input: "8 h 30"."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        messages = {"invalid": gettext_lazy("Écrivez une heure, comme 8 h 30.")}
        super().__init__(
            **{"required": False, "widget": widget, "error_messages": messages, **kwargs}
        )

    def to_python(self, value: Any) -> time | None:
        if isinstance(value, str) and (match := _FRENCH_TIME.fullmatch(value)):
            value = f"{match[1]}:{match[2] or '00'}"
        return super().to_python(value)


class SpanFieldNames(NamedTuple):
    """Names of the two form fields of a span."""

    start: str
    end: str


def span_field_names(name: str) -> list[SpanFieldNames]:
    """Return the field names of the spans of `name`, in order."""
    return [
        SpanFieldNames(f"{name}_{number}_from", f"{name}_{number}_to")
        for number in range(1, SPANS_PER_DAY + 1)
    ]


def span_fields(name: str) -> dict[str, forms.Field]:
    label_pairs = [
        (gettext_lazy("De"), gettext_lazy("à")),
        (gettext_lazy("puis de"), gettext_lazy("à")),
    ]
    return {
        field: FrenchTimeField(label=label)
        for pair, labels in zip(span_field_names(name), label_pairs, strict=True)
        for field, label in zip(pair, labels, strict=True)
    }


def clean_spans(form: forms.Form | forms.ModelForm, name: str) -> tuple[Span, ...]:
    """Return the spans typed in the fields of `name`, sorted; add errors for impossible ones.

    An end at 00:00 is the end of the day.
    """
    spans: list[tuple[Span, SpanFieldNames]] = []
    for pair in span_field_names(name):
        if pair.start in form.errors or pair.end in form.errors:
            continue
        start, end = form.cleaned_data.get(pair.start), form.cleaned_data.get(pair.end)
        if start is None and end is None:
            continue
        if start is None:
            form.add_error(pair.start, _("Écrivez aussi l'heure du début."))
        elif end is None:
            form.add_error(pair.end, _("Écrivez aussi l'heure de la fin."))
        else:
            span = f"{start:%H:%M}", MIDNIGHT if end == time() else f"{end:%H:%M}"
            if span[1] <= span[0]:
                message = _("La fin doit être après le début : il ferme avant d'ouvrir.")
                form.add_error(pair.end, message)
            else:
                spans.append((span, pair))
    for (previous, _pair), (following, pair) in pairwise(sorted(spans)):
        if following[0] < previous[1]:
            form.add_error(pair.start, _("Ces heures chevauchent les autres de la journée."))
    return tuple(span for span, _pair in sorted(spans))


def format_spans(spans: Sequence[Span]) -> str:
    """Return the spans in OpenStreetMap syntax: "08:30-12:00,13:30-17:00"."""
    return ",".join(f"{start}-{end}" for start, end in spans)


def initial_spans(name: str, spans: Sequence[Span]) -> dict[str, str]:
    """Return the initial values of the fields of `name`."""
    initial: dict[str, str] = {}
    for pair, (start, end) in zip(span_field_names(name), spans, strict=False):
        initial |= {pair.start: start, pair.end: "00:00" if end == MIDNIGHT else end}
    return initial


class DayRow(NamedTuple):
    """A day of the grid with its fields."""

    key: str
    label: str
    fields: list[BoundField]


class WeekForm(forms.Form):
    """The usual week as a grid of two spans a day, and on public holidays: empty ones are closed.

    `expression` is the stored hours, `as_printed` the published text. Hours that do not fit the
    grid are shown as text, and stay unless the agent fills the grid. Posted with `copier=<prefix>`,
    Monday's hours are copied to the four next days. `asks_good_friday` where that day is a public
    holiday in some communes.
    """

    good_friday_off = forms.BooleanField(
        label=gettext_lazy("Fermé le Vendredi saint : il est férié dans cette commune"),
        required=False,
    )

    def __init__(
        self,
        data: Any,
        *,
        prefix: str,
        expression: str,
        as_printed: str = "",
        title: str | Promise = "",
        asks_good_friday: bool = False,
    ) -> None:
        self.stored_expression, self.as_printed, self.title = expression, as_printed, title
        week = Week.parse(in_force(expression, clock.today()))
        fits_grid = week is not None and all(
            len(spans) <= SPANS_PER_DAY for spans in (*week.days, week.holidays)
        )
        self.week = week if fits_grid else None
        self.asks_good_friday = asks_good_friday or bool(week and week.good_friday_off)
        initial: dict[str, Any] = {}
        if self.week:
            initial["good_friday_off"] = self.week.good_friday_off
            for day, spans in zip(ROWS, (*self.week.days, self.week.holidays), strict=True):
                initial |= initial_spans(day, spans)
        super().__init__(data, prefix=prefix, initial=initial, label_suffix="")
        for row in ROWS:
            self.fields.update(span_fields(row))
        if data is not None and data.get("copier") == prefix:
            self.data = self._with_monday_copied()

    def _with_monday_copied(self) -> Any:
        data = self.data.copy()  # type: ignore[attr-defined]
        for pair, names in (
            (pair, pairs) for day in DAYS[1:5] for pair, pairs in self._monday_to_day_fields(day)
        ):
            for name, source in zip(names, pair, strict=True):
                data[self.add_prefix(name)] = data.get(self.add_prefix(source), "")
        return data

    @staticmethod
    def _monday_to_day_fields(day: str) -> Iterator[tuple[SpanFieldNames, SpanFieldNames]]:
        return zip(span_field_names(DAYS[0]), span_field_names(day), strict=True)

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        cleaned_data["days"] = tuple(clean_spans(self, day) for day in DAYS)
        cleaned_data["holidays"] = clean_spans(self, HOLIDAYS)
        return cleaned_data

    @property
    def submitted_week(self) -> Week:
        """The typed week. Only on a valid form."""
        week = self.cleaned_data
        return Week(week["days"], week["holidays"], week["good_friday_off"])

    @property
    def expression(self) -> str:
        """The hours to store: the stored ones if the week did not change. Only on a valid form."""
        is_unchanged = self.submitted_week == self.week or (
            self.week is None and self.submitted_week == Week()
        )
        return self.stored_expression if is_unchanged else self.submitted_week.expression

    @property
    def rows(self) -> list[DayRow]:
        return [
            DayRow(day, str(label), [self[name] for pair in span_field_names(day) for name in pair])
            for day, label in zip(ROWS, (*Weekday.labels, _("jours fériés")), strict=True)
        ]

    @property
    def unsupported_hours_label(self) -> str:
        """The stored hours in words where they do not fit the grid, else ""."""
        if self.week is not None:
            return ""
        label = self.as_printed or describe(self.stored_expression)
        return label or _("des horaires qui changent selon la période de l'année")
