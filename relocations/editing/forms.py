"""The forms that announce and change a move."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.core import clock
from portal.core.forms import DayInput
from portal.core.periods.period import Period, format_day
from portal.core.text.normalisation import normalise
from portal.territory.models import Commune, Department
from relocations.editing.actions import Action
from relocations.editing.services import ChangeRequest
from relocations.models import PERIOD_MAX_LENGTH, REASON_MAX_LENGTH, Relocation
from relocations.schedule.filters import PeriodField
from relocations.workflow import SITE_FIELDS
from teams.models import Site, Team
from teams.rules import editable_teams

_EXAMPLES = gettext_lazy(
    "« mi-mars %(year)d », « les 16 et 17 janvier %(year)d », « 2e semestre %(year)d »"
)


@dataclass(frozen=True)
class FieldGroup:
    """Fields shown together; with a `title`, they are folded behind it."""

    title: str
    fields: Sequence[forms.BoundField]

    @property
    def is_open(self) -> bool:
        """Whether a field of the group has a value or an error."""
        return any(field.errors or field.value() for field in self.fields)


class SiteField(forms.ModelChoiceField):
    """A choice of a site, labelled with its commune where its own label does not name it."""

    def label_from_instance(self, site: Site) -> str:
        label = normalise(site.label)
        return site.label if normalise(site.city) in label else f"{site.label}, {site.city}"


def announceable_teams(user: User) -> "QuerySet[Team]":
    """Return the teams of which the user may announce a move."""
    teams = Team.objects.select_related("agency__department", "site")
    return teams if user.is_superuser else teams.filter(editable_teams(user))


class PeriodAndSiteForm(forms.Form):
    """A date and a site. `seen` is the typed date whose days were last shown to the user."""

    period = PeriodField(
        label=gettext_lazy("Date, comme on l'écrit"),
        required=False,
        max_length=PERIOD_MAX_LENGTH,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    destination: Any = SiteField(
        queryset=Site.objects.none(),
        label=gettext_lazy("Lieu d'arrivée"),
        required=False,
        empty_label=gettext_lazy("pas encore choisi"),
    )
    new_address = forms.CharField(
        label=gettext_lazy("Numéro et rue, ou nom du lieu"), required=False, max_length=250
    )
    new_city = forms.CharField(label=gettext_lazy("Commune"), required=False, max_length=80)
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi"),
        help_text=gettext_lazy("Lu par les agents seulement."),
        required=False,
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    evidence = forms.CharField(
        label=gettext_lazy("D'où vient l'information"),
        help_text=gettext_lazy(
            "Facultatif. Lu par les agents seulement : un appel, un courriel, un bail…"
        ),
        required=False,
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, department: Department | None, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        self.department = department
        sites = Site.objects.filter(department=department).order_by("city", "address", "pk")
        self.fields["destination"].queryset = sites  # type: ignore[attr-defined]
        self.fields["period"].help_text = _EXAMPLES % {"year": clock.today().year + 1}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("new_address") and data.get("destination"):
            self.add_error("new_address", _("Choisissez un lieu de la liste, ou écrivez-en un."))
        if data.get("new_city") and not data.get("new_address"):
            self.add_error("new_address", _("Écrivez aussi l'adresse."))
        if data.get("new_city") and not self._matching_communes():
            self.add_error("new_city", _("Aucune commune de ce département ne porte ce nom."))
        return data

    @property
    def groups(self) -> list[FieldGroup]:
        """The fields in the order of the page; those that few people need are folded."""
        return self._group_fields(("new_address", "new_city"), _("Le lieu n'est pas dans la liste"))

    def _group_fields(self, aside: Sequence[str], title: str) -> list[FieldGroup]:
        """Return the fields in order: before `aside`, then `aside` under `title`, then after."""
        names = [field.name for field in self.visible_fields()]
        aside_names = [name for name in names if name in aside]
        start = names.index(aside_names[0]) if aside_names else len(names)
        end = start + len(aside_names)
        parts = [("", names[:start]), (title, aside_names), ("", names[end:])]
        return [
            FieldGroup(group_title, [self[name] for name in group_names])
            for group_title, group_names in parts
            if group_names
        ]

    def _matching_communes(self) -> list[Commune]:
        """Return the communes of the département that bear the typed name, now or formerly."""
        key = normalise(self.cleaned_data.get("new_city") or "")
        named = Q(search_name=key) | Q(former_communes__search_name=key)
        return list(Commune.objects.filter(named, department=self.department).distinct())

    @property
    def is_period_confirmed(self) -> bool:
        """Whether the user saw the days of the typed date before confirming it."""
        period = self.cleaned_data.get("period")
        return period is None or self.cleaned_data.get("seen") == period.text

    def get_or_create_site(self) -> Site | None:
        """Return the chosen site, or create the one whose address was typed."""
        address = self.cleaned_data.get("new_address")
        if not address or self.department is None:
            return self.cleaned_data.get("destination")
        city, communes = self.cleaned_data.get("new_city") or "", self._matching_communes()
        commune = communes[0] if len(communes) == 1 else None
        if commune and commune.search_name == normalise(city):
            city = commune.name
        site = Site(department=self.department, address=address, city=city, commune=commune)
        site.record_edit()
        site.save()
        return site


class DecisionForm(PeriodAndSiteForm):
    """A change of a move, decided on its `version`; an empty field leaves the value as it is."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, label="")
    actual_date = forms.DateField(
        label=gettext_lazy("Fait le"),
        widget=DayInput,
        required=False,
    )

    def __init__(self, *args: Any, move: Relocation, **kwargs: Any) -> None:
        self.move = move
        initial = {"version": move.version, **kwargs.pop("initial", {})}
        department = move.team.agency.department
        super().__init__(*args, department=department, initial=initial, **kwargs)
        if move.destination:
            unchanged = _("inchangé : %s") % move.destination.label
            self.fields["destination"].empty_label = unchanged  # type: ignore[attr-defined]

    @property
    def status(self) -> str:
        """The requested status."""
        raise NotImplementedError

    def change_request(self) -> ChangeRequest:
        """Return the requested change. The form must be valid; a typed site is created."""
        data = self.cleaned_data
        return ChangeRequest(
            to=self.status,
            version=data["version"],
            reason=data.get("reason", ""),
            evidence=data.get("evidence", ""),
            period=data.get("period"),
            destination=self.get_or_create_site(),
            actual_date=data.get("actual_date"),
        )


