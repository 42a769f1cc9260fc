"""Administration of agencies, teams, sites and sectors, by `teams.rules`."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.core.permissions.admin import EditTrackingAdmin, VersionedForm
from portal.territory.coordinates import point_error
from portal.territory.streets import street_key
from teams.enums import Parity, SectorKind
from teams.models import Agency, Sector, Site, Team
from teams.rules import editable_agencies, editable_sectors, editable_sites, editable_teams
from teams.sectors.overlaps import rival_of
from teams.sectors.services import lock_sectors


class SameDepartmentForm(VersionedForm):
    """A form of a row whose empty slug follows its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Laissé vide, il suit le nom.")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "slug" in self.fields and not data.get("slug") and "slug" not in self.errors:
            data["slug"] = self.default_slug(data)
        return data

    def default_slug(self, data: dict[str, Any]) -> str:
        """Return the slug that the model gives to a row without one."""
        values = {name: data[name] for name in ("name", "commune") if data.get(name)}
        row = self._meta.model(**values)
        row.clean()
        return str(row.slug)

    def resulting_value(self, name: str) -> Any:
        """Return the value that the row will have: as typed, else its current one."""
        if name in self.fields:
            return self.cleaned_data.get(name)
        return getattr(self.instance, name) if getattr(self.instance, f"{name}_id", None) else None


class TeamForm(SameDepartmentForm):
    """A team; its site is chosen among those of its département."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "site" in self.fields:
            sites = Site.objects.filter(department=self.instance.agency.department_id)
            self.fields["site"].queryset = sites  # type: ignore[attr-defined]


class SiteForm(SameDepartmentForm):
    """A site; where it has moved is chosen among the others of its département."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "moved_to" in self.fields:
            sites = Site.objects.filter(department=self.instance.department_id)
            others = sites.exclude(pk=self.instance.pk)
            self.fields["moved_to"].queryset = others  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("name") and not data.get("address"):
            self.add_error("address", _("Un lieu a une adresse, ou un nom."))
        self.check_point(data.get("latitude"), data.get("longitude"))
        self.check_place(data.get("latitude"), data.get("longitude"))
        return data

    def check_point(self, latitude: float | None, longitude: float | None) -> None:
        """Check that both coordinates are given or neither, and on the Earth."""
        for name, value, other_value, limit in (
            ("latitude", latitude, longitude, 90),
            ("longitude", longitude, latitude, 180),
        ):
            if value is None and other_value is not None and name not in self.errors:
                self.add_error(name, _("Latitude et longitude vont ensemble."))
            elif value is not None and abs(value) > limit:
                self.add_error(name, _("Entre -%(limit)d et %(limit)d.") % {"limit": limit})

    def check_place(self, latitude: float | None, longitude: float | None) -> None:
        """Check that the point may be in the commune."""
        department = self.resulting_value("department")
        if self.errors or latitude is None or longitude is None or department is None:
            return
        commune = self.resulting_value("commune")
        fault = point_error(latitude, longitude, commune=commune, department=department)
        if fault:
            self.add_error("latitude", fault)


