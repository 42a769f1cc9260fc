"""Forms of the counts of a month: one row for each place and channel, empty if not counted.

Each row posts the counts that it showed (`seen`), so that what another agent wrote meanwhile is
never overwritten.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accueil.activity.statistics import last_months
from accueil.enums import Channel
from accueil.models import Activity, PhoneLine, ReceptionPoint, Referrals
from accueil.models.activity import MAX_COUNT, Monthly
from portal.core import clock
from portal.core.forms import PostedNames
from portal.core.periods.period import format_month
from portal.territory.models import Department
from teams.models import Agency

MONTHS_PROPOSED = 36
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_SPACES = re.compile(r"[\s\u00a0\u202f]")
Counts = tuple[int | None, ...]


class MonthField(forms.TypedChoiceField):
    """A month that has begun, as "2026-03"; older ones than the choices are accepted."""

    default_error_messages: ClassVar = {
        "invalid": gettext_lazy("Un mois est attendu, par exemple 2026-03."),
        "future": gettext_lazy("Ce mois n'a pas encore commencé."),
    }

    def to_python(self, value: Any) -> Any:
        match = _MONTH.fullmatch(str(value or ""))
        try:
            month = date(int(match[1]), int(match[2]), 1) if match else None
        except ValueError:
            month = None
        if month is None or month.year < 2000:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if month > clock.today():
            raise ValidationError(self.error_messages["future"], code="future")
        return month

    def validate(self, value: Any) -> None:
        """Accept months that are not among the choices."""

    def clean(self, value: Any) -> Any:
        return self.to_python(value)


class MonthForm(forms.Form):
    mois = MonthField(label=gettext_lazy("Mois"))

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data, label_suffix="")
        proposed = [
            (f"{month:%Y-%m}", format_month(month))
            for month in last_months(clock.today(), MONTHS_PROPOSED)
        ]
        value = str(data.get("mois", ""))[:40]
        if value and value not in dict(proposed):
            proposed.append((value, value))  # the refused value stays selected, beside its error
        self.fields["mois"].choices = proposed  # type: ignore[attr-defined]


class WholeNumberField(forms.IntegerField):
    """A non-negative integer, spaces allowed ("1 200"); None if empty."""

    widget = forms.TextInput

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, min_value=0, max_value=MAX_COUNT)
        self.widget.attrs = {"inputmode": "numeric", "autocomplete": "off"}

    def to_python(self, value: Any) -> int | None:
        return super().to_python(_SPACES.sub("", str(value)) if value is not None else None)


class MonthlyCountsForm(PostedNames, forms.Form):
    """Counts of one place in a month, in the order of `count_names`; `row` is the stored row.

    `stored_counts` is what another agent wrote meanwhile, set on a conflict.
    """

    count_names: ClassVar[tuple[str, ...]]
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=80)
    stored_counts: Counts = ()

    def __init__(
        self, data: Any, *, place: Any, month: date, row: Monthly | None, channel: str = ""
    ) -> None:
        self.place, self.month, self.channel = place, month, channel
        self.title = f"{place.name}, {Channel(channel).label}" if channel else place.name
        stored = counts_of_row(row, self.count_names)
        initial = {
            **dict(zip(self.count_names, stored, strict=True)),
            "seen": serialize_counts(stored),
        }
        prefix = form_prefix(place, channel)
        super().__init__(data, initial=initial, prefix=prefix, label_suffix="")
        for field in self.count_fields:
            field.field.widget.attrs["aria-label"] = _("%(place)s : %(count)s") % {
                "place": self.title,
                "count": field.label,
            }

    def build_row(self) -> Monthly:
        """Return a new unsaved row for this place, month and channel."""
        raise NotImplementedError

    @property
    def count_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.count_names]

    @property
    def submitted_counts(self) -> Counts:
        """The typed counts. Only on a valid form."""
        return tuple(self.cleaned_data.get(name) for name in self.count_names)

    @property
    def is_filled(self) -> bool:
        return any(number is not None for number in self.submitted_counts)

    @property
    def is_changed(self) -> bool:
        """Whether the agent changed the counts that the form showed."""
        return serialize_counts(self.submitted_counts) != self.cleaned_data.get("seen", "")

    @property
    def stored_counts_label(self) -> str:
        """What another agent wrote: "Demandes 12, Réponses dès l'accueil vide"; "" for nothing."""
        return ", ".join(
            _("%(label)s %(number)s")
            % {"label": field.label, "number": _("vide") if number is None else number}
            for field, number in zip(self.count_fields, self.stored_counts, strict=False)
        )

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        if not self.errors and self.is_filled:
            self._check_counts(cleaned_data)
        if not self.errors and self.is_filled:
            self._check_row()
        return cleaned_data

    def _check_counts(self, cleaned_data: Mapping[str, Any]) -> None:
        """Add errors for counts that are missing or contradict each other."""
        raise NotImplementedError

    def _check_row(self) -> None:
        """Add the errors of the model's `clean`; constraints are left to the database."""
        row = self.build_row()
        self.apply_to(row)
        try:
            row.clean()
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self.add_error(name if name in self.count_names else self.count_names[0], messages)

    def apply_to(self, row: Monthly) -> None:
        for name, number in zip(self.count_names, self.submitted_counts, strict=True):
            setattr(row, name, number)


