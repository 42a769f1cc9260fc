"""Administration of moves: announced, then changed by status, through the services."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.current_user import current_user
from portal.accounts.models import User
from portal.core.periods.period import format_day
from portal.core.permissions.admin import RulesAdmin
from portal.core.templatetags.display import days
from portal.core.workflow import Refused, Stale
from relocations.editing import services
from relocations.editing.forms import AnnounceForm, DecisionForm, announceable_teams
from relocations.history import history
from relocations.models import Relocation
from relocations.rules import editable_relocations


class ServiceForm(forms.ModelForm):
    """A form whose row is saved by the services during validation, in the transaction of the page.

    Their refusals are shown beside the fields.
    """

    class Meta:
        model = Relocation
        fields: list[str] = []

    by: User

    def save_by_service(self) -> Relocation:
        """Save and return the move. Raises Refused."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        """Save by the services, which validate the model themselves."""
        if self.errors:
            return
        try:
            with transaction.atomic():
                self.instance = self.save_by_service()
        except Refused as refused:
            refused.add_to(self)


class MoveForm(DecisionForm, ServiceForm):
    """A change of status, and what goes with it."""

    to = forms.ChoiceField(label=gettext_lazy("Statut"), choices=Relocation.Status.choices)
    is_stale = False

    def __init__(self, *args: Any, by: User, instance: Relocation, **kwargs: Any) -> None:
        super().__init__(*args, move=instance, instance=instance, **kwargs)
        self.by = by
        for name in ("seen", "new_address", "new_city"):
            del self.fields[name]
        self.initial["to"] = instance.status
        self.fields["to"].widget.choices = _status_choices(instance)

    @property
    def status(self) -> str:
        return str(self.cleaned_data["to"])

    def save_by_service(self) -> Relocation:
        try:
            return services.change(
                move=self.instance, change_request=self.change_request(), by=self.by
            )
        except Stale:
            self._add_stale_error()
            return self.instance

    def _add_stale_error(self) -> None:
        """Say what others changed since; what was typed stays and may be sent again."""
        read = self.cleaned_data["version"]
        self.is_stale = True
        self.instance.refresh_from_db()
        typed = self.data.copy()  # type: ignore[attr-defined]
        typed["version"] = str(self.instance.version)
        self.data = typed
        since = [row for row in reversed(history(self.instance)) if row.version > read]
        message = _(
            "Quelqu'un a changé ce déménagement pendant que vous écriviez : %(what)s Rien de ce que"
            " vous avez écrit n'est perdu : relisez, puis enregistrez si c'est toujours juste."
        )
        changes = " ".join(sentence for row in since for sentence in row.sentences)
        self.add_error(None, message % {"what": changes})


def _status_choices(move: Relocation) -> list[tuple[str, str]]:
    """Return the statuses that may follow, as choices; the current one is marked unchanged."""
    names = dict(Relocation.Status.choices)
    return [
        (to, _("%s (inchangé)") % names[to] if to == move.status else str(names[to]))
        for to in move.status_rule.next_statuses
    ]


class NewMoveForm(AnnounceForm, ServiceForm):
    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, teams=announceable_teams(by), **kwargs)
        self.by = by
        del self.fields["seen"]

    def save_by_service(self) -> Relocation:
        return services.announce(move=self.build_move(), by=self.by)


@admin.register(Relocation)
class RelocationAdmin(RulesAdmin):
    """Facts are read-only; the fields of the services alone are typed."""

    list_display = [
        *("team", "kind", "status", "period_text", "destination", "actual_date", "last_reported_at")
    ]
    list_filter = ["status", "kind", ("team__agency", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["team", "destination"]
    search_fields = ["team__name", "destination__name", "destination__address"]
    show_full_result_count = False
    readonly_facts = (
        *(
            "team",
            "kind",
            "status_label",
            "days",
            "done_on",
            "origin",
            "arrival",
            "source",
            "as_printed",
        ),
    )
    readonly_fields = readonly_facts
    change_fields = ("to", "period", "destination", "actual_date", "reason", "evidence", "version")
    announce_fields = (
        *("team", "kind", "period", "destination", "new_address", "new_city"),
        *("reason", "evidence"),
    )

    def scope(self, user: User) -> Q:
        return editable_relocations(user)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.readonly_facts if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": self.announce_fields})]
        return [
            (_("Aujourd'hui"), {"fields": self.readonly_facts}),
            (_("Ce qui change"), {"fields": self.change_fields}),
        ]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        return partial(MoveForm if change else NewMoveForm, by=current_user(request))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Do nothing: the services saved the row."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Redirect to the history on the page of the move."""
        move = self.get_object(request, unquote(object_id))
        if move is None:
            raise Http404
        return redirect("relocation-update", move.pk)

    @admin.display(description=gettext_lazy("statut"))
    def status_label(self, move: Relocation) -> str:
        return str(move.get_status_display())

    @admin.display(description=gettext_lazy("période"))
    def days(self, move: Relocation) -> str:
        understood = days(move.period)
        return f"{move.period_text} ({understood})" if move.period_text else understood

    @admin.display(description=gettext_lazy("fait le"))
    def done_on(self, move: Relocation) -> str:
        return format_day(move.actual_date) if move.actual_date else ""

    @admin.display(description=gettext_lazy("arrivée"))
    def arrival(self, move: Relocation) -> str:
        return move.destination.label if move.destination else ""