class SectorForm(SameDepartmentForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.check_street(data)
        self.check_numbers(data)
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("La fin vient avant le début."))
        return data

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            self.check_rivals()

    def check_rivals(self) -> None:
        """Refuse an area that another team covers on the same days, as the import does."""
        sector = self.instance
        lock_sectors(sector.commune.department_id)
        sector.search_street = street_key(sector.street)
        area = {name: getattr(sector, name) for name in ("commune", "kind", "search_street")}
        neighbours = Sector.objects.filter(**area).exclude(pk=sector.pk).order_by("slug")
        if rival := rival_of(sector, neighbours.select_related("team")):
            message = _(
                "« %(name)s » est déjà à l'équipe « %(team)s » ces jours-là : donnez d'abord un"
                " dernier jour à ce secteur, ou changez les jours de celui-ci."
            )
            values = {"name": rival.name, "team": rival.team}
            self.add_error("team" if "team" in self.fields else None, message % values)

    def check_street(self, data: dict[str, Any]) -> None:
        has_street = data.get("kind") in (SectorKind.STREET, SectorKind.NUMBERS)
        if has_street and not data.get("street"):
            self.add_error("street", _("Quelle rue ?"))
        elif data.get("kind") and not has_street and data.get("street"):
            self.add_error("street", _("Seuls une rue et ses numéros ont un nom de rue."))

    def check_numbers(self, data: dict[str, Any]) -> None:
        numbers = [(name, data.get(name)) for name in ("number_from", "number_to")]
        if data.get("kind") == SectorKind.NUMBERS:
            for name, number in numbers:
                if name not in self.errors and number is None:
                    self.add_error(name, _("Un numéro, à partir de 0."))
            fields = [*dict(numbers), "number_from_suffix", "number_to_suffix"]
            values = {name: data[name] for name in fields if data.get(name)}
            sector = Sector(**values)
            if not self.errors and sector.last_rank < sector.first_rank:
                self.add_error("number_to", _("Il vient avant le premier numéro."))
        elif data.get("kind"):
            for name, number in numbers:
                if number is not None or data.get(f"{name}_suffix"):
                    self.add_error(name, _("Seuls des numéros d'une rue en ont."))
            if data.get("parity") not in (None, Parity.ALL):
                self.add_error("parity", _("Seuls des numéros d'une rue en ont une."))


class SameDepartmentAdmin(EditTrackingAdmin):
    """A row of a département, whose identifiers are set once."""

    form = SameDepartmentForm
    readonly_once_created = ("slug", "department")
    show_full_result_count = False


class HistoryAdmin(SameDepartmentAdmin):
    """A row whose history is a page of the workspace: the button leads there."""

    history_kind: str  # in `teams.history.views.HISTORY_MODELS`

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return redirect("history-detail", self.history_kind, row.pk)


@admin.register(Agency)
class AgencyAdmin(SameDepartmentAdmin):
    list_display = ["name", "department", "phone", "email", "edited_at"]
    list_filter = [("department", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["department"]
    search_fields = ["name", "long_name"]

    def scope(self, user: User) -> Q:
        return editable_agencies(user)


@admin.register(Team)
class TeamAdmin(HistoryAdmin):
    form = TeamForm
    history_kind = "equipe"
    list_display = ["name", "kind", "agency", "site", "phone", "checked_on", "edited_at"]
    list_filter = ["kind", ("agency", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["agency", "site"]
    search_fields = ["name", "other_names__name", "agency__name"]

    def scope(self, user: User) -> Q:
        return editable_teams(user)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Make the site read-only for a team with moves: only a done move changes it."""
        read_only = super().get_readonly_fields(request, obj)
        return (*read_only, "site") if obj and obj.relocations.exists() else read_only


@admin.register(Site)
class SiteAdmin(HistoryAdmin):
    form = SiteForm
    history_kind = "lieu"
    list_display = ["label", "address", "postal_code", "city", "department", "edited_at"]
    list_filter = [("department", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["department"]
    search_fields = ["name", "address", "city", "postal_code"]
    raw_id_fields = ["commune"]
    exclude = ["key"]  # its name in the files that are loaded

    def scope(self, user: User) -> Q:
        return editable_sites(user)

    @admin.display(description=gettext_lazy("lieu"))
    def label(self, site: Site) -> str:
        return site.label


@admin.register(Sector)
class SectorAdmin(HistoryAdmin):
    form = SectorForm
    history_kind = "secteur"
    list_display = ["name", "kind", "commune", "team", "basis", "valid_from", "valid_to"]
    list_filter = ["kind", "basis", ("team__agency", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["commune", "team"]
    search_fields = ["name", "street", "commune__search_name", "team__name"]
    raw_id_fields = ["commune"]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Lock the sectors of the département before the row, in the same order as the import."""
        with transaction.atomic():
            if request.method == "POST" and object_id and object_id.isdecimal():
                sectors = Sector.objects.filter(pk=object_id)
                for department in sectors.values_list("commune__department", flat=True):
                    lock_sectors(department)
            return super().changeform_view(request, object_id, *args, **kwargs)

    def scope(self, user: User) -> Q:
        return editable_sectors(user)
