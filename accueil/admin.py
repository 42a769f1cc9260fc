from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q

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
from accueil.rules import (
    answered_reports,
    kept_changes,
    kept_lines,
    kept_points,
    kept_special_hours,
    kept_stops,
    managed,
    managed_activity,
)
from portal.core.permissions.admin import EditedAdmin, RuledAdmin


class DeskAdmin(EditedAdmin):
    list_filter = ["department"]
    list_select_related = ["department", "source"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(PhoneLine)
class PhoneLineAdmin(DeskAdmin):
    list_display = ["name", "number", "department", "hours_text", "source", "edited_at"]

    def scope(self, user: Any) -> Q:
        return kept_lines(user)


@admin.register(ReceptionPoint)
class ReceptionPointAdmin(DeskAdmin):
    list_display = ["name", "kind", "department", "hours_text", "source", "edited_at"]
    list_filter = ["department", "kind"]
    raw_id_fields = ["team", "site", "agency"]

    def scope(self, user: Any) -> Q:
        return kept_points(user)


@admin.register(SpecialHours)
class SpecialHoursAdmin(EditedAdmin):
    """What they concern is chosen among what one keeps."""

    list_display = ["first_day", "last_day", "effect", "message", "department", "withdrawn_at"]
    list_filter = ["department"]
    list_select_related = ["department"]

    def scope(self, user: Any) -> Q:
        return kept_special_hours(user)


@admin.register(Stop)
class StopAdmin(EditedAdmin):
    list_display = ["point", "site", "rhythm", "source", "edited_at"]
    list_filter = ["point"]
    list_select_related = ["point", "site", "source"]
    raw_id_fields = ["site"]

    def scope(self, user: Any) -> Q:
        return kept_stops(user)


@admin.register(StopChange)
class StopChangeAdmin(RuledAdmin):
    list_display = ["stop", "day", "new_day", "message"]
    list_filter = ["stop__point"]
    list_select_related = ["stop__site"]

    def scope(self, user: Any) -> Q:
        return kept_changes(user)


@admin.register(Report)
class ReportAdmin(RuledAdmin):
    """To look back at: the workspace is where one says that a report is dealt with."""

    list_display = ["created_at", "page", "agency", "handled_at", "handled_by"]
    list_filter = ["agency", "handled_at"]
    list_select_related = ["agency", "handled_by"]
    readonly_fields = [
        *("page", "message", "agency", "department", "created_at", "handled_at", "handled_by")
    ]

    def scope(self, user: Any) -> Q:
        return answered_reports(user)


class PublishedAdmin(EditedAdmin):
    list_filter = ["department", "topic"]
    list_select_related = ["department", "source"]

    def scope(self, user: Any) -> Q:
        return managed(user)


@admin.register(Figure)
class FigureAdmin(PublishedAdmin):
    list_display = ["label", "value", "unit", "department", "topic", "source", "edited_at"]
    search_fields = ["label", "value", "perimeter"]


@admin.register(Principle)
class PrincipleAdmin(PublishedAdmin):
    list_display = ["title", "department", "topic", "source", "edited_at"]
    search_fields = ["title", "text"]


@admin.register(Activity)
class ActivityAdmin(RuledAdmin):
    """To look back at, and to take back what was entered for nothing; it is entered elsewhere."""

    list_display = ["month", "place", "channel", "requests", "answered", "oriented", "entered_at"]
    list_filter = ["channel", "month"]
    list_select_related = ["point", "line"]
    readonly_fields = ["month", "point", "line", "channel", "entered_at"]

    def scope(self, user: Any) -> Q:
        return managed_activity(user)


@admin.register(Referrals)
class ReferralsAdmin(RuledAdmin):
    list_display = ["month", "department", "agency", "received", "in_time", "late", "mean_days"]
    list_filter = ["department", "month"]
    list_select_related = ["department", "agency"]
    readonly_fields = ["month", "department", "agency", "entered_at"]

    def scope(self, user: Any) -> Q:
        return managed(user)
