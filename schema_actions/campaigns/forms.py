"""Forms of a campaign: its title and dates, its pilots, its freezing."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.forms import DayInput
from portal.core.periods.period import Period, PeriodError
from schema_actions.models import Entry


class PeriodField(forms.CharField):
    """A period as people write it, with at least one known day."""

    def clean(self, value: str) -> Period:
        text = super().clean(value)
        try:
            period = Period.parse(text, source_date=clock.today())
        except PeriodError as error:
            raise forms.ValidationError(str(error)) from error
        if not period.is_bounded:
            raise forms.ValidationError(
                gettext("Dites l'année au moins : « juin 2027 », « 2027 ».")
            )
        return period


class DueDateForm(forms.Form):
    due_on = forms.DateField(
        label=_("À remettre au plus tard le"),
        widget=DayInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day < clock.today():
            raise forms.ValidationError(gettext("Ce jour est passé."))
        return day


class CampaignForm(DueDateForm):
    field_order = ("title", "period", "due_on", "instructions")

    title = forms.CharField(
        label=_("Titre"),
        max_length=150,
        help_text=_("« Évaluation de juin 2027 »"),
    )
    period = PeriodField(
        label=_("Période évaluée"),
        max_length=100,
        help_text=_("« juin 2027 », « 2027 »"),
    )
    instructions = forms.CharField(
        label=_("Consigne aux pilotes"),
        help_text=_("Facultatif : elle est dans leur courriel et au-dessus de chaque fiche."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class FreezeForm(forms.Form):
    """Confirms that sheets which are not handed in stay not evaluated."""

    leaves_out = forms.BooleanField(required=False)


class PilotForm(forms.Form):
    """The sheets of one pilot in a campaign, by id of entry."""

    entries = forms.TypedMultipleChoiceField(
        label=_("Ses fiches"), coerce=int, required=False, choices=[]
    )

    def __init__(self, *args: Any, entries: Iterable[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entries"].choices = [  # type: ignore[attr-defined]
            (entry.pk, str(entry.evaluation.sheet)) for entry in entries
        ]
