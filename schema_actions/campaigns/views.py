"""The pages from which a manager holds a campaign. Signed-in, under the rules of the campaign."""

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
from portal.core import clock
from portal.core.periods.period import Period
from portal.core.permissions.checks import require_permission
from portal.core.workflow import Refused, Stale
from schema_actions.campaigns import services as campaign_services
from schema_actions.campaigns.forms import CampaignForm, DueDateForm, FreezeForm, PilotForm
from schema_actions.campaigns.notifications import remind_pilots
from schema_actions.entries import services as entry_services
from schema_actions.models import Campaign, Entry, Plan
from schema_actions.progress import LATE, NO_PILOT, STATES, Progress, campaign_progress
from schema_actions.published import charts

MANAGE_PERMISSION, FOLLOW_PERMISSION = (
    "schema_actions.change_campaign",
    "schema_actions.view_campaign",
)


def get_campaign(plan: str, campaign: str) -> Campaign:
    """A campaign that is held in the portal; Http404 for another."""
    held = Campaign.objects.filter(is_hosted=True).select_related("plan__department")
    return get_object_or_404(held, plan__slug=plan, slug=campaign)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_prepare(request: HttpRequest, plan: str) -> HttpResponse:
    """A new campaign, that nobody else sees yet."""
    held = get_object_or_404(Plan.objects.select_related("department"), slug=plan)
    require_permission(request.user, "schema_actions.add_campaign", held)
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            campaign = campaign_services.prepare(
                plan=held,
                slug=_free_slug(held, given["period"]),
                title=given["title"],
                period=given["period"],
                due_on=given["due_on"],
                instructions=given["instructions"],
            )
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("La campagne est prête : donnez ses fiches à des pilotes."))
            return redirect("campaign-pilots", held.slug, campaign.slug)
    status = 400 if request.method == "POST" else 200
    context = {"plan": held, "form": form}
    return render(request, "schema_actions/campaign_prepare.html", context, status=status)


