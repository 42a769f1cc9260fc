"""The doors open to anybody: their list and their map. Public."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from accueil.contacts import next_stops
from accueil.contacts.cached_contacts import Contacts, contacts_cache
from accueil.contacts.labels import with_openness_label
from accueil.contacts.row_labels import PointRow, ReceptionPointPresenter
from accueil.lookup.services import MAX_DEPARTMENTS, CommuneSummary, gazetteer
from accueil.models import ReceptionPoint
from accueil.models.opening_hours import attach_special_hours
from accueil.models.special_hours import SpecialHoursIndex, special_hours_cache
from accueil.reception_points import candidates, maps, selection
from accueil.reception_points.parameters import PointListQuery, parse_query
from accueil.reception_points.selection import Candidate, Selection
from portal.core import clock
from portal.core.caching.data_versions import Versions
from portal.core.caching.response_cache import cached_response, set_expiry
from portal.core.http.parameters import paginate
from portal.core.opening_hours.special_days import state
from portal.territory.maps import WIDTH, base_maps

PAGE_SIZE = 12  # a few screens of a telephone; the nearest is what one looks for
BASE_MAP_MAX_AGE = 30 * 24 * 3600  # seconds; its address changes with the communes


@dataclass(frozen=True)
class UncountedPage:
    """A page of a list whose length is not counted."""

    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        return self.has_previous or self.has_next

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1


@require_safe
@cached_response
def reception_point_list(request: HttpRequest, versions: Versions) -> HttpResponse:
    """Near a commune, the nearest first; else those of the départements served, by commune."""
    served = gazetteer(versions).local.served
    query, at, contacts = (
        parse_query(request, served, versions),
        clock.now(),
        contacts_cache.get(versions),
    )
    special_hours = special_hours_cache.get(versions)
    scope = _departments_in_scope(query, served)
    is_wide = len(scope) > MAX_DEPARTMENTS
    selected, page = _select_page(
        request, query, () if is_wide else scope, at, contacts, special_hours
    )
    first = (page.number - 1) * PAGE_SIZE
    candidates_shown = selected.candidates[first : first + PAGE_SIZE]
    presenter = ReceptionPointPresenter(at, contacts)
    rows = presenter.rows(
        _load_points(candidates_shown, _position(query.commune), contacts, special_hours), first + 1
    )
    lines = [] if is_wide else contacts.phone_lines(scope)
    stops = (
        []
        if is_wide or query.criteria.kind not in ("", "itinerant")
        else _next_stops(query, scope, at, versions)
    )
    map_, changes = _build_map(
        query, scope, rows, selected.candidates, at, presenter, special_hours, versions
    )
    context = {
        "query": query,
        "is_served": not query.commune or query.commune.department in served,
        "is_wide": is_wide,
        "page": page,
        "rows": [row.labels for row in rows],
        "count": None if query.commune else len(selected.candidates),
        "lines": [with_openness_label(line, at) for line in lines],
        "stops": stops,
        "map": map_,
        "kinds": ReceptionPoint.Kind.choices,
        "served": [contacts.departments[code] for code in sorted(served)],
        "served_codes": sorted(served),
    }
    response = render(request, "accueil/reception_point_list.html", context)
    changes += [selected.next_change, *(row.next_change for row in rows)]
    changes += [line.next_change(at) for line in lines]
    changes += [next_stops.next_change(stop) for stop in stops]
    return set_expiry(response, min((change for change in changes if change), default=None))


@require_safe
@cached_response
def reception_base_map(request: HttpRequest, versions: Versions, department: str) -> HttpResponse:
    """The contours of a département's communes, under every map of it."""
    base_map = base_maps.get(versions).get(department)
    if base_map is None or not base_map.outline:
        raise Http404
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
        f'height="{base_map.height:g}" viewBox="0 0 {WIDTH} {base_map.height:g}">'
        f'<path d="{base_map.outline}" '
        'fill="#7f8f93" fill-opacity=".16" stroke="#7f8f93" stroke-width="1" '
        'stroke-linejoin="round"/></svg>'
    )
    response = HttpResponse(svg, content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=BASE_MAP_MAX_AGE, immutable=True)
    return response


def _departments_in_scope(query: PointListQuery, served: Iterable[str]) -> Sequence[str]:
    """The départements whose doors are looked for: that of the place, never another's."""
    if query.commune or query.near:
        codes = {query.commune.department} if query.commune else set()
        return sorted(codes & set(served))
    return [query.department] if query.department else sorted(served)


