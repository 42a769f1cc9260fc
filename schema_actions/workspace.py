"""Panels of `/espace/` for pilots, reviewers and managers of campaigns."""

from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.current_user import current_user
from portal.accounts.enums import RoleKind
from portal.accounts.rules import is_administrator, is_manager_of, is_pilot_in, is_reviewer_in
from portal.core import clock
from portal.registries.workspace import Context, register
from schema_actions.campaigns.progress import Row
from schema_actions.enums import CampaignStatus, EntryStatus
from schema_actions.models import Campaign, CampaignQuerySet, Entry, Plan

MAX_ROWS = 60


@register(title=_("Vos fiches action"), order=5, template="schema_actions/_piloted_sheets.html")
def piloted_sheets(request: HttpRequest) -> Context | None:
    """The sheets of the pilot in open campaigns, drafts first."""
    if not is_pilot_in(request.user):
        return None
    user, today = current_user(request), clock.today()
    piloted = Entry.objects.of_open_campaigns().piloted_by(user)
    entries = list(piloted.for_page().in_order()[:MAX_ROWS])
    entries.sort(key=lambda entry: not entry.is_draft)
    return {"rows": [Row(entry, entry.is_late(today)) for entry in entries]}


@register(
    title=_("Fiches action à relire"), order=6, template="schema_actions/_sheets_to_review.html"
)
def sheets_to_review(request: HttpRequest) -> Context | None:
    """The sheets that the reviewer may review, and the open campaigns."""
    if not is_reviewer_in(request.user):
        return None
    user = current_user(request)
    departments = user.departments_with_role(RoleKind.REVIEWER)
    waiting = Entry.objects.of_open_campaigns().filter(
        status=EntryStatus.SUBMITTED, evaluation__campaign__plan__department__in=departments
    )
    entries = list(waiting.not_authored_by(user).for_page().in_order()[:MAX_ROWS])
    campaigns = Campaign.objects.filter(
        status=CampaignStatus.OPEN, is_hosted=True, plan__department__in=departments
    )
    return {"entries": entries, "campaigns": list(campaigns.select_related("plan"))}


@register(
    title=_("Campagnes d'évaluation"), order=40, template="schema_actions/_managed_campaigns.html"
)
def managed_campaigns(request: HttpRequest) -> Context | None:
    """The plans of the manager with their hosted campaigns, and those to transcribe."""
    user = current_user(request)
    if not (is_administrator(user) or is_manager_of(user)):
        return None
    plans = Plan.objects.order_by("department_id", "-first_year", "slug")
    if not user.is_superuser:
        plans = plans.filter(department__in=user.managed_departments)
    plans = plans.prefetch_related(Prefetch("campaigns", _with_progress()))
    rows = [
        (
            plan,
            [campaign for campaign in plan.campaigns.all() if campaign.is_hosted],
            [campaign for campaign in plan.campaigns.all() if campaign.is_from_document],
        )
        for plan in plans
    ]
    return {"plans": rows} if rows else None


def _with_progress() -> CampaignQuerySet:
    """Annotate campaigns with the counts `entries` and `handed_in`."""
    draft = Q(evaluations__entry__status=EntryStatus.DRAFT)
    entries = Count("evaluations__entry")
    return Campaign.objects.annotate(
        entries=entries, handed_in=entries - Count("evaluations__entry", filter=draft)
    )
