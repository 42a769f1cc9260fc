"""The form of closures and other special hours: when, what changes, and for which contacts."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accueil.editing.hours_forms import (
    clean_spans,
    format_spans,
    initial_spans,
    span_field_names,
    span_fields,
)
from accueil.editing.permissions import filter_by_scope
from accueil.editing.previewed_form import PreviewedForm
from accueil.editing.previews import SAMPLE_HOURS
from accueil.enums import PointKind, SpecialHoursEffect, Weekday
from accueil.models import OpeningHoursModel, PhoneLine, ReceptionPoint, SpecialHours
from accueil.models.opening_hours import attach_special_hours
from accueil.models.special_hours import MAX_DAYS, special_hours_cache
from accueil.rules import editable_phone_lines, editable_points
from portal.accounts.models import User
from portal.accounts.rules import is_manager_of
from portal.core import clock
from portal.core.caching import data_versions
from portal.core.forms import DayInput, PostedNames
from portal.core.opening_hours.special_days import Effect
from portal.core.opening_hours.syntax import DAYS
from portal.core.opening_hours.week_grid import Week
from portal.core.permissions.admin import RowsField
from portal.core.text.normalisation import join_words
from teams.models import Agency
from teams.rules import editable_agencies

MAX_UPCOMING = 60  # special hours per contact, which are read together
TARGET_FIELDS = ("points", "phone_lines", "agencies", "whole_department")


class SpecialHoursForm(PostedNames, PreviewedForm):
    """Special hours for contacts that the user may edit. Saved once previewed."""

    posted_names: ClassVar = {"phone_lines": "lines"}
    only = forms.MultipleChoiceField(
        label=gettext_lazy("Seulement certains jours de la semaine"),
        choices=list(zip(DAYS, Weekday.labels, strict=True)),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = SpecialHours
        fields = ["first_day", "last_day", "effect", "message", *TARGET_FIELDS]
        field_classes = dict.fromkeys(("points", "phone_lines", "agencies"), RowsField)
        widgets = {
            "first_day": DayInput,
            "last_day": DayInput,
            "effect": forms.RadioSelect,
            "message": forms.Textarea(attrs={"rows": 2}),
            **dict.fromkeys(("points", "phone_lines", "agencies"), forms.CheckboxSelectMultiple),
        }
        labels = {"effect": gettext_lazy("Ce qui change")}
        help_texts = {
            "message": gettext_lazy("Lu par tous, tel quel : pourquoi, et où aller à la place."),
            "whole_department": gettext_lazy("Tous les lieux du département, et eux seuls."),
        }
        error_messages = {
            "last_day": {
                "required": gettext_lazy("Une fermeture a une fin : donnez son dernier jour.")
            },
            "effect": {"invalid_choice": gettext_lazy("« %(value)s » n'est pas un effet connu.")},
            "points": {"invalid_choice": gettext_lazy("Vous ne tenez pas cet accueil.")},
            "phone_lines": {"invalid_choice": gettext_lazy("Vous ne tenez pas cette ligne.")},
            "agencies": {"invalid_choice": gettext_lazy("Vous ne tenez pas cette agence.")},
        }

    def __init__(self, data: Any, *, instance: SpecialHours, user: User) -> None:
        super().__init__(
            data, instance=instance, label_suffix="", initial=_initial_values(instance)
        )
        self.fields.update(span_fields("span"))
        effect: Any = self.fields["effect"]
        effect.choices = SpecialHoursEffect.choices
        self.is_manager = user.is_superuser or is_manager_of(user, instance.department_id)
        self.has_choices: dict[str, bool] = {}
        points = ReceptionPoint.objects.with_places()
        self._limit_choices("points", filter_by_scope(user, points, editable_points(user)))
        self._limit_choices(
            "phone_lines",
            filter_by_scope(user, PhoneLine.objects.all(), editable_phone_lines(user)),
        )
        self._limit_choices(
            "agencies", filter_by_scope(user, Agency.objects.all(), editable_agencies(user))
        )

    def _limit_choices(self, name: str, rows: "QuerySet[Any]") -> None:
        field: Any = self.fields[name]
        field.queryset = rows.filter(department=self.instance.department_id).order_by("name")
        self.has_choices[name] = field.queryset.exists()

    @property
    def targets(self) -> list[BoundField]:
        """The target fields that have choices, or errors."""
        names = ("points", "agencies", "phone_lines")
        return [self[name] for name in names if self.has_choices[name] or self[name].errors]

    @property
    def weekdays_label(self) -> str:
        """The chosen weekdays: "lundi et mardi"."""
        days = dict(zip(DAYS, Weekday.labels, strict=True))
        return join_words([str(days[day]) for day in self.cleaned_data["only"]])

    @property
    def span_bound_fields(self) -> list[Any]:
        return [self[name] for pair in span_field_names("span") for name in pair]

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        self._check_days()
        spans = clean_spans(self, "span")
        is_all_day = cleaned_data.get("effect") == Effect.CLOSED
        if is_all_day and spans:
            message = _("Fermé toute la journée : laissez les heures vides.")
            self.add_error("span_1_from", message)
        elif (
            not is_all_day
            and not spans
            and not any(field.errors for field in self.span_bound_fields)
        ):
            self.add_error("span_1_from", _("Donnez les heures concernées."))
        is_without_spans = is_all_day or any(field.errors for field in self.span_bound_fields)
        self.instance.spans = "" if is_without_spans else format_spans(spans)
        self.instance.weekdays = _weekday_expression(cleaned_data.get("only") or [])
        self._check_targets()
        return cleaned_data

    def _check_days(self) -> None:
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        if first is None or last is None:
            return
        if last < first:
            self.add_error("last_day", _("Le dernier jour est avant le premier."))
        elif (last - first).days > MAX_DAYS:
            message = _("Plus d'un an : changez plutôt les horaires habituels.")
            self.add_error("last_day", message)
        elif last < clock.today() and not self.instance.pk:
            self.add_error("last_day", _("Ces jours sont passés."))

    def _check_targets(self) -> None:
        if any(name in self.errors for name in TARGET_FIELDS):
            return
        if self.cleaned_data.get("whole_department") and not self.is_manager:
            message = _("Seuls les gestionnaires ferment tous les accueils du département.")
            self.add_error("whole_department", message)
        elif not any(self.cleaned_data.get(name) for name in TARGET_FIELDS):
            self.add_error(
                "points", _("Dites qui est concerné : au moins un accueil ou une ligne.")
            )
        else:
            self._check_count()

    def _check_count(self) -> None:
        """Refuse more than `MAX_UPCOMING` special hours for one contact."""
        contacts: list[OpeningHoursModel] = [*self.points(), *self.cleaned_data["phone_lines"]]
        attach_special_hours(contacts, special_hours_cache.get(data_versions.current_versions()))
        for contact in contacts:
            upcoming = [
                special
                for special in contact.special_hours
                if special.last_day >= clock.today() and special.pk != self.instance.pk
            ]
            if len(upcoming) >= MAX_UPCOMING:
                message = _(
                    "« %(contact)s » a déjà %(max)d horaires exceptionnels à venir : retirez-en, ou"
                    " changez ses horaires habituels."
                )
                name = "phone_lines" if isinstance(contact, PhoneLine) else "points"
                self.add_error(name, message % {"contact": contact, "max": MAX_UPCOMING})
                return

    @property
    def preview_key(self) -> str:
        special, cleaned_data = self.instance, self.cleaned_data
        rows = [
            [row.pk for row in cleaned_data[name]] for name in ("points", "phone_lines", "agencies")
        ]
        days = [special.first_day.isoformat(), special.last_day.isoformat()]
        values = [special.effect, special.spans, special.weekdays, special.message]
        return json.dumps([*days, *values, special.whole_department, *rows], ensure_ascii=True)

    def points(self) -> "QuerySet[ReceptionPoint]":
        """Return the targeted points: chosen themselves, or by their agency or département.

        Only on a valid form.
        """
        cleaned_data = self.cleaned_data
        agencies = cleaned_data["agencies"]
        condition = Q(pk__in=cleaned_data["points"]) | Q(team__agency__in=agencies)
        condition |= Q(team__isnull=True, agency__in=agencies)
        if cleaned_data["whole_department"]:
            condition |= Q(department=self.instance.department, kind=PointKind.DEPARTMENT)
        return ReceptionPoint.objects.with_places().filter(condition).order_by("name", "pk")

    def save_edited(self) -> SpecialHours:
        """Save the valid form; withdrawn special hours are restored."""
        self.instance.withdrawn_at = None
        special: SpecialHours = super().save_edited()
        return special


def _initial_values(special: SpecialHours) -> dict[str, Any]:
    """Return the initial values of the fields that are not model fields."""
    spans = [tuple(span.split("-")) for span in special.spans.split(",") if span]
    pairs = [(start, end) for start, end in spans]
    week = Week.parse(f"{special.weekdays} {SAMPLE_HOURS}") if special.weekdays else None
    only = [day for day, spans in zip(DAYS, week.days, strict=True) if spans] if week else []
    effect = special.effect or Effect.CLOSED.value
    return {"effect": effect, "only": only, **initial_spans("span", pairs)}


def _weekday_expression(chosen: Sequence[str]) -> str:
    """Return the weekdays in OpenStreetMap syntax ("Mo-Fr"); "" if all or none are chosen."""
    if len(chosen) in (0, len(DAYS)):
        return ""
    named = Week(tuple((("00:00", "24:00"),) if day in chosen else () for day in DAYS))
    return named.expression.partition(" ")[0]
