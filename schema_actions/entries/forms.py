"""What is typed of a sheet: level, sections, figures; then what others decide of it.

A draft takes anything, so that nothing typed is lost; what is signed is checked.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from portal.core import clock
from portal.core.periods.period import Period, PeriodError
from schema_actions.entries.services import EntryContent, format_figure, parse_figure
from schema_actions.enums import LevelStatus
from schema_actions.levels import LEVEL_LABELS, LEVELS
from schema_actions.models import REASON_MAX_LENGTH, Entry, Evaluation, IndicatorValue, Written
from schema_actions.sheets import SECTIONS

Choice = tuple[str, str | Promise]
SECTION_MAX_LENGTH = 40_000  # letters of a section
MAX_FIGURES = 40
MOST_READ = MAX_FIGURES + 10  # past it, the lines are not even looked at
LEVEL_CHOICES: list[Choice] = [(str(level), f"{level} · {LEVEL_LABELS[level]}") for level in LEVELS]
NO_LEVEL_CHOICE: Choice = ("", _lazy("pas encore placée"))
NOT_CONCERNED_CHOICE: Choice = (LevelStatus.NOT_CONCERNED.value, _lazy("fiche non concernée"))
SECTION_HELP: Mapping[str, Any] = {
    "done": _lazy("Les actions menées depuis la dernière évaluation."),
    "results": _lazy("Ce que l'on observe ; les chiffres se saisissent plus bas."),
    "planned": _lazy("Les étapes à venir, avec leurs dates si elles sont connues."),
    "vigilance": _lazy("Ce qui peut retarder ou compromettre l'action ; vide s'il n'y en a pas."),
}


def _section(name: str) -> forms.CharField:
    return forms.CharField(
        label=_section_label(name),
        help_text=SECTION_HELP[name],
        required=False,
        max_length=SECTION_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


def _section_label(name: str) -> str:
    label = str(Entry._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def _reason(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FigureForm(forms.Form):
    """One figure: of an indicator that the sheet follows already, or a new one."""

    name = forms.CharField(label=_lazy("Ce qui est compté"), required=False, max_length=200)
    value = forms.CharField(label=_lazy("Nombre"), required=False, max_length=30)
    unit = forms.CharField(label=_lazy("Unité"), required=False, max_length=40)
    period = forms.CharField(label=_lazy("Période"), required=False, max_length=100)

    def __init__(self, *args: Any, is_strict: bool, known: Mapping[str, str], **kwargs: Any):
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        self._is_strict = is_strict
        given = self["name"].value() or ""
        self.is_known = given in known
        self.before = known.get(given, "")
        if self.is_known:
            self.fields["name"].widget = self.fields["unit"].widget = forms.HiddenInput()

    @property
    def typed(self) -> dict[str, str]:
        """What is there, "" for what is not."""
        return {name: self.cleaned_data.get(name, "") for name in self.fields}

    @property
    def is_filled(self) -> bool:
        return bool(self.typed["value"] or (self.typed["name"] and not self.is_known))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self._is_strict and self.is_filled:
            self._check(given)
        return given

    def _check(self, given: Mapping[str, str]) -> None:
        if not slugify(given.get("name", "")):
            self.add_error("name", _("Dites ce que ce nombre compte."))
        try:
            parse_figure(given.get("value", ""))
        except ValueError:
            said = _("Un nombre est attendu, par exemple 155 ou 7,5.")
            self.add_error("value", said)
        try:
            Period.parse(given.get("period", ""), source_date=clock.today())
        except PeriodError as error:
            self.add_error("period", str(error))


def refuse_too_many_figures(data: Mapping[str, str]) -> None:
    """Raises BadRequest before any line is read, where there are more than any page sends."""
    count = data.get("figures-TOTAL_FORMS", "")
    if len(count) > 6 or (count.isdecimal() and int(count) > MOST_READ):
        said = _(
            "Une fiche tient %d chiffres au plus : rien n'a été enregistré. Revenez en arrière :"
            " ce que vous avez écrit y est encore."
        )
        raise BadRequest(said % MAX_FIGURES)


class EntryForm(forms.Form):
    """A sheet on the common template, on one `version` of it, with its figures."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    level = forms.ChoiceField(
        label=_lazy("Avancement : où placez-vous la flèche ?"),
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
        row: Written,
        version: int,
        figures: Iterable[Mapping[str, str]],
        known: Mapping[str, tuple[str, str]],
        is_strict: bool = False,
    ) -> None:
        """`known` gives the unit and the last value in words of each indicator, by its name."""
        initial = {"version": version, "level": level_choice(row), **row.sections}
        super().__init__(data, initial=initial, label_suffix="")
        factory = forms.formset_factory(
            FigureForm, extra=2, max_num=MAX_FIGURES, absolute_max=MOST_READ, validate_max=True
        )
        before = {name: words for name, (_unit, words) in known.items()}
        self.figures: Any = factory(
            data,
            initial=_initial_figures(figures, known),
            prefix="figures",
            form_kwargs={"is_strict": is_strict, "known": before},
        )

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.figures.is_valid()])

    @property
    def content(self) -> EntryContent:
        """What was typed, once valid."""
        given = self.cleaned_data
        status, level = level_from_choice(given["level"])
        return EntryContent(
            level_status=status,
            level=level,
            sections={name: given[name] for name in SECTIONS},
            figures=[form.typed for form in self.figures if form.is_filled],
        )

    @property
    def faults(self) -> list[str]:
        """What is wrong in words, each with the name of its field."""
        fields = [*_faults_of(self), *(fault for one in self.figures for fault in _faults_of(one))]
        return [*fields, *map(str, self.figures.non_form_errors())]

    @property
    def section_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in SECTIONS]


