"""The admin under the same row-level rules as pages and API."""

import re
from typing import Any

import rules
from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.core.permissions.checks import permission_name
from portal.core.permissions.ownership import attachable, department_of, foreign_rows

_LONG_NUMBER = re.compile(r"\d{19}")  # beyond 64 bits, in any script's digits


class BoundedAdmin(admin.ModelAdmin):
    """Rejects query strings with values that no database looks up."""

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the list; a number too large for the database is a 400 that names its
        parameter.
        """
        for name, value in request.GET.items():
            if name != SEARCH_VAR and _LONG_NUMBER.search(str(value)):
                message = _("« %(name)s=%(given)s » : ce nombre est trop grand.")
                raise BadRequest(message % {"name": name[:40], "given": value[:40]})
        return super().changelist_view(request, *args, **kwargs)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Refuse `__range`, which no filter offers and which fails on anything but two values."""
        return not lookup.endswith("__range") and super().lookup_allowed(lookup, value, request)


class RulesAdmin(BoundedAdmin):
    """Lists the rows that the user may change; other rows are a 403.

    An invalid form is a 400, one based on an older state of the row a 409. `scope` is the rule
    `change_…` as a query. A row may only point to rows that `portal.core.permissions.ownership`
    allows, and stays in its département.
    """

    readonly_once_created: tuple[str, ...] = ("department",)

    def scope(self, user: Any) -> Q:
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(self.scope(request.user))

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        row = super().get_object(request, object_id, from_field or None)
        if row is None and self._exists(object_id):
            raise PermissionDenied
        return row

    def _exists(self, object_id: str) -> bool:
        try:
            return self.model._default_manager.filter(pk=object_id).exists()
        except (ValueError, ValidationError):
            return False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        response = super().render_change_form(request, context, *args, **kwargs)
        if context["errors"]:
            is_stale = getattr(context["adminform"].form, "is_stale", False)
            response.status_code = 409 if is_stale else 400
        return response

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Make `readonly_once_created` read-only on existing rows."""
        read = tuple(super().get_readonly_fields(request, obj))
        names = {field.name for field in self.model._meta.fields}
        once = tuple(
            name for name in self.readonly_once_created if name in names and name not in read
        )
        return (*read, *once) if obj else read

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows that a field may point to, also as raw ids."""
        ordered = super().get_field_queryset(db, db_field, request)
        rows = db_field.related_model._default_manager.all() if ordered is None else ordered
        return attachable(request.user, rows)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type:
        """Return a form that also rejects a row which the user could not change afterwards, one in
        two départements, and one moved to another département.
        """
        user, model = request.user, self.model

        class Ruled(super().get_form(request, *args, **kwargs)):  # type: ignore[misc]
            def _post_clean(self) -> None:
                home = None if self.instance._state.adding else department_of(self.instance)
                super()._post_clean()
                for name in foreign_rows(self.instance, self.cleaned_data, home):
                    self.add_error(name, _("Ce n'est pas dans le même département."))
                action = "add" if self.instance._state.adding else "change"
                permission = permission_name(action, model)
                if not self.errors and not user.has_perm(permission, self.instance):
                    message = _("Vous n'avez pas le droit de modifier ce qui est ainsi rattaché.")
                    self.add_error(None, message)

        return Ruled

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._has_permission("change", request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._has_permission("change", request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._has_permission("delete", request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse to add rows that no rule covers, even to superusers: they are created
        elsewhere.
        """
        has_rule = rules.perm_exists(permission_name("add", self.model))
        return has_rule and self._has_permission("add", request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._has_permission("change", request)

    def _has_permission(self, action: str, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(permission_name(action, self.model), obj)


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows; a number too large for the database is an invalid choice."""

    def clean(self, value: Any) -> Any:
        for key in value if isinstance(value, list | tuple) else ():
            if _LONG_NUMBER.search(str(key)):
                message = self.error_messages["invalid_choice"]
                raise ValidationError(
                    message, code="invalid_choice", params={"value": str(key)[:40]}
                )
        return super().clean(value)


class VersionedForm(forms.ModelForm):
    """A form based on one state of the row: `seen` is when that state was edited."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, label="")
    is_stale = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        edited = self.instance.edited_at
        self.initial["seen"] = edited.isoformat() if edited else ""

    def clean(self) -> dict[str, Any]:
        """Reject once a form based on an older state; its values stay, and can be submitted
        again.
        """
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("seen", "") != self.initial["seen"]:
            self.is_stale = True
            typed = self.data.copy()  # type: ignore[attr-defined]
            typed["seen"] = self.initial["seen"]
            self.data = typed
            message = _(
                "Quelqu'un a changé cette fiche pendant que vous écriviez. Rien de ce que vous avez"
                " écrit n'est perdu : relisez, puis enregistrez si c'est toujours juste."
            )
            self.add_error(None, message)
        return cleaned


class EditTrackingAdmin(RulesAdmin):
    """Records that a person edited the row, so that a new load leaves it unchanged.

    Locks the row while writing (SELECT FOR UPDATE), and rejects a form based on an older state.
    """

    form = VersionedForm
    # What a document says is never typed by the people who maintain a row.
    readonly_provenance: tuple[str, ...] = ("source", "as_printed", "remark", "checked_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        read = tuple(super().get_readonly_fields(request, obj))
        names = {field.name for field in self.model._meta.fields} - {*read}
        return (*read, *(name for name in self.readonly_provenance if name in names))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        is_change_view = request.resolver_match and "object_id" in request.resolver_match.kwargs
        is_writing = request.method == "POST" and is_change_view and connection.in_atomic_block
        return rows.select_for_update(of=("self",)) if is_writing else rows

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change and not form.has_changed():
            return
        obj.record_edit()
        super().save_model(request, obj, form, change)
