"""The pages where a manager runs a campaign. Signed in, under the rules of the campaign."""

from collections.abc import Callable
from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts.current_user import current_user
from portal.accounts.models import User
from portal.core import clock
from portal.core.periods.period import Period
from portal.core.permissions.checks import require_permission
from portal.core.workflow import Refused, Stale
from schema_actions.campaigns import services
from schema_actions.campaigns.forms import CampaignForm, DueDateForm, FreezeForm, PilotForm
from schema_actions.campaigns.notifications import remind_pilots
from schema_actions.campaigns.progress import STATES, Progress, campaign_progress
from schema_actions.entries.services import validate
from schema_actions.enums import CampaignStatus
from schema_actions.models import Campaign, Entry, Plan
from schema_actions.published import charts
from schema_actions.workflow import CAMPAIGN_STATUSES

MANAGE_PERMISSION, FOLLOW_PERMISSION = (
    "schema_actions.change_campaign",
    "schema_actions.view_campaign",
)


def get_campaign(plan_slug: str, campaign_slug: str) -> Campaign:
    """Return a campaign hosted in the portal. Raises Http404 for another."""
    campaigns = Campaign.objects.filter(is_hosted=True).select_related("plan__department")
    return get_object_or_404(campaigns, plan__slug=plan_slug, slug=campaign_slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_prepare(request: HttpRequest, plan_slug: str) -> HttpResponse:
    """Create a campaign that nobody else sees yet."""
    plan = get_object_or_404(Plan.objects.select_related("department"), slug=plan_slug)
    require_permission(request.user, "schema_actions.add_campaign", plan)
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned_data = form.cleaned_data
        try:
            campaign = services.prepare(
                plan=plan,
                slug=_free_slug(plan, cleaned_data["period"]),
                title=cleaned_data["title"],
                period=cleaned_data["period"],
                due_on=cleaned_data["due_on"],
                instructions=cleaned_data["instructions"],
            )
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("La campagne est prête : donnez ses fiches à des pilotes."))
            return redirect("campaign-pilot-list", plan.slug, campaign.slug)
    status = 400 if request.method == "POST" else 200
    context = {"plan": plan, "form": form}
    return render(request, "schema_actions/campaign_prepare.html", context, status=status)


def _free_slug(plan: Plan, period: Period) -> str:
    """Return the slug of a new campaign: its period ("2027-06"), numbered where it is taken."""
    base = slugify(period.edtf)[:30] or "campagne"
    taken = set(plan.campaigns.values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)


@login_required
@require_GET
def campaign_board(request: HttpRequest, plan_slug: str, campaign_slug: str) -> HttpResponse:
    """Show how far the campaign is; `etat` filters its sheets by state."""
    campaign = get_campaign(plan_slug, campaign_slug)
    require_permission(request.user, FOLLOW_PERMISSION, campaign)
    return _render_board(request, campaign)


def _render_board(
    request: HttpRequest,
    campaign: Campaign,
    *,
    freeze_form: FreezeForm | None = None,
    due_form: DueDateForm | None = None,
    status: int = 200,
) -> HttpResponse:
    progress = campaign_progress(campaign, clock.today())
    to_validate, own = _agreed_entries(progress, current_user(request))
    key = request.GET.get("etat", "")
    if key not in {state.key for state in STATES}:
        key = ""
    context = {
        "campaign": campaign,
        "plan": campaign.plan,
        "progress": progress,
        "to_validate": to_validate,
        "own": own,
        "selected_key": key,
        "rows": [row for row in progress.rows if not key or row.is_in(key)],
        "columns": charts.columns(progress.levels) if progress.levels.total else [],
        "can_manage": request.user.has_perm(MANAGE_PERMISSION, campaign),
        "freeze_form": freeze_form or FreezeForm(),
        "due_form": due_form or DueDateForm(initial={"due_on": campaign.due_on}),
        "today": clock.today(),
    }
    return render(request, "schema_actions/campaign_board.html", context, status=status)


@login_required
@require_GET
def campaign_pilots(request: HttpRequest, plan_slug: str, campaign_slug: str) -> HttpResponse:
    """List the pilots of the département with their sheets, and the sheets that have none."""
    campaign = get_campaign(plan_slug, campaign_slug)
    require_permission(request.user, MANAGE_PERMISSION, campaign)
    progress = campaign_progress(campaign, clock.today())
    entries: dict[int, list[Entry]] = {}
    for row in progress.rows:
        for user in row.entry.pilot_users:
            entries.setdefault(user.pk, []).append(row.entry)
    pilots = services.available_pilots(campaign.plan.department_id)
    context = {
        "campaign": campaign,
        "plan": campaign.plan,
        "pilots": [(pilot, entries.get(pilot.pk, [])) for pilot in pilots],
        "without_pilot": [row.entry for row in progress.rows if not row.has_pilot],
    }
    return render(request, "schema_actions/pilot_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_pilot(
    request: HttpRequest, plan_slug: str, campaign_slug: str, pk: int
) -> HttpResponse:
    """Choose the sheets of one pilot."""
    campaign = get_campaign(plan_slug, campaign_slug)
    require_permission(request.user, MANAGE_PERMISSION, campaign)
    pilot = get_object_or_404(services.available_pilots(campaign.plan.department_id), pk=pk)
    entries = [row.entry for row in campaign_progress(campaign, clock.today()).rows]
    form = PilotForm(request.POST, entries=entries) if request.method == "POST" else None
    if form and form.is_valid():
        try:
            services.assign(campaign=campaign, user=pilot, entries=form.cleaned_data["entries"])
        except Refused as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, _("%s : ses fiches sont enregistrées.") % pilot)
        return redirect("campaign-pilot-list", plan_slug, campaign_slug)
    by_axis = groupby(entries, lambda entry: entry.evaluation.sheet.objective.axis)
    context = {
        "campaign": campaign,
        "plan": campaign.plan,
        "pilot": pilot,
        "form": form,
        "axes": [
            (axis, [(entry, pilot in entry.pilot_users) for entry in axis_entries])
            for axis, axis_entries in by_axis
        ],
    }
    status = 400 if form else 200
    return render(request, "schema_actions/pilot_edit.html", context, status=status)


