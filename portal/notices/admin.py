from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.rules import is_administrator
from portal.core.permissions.admin import BoundedAdmin
from portal.notices import services
from portal.notices.models import Notice, NoticeQuerySet
from portal.territory.admin import ReadOnlyAdminMixin


class StateFilter(admin.SimpleListFilter):
    title = _("état")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("en attente")), ("sent", _("envoyé")), ("failed", _("abandonné"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        """Filter by the queryset method of the same name as the state."""
        states = {"waiting", "sent", "failed"}
        return getattr(queryset, self.value() or "")() if self.value() in states else queryset


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdminMixin, BoundedAdmin):
    """Read-only list of e-mails; failed ones can be sent again."""

    list_display = ["created_at", "state", "subject", "to", "last_error", "attempts"]
    list_filter = [StateFilter, "about_app"]
    search_fields = ["=recipient", "=about_key", "=key"]
    search_help_text = _("une adresse entière, une clé entière")
    actions = ["send_again"]
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Notice | None = None) -> list[Any]:
        content = [] if obj is None or obj.is_secret else ["body", "html", "headers"]
        return [
            *("key", "about_app", "about_key", "recipient", "subject", *content, "is_secret"),
            *("created_at", "not_before", "expires_at", "claimed_at"),
            *("attempts", "last_error", "sent_at", "failed_at"),
        ]

    @admin.display(description=_("destinataire"))
    def to(self, notice: Notice) -> str:
        """The address, shortened so that it is recognised without being read."""
        name, at, domain = notice.recipient.partition("@")
        return f"{name[:2]}…{at}{domain}" if at else gettext("effacé")

    @admin.display(description=_("état"))
    def state(self, notice: Notice) -> str:
        if notice.sent_at:
            return gettext("envoyé")
        return gettext("abandonné") if notice.failed_at else gettext("en attente")

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request.user)

    @admin.action(description=_("Envoyer de nouveau"), permissions=["send_again"])
    def send_again(self, request: HttpRequest, queryset: NoticeQuerySet) -> None:
        count = services.send_again(queryset)
        message = ngettext("%d courriel repart.", "%d courriels repartent.", count) % count
        self.message_user(request, message, messages.SUCCESS if count else messages.WARNING)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request, {"outbox": services.outbox_status(), **(extra_context or {})}
        )