class ChangeForm(DecisionForm):
    """The fields of one action on a move."""

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, initial={"actual_date": clock.today()}, **kwargs)
        self.action = action
        shown = {*action.fields, "version", "seen"}
        if self.move.kind == Relocation.Kind.CLOSING:
            shown -= {*SITE_FIELDS}
        for name in set(self.fields) - shown:
            del self.fields[name]
        self.order_fields(action.fields)
        if self._is_done:
            period = self.fields["period"]
            period.label = _("Si le jour n’est pas connu : la période où c’est fait")
            period.help_text = _("« au plus tard le %s » ; effacez alors le jour.") % format_day(
                clock.today()
            )

    @property
    def status(self) -> str:
        return self.action.to

    @property
    def groups(self) -> list[FieldGroup]:
        """The groups of fields.

        For a move that is done, to a site that is known, all but the day are folded.
        """
        is_known = self.move.destination is not None or "destination" not in self.fields
        if self._is_done and is_known:
            names = [name for name in self.action.fields if name != "actual_date"]
            return self._group_fields(names, _("Un jour inconnu, un autre lieu, une précision"))
        return super().groups

    @property
    def _is_done(self) -> bool:
        return self.status == Relocation.Status.DONE

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self._is_done and data.get("actual_date") and data.get("period"):
            self.add_error("period", _("Donnez le jour, ou bien la période : pas les deux."))
        return data


class AnnounceForm(PeriodAndSiteForm):
    """A new move of one of `teams`.

    The sites offered are those of the département of the typed team, else of the initial one, else
    of the first.
    """

    field_order = ("team", "kind", "period", "seen", "destination", "new_address", "new_city")

    team: Any = forms.ModelChoiceField(
        queryset=Team.objects.none(),
        label=gettext_lazy("Équipe"),
        empty_label=gettext_lazy("à choisir"),
    )
    kind = forms.ChoiceField(
        choices=Relocation.Kind.choices, label=gettext_lazy("Nature"), initial=Relocation.Kind.MOVE
    )

    def __init__(
        self,
        data: Any = None,
        *args: Any,
        teams: "QuerySet[Team]",
        initial: Any = None,
        **kwargs: Any,
    ) -> None:
        initial = initial or {}
        team_pk = str(data.get("team", "")) if data else ""
        typed_team = teams.filter(pk=int(team_pk)).first() if team_pk.isdecimal() else None
        team = typed_team or initial.get("team") or teams.first()
        department = team.agency.department if team else None
        super().__init__(data, *args, department=department, initial=initial, **kwargs)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]

    def build_move(self) -> Relocation:
        """Return the announced move, not saved; it is under study if it has no date."""
        data = self.cleaned_data
        period = data.get("period") or Period.unknown()
        status = Relocation.Status.PLANNED if period.is_bounded else Relocation.Status.UNDER_STUDY
        team, kind = data["team"], data["kind"]
        move = Relocation(team=team, kind=kind, status=status)
        move.period = period
        move.origin = None if kind == Relocation.Kind.OPENING else team.site
        move.destination = None if kind == Relocation.Kind.CLOSING else self.get_or_create_site()
        move.reason, move.evidence = data.get("reason", ""), data.get("evidence", "")
        return move
