"""The schedule of moves, and the page of a move. Public."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.core import clock
from portal.core.caching.data_versions import Versions
from portal.core.caching.response_cache import cached_response
from portal.core.http.parameters import paginate
from relocations.models import Relocation
from relocations.schedule.filters import RelocationFilter
from relocations.schedule.stages import Stage, group_by_stage, in_order_of_stages
from relocations.schedule.timeline import timeline
from relocations.status_labels import status_label
from teams.models import Statement, Team, phone_lines

PAGE_SIZE = 60


@require_safe
@cached_response
def relocation_list(request: HttpRequest, versions: Versions) -> HttpResponse:
    """The moves by stage, and a picture. A malformed filter gives a 400, with its error."""
    today = clock.today()
    schedule = Relocation.objects.for_schedule()
    filters = RelocationFilter(request.GET, queryset=schedule)
    matching = filters.qs if filters.is_valid() else schedule.none()
    page = paginate(in_order_of_stages(matching, today), PAGE_SIZE, request.GET.get("page"))
    moves = list(page)
    context = {
        "form": filters.form,
        "query_string": filters.query_string,
        "page": page,
        "stages": [
            (stage, [(move, status_label(move, today)) for move in members])
            for stage, members in group_by_stage(moves)
        ],
        "overdue": Stage.OVERDUE,
        "timeline": timeline(moves, today),
        "phone_lines": _lines_to_call(moves),
    }
    status = 200 if filters.is_valid() else 400
    return render(request, "relocations/relocation_list.html", context, status=status)


def _lines_to_call(moves: Sequence[Relocation]) -> list[Any]:
    """Return the phone lines of the département of these moves; those of several are a wall."""
    departments = {move.team.agency.department_id for move in moves}
    return phone_lines(move.team for move in moves) if len(departments) == 1 else []


@require_safe
@cached_response
def relocation_detail(request: HttpRequest, versions: Versions, pk: int) -> HttpResponse:
    move = get_object_or_404(Relocation.objects.for_schedule(), pk=pk)
    team = Team.objects.with_whereabouts().get(pk=move.team_id)
    place = team.whereabouts()
    context = {
        "move": move,
        "status_label": status_label(move, clock.today()),
        "team": team,
        "place": place,
        "sentence": team.describe_whereabouts(place),
        "statements": Statement.objects.about_team(team).exists(),
        "other_moves": [
            other_move for other_move in team.relocations.all() if other_move.pk != move.pk
        ],
    }
    return render(request, "relocations/relocation_detail.html", context)
