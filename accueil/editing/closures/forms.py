"""Closures and other hours as agents write them: when, what, and for whom at once."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accueil.editing.hours_forms import boxes, filled, span_fields, typed_spans, written
from accueil.editing.permissions import kept
from accueil.editing.previews import NOON
from accueil.models import Open, PhoneLine, ReceptionPoint, SpecialHours
from accueil.models.rounds import Weekday
from accueil.models.special_hours import LONGEST, calendar, tell
from accueil.rules import kept_lines, kept_points
from portal.accounts.rules import is_manager_of
from portal.core import clock
from portal.core.caching import data_versions
from portal.core.opening_hours.special_days import Effect
from portal.core.opening_hours.week_grid import DAYS, Week
from portal.core.permissions.admin import EditedForm
from portal.core.text.normalisation import listed
from teams.models import Agency
from teams.rules import kept_agencies

MOST_AHEAD = 60  # special hours of one door
TARGETS = ("points", "lines", "agencies", "whole_department")
_DATE = {"type": "date"}


class SpecialHoursForm(EditedForm):
    """Special hours of a département, for what this person keeps there.

    They are saved once what people will read was shown: `previewed` holds what was shown last.
    """

    previewed = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    only = forms.MultipleChoiceField(
        label=_lazy("Seulement certains jours de la semaine"),
        choices=list(zip(DAYS, Weekday.labels, strict=True)),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = SpecialHours
        fields = ["first_day", "last_day", "effect", "message", *TARGETS]
        widgets = {
            "first_day": forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
            "last_day": forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
            "effect": forms.RadioSelect,
            "message": forms.Textarea(attrs={"rows": 2}),
            **dict.fromkeys(("points", "lines", "agencies"), forms.CheckboxSelectMultiple),
        }
        labels = {"effect": _lazy("Ce qui change")}
        help_texts = {
            "message": _lazy("Lu par tous, tel quel : pourquoi, et où aller à la place."),
            "whole_department": _lazy("Tous les lieux du Département, et eux seuls."),
        }
        error_messages = {
            "last_day": {"required": _lazy("Une fermeture a une fin : donnez son dernier jour.")},
            "effect": {"invalid_choice": _lazy("« %(value)s » n'est pas un effet connu.")},
            "points": {"invalid_choice": _lazy("Vous ne tenez pas cet accueil.")},
            "lines": {"invalid_choice": _lazy("Vous ne tenez pas cette ligne.")},
            "agencies": {"invalid_choice": _lazy("Vous ne tenez pas cette agence.")},
        }

    def __init__(self, data: Any, *, instance: SpecialHours, user: Any) -> None:
        super().__init__(data, instance=instance, label_suffix="", initial=_initial(instance))
        self.fields.update(span_fields("span"))
        effect: Any = self.fields["effect"]
        effect.choices = SpecialHours.Kind.choices
        self.is_manager = user.is_superuser or is_manager_of(user, instance.department_id)
        self.offered: dict[str, bool] = {}  # whether there is anything to choose
        points = ReceptionPoint.objects.with_places()
        self._offer("points", kept(user, points, kept_points(user)))
        self._offer("lines", kept(user, PhoneLine.objects.all(), kept_lines(user)))
        self._offer("agencies", kept(user, Agency.objects.all(), kept_agencies(user)))

    def _offer(self, name: str, rows: "QuerySet[Any]") -> None:
        field: Any = self.fields[name]
        field.queryset = rows.filter(department=self.instance.department_id).order_by("name")
        self.offered[name] = field.queryset.exists()

    @property
    def is_wrong(self) -> bool:
        return self.is_bound and not self.is_valid()

    @property
    def targets(self) -> list[BoundField]:
        """What may be chosen, where there is something to choose."""
        names = ("points", "agencies", "lines")
        return [self[name] for name in names if self.offered[name] or self[name].errors]

    @property
    def only_in_french(self) -> str:
        """ "lundi et mardi"."""
        days = dict(zip(DAYS, Weekday.labels, strict=True))
        return listed([str(days[one]) for one in self.cleaned_data["only"]])

    @property
    def span_boxes(self) -> list[Any]:
        return [self[name] for pair in boxes("span") for name in pair]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        self._check_days()
        spans = typed_spans(self, "span")
        is_whole = given.get("effect") == Effect.CLOSED
        if is_whole and spans:
            said = _("Fermé toute la journée : laissez les heures vides.")
            self.add_error("span_1_from", said)
        elif not is_whole and not spans and not any(box.errors for box in self.span_boxes):
            self.add_error("span_1_from", _("Donnez les heures concernées."))
        wrong = is_whole or any(box.errors for box in self.span_boxes)
        self.instance.spans = "" if wrong else written(spans)
        self.instance.weekdays = _weekdays(given.get("only") or [])
        self._check_targets()
        return given

    def _check_days(self) -> None:
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        if first is None or last is None:
            return
        if last < first:
            self.add_error("last_day", _("Le dernier jour est avant le premier."))
        elif (last - first).days > LONGEST:
            said = _("Plus d'un an : changez plutôt les horaires habituels.")
            self.add_error("last_day", said)
        elif last < clock.today() and not self.instance.pk:
            self.add_error("last_day", _("Ces jours sont passés."))

    def _check_targets(self) -> None:
        if any(name in self.errors for name in TARGETS):
            return
        if self.cleaned_data.get("whole_department") and not self.is_manager:
            said = _("Seuls les gestionnaires ferment tous les accueils du Département.")
            self.add_error("whole_department", said)
        elif not any(self.cleaned_data.get(name) for name in TARGETS):
            self.add_error(
                "points", _("Dites qui est concerné : au moins un accueil ou une ligne.")
            )
        else:
            self._check_count()

    def _check_count(self) -> None:
        """All those of a door are read together each time that one asks whether it is open."""
        doors: list[Open] = [*self.points(), *self.cleaned_data["lines"]]
        tell(doors, calendar.at(data_versions.current()))
        for door in doors:
            ahead = [one for one in door.special_hours if one.last_day >= clock.today()]
            if len([one for one in ahead if one.pk != self.instance.pk]) >= MOST_AHEAD:
                said = _(
                    "« %(door)s » a déjà %(most)d horaires exceptionnels à venir : retirez-en, ou"
                    " changez ses horaires habituels."
                )
                name = "lines" if isinstance(door, PhoneLine) else "points"
                self.add_error(name, said % {"door": door, "most": MOST_AHEAD})
                return

    @property
    def mark(self) -> str:
        """All that is asked for, to know it again."""
        special, given = self.instance, self.cleaned_data
        rows = [[row.pk for row in given[name]] for name in ("points", "lines", "agencies")]
        days = [special.first_day.isoformat(), special.last_day.isoformat()]
        words = [special.effect, special.spans, special.weekdays, special.message]
        return json.dumps([*days, *words, special.whole_department, *rows], ensure_ascii=True)

    @property
    def is_seen(self) -> bool:
        return bool(self.cleaned_data["previewed"] == self.mark)

    def points(self) -> "QuerySet[ReceptionPoint]":
        """The points concerned, once valid, by themselves, their agency or their département."""
        given = self.cleaned_data
        agencies = given["agencies"]
        rows = Q(pk__in=given["points"]) | Q(team__agency__in=agencies)
        rows |= Q(team__isnull=True, agency__in=agencies)
        if given["whole_department"]:
            rows |= Q(department=self.instance.department, kind=ReceptionPoint.Kind.DEPARTMENT)
        return ReceptionPoint.objects.with_places().filter(rows).order_by("name", "pk")

    def write(self) -> SpecialHours:
        """Saves them, once valid; withdrawn ones are put back."""
        self.instance.edited_at = timezone.now()
        self.instance.withdrawn_at = None
        special: SpecialHours = self.save()
        return special


def _initial(special: SpecialHours) -> dict[str, Any]:
    """What the boxes hold of special hours that are known."""
    spans = [tuple(span.split("-")) for span in special.spans.split(",") if span]
    pairs = [(start, end) for start, end in spans]
    week = Week.parse(f"{special.weekdays} {NOON}") if special.weekdays else None
    only = [day for day, spans in zip(DAYS, week.days, strict=True) if spans] if week else []
    effect = special.effect or Effect.CLOSED.value
    return {"effect": effect, "only": only, **filled("span", pairs)}


def _weekdays(chosen: Sequence[str]) -> str:
    """ "Mo-Fr"; "" for all the week, or none."""
    if len(chosen) in (0, len(DAYS)):
        return ""
    named = Week(tuple((("00:00", "24:00"),) if day in chosen else () for day in DAYS))
    return named.expression.partition(" ")[0]
