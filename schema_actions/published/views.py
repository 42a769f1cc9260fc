"""Pages of plans, sheets and published campaigns. Public."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.caching.data_versions import Versions
from portal.core.caching.response_cache import cached_response
from portal.core.http.parameters import paginate
from schema_actions.models import (
    ActionSheet,
    Campaign,
    Evaluation,
    Indicator,
    IndicatorValue,
    Plan,
)
from schema_actions.published import charts, sheet_rows
from schema_actions.published.filters import SheetPageFilter
from schema_actions.synthesis import compare_levels

PAGE_SIZE = 60
LIST, CALENDAR = "liste", "calendrier"


@require_safe
@cached_response
def plan_list(request: HttpRequest, versions: Versions) -> HttpResponse:
    plans = Plan.objects.with_structure().order_by("department_id", "-first_year", "slug")
    return render(request, "schema_actions/plan_list.html", {"plans": plans})


@require_safe
@cached_response
def plan_detail(request: HttpRequest, versions: Versions, plan_slug: str) -> HttpResponse:
    """Show the plan in the campaign of `campaign=`, the last published one by default."""
    plan = get_plan(plan_slug)
    campaigns = list(plan.campaigns.public().select_related("source"))
    campaign = selected_campaign(request, campaigns)
    rows = sheet_rows.sheet_rows(plan.sheets.with_levels(campaign), campaign)
    synthesis = campaign.synthesis() if campaign else None
    counts = _displayed_counts(synthesis)
    context = {
        "plan": plan,
        "campaigns": campaigns,
        "campaign": campaign,
        "synthesis": synthesis,
        "is_published": bool(synthesis and counts is synthesis.published),
        "counts": counts,
        "columns": charts.columns(counts) if counts else [],
        "axes": [
            (axis, charts.segments(axis.counts, len(axis.rows)))
            for axis in sheet_rows.by_axis(plan, rows)
        ],
        "sheets": len(rows),
    }
    return render(request, "schema_actions/plan_detail.html", context)


@require_safe
@cached_response
def sheet_list(request: HttpRequest, versions: Versions, plan_slug: str) -> HttpResponse:
    """List the filtered sheets, or draw their calendars (`vue=calendrier`).

    A malformed filter is a 400, with its error beside it.
    """
    plan = get_plan(plan_slug)
    campaigns = list(plan.campaigns.public())
    campaign = selected_campaign(request, campaigns)
    filters = SheetPageFilter(
        request.GET, queryset=plan.sheets.with_levels(campaign), plan=plan, campaign=campaign
    )
    is_valid = filters.is_valid()
    sheets = filters.qs if is_valid else ActionSheet.objects.none()
    query = filters.form.cleaned_data.get("q", "") if is_valid else ""
    view = _view_parameter(request)
    if view == CALENDAR:
        sheets = sheets.prefetch_related("periods")
    elif query:
        sheets = sheets.with_texts(campaign)
    page = paginate(sheets, PAGE_SIZE, request.GET.get("page"))
    rows = sheet_rows.sheet_rows(page, campaign)
    context = {
        "plan": plan,
        "campaigns": campaigns,
        "campaign": campaign,
        "form": filters.form,
        "is_filtered": any(request.GET.get(name) for name in filters.form.fields),
        "page": page,
        "view": view,
        "axes": _axis_texts(plan, rows, view) if not query or view == CALENDAR else [],
        "results": [sheet_rows.search_result(row, query) for row in rows]
        if query and view == LIST
        else [],
        "other_parameters": _other_parameters(request, filters),
    }
    status = 200 if is_valid else 400
    return render(request, "schema_actions/sheet_list.html", context, status=status)


@require_safe
@cached_response
def sheet_detail(
    request: HttpRequest, versions: Versions, plan_slug: str, key: str
) -> HttpResponse:
    """Show one sheet in the campaign of `campaign=`, and its history."""
    plan = get_plan(plan_slug)
    campaigns = list(plan.campaigns.public().select_related("source"))
    campaign = selected_campaign(request, campaigns)
    sheet = ActionSheet.objects.public().filter(plan=plan, key=key).first()
    if sheet is None:
        return _unknown_sheet(request, plan, key)
    evaluations = sheet.public_evaluations  # type: ignore[attr-defined]
    evaluation = next((row for row in evaluations if row.campaign == campaign), None)
    row = sheet_rows.sheet_row(sheet, evaluation)
    siblings = list(plan.sheets.in_order().values_list("key", "title"))
    index = [sibling_key for sibling_key, _title in siblings].index(key)
    context = {
        "plan": plan,
        "sheet": sheet,
        "campaigns": campaigns,
        "campaign": campaign,
        "row": row,
        "calendar": row.calendar(sheet_rows.draw_ticks(plan.years)),
        "evaluation": evaluation,
        "remarks": list(evaluation.remarks.all()) if evaluation else [],
        "corrections": list(evaluation.signed_versions.corrections()) if evaluation else [],
        "history": [(row.campaign, sheet_rows.sheet_row(sheet, row)) for row in evaluations],
        "indicators": _indicator_rows(sheet, campaign),
        "previous": siblings[index - 1] if index else None,
        "next": siblings[index + 1] if index + 1 < len(siblings) else None,
    }
    return render(request, "schema_actions/sheet_detail.html", context)


@require_safe
@cached_response
def campaign_detail(
    request: HttpRequest, versions: Versions, plan_slug: str, campaign_slug: str
) -> HttpResponse:
    """Show the synthesis of a campaign, and the changes of levels since an earlier one (`avec`)."""
    plan = get_plan(plan_slug)
    campaigns = list(plan.campaigns.public().select_related("source"))
    campaign = next((row for row in campaigns if row.slug == campaign_slug), None)
    if campaign is None:
        raise Http404
    others = _earlier_campaigns(campaign, campaigns)
    other = _campaign_parameter(request, "avec", others) or next(reversed(others), None)
    rows = sheet_rows.sheet_rows(plan.sheets.with_levels(campaign), campaign)
    synthesis = campaign.synthesis()
    context = {
        "plan": plan,
        "campaign": campaign,
        "others": others,
        "other": other,
        "synthesis": synthesis,
        "published": charts.columns(synthesis.published) if synthesis.published else [],
        "computed": charts.columns(synthesis.computed),
        "axes": [
            (axis, charts.segments(axis.counts, len(axis.rows)))
            for axis in sheet_rows.by_axis(plan, rows)
        ],
        "changes": _level_changes(other, campaign, rows) if other else None,
        "other_columns": charts.columns(_displayed_counts(other.synthesis())) if other else [],
    }
    return render(request, "schema_actions/campaign_detail.html", context)


def _unknown_sheet(request: HttpRequest, plan: Plan, key: str) -> HttpResponse:
    """Return a 404 that names the sheets printed with that code."""
    context = {
        "detail": _("Aucune fiche ne porte ce numéro dans ce schéma."),
        "plan": plan,
        "code": key,
        "variants": list(plan.sheets.in_order().filter(code=key).only("plan", "key", "title")),
    }
    return render(request, "schema_actions/sheet_unknown.html", context, status=404)


def get_plan(slug: str) -> Plan:
    return get_object_or_404(Plan.objects.select_related("department", "source"), slug=slug)


def selected_campaign(request: HttpRequest, campaigns: list[Campaign]) -> Campaign | None:
    """Return the campaign of `campaign=`, else the last real one, else the last."""
    real = [campaign for campaign in campaigns if not campaign.is_fictitious]
    return _campaign_parameter(request, "campaign", campaigns) or next(
        reversed(real or campaigns), None
    )


def _campaign_parameter(
    request: HttpRequest, name: str, campaigns: list[Campaign]
) -> Campaign | None:
    """Return the campaign of a parameter, None without it. Raises BadRequest if unknown."""
    slug = request.GET.get(name)
    if not slug:
        return None
    for campaign in campaigns:
        if campaign.slug == slug:
            return campaign
    message = _("« %(name)s=%(given)s » : cette campagne n'est pas connue ici.")
    raise BadRequest(message % {"name": name, "given": slug[:40]})


def _earlier_campaigns(campaign: Campaign, campaigns: list[Campaign]) -> list[Campaign]:
    """Return those that it may be compared with: before it, and as real or fictitious as it is."""
    return [
        row
        for row in campaigns[: campaigns.index(campaign)]
        if row.is_fictitious == campaign.is_fictitious
    ]


def _axis_texts(plan: Plan, rows: list[sheet_rows.SheetRow], view: str) -> list[tuple[Any, Any]]:
    """Return (axis, (objective, texts of rows) pairs) pairs; for the calendar, with its drawing."""
    ticks = sheet_rows.draw_ticks(plan.years) if view == CALENDAR else None

    def texts(row: sheet_rows.SheetRow) -> dict[str, str]:
        return {**row.texts, **row.calendar(ticks)} if ticks else row.texts

    return [
        (axis.axis, [(group.objective, map(texts, group.rows)) for group in axis.objectives])
        for axis in sheet_rows.by_axis(plan, rows)
    ]


def _view_parameter(request: HttpRequest) -> str:
    view = request.GET.get("vue", LIST)
    if view not in (LIST, CALENDAR):
        message = _("« vue=%s » : « liste » ou « calendrier » est attendu.")
        raise BadRequest(message % view[:40])
    return view


def _other_parameters(request: HttpRequest, filters: SheetPageFilter) -> list[tuple[str, str]]:
    """Return the parameters of the address that the form of filters keeps."""
    names = ("campaign", "vue")
    return [(name, value) for name in names if (value := request.GET.get(name))]


def _displayed_counts(synthesis: Any) -> Any:
    """Return the computed counts if all levels are transcribed, else the published ones."""
    if synthesis is None:
        return None
    if synthesis.published and synthesis.computed.not_transcribed:
        return synthesis.published
    return synthesis.computed


def _indicator_rows(
    sheet: ActionSheet, campaign: Campaign | None
) -> list[tuple[Indicator, list[IndicatorValue], str]]:
    """Return the indicators with their values in time and a line through them.

    Real values stand with real ones only, invented ones with invented ones.
    """
    is_fictitious = bool(campaign and campaign.is_fictitious)
    rows = []
    for indicator in sheet.indicators.all():
        public: list[IndicatorValue] = indicator.public_values  # type: ignore[attr-defined]
        values = [row for row in public if row.campaign.is_fictitious == is_fictitious]
        if values:
            line = charts.sparkline([float(row.value) for row in values])
            rows.append((indicator, values, line))
    return rows


def _level_changes(
    before: Campaign, after: Campaign, rows: list[sheet_rows.SheetRow]
) -> dict[str, Any]:
    """Return (sheet, change) pairs between two campaigns, by kind of change."""
    levels = dict(
        Evaluation.objects.filter(campaign=before).order_by().values_list("sheet", "level")
    )
    sheets = {row.sheet.pk: row.sheet for row in rows}
    changes = compare_levels(levels, {row.sheet.pk: row.level for row in rows})
    return {
        name: [
            (sheets[change.key], change)
            for change in getattr(changes, name)
            if change.key in sheets
        ]
        for name in ("gained", "fell", "same", "not_compared")
    }
