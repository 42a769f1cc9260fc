"""A month's numbers as agents type them: a line for each place and channel, empty if not counted.

Each line remembers what it showed (`seen`): what another hand wrote meanwhile is never undone.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accueil.activity.statistics import month_name, months
from accueil.models import Activity, PhoneLine, ReceptionPoint, Referrals
from accueil.models.activity import MOST, Monthly
from portal.core import clock
from portal.territory.models import Department
from teams.models import Agency

PROPOSED = 36  # months in the list
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_SPACES = re.compile(r"[\s\u00a0\u202f]")
Numbers = tuple[int | None, ...]


class MonthField(forms.TypedChoiceField):
    """A month that has begun, "2026-03": those of the list, or any older one."""

    default_error_messages: ClassVar = {
        "invalid": _lazy("Un mois est attendu, par exemple 2026-03."),
        "future": _lazy("Ce mois n'a pas encore commencé."),
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
        """The list only proposes."""

    def clean(self, value: Any) -> Any:
        return self.to_python(value)


class MonthForm(forms.Form):
    mois = MonthField(label=_lazy("Mois"))

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data, label_suffix="")
        proposed = [
            (f"{month:%Y-%m}", month_name(month)) for month in months(clock.today(), PROPOSED)
        ]
        asked = str(data.get("mois", ""))[:40]
        if asked and asked not in dict(proposed):
            proposed.append((asked, asked))  # what was asked stays there, with what is wrong of it
        self.fields["mois"].choices = proposed  # type: ignore[attr-defined]


class CountField(forms.IntegerField):
    """A whole number, "1 200" as people write it; not typed, it is unknown."""

    widget = forms.TextInput

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, min_value=0, max_value=MOST)
        self.widget.attrs = {"inputmode": "numeric", "autocomplete": "off"}

    def to_python(self, value: Any) -> int | None:
        return super().to_python(_SPACES.sub("", str(value)) if value is not None else None)


class NumbersForm(forms.Form):
    """The numbers of one place in a month, which `names` gives in order; `row` is the one stored.

    `since` is what another hand wrote while this one typed.
    """

    names: ClassVar[tuple[str, ...]]
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=80)
    since: Numbers = ()

    def __init__(
        self, data: Any, *, place: Any, month: date, row: Monthly | None, channel: str = ""
    ) -> None:
        self.place, self.month, self.channel = place, month, channel
        self.title = f"{place.name}, {Activity.Channel(channel).label}" if channel else place.name
        stored = numbers_of(row, self.names)
        initial = {**dict(zip(self.names, stored, strict=True)), "seen": in_text(stored)}
        prefix = prefix_of(place, channel)
        super().__init__(data, initial=initial, prefix=prefix, label_suffix="")
        for field in self.numbers:
            field.field.widget.attrs["aria-label"] = f"{self.title} : {field.label}"

    def new_row(self) -> Monthly:
        """The one to be."""
        raise NotImplementedError

    @property
    def numbers(self) -> list[forms.BoundField]:
        return [self[name] for name in self.names]

    @property
    def typed(self) -> Numbers:
        """What is there, once valid."""
        return tuple(self.cleaned_data.get(name) for name in self.names)

    @property
    def says_something(self) -> bool:
        return any(number is not None for number in self.typed)

    @property
    def is_touched(self) -> bool:
        """Whether this person changed what they saw."""
        return in_text(self.typed) != self.cleaned_data.get("seen", "")

    @property
    def since_words(self) -> list[tuple[Any, int | None]]:
        """What another hand wrote, number by number."""
        return [
            (field.label, number) for field, number in zip(self.numbers, self.since, strict=False)
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and self.says_something:
            self._check(given)
        if not self.errors and self.says_something:
            self._check_row()
        return given

    def _check(self, given: Mapping[str, Any]) -> None:
        """Says beside its field what is missing or cannot be."""
        raise NotImplementedError

    def _check_row(self) -> None:
        """What the model itself refuses, but for what the database compares."""
        row = self.new_row()
        self.write_on(row)
        try:
            row.clean()
        except ValidationError as error:
            for name, said in error.message_dict.items():
                self.add_error(name if name in self.names else self.names[0], said)

    def write_on(self, row: Monthly) -> None:
        for name, number in zip(self.names, self.typed, strict=True):
            setattr(row, name, number)


class ActivityForm(NumbersForm):
    names = ("requests", "answered", "oriented")
    requests = CountField(_lazy("Demandes"))
    answered = CountField(_lazy("Réponses dès l'accueil"))
    oriented = CountField(_lazy("Orientées vers une équipe"))

    def new_row(self) -> Activity:
        where = {"point" if isinstance(self.place, ReceptionPoint) else "line": self.place}
        return Activity(month=self.month, channel=self.channel, **where)

    def _check(self, given: Mapping[str, Any]) -> None:
        requests, answered, oriented = (given.get(name) for name in self.names)
        if requests is None:
            self.add_error("requests", _("Donnez aussi le nombre de demandes."))
            return
        if answered is not None and answered > requests:
            self.add_error("answered", _("Il y a plus de réponses que de demandes."))
        elif oriented is not None and oriented > requests:
            self.add_error("oriented", _("Il y a plus de demandes orientées que de demandes."))
        elif (answered or 0) + (oriented or 0) > requests:
            said = _("Les réponses et les demandes orientées dépassent les demandes.")
            self.add_error("oriented", said)


class ReferralsForm(NumbersForm):
    names = ("received", "in_time", "late", "mean_days")
    received = CountField(_lazy("Reçues"))
    in_time = CountField(_lazy("Évaluées en trois mois au plus"))
    late = CountField(_lazy("Évaluées plus tard"))
    mean_days = CountField(_lazy("Délai moyen, en jours"))

    def new_row(self) -> Referrals:
        if isinstance(self.place, Agency):
            department = self.place.department_id
            return Referrals(month=self.month, department_id=department, agency=self.place)
        return Referrals(month=self.month, department=self.place)

    def _check(self, given: Mapping[str, Any]) -> None:
        for name in ("received", "in_time", "late"):
            if given.get(name) is None:
                self.add_error(name, _("Donnez ce nombre, même si c'est 0."))
        ended = (given.get("in_time") or 0) + (given.get("late") or 0)
        if ended and given.get("mean_days") is None:
            said = _("Donnez le délai moyen de celles qui ont été évaluées.")
            self.add_error("mean_days", said)
        elif not ended and given.get("mean_days") is not None:
            self.add_error("mean_days", _("Aucune n'a été évaluée : le délai reste vide."))


def numbers_of(row: Monthly | None, names: tuple[str, ...]) -> Numbers:
    """What the row says; nothing without one."""
    return tuple(getattr(row, name) if row else None for name in names)


def in_text(numbers: Numbers) -> str:
    """ "120,100,"; "" for what was not counted."""
    if all(number is None for number in numbers):
        return ""
    return ",".join("" if number is None else str(number) for number in numbers)


def prefix_of(place: Any, channel: str = "") -> str:
    """What the fields of a row are named by: "point-12-door", "department-45"."""
    kind = {ReceptionPoint: "point", PhoneLine: "line", Agency: "agency", Department: "department"}
    return "-".join(filter(None, [kind[type(place)], str(place.pk), channel]))
