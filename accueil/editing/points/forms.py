"""The forms of reception points and phone lines."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accueil.editing.address_forms import AddressForm
from accueil.editing.hours_forms import WeekForm
from accueil.editing.permissions import filter_by_scope
from accueil.editing.previewed_form import PreviewedForm
from accueil.enums import PointKind, WheelchairAccess
from accueil.models import PhoneLine, ReceptionPoint
from portal.accounts.models import User
from portal.core import clock
from portal.core.forms import DayInput
from portal.territory.legal_calendars import has_good_friday
from teams.models import Agency, Team
from teams.rules import editable_agencies, editable_teams

GRID_TITLES = {
    "hours": gettext_lazy("Horaires habituels"),
    "appointment_hours": gettext_lazy("Horaires sur rendez-vous"),
}
MAX_PAST = timedelta(days=366)  # an earlier closing day is a mistyped year
MAX_FUTURE = timedelta(days=5 * 366)
_UNKNOWN_CHOICE = [("", gettext_lazy("à renseigner"))]


class OpeningHoursForm(PreviewedForm):
    """Form of a contact with opening hours: one week grid for each kind of hours.

    Changed hours are previewed day by day before they are saved.
    """

    grid_names: tuple[str, ...] = ("hours",)

    def __init__(self, data: Any, *, instance: Any) -> None:
        super().__init__(data, instance=instance, label_suffix="")
        self.stored_hours = {name: getattr(instance, name) for name in self.grid_names}
        self.grids = [
            WeekForm(
                data,
                prefix=name,
                expression=expression,
                as_printed=getattr(instance, f"{name}_text"),
                title=GRID_TITLES[name],
                asks_good_friday=has_good_friday(instance.department_id),
            )
            for name, expression in self.stored_hours.items()
        ]

    @property
    def subforms(self) -> list[forms.Form]:
        return [*self.grids]

    def clear_errors(self) -> None:
        """Drop the errors of a form that the agent has not finished filling."""
        for form in (self, *self.subforms):
            form._errors = ErrorDict()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        for grid in self.grids:
            name = str(grid.prefix)
            if grid.is_valid() and grid.expression != self.stored_hours[name]:
                setattr(self.instance, name, grid.expression)
                # The printed text is obsolete: the text shown is then made from the hours.
                setattr(self.instance, f"{name}_text", "")
        self._clean_slug()
        return cleaned_data

    def _clean_slug(self) -> None:
        """Set the slug of a new row from its name, which must be unique."""
        name = self.cleaned_data.get("name", "")
        if self.instance.pk or not name:
            return
        self.instance.slug = slugify(name)
        if not self.instance.slug:
            self.add_error("name", _("Écrivez un nom avec des lettres."))
        elif type(self.instance)._default_manager.filter(slug=self.instance.slug).exists():
            self.add_error("name", _("Ce nom est déjà pris : précisez-le, par la commune ?"))

    @property
    def preview_key(self) -> str:
        return " | ".join(getattr(self.instance, name) for name in self.grid_names)

    @property
    def needs_preview(self) -> bool:
        return self.preview_key != " | ".join(self.stored_hours.values())

    def save_edited(self) -> Any:
        """Save the valid form; the contact counts as checked today."""
        self.instance.checked_on = clock.today()
        return super().save_edited()


class PhoneLineForm(OpeningHoursForm):
    class Meta:
        model = PhoneLine
        fields = ["name", "number", "purpose", "territory"]
        help_texts = {
            "number": gettext_lazy("Vide s'il n'est pas publié."),
            "territory": gettext_lazy("« tout le Loiret », « le Vendômois »…"),
        }
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3})}


class ReceptionPointForm(OpeningHoursForm):
    """A reception point, hosted by a team or at its own address."""

    grid_names = ("hours", "appointment_hours")
    by_appointment = forms.TypedChoiceField(
        label=gettext_lazy("Rendez-vous"),
        choices=[
            *_UNKNOWN_CHOICE,
            ("False", gettext_lazy("on peut venir sans rendez-vous")),
            ("True", gettext_lazy("sur rendez-vous seulement")),
        ],
        coerce=lambda value: value == "True",
        empty_value=None,
        required=False,
    )
    access_url = forms.URLField(
        label=gettext_lazy("Page du registre national de l'accessibilité"),
        help_text=gettext_lazy("Son adresse dans acceslibre.beta.gouv.fr, si elle y est."),
        max_length=300,
        required=False,
        assume_scheme="https",
    )

    class Meta:
        model = ReceptionPoint
        fields = [
            *("name", "kind", "team", "agency", "phone", "email", "offers", "documents"),
            *("by_appointment", "languages", "wheelchair", "access_notes", "access_url"),
            *("closes_on", "closing_note"),
        ]
        error_messages = {
            "kind": {"invalid_choice": gettext_lazy("« %(value)s » n'est pas une nature connue.")},
            "team": {"invalid_choice": gettext_lazy("Vous ne tenez pas cette équipe.")},
            "agency": {"invalid_choice": gettext_lazy("Vous ne tenez pas cette agence.")},
            "closes_on": {"invalid": gettext_lazy("Écrivez une date, par exemple 03/03/2027.")},
        }
        help_texts = {
            "team": gettext_lazy("S'il est chez une équipe : il est alors là où elle est."),
            "agency": gettext_lazy(
                "Si aucune équipe n'y accueille : ses agents tiennent cette fiche."
            ),
            "offers": gettext_lazy("Ce qu'une personne peut y faire, y demander."),
            "documents": gettext_lazy("Ce qu'il faut apporter."),
            "languages": gettext_lazy("« français, arabe, langue des signes »."),
            "access_notes": gettext_lazy("Une marche, un ascenseur, une place réservée…"),
            "closes_on": gettext_lazy(
                "Annoncé 15 jours avant. Ce jour-là, ce lieu quitte les listes. Pour annuler, videz"
                " la date."
            ),
            "closing_note": gettext_lazy(
                "Une phrase, lue par tous : « L'accueil se fait désormais à la mairie. »"
            ),
        }
        widgets = {
            "closes_on": DayInput,
            "offers": forms.Textarea(attrs={"rows": 3}),
            "documents": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, data: Any, *, instance: ReceptionPoint, user: User) -> None:
        super().__init__(data, instance=instance)
        department = instance.department
        self.address_form = AddressForm(data, department=department, site=instance.site)
        teams = Team.objects.filter(agency__department=department)
        agencies = Agency.objects.filter(department=department)
        self._limit_choices(
            "team", filter_by_scope(user, teams, editable_teams(user)), _("(aucune)")
        )
        self._limit_choices(
            "agency", filter_by_scope(user, agencies, editable_agencies(user)), _("(aucune)")
        )
        self.fields["wheelchair"].choices = [  # type: ignore[attr-defined]
            *_UNKNOWN_CHOICE,
            *WheelchairAccess.choices,
        ]

    @property
    def identity_fields(self) -> list[BoundField]:
        return [self[name] for name in ("name", "kind", "team", "agency", "phone", "email")]

    @property
    def service_fields(self) -> list[BoundField]:
        names = (
            *("by_appointment", "offers", "documents", "languages"),
            *("wheelchair", "access_notes", "access_url"),
        )
        return [self[name] for name in names]

    @property
    def closing_fields(self) -> list[BoundField]:
        return [self["closes_on"], self["closing_note"]]

    def _limit_choices(self, name: str, rows: "QuerySet[Any]", empty_label: str) -> None:
        field: Any = self.fields[name]
        field.queryset = rows.order_by("name")
        field.empty_label = empty_label

    @property
    def subforms(self) -> list[forms.Form]:
        return [self.address_form, *super().subforms]

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean()
        self._check_place()
        if cleaned_data.get("team"):
            cleaned_data["agency"] = None
        self._check_closing_day()
        return cleaned_data

    def _check_closing_day(self) -> None:
        """Refuse a closing day of a surely wrong year; without a day, drop the closing note."""
        cleaned_data, today = self.cleaned_data, clock.today()
        day, previous_day = cleaned_data.get("closes_on"), self.initial.get("closes_on")
        if day and day != previous_day and day < today - MAX_PAST:
            self.add_error("closes_on", _("Ce jour est passé depuis plus d'un an : quelle année ?"))
        elif day and day != previous_day and day > today + MAX_FUTURE:
            self.add_error("closes_on", _("C'est dans plus de cinq ans : quelle année ?"))
        elif (
            not day
            and not previous_day
            and cleaned_data.get("closing_note")
            and "closes_on" not in self.errors
        ):
            message = _("À partir de quel jour ? Donnez la date, ou effacez la phrase.")
            self.add_error("closes_on", message)
        elif not day:
            cleaned_data["closing_note"] = ""

    def _check_place(self) -> None:
        if not self.address_form.is_valid() or "team" in self.errors:
            return
        team, has_address = self.cleaned_data.get("team"), self.address_form.is_filled
        if team and has_address:
            message = _("Chez une équipe, ou à une adresse : gardez l'une des deux, videz l'autre.")
            self.add_error("team", message)
        elif not team and not has_address and self.cleaned_data.get("kind") != PointKind.ITINERANT:
            message = _("Où est-ce ? Choisissez l'équipe qui accueille, ou écrivez une adresse.")
            self.add_error("team", message)

    def save_edited(self) -> Any:
        self.instance.site = self.address_form.save_site()
        return super().save_edited()
