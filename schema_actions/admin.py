from django.contrib import admin
from django.db.models import Q
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.models import User
from portal.core.permissions.admin import RulesAdmin
from schema_actions.models import ActionSheet
from schema_actions.rules import editable_sheets


@admin.register(ActionSheet)
class ActionSheetAdmin(RulesAdmin):
    """The summary and the pilot; what the document prints is read-only."""

    list_display = ["key", "title", "pilot", "edited_at"]
    list_filter = ["plan"]
    search_fields = ["search_text"]
    fields = ["plan", "key", "title", "summary", "pilot"]
    readonly_fields = ["plan", "key", "title"]

    def scope(self, user: User) -> Q:
        return editable_sheets(user)

    def save_model(
        self, request: HttpRequest, obj: ActionSheet, form: ModelForm, change: bool
    ) -> None:
        obj.edited_at = timezone.now()
        super().save_model(request, obj, form, change)
