"""Forms of an entry: its content (level, sections, figures), and the decisions of others on it.

A draft accepts anything, so that nothing typed is lost; what is signed is checked.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.periods.period import Period, PeriodError
from schema_actions.entries.figures import Figures, parse_figure
from schema_actions.entries.services import EntryContent
from schema_actions.enums import LevelStatus
from schema_actions.levels import LEVEL_CHOICES
from schema_actions.models import REASON_MAX_LENGTH, AbstractEvaluation, Entry
from schema_actions.sheets import SECTION_LABELS, SECTIONS

Choice = tuple[str, str | Promise]
SECTION_MAX_LENGTH = 40_000
MAX_FIGURES = 40
MAX_FIGURE_FORMS = MAX_FIGURES + 10  # a POST with more is refused unread
NO_LEVEL_CHOICE: Choice = ("", _("pas encore placée"))
NOT_CONCERNED_CHOICE: Choice = (
    LevelStatus.NOT_CONCERNED.value,
    _("fiche non concernée"),
)
SECTION_HELP: Mapping[str, Any] = {
    "done": _("Les actions menées depuis la dernière évaluation."),
    "results": _("Ce que l'on observe ; les chiffres se saisissent plus bas."),
    "planned": _("Les étapes à venir, avec leurs dates si elles sont connues."),
    "vigilance": _("Ce qui peut retarder ou compromettre l'action ; vide s'il n'y en a pas."),
}


def _section(name: str) -> forms.CharField:
    return forms.CharField(
        label=SECTION_LABELS[name],
        help_text=SECTION_HELP[name],
        required=False,
        max_length=SECTION_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


def reason_field(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FigureForm(forms.Form):
    """One figure: of an indicator that the sheet already has, or of a new one."""

    name = forms.CharField(label=_("Ce qui est compté"), required=False, max_length=200)
    value = forms.CharField(label=_("Nombre"), required=False, max_length=30)
    unit = forms.CharField(label=_("Unité"), required=False, max_length=40)
    period = forms.CharField(label=_("Période"), required=False, max_length=100)

    def __init__(
        self, *args: Any, is_strict: bool, previous: Mapping[str, str], **kwargs: Any
    ) -> None:
        """`previous` gives the last value in words of each indicator, by its name."""
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        self._is_strict = is_strict
        name = self["name"].value() or ""
        self.is_known = name in previous
        self.previous = previous.get(name, "")
        if self.is_known:
            self.fields["name"].widget = self.fields["unit"].widget = forms.HiddenInput()

    @property
    def figure(self) -> dict[str, str]:
        """The figure as typed, "" for an empty field."""
        return {name: self.cleaned_data.get(name, "") for name in self.fields}

    @property
    def is_filled(self) -> bool:
        return bool(self.figure["value"] or (self.figure["name"] and not self.is_known))

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        if self._is_strict and self.is_filled:
            self._check(cleaned_data)
        return cleaned_data

    def _check(self, cleaned_data: Mapping[str, str]) -> None:
        if not slugify(cleaned_data.get("name", "")):
            self.add_error("name", gettext("Dites ce que ce nombre compte."))
        try:
            parse_figure(cleaned_data.get("value", ""))
        except ValueError:
            self.add_error("value", gettext("Un nombre est attendu, par exemple 155 ou 7,5."))
        try:
            Period.parse(cleaned_data.get("period", ""), source_date=clock.today())
        except PeriodError as error:
            self.add_error("period", str(error))


def refuse_too_many_figures(data: Mapping[str, str]) -> None:
    """Raise BadRequest where there are more figures than a page sends; no form is read."""
    count = data.get("figures-TOTAL_FORMS", "")
    if len(count) > 6 or (count.isdecimal() and int(count) > MAX_FIGURE_FORMS):
        message = ngettext(
            "Une fiche tient %d chiffre au plus : rien n'a été enregistré. Revenez en arrière :"
            " ce que vous avez écrit y est encore.",
            "Une fiche tient %d chiffres au plus : rien n'a été enregistré. Revenez en arrière :"
            " ce que vous avez écrit y est encore.",
            MAX_FIGURES,
        )
        raise BadRequest(message % MAX_FIGURES)


class EntryForm(forms.Form):
    """The content of a sheet on the common template, decided on one `version` of it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    level = forms.ChoiceField(
        label=_("Avancement : où placez-vous la flèche ?"),
        choices=[NO_LEVEL_CHOICE, *LEVEL_CHOICES, NOT_CONCERNED_CHOICE],
        required=False,
        widget=forms.RadioSelect,
    )
    done = _section("done")
    results = _section("results")
    planned = _section("planned")
    vigilance = _section("vigilance")

    def __init__(
        self,
        data: Any = None,
        *,
        row: AbstractEvaluation,
        version: int,
        figures: Figures,
        indicators: Mapping[str, tuple[str, str]],
        is_strict: bool = False,
    ) -> None:
        """`indicators` gives the unit and the last value in words of each, by its name."""
        initial = {"version": version, "level": level_choice(row), **row.sections}
        super().__init__(data, initial=initial, label_suffix="")
        factory = forms.formset_factory(
            FigureForm,
            extra=2,
            max_num=MAX_FIGURES,
            absolute_max=MAX_FIGURE_FORMS,
            validate_max=True,
        )
        previous = {name: label for name, (_unit, label) in indicators.items()}
        self.figures: Any = factory(
            data,
            initial=_initial_figures(figures, indicators),
            prefix="figures",
            form_kwargs={"is_strict": is_strict, "previous": previous},
        )

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.figures.is_valid()])

    @property
    def content(self) -> EntryContent:
        """What was typed, once the form is valid."""
        status, level = level_from_choice(self.cleaned_data["level"])
        return EntryContent(
            level_status=status,
            level=level,
            sections={name: self.cleaned_data[name] for name in SECTIONS},
            figures=[form.figure for form in self.figures if form.is_filled],
        )

    @property
    def error_messages(self) -> list[str]:
        """Every error with the label of its field."""
        forms = [self, *self.figures]
        messages = [message for form in forms for message in _error_messages(form)]
        return [*messages, *map(str, self.figures.non_form_errors())]

    @property
    def section_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in SECTIONS]


