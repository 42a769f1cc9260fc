"""The teams, and where each is on a day. Public."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.core import clock
from portal.core.caching.data_versions import Versions
from portal.core.caching.response_cache import cached_response
from portal.core.http.parameters import paginate, parse_page_day
from portal.core.http.qr_codes import qr_code
from portal.territory.models import Department
from teams.directory.filters import TeamFilter
from teams.directory.structured_data import team_data
from teams.models import Agency, Statement, Team
from teams.sentences import studied_sentence, whereabouts_badge
from teams.whereabouts import Whereabouts

PAGE_SIZE = 60
MAX_SECTORS = 12  # of the thousands of streets that a team may have


@require_safe
@cached_response
def team_list(request: HttpRequest, versions: Versions) -> HttpResponse:
    """The teams by agency, with their site today. A malformed filter gives a 400, beside it."""
    teams = Team.objects.with_whereabouts().order_by("agency__department", "agency__name", "name")
    filters = TeamFilter(request.GET, queryset=teams)
    matching = filters.qs if filters.is_valid() else Team.objects.none()
    page = paginate(matching, PAGE_SIZE, request.GET.get("page"))
    groups = _by_department(list(page))
    context = {
        "form": filters.form,
        "page": page,
        "groups": groups,
        "statements": Statement.objects.about_departments(
            {group.department.code for group in groups}
        ),
    }
    status = 200 if filters.is_valid() else 400
    return render(request, "teams/team_list.html", context, status=status)


@dataclass(frozen=True)
class DepartmentTeams:
    """The teams of a département with their whereabouts today, by agency."""

    department: Department
    agencies: list[tuple[Agency, list[tuple[Team, Whereabouts]]]]

    @property
    def count(self) -> int:
        return sum(len(rows) for _agency, rows in self.agencies)

    @property
    def phone_lines(self) -> list[Any]:
        return list(self.department.phone_lines.all())


def _by_department(teams: Iterable[Team]) -> list[DepartmentTeams]:
    """Group teams that are ordered by département, then by agency."""
    rows = [(team, team.whereabouts()) for team in teams]
    agencies = [
        (agency, list(members)) for agency, members in groupby(rows, lambda row: row[0].agency)
    ]
    return [
        DepartmentTeams(department, list(members))
        for department, members in groupby(agencies, lambda pair: pair[0].department)
    ]


def answer_context(team: Team, on: date) -> dict[str, Any]:
    """Return what the templates of an answer need: where the team is on that day."""
    place = team.whereabouts(on)
    answer = team.short_answer(place)
    return {
        "team": team,
        "place": place,
        "badge": whereabouts_badge(place),
        "answer": answer,
        "directions": answer.site.directions if answer.site else (),
        "studied": studied_sentence(place),
        "authority": team.agency.department.authority,
        "on": on,
        "is_other_day": on != clock.today(),
        "is_page": False,
        "is_yours": True,
        "is_deduced": False,
    }


@require_safe
@cached_response
def team_detail(request: HttpRequest, versions: Versions, slug: str) -> HttpResponse:
    """A team on the day `le`, today by default; a malformed day gives a 400."""
    team = get_object_or_404(Team.objects.with_whereabouts(), slug=slug)
    on = parse_page_day(request.GET.get("le")) or clock.today()
    context = answer_context(team, on)
    sectors = team.sectors.valid(on)
    first_sectors = list(sectors.widest_first().select_related("commune")[: MAX_SECTORS + 1])
    context |= {
        "is_page": True,
        "preserved_parameters": (),
        "sentence": team.describe_whereabouts(context["place"]),
        "structured": team_data(team, team.whereabouts()),
        "moves": team.relocations.all(),
        "sectors": first_sectors[:MAX_SECTORS],
        "other_sector_count": sectors.count() - MAX_SECTORS
        if len(first_sectors) > MAX_SECTORS
        else 0,
        "other_names": team.other_names.select_related("source"),
        "statements": Statement.objects.about_team(team),
        "meetings": [
            *team.meetings.select_related("source"),
            *team.agency.meetings.select_related("source"),
        ],
    }
    return render(request, "teams/team_detail.html", context)


@require_safe
@cached_response
def team_qr_code(request: HttpRequest, versions: Versions, slug: str) -> HttpResponse:
    return qr_code(get_object_or_404(Team, slug=slug).get_absolute_url())
