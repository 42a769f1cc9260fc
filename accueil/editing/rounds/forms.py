"""The forms of the stops of an itinerant reception, and of the change of one passage."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accueil.editing.address_forms import AddressForm
from accueil.editing.hours_forms import FrenchTimeField
from accueil.editing.previewed_form import PreviewedForm
from accueil.enums import Weekday
from accueil.models import Stop, StopChange
from portal.core.forms import DayInput, PostedNames
from portal.core.opening_hours.recurrence import LAST

MAX_CYCLE_WEEKS = 6
WEEK_OF_MONTH_CHOICES = [
    *(
        (str(1), gettext_lazy("premier")),
        (str(2), gettext_lazy("deuxième")),
        (str(3), gettext_lazy("troisième")),
    ),
    *(
        (str(4), gettext_lazy("quatrième")),
        (str(5), gettext_lazy("cinquième")),
        (str(LAST), gettext_lazy("dernier")),
    ),
]
WEEKLY, CYCLE, MONTHLY = "weekly", "cycle", "monthly"
RHYTHM_CHOICES = [
    (WEEKLY, gettext_lazy("chaque semaine")),
    (CYCLE, gettext_lazy("certaines semaines d'un cycle (une sur deux, deux sur trois…)")),
    (MONTHLY, gettext_lazy("certaines semaines du mois (le premier, le dernier…)")),
]


class StopForm(PostedNames, PreviewedForm):
    """A stop of an itinerant reception: address, day and hours (unknown if empty), rhythm.

    Saved once the next days of its rhythm were previewed.
    """

    posted_names: ClassVar = {
        "valid_from": "since",
        "valid_to": "until",
        "month_positions": "nths",
    }
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Jour"),
        choices=[("", gettext_lazy("à renseigner")), *Weekday.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    starts_at = FrenchTimeField(label=gettext_lazy("De"))
    ends_at = FrenchTimeField(label=gettext_lazy("à"))
    rhythm = forms.ChoiceField(
        label=gettext_lazy("Rythme"),
        choices=RHYTHM_CHOICES,
        widget=forms.RadioSelect,
        initial=WEEKLY,
    )
    cycle = forms.IntegerField(
        label=gettext_lazy("Semaines du cycle"),
        help_text=gettext_lazy("3 pour « deux semaines sur trois »."),
        min_value=2,
        max_value=MAX_CYCLE_WEEKS,
        required=False,
    )
    weeks = forms.MultipleChoiceField(
        label=gettext_lazy("Il passe les semaines"),
        help_text=gettext_lazy("La semaine 1 est celle du premier jour."),
        choices=[(str(at), str(at)) for at in range(1, MAX_CYCLE_WEEKS + 1)],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    month_positions = forms.MultipleChoiceField(
        label=gettext_lazy("Dans le mois, le"),
        choices=WEEK_OF_MONTH_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Stop
        fields = ["weekday", "starts_at", "ends_at", "valid_from", "valid_to"]
        widgets = {"valid_from": DayInput, "valid_to": DayInput}
        help_texts = {
            "valid_from": gettext_lazy("D'où se comptent les semaines d'un cycle."),
            "valid_to": gettext_lazy("Vide tant que rien ne l'arrête."),
        }

    field_order = ("weekday", "starts_at", "ends_at", "rhythm", "cycle", "weeks", "month_positions")

    def __init__(self, data: Any, *, instance: Stop) -> None:
        super().__init__(
            data, instance=instance, label_suffix="", initial=_initial_rhythm(instance)
        )
        site = instance.site if instance.site_id else None
        department = instance.point.department
        self.address_form = AddressForm(data, department=department, site=site, is_required=True)

    @property
    def schedule_fields(self) -> list[BoundField]:
        return [self[name] for name in ("weekday", "starts_at", "ends_at")]

    @property
    def subforms(self) -> list[forms.Form]:
        return [self.address_form]

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        self._check_hours()
        first, last = cleaned_data.get("valid_from"), cleaned_data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("Le dernier jour est avant le premier."))
        stop = self.instance
        stop.cycle, stop.weeks, stop.month_positions = 1, "", ""
        rhythm = cleaned_data.get("rhythm")
        if rhythm == CYCLE and self._clean_cycle():
            stop.cycle, stop.weeks = cleaned_data["cycle"], " ".join(cleaned_data["weeks"])
        elif rhythm == MONTHLY:
            stop.month_positions = " ".join(cleaned_data.get("month_positions") or [])
            if not stop.month_positions:
                self.add_error("month_positions", _("Cochez au moins une semaine du mois."))
        return cleaned_data

    def _check_hours(self) -> None:
        names = ("weekday", "starts_at", "ends_at")
        if any(name in self.errors for name in names):
            return
        values = [self.cleaned_data.get(name) for name in names]
        for name, value in zip(names, values, strict=True):
            if value is None and any(other is not None for other in values):
                self.add_error(name, _("Donnez le jour et les deux heures, ou aucun des trois."))
        _weekday, start, end = values
        if start is not None and end is not None and end <= start:
            self.add_error("ends_at", _("La fin doit être après le début."))

    def _clean_cycle(self) -> bool:
        """Add errors for an incomplete cycle; return whether it is complete."""
        cleaned_data = self.cleaned_data
        cycle, weeks, is_consistent = cleaned_data.get("cycle"), cleaned_data.get("weeks"), True
        if not cycle and "cycle" not in self.errors:
            self.add_error("cycle", _("Donnez le nombre de semaines du cycle."))
        if not weeks and "weeks" not in self.errors:
            self.add_error("weeks", _("Cochez les semaines où il passe."))
        elif cycle and weeks and max(map(int, weeks)) > cycle:
            self.add_error("weeks", _("Ces semaines ne sont pas celles du cycle."))
            is_consistent = False
        if not cleaned_data.get("valid_from") and "valid_from" not in self.errors:
            message = _("Un rythme de plusieurs semaines se compte depuis un premier jour.")
            self.add_error("valid_from", message)
            is_consistent = False
        return bool(is_consistent and cycle and weeks)

    @property
    def preview_key(self) -> str:
        stop = self.instance
        cells = (stop.weekday, stop.starts_at, stop.ends_at, stop.valid_from, stop.valid_to)
        return " | ".join(map(str, (*cells, stop.cycle, stop.weeks, stop.month_positions)))

    @property
    def needs_preview(self) -> bool:
        return self.instance.recurrence is not None

    def save_edited(self) -> Stop:
        """Save the valid form and its address."""
        site = self.address_form.save_site()
        assert site is not None
        self.instance.site = site
        stop: Stop = super().save_edited()
        return stop


def _initial_rhythm(stop: Stop) -> dict[str, Any]:
    """Return the initial values of the fields of the rhythm."""
    rhythm = MONTHLY if stop.month_positions else CYCLE if stop.cycle > 1 else WEEKLY
    weeks = stop.weeks.split() or [str(at) for at in range(1, stop.cycle + 1)]
    is_cycle = rhythm == CYCLE
    return {
        "rhythm": rhythm,
        "cycle": stop.cycle if is_cycle else None,
        "weeks": weeks if is_cycle else [],
        "month_positions": stop.month_positions.split(),
    }


class StopChangeForm(PostedNames, forms.ModelForm):
    """A cancelled or moved passage.

    `seen` is the state of the change when the page was made: the form is stale if it differs now.
    """

    posted_names: ClassVar = {"new_place": "place"}
    CANCELLED, MOVED = "cancelled", "moved"
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    what = forms.ChoiceField(
        label=gettext_lazy("Ce passage"),
        choices=[
            (CANCELLED, gettext_lazy("est annulé")),
            (MOVED, gettext_lazy("a lieu un autre jour, à d'autres heures ou ailleurs")),
        ],
        widget=forms.RadioSelect,
    )
    starts_at = FrenchTimeField(
        label=gettext_lazy("De"), help_text=gettext_lazy("Vide : comme d'habitude.")
    )
    ends_at = FrenchTimeField(label=gettext_lazy("à"))
    is_stale = False

    class Meta:
        model = StopChange
        fields = ["new_day", "starts_at", "ends_at", "new_place", "message"]
        widgets = {"new_day": DayInput, "message": forms.Textarea(attrs={"rows": 2})}
        labels = {"new_day": gettext_lazy("Il a lieu le"), "new_place": gettext_lazy("Lieu")}
        help_texts = {
            "new_day": gettext_lazy(
                "Le même jour s'il n'y a que les heures ou le lieu qui changent."
            ),
            "new_place": gettext_lazy("Vide : au même endroit."),
            "message": gettext_lazy("Lu par tous : pourquoi, et que faire."),
        }

    field_order = ("what", "new_day", "starts_at", "ends_at", "new_place", "message")

    def __init__(self, data: Any, *, instance: StopChange) -> None:
        is_moved = instance.pk and instance.new_day
        self.stored_state = repr(_change_state(instance)) if instance.pk else ""
        initial = {"what": self.MOVED if is_moved else self.CANCELLED, "seen": self.stored_state}
        super().__init__(data, instance=instance, label_suffix="", initial=initial)

    @property
    def change_fields(self) -> list[BoundField]:
        return [self[name] for name in self.field_order[1:]]

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        if cleaned_data.get("what") == self.CANCELLED:
            for name in ("new_day", "starts_at", "ends_at"):
                cleaned_data[name] = None
            cleaned_data["new_place"] = ""
        elif cleaned_data.get("what") == self.MOVED and not self.errors:
            self._check_move(cleaned_data.get("new_day"))
        if cleaned_data.get("seen", "") != self.stored_state:
            self._mark_stale()
        return cleaned_data

    def _check_move(self, new_day: date | None) -> None:
        stop, cleaned_data = self.instance.stop, self.cleaned_data
        if new_day is None:
            self.add_error("new_day", _("Donnez le jour où il a lieu."))
        start = cleaned_data.get("starts_at") or stop.starts_at
        end = cleaned_data.get("ends_at") or stop.ends_at
        if start and end and end <= start:
            self.add_error("ends_at", _("La fin doit être après le début."))

    def _mark_stale(self) -> None:
        self.is_stale = True
        data = self.data.copy()  # type: ignore[attr-defined]
        data["seen"] = self.stored_state
        self.data = data
        message = _(
            "Quelqu'un a changé ce passage pendant que vous écriviez. Rien de ce que vous avez"
            " écrit n'est perdu : relisez, puis enregistrez si c'est toujours juste."
        )
        self.add_error(None, message)


def _change_state(change: StopChange) -> tuple[Any, ...]:
    cells = (change.new_day, change.starts_at, change.ends_at)
    return (*map(str, cells), change.new_place, change.message)