class DecisionForm(forms.Form):
    """A decision on a sheet, taken on one `version` of it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: Any = None, *, entry: Entry) -> None:
        super().__init__(data, initial={"version": entry.version}, label_suffix="")


class ReviewForm(DecisionForm):
    agrees = forms.ChoiceField(
        label=_("Êtes-vous d'accord avec ce niveau ?"),
        choices=[("yes", _("d'accord")), ("no", _("pas d'accord"))],
        widget=forms.RadioSelect,
    )
    level = forms.ChoiceField(
        label=_("Sinon, le niveau que vous proposez"),
        choices=[("", _("(le même)")), *LEVEL_CHOICES],
        required=False,
    )
    reason = reason_field(_("Pourquoi"), _("Nécessaire si vous n'êtes pas d'accord."))

    @property
    def proposed_level(self) -> int | None:
        return int(self.cleaned_data["level"]) if self.cleaned_data["level"] else None


class GiveBackForm(DecisionForm):
    reason = reason_field(_("Ce que le pilote doit reprendre"))


class ValidateForm(DecisionForm):
    """Which level is validated, where a reviewer proposed another."""

    level = forms.ChoiceField(
        label=_("Quel niveau gardez-vous ?"), choices=[], widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, *, entry: Entry) -> None:
        super().__init__(data, entry=entry)
        if entry.is_agreed:
            del self.fields["level"]
            return
        labels = {"level": entry.level_label, "proposed": entry.proposed_level_label}
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            ("pilot", gettext("celui du pilote : %(level)s") % labels),
            ("reviewer", gettext("celui du relecteur : %(proposed)s") % labels),
        ]

    @property
    def takes_proposed(self) -> bool:
        return self.cleaned_data.get("level") == "reviewer"


def _error_messages(form: forms.Form) -> Iterator[str]:
    for name, messages in form.errors.items():
        label = form.fields[name].label if name in form.fields else None
        message = " ".join(map(str, messages))
        yield (
            gettext("%(field)s : %(said)s") % {"field": label, "said": message}
            if label
            else message
        )


def level_choice(row: AbstractEvaluation) -> str:
    """Return the value of the row in the list of levels."""
    if row.level_status == LevelStatus.NOT_CONCERNED:
        return LevelStatus.NOT_CONCERNED.value
    return str(row.level or "")


def level_from_choice(choice: str) -> tuple[str, int | None]:
    """Return the status and the level that a value of the list means."""
    if choice == LevelStatus.NOT_CONCERNED:
        return LevelStatus.NOT_CONCERNED.value, None
    return (
        (LevelStatus.EVALUATED.value, int(choice)) if choice else (LevelStatus.MISSING.value, None)
    )


def _initial_figures(
    figures: Figures, indicators: Mapping[str, tuple[str, str]]
) -> list[dict[str, str]]:
    """Return a line per figure typed and per indicator, those of indicators first."""
    typed_names = {figure["name"] for figure in figures}
    empty = [
        {"name": name, "unit": unit, "value": "", "period": ""}
        for name, (unit, _label) in indicators.items()
        if name not in typed_names
    ]
    ranks = {name: rank for rank, name in enumerate(indicators)}
    rows = [*map(dict, figures), *empty]
    return sorted(rows, key=lambda row: ranks.get(row["name"], len(ranks)))
