from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accueil.editing.hours_fields import SpansField, WeekdaysField, WeekField
from accueil.models import (
    Activity,
    Figure,
    PhoneLine,
    Principle,
    ReceptionPoint,
    Referrals,
    Report,
    SpecialHours,
    Stop,
    StopChange,
)
from accueil.models.opening_hours import OpeningHoursField
from accueil.rules import (
    answerable_reports,
    editable_phone_lines,
    editable_points,
    editable_special_hours,
    editable_stop_changes,
    editable_stops,
    in_managed_departments,
    manageable_activity,
)
from portal.accounts.models import User
from portal.core.permissions.admin import EditTrackingAdmin, RowsField, RulesAdmin


class ContactAdmin(EditTrackingAdmin):
    list_filter = ["department"]
    list_select_related = ["department", "source"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        OpeningHoursField: {"form_class": WeekField},
    }


@admin.register(PhoneLine)
class PhoneLineAdmin(ContactAdmin):
    list_display = ["name", "number", "department", "hours_text", "source", "edited_at"]

    def scope(self, user: User) -> Q:
        return editable_phone_lines(user)


@admin.register(ReceptionPoint)
class ReceptionPointAdmin(ContactAdmin):
    list_display = ["name", "kind", "department", "hours_text", "source", "edited_at"]
    list_filter = ["department", "kind"]
    raw_id_fields = ["team", "site", "agency"]

    def scope(self, user: User) -> Q:
        return editable_points(user)


@admin.register(SpecialHours)
class SpecialHoursAdmin(EditTrackingAdmin):
    """The targets are chosen among the rows that the user may edit."""

    formfield_overrides = {models.ManyToManyField: {"form_class": RowsField}}
    list_display = ["first_day", "last_day", "effect", "message", "department", "withdrawn_at"]
    list_filter = ["department"]
    list_select_related = ["department"]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Return fields of hours and weekdays: nobody types their syntax."""
        hours_fields = {"spans": SpansField, "weekdays": WeekdaysField}
        if db_field.name in hours_fields:
            form_class = hours_fields[db_field.name]
            kwargs |= {"form_class": form_class, "widget": form_class.widget}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def scope(self, user: User) -> Q:
        return editable_special_hours(user)


@admin.register(Stop)
class StopAdmin(EditTrackingAdmin):
    list_display = ["point", "site", "rhythm", "source", "edited_at"]
    list_filter = ["point"]
    list_select_related = ["point", "site", "source"]
    raw_id_fields = ["site"]

    @admin.display(description=_("rythme"))
    def rhythm(self, stop: Stop) -> str:
        return stop.rhythm

    def scope(self, user: User) -> Q:
        return editable_stops(user)


@admin.register(StopChange)
class StopChangeAdmin(RulesAdmin):
    list_display = ["stop", "day", "new_day", "message"]
    list_filter = ["stop__point"]
    list_select_related = ["stop__site"]

    def scope(self, user: User) -> Q:
        return editable_stop_changes(user)


@admin.register(Report)
class ReportAdmin(RulesAdmin):
    """Read-only: reports are handled in the workspace."""

    list_display = ["created_at", "page", "agency", "handled_at", "handled_by"]
    list_filter = ["agency", "handled_at"]
    list_select_related = ["agency", "handled_by"]
    readonly_fields = [
        *("page", "message", "agency", "department", "created_at", "handled_at", "handled_by")
    ]

    def scope(self, user: User) -> Q:
        return answerable_reports(user)


class PublishedAdmin(EditTrackingAdmin):
    """A quotation: its source and its text are typed when it is created."""

    list_filter = ["department", "topic"]
    list_select_related = ["department", "source"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        read = super().get_readonly_fields(request, obj)
        return read if obj else [name for name in read if name not in ("source", "as_printed")]

    def scope(self, user: User) -> Q:
        return in_managed_departments(user)


@admin.register(Figure)
class FigureAdmin(PublishedAdmin):
    list_display = ["label", "value", "unit", "department", "topic", "source", "edited_at"]
    search_fields = ["label", "value", "perimeter"]


@admin.register(Principle)
class PrincipleAdmin(PublishedAdmin):
    list_display = ["title", "department", "topic", "source", "edited_at"]
    search_fields = ["title", "text"]


@admin.register(Activity)
class ActivityAdmin(RulesAdmin):
    """To look up or correct counts, which are entered in `accueil/activity`."""

    list_display = ["month", "place", "channel", "requests", "answered", "referred", "entered_at"]
    list_filter = ["channel", "month"]
    list_select_related = ["point", "phone_line"]
    readonly_fields = ["month", "point", "phone_line", "channel", "entered_at"]

    @admin.display(description=_("lieu"))
    def place(self, row: Activity) -> str:
        return str(row.place)

    def scope(self, user: User) -> Q:
        return manageable_activity(user)


@admin.register(Referrals)
class ReferralsAdmin(RulesAdmin):
    list_display = ["month", "department", "agency", "received", "in_time", "late", "mean_days"]
    list_filter = ["department", "month"]
    list_select_related = ["department", "agency"]
    readonly_fields = ["month", "department", "agency", "entered_at"]

    def scope(self, user: User) -> Q:
        return in_managed_departments(user)
