from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from portal.core.text import normalise
from portal.territory.models import Commune, Department, DepartmentProfile, FormerCommune


class ReadOnly:
    """What comes from the reference: it is looked at, and `load_territory` alone changes it."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Department)
class DepartmentAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["code", "name", "region_code"]
    search_fields = ["code", "name"]


class FormerCommuneInline(ReadOnly, admin.TabularInline):
    model = FormerCommune
    fields = ["code", "name", "kind"]


@admin.register(Commune)
class CommuneAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["code", "name", "department", "population", "epci_name"]
    list_filter = ["department"]
    search_fields = ["search_name", "code", "postal_codes__code"]
    inlines = [FormerCommuneInline]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Commune], search_term: str
    ) -> tuple[QuerySet[Commune], bool]:
        """Names are found as people type them; a code is one lower-case word like another."""
        return super().get_search_results(request, queryset, normalise(search_term))


@admin.register(DepartmentProfile)
class DepartmentProfileAdmin(admin.ModelAdmin):
    list_display = ["department", "portal_name", "publisher", "edited_at"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def save_model(
        self, request: HttpRequest, obj: DepartmentProfile, form: ModelForm, change: bool
    ) -> None:
        obj.edited_at = timezone.now()
        super().save_model(request, obj, form, change)