def _free_slug(plan: Plan, period: Period) -> str:
    """What names the campaign in addresses: its period ("2027-06"), numbered where it is taken."""
    first = slugify(period.edtf)[:30] or "campagne"
    taken = set(plan.campaigns.values_list("slug", flat=True))
    others = (f"{first}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (first, *others) if slug not in taken)


@login_required
@require_GET
def campaign_board(request: HttpRequest, plan: str, campaign: str) -> HttpResponse:
    """How far the campaign is; `etat` keeps the sheets of one state."""
    held = get_campaign(plan, campaign)
    require_permission(request.user, FOLLOW_PERMISSION, held)
    return _render_board(request, held)


def _render_board(
    request: HttpRequest,
    campaign: Campaign,
    *,
    freeze_form: FreezeForm | None = None,
    due_form: DueDateForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = campaign_progress(campaign, clock.today())
    agreed, own = _agreed(found, request)
    known = {state.key for state in (*STATES, LATE, NO_PILOT)}
    chosen = key if (key := request.GET.get("etat", "")) in known else ""
    context = {
        "campaign": campaign,
        "plan": campaign.plan,
        "progress": found,
        "agreed": agreed,
        "own": own,
        "chosen": chosen,
        "rows": [row for row in found.rows if not chosen or row.is_in(chosen)],
        "columns": charts.columns(found.levels) if found.levels.total else [],
        "holds": request.user.has_perm(MANAGE_PERMISSION, campaign),
        "freeze_form": freeze_form or FreezeForm(),
        "due_form": due_form or DueDateForm(initial={"due_on": campaign.due_on}),
        "today": clock.today(),
    }
    return render(request, "schema_actions/campaign_board.html", context, status=status)


@login_required
@require_GET
def campaign_pilots(request: HttpRequest, plan: str, campaign: str) -> HttpResponse:
    """The pilots of the département, each with their sheets, and the sheets that have none."""
    held = get_campaign(plan, campaign)
    require_permission(request.user, MANAGE_PERMISSION, held)
    found = campaign_progress(held, clock.today())
    sheets: dict[int, list[Entry]] = {}
    for row in found.rows:
        for user in row.entry.pilot_users:
            sheets.setdefault(user.pk, []).append(row.entry)
    pilots = campaign_services.available_pilots(held.plan.department_id)
    context = {
        "campaign": held,
        "plan": held.plan,
        "pilots": [(pilot, sheets.get(pilot.pk, [])) for pilot in pilots],
        "alone": [row.entry for row in found.rows if not row.has_pilot],
        "progress": found,
    }
    return render(request, "schema_actions/campaign_pilots.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_pilot(request: HttpRequest, plan: str, campaign: str, pk: int) -> HttpResponse:
    """The sheets of one pilot, to tick."""
    held = get_campaign(plan, campaign)
    require_permission(request.user, MANAGE_PERMISSION, held)
    pilot = get_object_or_404(campaign_services.available_pilots(held.plan.department_id), pk=pk)
    rows = campaign_progress(held, clock.today()).rows
    entries = [row.entry for row in rows]
    form = PilotForm(request.POST, entries=entries) if request.method == "POST" else None
    if form and form.is_valid():
        try:
            campaign_services.assign(
                campaign=held, user=pilot, entries=form.cleaned_data["entries"]
            )
        except Refused as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            said = _("%s : ses fiches sont enregistrées.") % pilot
            messages.success(request, said)
        return redirect("campaign-pilots", plan, campaign)
    context = {
        "campaign": held,
        "plan": held.plan,
        "pilot": pilot,
        "form": form,
        "axes": [
            (axis, [(entry, pilot in entry.pilot_users) for entry in under])
            for axis, under in groupby(entries, lambda entry: entry.evaluation.sheet.objective.axis)
        ],
    }
    status = 400 if form else 200
    return render(request, "schema_actions/campaign_pilot.html", context, status=status)


@login_required
@require_POST
def campaign_open(request: HttpRequest, plan: str, campaign: str) -> HttpResponse:
    held = get_campaign(plan, campaign)
    require_permission(request.user, MANAGE_PERMISSION, held)
    try:
        campaign_services.open_to_pilots(campaign=held)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("La campagne est ouverte, et ses pilotes sont prévenus."))
    return redirect("campaign-board", plan, campaign)


@login_required
@require_POST
def campaign_due_date(request: HttpRequest, plan: str, campaign: str) -> HttpResponse:
    held = get_campaign(plan, campaign)
    require_permission(request.user, MANAGE_PERMISSION, held)
    form = DueDateForm(request.POST)
    if form.is_valid():
        try:
            campaign_services.change_due_date(campaign=held, due_on=form.cleaned_data["due_on"])
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("La nouvelle date est enregistrée."))
            return redirect("campaign-board", plan, campaign)
    return _render_board(request, held, due_form=form, status=400)


@login_required
@require_POST
def campaign_remind(request: HttpRequest, plan: str, campaign: str) -> HttpResponse:
    """Has those reminded who have sheets to hand in: once a day at most."""
    held = get_campaign(plan, campaign)
    require_permission(request.user, MANAGE_PERMISSION, held)
    count = remind_pilots(held, clock.today()) if held.is_open else 0
    said = ngettext(
        "%d pilote est relancé aujourd'hui.", "%d pilotes sont relancés aujourd'hui.", count
    )
    messages.success(request, said % count)
    return redirect("campaign-board", plan, campaign)


@login_required
@require_POST
def campaign_validate(request: HttpRequest, plan: str, campaign: str) -> HttpResponse:
    """Validates at once the sheets whose reviewer agrees; those that one pilots or wrote are left
    to another hand, and so is one that moved meanwhile.
    """
    held = get_campaign(plan, campaign)
    require_permission(request.user, MANAGE_PERMISSION, held)
    agreed, _own = _agreed(campaign_progress(held, clock.today()), request)
    done = sum(_validate_entry(entry, request) for entry in agreed)
    said = ngettext("%d fiche est validée.", "%d fiches sont validées.", done)
    messages.success(request, said % done)
    return redirect("campaign-board", plan, campaign)


def _agreed(found: Progress, request: HttpRequest) -> tuple[list[Entry], list[Entry]]:
    """The sheets whose reviewer agrees: those that this person may validate, and their own."""
    user = current_user(request)
    own = [entry for entry in found.agreed if entry.is_authored_by(user)]
    return [entry for entry in found.agreed if entry not in own], own


def _validate_entry(entry: Entry, request: HttpRequest) -> bool:
    require_permission(request.user, "schema_actions.validate_entry", entry)
    try:
        with transaction.atomic():
            entry_services.validate(entry=entry, version=entry.version, by=current_user(request))
    except (Stale, Refused):
        return False
    return True


@login_required
@require_POST
def campaign_freeze(request: HttpRequest, plan: str, campaign: str) -> HttpResponse:
    held = get_campaign(plan, campaign)
    require_permission(request.user, MANAGE_PERMISSION, held)
    form = FreezeForm(request.POST)
    form.is_valid()
    try:
        campaign_services.freeze(
            campaign=held, by=current_user(request), leaves_out=form.cleaned_data["leaves_out"]
        )
    except Refused as refused:
        refused.add_to(form)
        return _render_board(request, held, freeze_form=form, status=400)
    messages.success(request, _("La campagne est validée et figée."))
    return redirect("campaign-board", plan, campaign)


@login_required
@require_POST
def campaign_publish(request: HttpRequest, plan: str, campaign: str) -> HttpResponse:
    held = get_campaign(plan, campaign)
    require_permission(request.user, MANAGE_PERMISSION, held)
    try:
        campaign_services.publish(campaign=held)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("La campagne est publiée : tout le monde peut la lire."))
    return redirect("campaign-board", plan, campaign)