def _select_page(
    request: HttpRequest,
    query: PointListQuery,
    scope: Sequence[str],
    at: datetime,
    contacts: Contacts,
    special_hours: SpecialHoursIndex,
) -> tuple[Selection, Any]:
    """The doors that fit, and the page asked for. Raises Http404 past the last page."""
    select = partial(
        selection.select_candidates, when=query.when, at=at, special_hours=special_hours
    )
    place = _position(query.commune)
    if scope and place:
        min_count = query.page * PAGE_SIZE + 1
        selected = candidates.nearest_candidates(
            *(place, scope[0], query.criteria),
            min_count=min_count,
            select=select,
            contacts=contacts,
        )
        if query.page > 1 and len(selected.candidates) <= min_count - 1 - PAGE_SIZE:
            raise Http404
        return selected, UncountedPage(query.page, len(selected.candidates) >= min_count)
    selected = select(candidates.department_candidates(scope, query.criteria) if scope else [])
    return selected, paginate(selected.candidates, PAGE_SIZE, request.GET.get("page"))


def _position(commune: CommuneSummary | None) -> tuple[float, float] | None:
    if commune is None or commune.latitude is None or commune.longitude is None:
        return None
    return commune.latitude, commune.longitude


def _load_points(
    shown: Sequence[Candidate],
    place: tuple[float, float] | None,
    contacts: Contacts,
    special_hours: SpecialHoursIndex,
) -> list[ReceptionPoint]:
    """These doors with all that a line says of them, seen from `place`: in one query, whatever
    their number; two more where one of them is itinerant.
    """
    points = (
        ReceptionPoint.objects.fetch_by_ids([candidate.pk for candidate in shown]) if shown else []
    )
    if place:
        for point in points:
            point.from_latitude, point.from_longitude = place
    contacts.attach_sources(points)
    attach_special_hours(points, special_hours)
    itinerant = [point for point in points if point.is_itinerant]
    prefetch_related_objects(itinerant, "stops__site__commune", "stops__changes")
    return points


def _next_stops(
    query: PointListQuery, scope: Sequence[str], at: datetime, versions: Versions
) -> list[Any]:
    """The nearest stops of itinerant receptions, else all those of the départements."""
    if place := _position(query.commune):
        return (
            next_stops.nearest_stops(*place, department=scope[0], at=at, versions=versions)
            if scope
            else []
        )
    return next_stops.stops_of_departments(scope, at=at, versions=versions)


def _build_map(
    query: PointListQuery,
    scope: Sequence[str],
    shown: Sequence[PointRow],
    candidates: Sequence[Candidate],
    at: datetime,
    presenter: ReceptionPointPresenter,
    special_hours: SpecialHoursIndex,
    versions: Versions,
) -> tuple[maps.Map | None, list[datetime | None]]:
    """The doors on the map of the only département concerned, None where there are several; and
    when what it tells of them changes.
    """
    if len(scope) != 1 or not candidates:
        return None, []
    place = _position(query.commune)
    if query.commune and place:
        pins = [pin for row in shown if (pin := _pin(row))]
        return maps.commune_map(scope[0], versions, query.commune.name, place, pins), []
    minute = at.replace(second=0, microsecond=0)
    states = [
        (
            candidate,
            *state(
                candidate.hours, selection.candidate_special_days(candidate, special_hours), minute
            ),
        )
        for candidate in candidates
    ]
    pins = [
        maps.Pin(
            *(number, candidate.name, presenter.url(candidate.slug)),
            *(candidate.latitude, candidate.longitude),
            tone=_tone(is_open),
            label=presenter.openness_badge(is_open, change)[1],
        )
        for number, (candidate, is_open, change) in enumerate(states, 1)
        if candidate.latitude is not None and candidate.longitude is not None
    ]
    return maps.department_map(scope[0], versions, pins), [
        change for _candidate, _is_open, change in states
    ]


def _pin(row: PointRow) -> maps.Pin | None:
    latitude, longitude = row.point.latitude, row.point.longitude
    if latitude is None or longitude is None:
        return None
    position = int(row.labels["number"]), row.labels["name"], row.labels["url"]
    return maps.Pin(
        *position, latitude, longitude, tone=_tone(row.is_open), label=row.openness_label
    )


def _tone(is_open: bool | None) -> str:
    return {True: "sure", False: "past", None: "doubt"}[is_open]