class ActivityForm(MonthlyCountsForm):
    count_names = ("requests", "answered", "referred")
    posted_names: ClassVar = {"referred": "oriented"}
    requests = WholeNumberField(gettext_lazy("Demandes"))
    answered = WholeNumberField(gettext_lazy("Réponses dès l'accueil"))
    referred = WholeNumberField(gettext_lazy("Orientées vers une équipe"))

    def build_row(self) -> Activity:
        where = {"point" if isinstance(self.place, ReceptionPoint) else "phone_line": self.place}
        return Activity(month=self.month, channel=self.channel, **where)

    def _check_counts(self, cleaned_data: Mapping[str, Any]) -> None:
        requests, answered, referred = (cleaned_data.get(name) for name in self.count_names)
        if requests is None:
            self.add_error("requests", _("Donnez aussi le nombre de demandes."))
            return
        if answered is not None and answered > requests:
            self.add_error("answered", _("Il y a plus de réponses que de demandes."))
        elif referred is not None and referred > requests:
            self.add_error("referred", _("Il y a plus de demandes orientées que de demandes."))
        elif (answered or 0) + (referred or 0) > requests:
            message = _("Les réponses et les demandes orientées dépassent les demandes.")
            self.add_error("referred", message)


class ReferralsForm(MonthlyCountsForm):
    count_names = ("received", "in_time", "late", "mean_days")
    received = WholeNumberField(gettext_lazy("Reçues"))
    in_time = WholeNumberField(gettext_lazy("Évaluées en trois mois au plus"))
    late = WholeNumberField(gettext_lazy("Évaluées plus tard"))
    mean_days = WholeNumberField(gettext_lazy("Délai moyen, en jours"))

    def build_row(self) -> Referrals:
        if isinstance(self.place, Agency):
            department = self.place.department_id
            return Referrals(month=self.month, department_id=department, agency=self.place)
        return Referrals(month=self.month, department=self.place)

    def _check_counts(self, cleaned_data: Mapping[str, Any]) -> None:
        for name in ("received", "in_time", "late"):
            if cleaned_data.get(name) is None:
                self.add_error(name, _("Donnez ce nombre, même si c'est 0."))
        ended = (cleaned_data.get("in_time") or 0) + (cleaned_data.get("late") or 0)
        if ended and cleaned_data.get("mean_days") is None:
            message = _("Donnez le délai moyen de celles qui ont été évaluées.")
            self.add_error("mean_days", message)
        elif not ended and cleaned_data.get("mean_days") is not None:
            self.add_error("mean_days", _("Aucune n'a été évaluée : le délai reste vide."))


def counts_of_row(row: Monthly | None, names: tuple[str, ...]) -> Counts:
    """Return the counts of the row, all None without a row."""
    return tuple(getattr(row, name) if row else None for name in names)


def serialize_counts(numbers: Counts) -> str:
    """Return the counts as posted in `seen`: "120,100,"; "" if none was counted."""
    if all(number is None for number in numbers):
        return ""
    return ",".join("" if number is None else str(number) for number in numbers)


def form_prefix(place: Any, channel: str = "") -> str:
    """Return the prefix of a row's fields: "point-12-door", "department-45"."""
    kind = {ReceptionPoint: "point", PhoneLine: "line", Agency: "agency", Department: "department"}
    return "-".join(filter(None, [kind[type(place)], str(place.pk), channel]))
