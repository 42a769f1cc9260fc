from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from portal.core.permissions.admin import BoundedAdmin, EditTrackingAdmin
from portal.core.text.normalisation import normalise
from portal.territory.models import Commune, Department, DepartmentProfile, FormerCommune


class ReadOnlyAdminMixin:
    """Read-only: only `load_territory` changes rows of the reference."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Department)
class DepartmentAdmin(ReadOnlyAdminMixin, BoundedAdmin):
    list_display = ["code", "name", "authority_name", "authority_website"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    search_fields = ["code", "name"]


class FormerCommuneInline(ReadOnlyAdminMixin, admin.TabularInline):
    model = FormerCommune
    fields = ["code", "name", "kind"]


@admin.register(Commune)
class CommuneAdmin(ReadOnlyAdminMixin, BoundedAdmin):
    list_display = ["code", "name", "department", "population", "epci_name"]
    list_filter = ["department"]
    search_fields = ["search_name", "code", "postal_codes__code"]
    inlines = [FormerCommuneInline]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Commune], search_term: str
    ) -> tuple[QuerySet[Commune], bool]:
        """Search with the normalised text: names are stored so, and codes are case-insensitive."""
        return super().get_search_results(request, queryset, normalise(search_term))


@admin.register(DepartmentProfile)
class DepartmentProfileAdmin(EditTrackingAdmin):
    list_display = ["department", "portal_name", "publisher", "edited_at"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def scope(self, user: Any) -> models.Q:
        """Restrict to managed départements; the rule itself is in `portal.accounts.rules`."""
        return models.Q(department__in=user.managed_departments)