@login_required
@require_POST
def campaign_open(request: HttpRequest, plan_slug: str, campaign_slug: str) -> HttpResponse:
    return _change_status(
        request, plan_slug, campaign_slug, CampaignStatus.PREPARATION, services.open_to_pilots
    )


@login_required
@require_POST
def campaign_publish(request: HttpRequest, plan_slug: str, campaign_slug: str) -> HttpResponse:
    return _change_status(
        request, plan_slug, campaign_slug, CampaignStatus.VALIDATED, services.publish
    )


def _change_status(
    request: HttpRequest,
    plan_slug: str,
    campaign_slug: str,
    status: CampaignStatus,
    change: Callable[..., None],
) -> HttpResponse:
    """Call the service that leaves `status`, and show its message or the refusal."""
    campaign = get_campaign(plan_slug, campaign_slug)
    require_permission(request.user, MANAGE_PERMISSION, campaign)
    try:
        change(campaign=campaign)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, str(CAMPAIGN_STATUSES[status].next_message))
    return redirect("campaign-board", plan_slug, campaign_slug)


@login_required
@require_POST
def campaign_freeze(request: HttpRequest, plan_slug: str, campaign_slug: str) -> HttpResponse:
    campaign = get_campaign(plan_slug, campaign_slug)
    require_permission(request.user, MANAGE_PERMISSION, campaign)
    form = FreezeForm(request.POST)
    form.is_valid()
    try:
        services.freeze(
            campaign=campaign, by=current_user(request), leaves_out=form.cleaned_data["leaves_out"]
        )
    except Refused as refused:
        refused.add_to(form)
        return _render_board(request, campaign, freeze_form=form, status=400)
    messages.success(request, str(CAMPAIGN_STATUSES[CampaignStatus.OPEN].next_message))
    return redirect("campaign-board", plan_slug, campaign_slug)


@login_required
@require_POST
def campaign_due_date(request: HttpRequest, plan_slug: str, campaign_slug: str) -> HttpResponse:
    campaign = get_campaign(plan_slug, campaign_slug)
    require_permission(request.user, MANAGE_PERMISSION, campaign)
    form = DueDateForm(request.POST)
    if form.is_valid():
        try:
            services.change_due_date(campaign=campaign, due_on=form.cleaned_data["due_on"])
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("La nouvelle date est enregistrée."))
            return redirect("campaign-board", plan_slug, campaign_slug)
    return _render_board(request, campaign, due_form=form, status=400)


@login_required
@require_POST
def campaign_remind(request: HttpRequest, plan_slug: str, campaign_slug: str) -> HttpResponse:
    """Remind the pilots who have sheets to hand in, once a day at most."""
    campaign = get_campaign(plan_slug, campaign_slug)
    require_permission(request.user, MANAGE_PERMISSION, campaign)
    count = remind_pilots(campaign, clock.today()) if campaign.is_open else 0
    message = ngettext(
        "%d pilote est relancé aujourd'hui.", "%d pilotes sont relancés aujourd'hui.", count
    )
    messages.success(request, message % count)
    return redirect("campaign-board", plan_slug, campaign_slug)


@login_required
@require_POST
def campaign_validate(request: HttpRequest, plan_slug: str, campaign_slug: str) -> HttpResponse:
    """Validate at once the sheets whose reviewer agrees.

    The manager's own sheets are left to another person, and a sheet changed meanwhile is left too.
    """
    campaign = get_campaign(plan_slug, campaign_slug)
    require_permission(request.user, MANAGE_PERMISSION, campaign)
    user = current_user(request)
    to_validate, _own = _agreed_entries(campaign_progress(campaign, clock.today()), user)
    count = sum(_validate_entry(entry, user) for entry in to_validate)
    message = ngettext("%d fiche est validée.", "%d fiches sont validées.", count)
    messages.success(request, message % count)
    return redirect("campaign-board", plan_slug, campaign_slug)


def _agreed_entries(progress: Progress, user: User) -> tuple[list[Entry], list[Entry]]:
    """Return the sheets whose reviewer agrees: those of others, and the user's own."""
    own = [entry for entry in progress.agreed if entry.is_authored_by(user)]
    return [entry for entry in progress.agreed if entry not in own], own


def _validate_entry(entry: Entry, user: User) -> bool:
    """Validate the entry, and return whether it could be."""
    require_permission(user, "schema_actions.validate_entry", entry)
    try:
        with transaction.atomic():
            validate(entry=entry, version=entry.version, by=user)
    except (Stale, Refused):
        return False
    return True