class CorrectionForm(EntryForm):
    """A frozen sheet, and why it changes."""

    reason = _reason(
        _lazy("Pourquoi cette correction ?"),
        _lazy("Elle est lue par tous à côté de la fiche, avec sa date."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, is_strict=True)


class DecisionForm(forms.Form):
    """What somebody decides of a sheet, on one `version` of it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: Any = None, *, entry: Entry) -> None:
        super().__init__(data, initial={"version": entry.version}, label_suffix="")


class ReviewForm(DecisionForm):
    agrees = forms.ChoiceField(
        label=_lazy("Êtes-vous d'accord avec ce niveau ?"),
        choices=[("yes", _lazy("d'accord")), ("no", _lazy("pas d'accord"))],
        widget=forms.RadioSelect,
    )
    level = forms.ChoiceField(
        label=_lazy("Sinon, le niveau que vous proposez"),
        choices=[("", _lazy("(le même)")), *LEVEL_CHOICES],
        required=False,
    )
    reason = _reason(_lazy("Pourquoi"), _lazy("Nécessaire si vous n'êtes pas d'accord."))

    @property
    def proposed(self) -> int | None:
        return int(self.cleaned_data["level"]) if self.cleaned_data["level"] else None


class GiveBackForm(DecisionForm):
    reason = _reason(_lazy("Ce que le pilote doit reprendre"))


class ValidateForm(DecisionForm):
    """Which level is kept, where its reviewer proposed another."""

    level = forms.ChoiceField(
        label=_lazy("Quel niveau gardez-vous ?"), choices=[], widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, *, entry: Entry) -> None:
        super().__init__(data, entry=entry)
        if entry.is_agreed:
            del self.fields["level"]
            return
        words = {"level": entry.level_label, "proposed": entry.proposed_level_label}
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            ("pilot", _("celui du pilote : %(level)s") % words),
            ("reviewer", _("celui du relecteur : %(proposed)s") % words),
        ]

    @property
    def takes_proposed(self) -> bool:
        return self.cleaned_data.get("level") == "reviewer"


def _faults_of(form: forms.Form) -> Iterator[str]:
    for name, messages in form.errors.items():
        label = form.fields[name].label if name in form.fields else None
        said = " ".join(map(str, messages))
        yield _("%(field)s : %(said)s") % {"field": label, "said": said} if label else said


def level_choice(row: Written) -> str:
    """What is chosen in the list of levels."""
    if row.level_status == LevelStatus.NOT_CONCERNED:
        return LevelStatus.NOT_CONCERNED.value
    return str(row.level or "")


def level_from_choice(choice: str) -> tuple[str, int | None]:
    """The status and the level that a choice of the list means."""
    if choice == LevelStatus.NOT_CONCERNED:
        return LevelStatus.NOT_CONCERNED.value, None
    return (
        (LevelStatus.EVALUATED.value, int(choice)) if choice else (LevelStatus.MISSING.value, None)
    )


def last_figures(evaluation: Evaluation) -> dict[str, tuple[str, str]]:
    """The unit of each indicator of the sheet, and its last value before in words, by its name."""
    campaign = evaluation.campaign
    values = (
        IndicatorValue.objects.filter(indicator__sheet=evaluation.sheet_id)
        .exclude(campaign=campaign)
        .exclude(campaign__is_fictitious=not campaign.is_fictitious)
        .exclude(campaign__period_earliest__gt=campaign.period_earliest or date.max)
        .select_related("indicator", "campaign")
        .order_by("indicator__position", "campaign__period_earliest", "rank")
    )
    found: dict[str, tuple[str, str]] = {}
    for value in values:
        unit = value.indicator.unit
        said = [
            f"{format_figure(value.value)} {unit}".strip(),
            value.period_text or value.campaign.title,
        ]
        found[value.indicator.name] = unit, ", ".join(said)
    return found


def _initial_figures(
    figures: Iterable[Mapping[str, str]], known: Mapping[str, tuple[str, str]]
) -> list[dict[str, str]]:
    """A line for each figure typed and each indicator known, the known ones first."""
    given = [dict(value) for value in figures]
    typed_names = {value["name"] for value in given}
    empty = [
        {"name": name, "unit": unit, "value": "", "period": ""}
        for name, (unit, _words) in known.items()
        if name not in typed_names
    ]
    order = list(known)
    rows = [*given, *empty]
    return sorted(rows, key=lambda row: order.index(row["name"]) if row["name"] in known else 999)
