from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from accueil.models import PhoneLine, ReceptionPoint, Report


class EditedAdmin(admin.ModelAdmin):
    """Remembers that a person changed the row: a new load then leaves it."""

    list_filter = ["department"]
    list_select_related = ["department", "source"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        obj.edited_at = timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(PhoneLine)
class PhoneLineAdmin(EditedAdmin):
    list_display = ["name", "number", "department", "hours_text", "source", "edited_at"]


@admin.register(ReceptionPoint)
class ReceptionPointAdmin(EditedAdmin):
    list_display = ["name", "kind", "department", "hours_text", "source", "edited_at"]
    list_filter = ["department", "kind"]
    raw_id_fields = ["team", "site"]


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):
    list_display = ["created_at", "page", "agency", "handled_at"]
    list_filter = ["agency", "handled_at"]
    readonly_fields = ["page", "message", "agency", "created_at"]
