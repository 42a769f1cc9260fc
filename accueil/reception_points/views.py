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
from accueil.reception_points import candidates, selection
from accueil.reception_points.parameters import PointListQuery, parse_query
from accueil.reception_points.selection import Candidate, Selection
from portal.core import clock
from portal.core.caching.data_versions import Versions
from portal.core.caching.response_cache import cached_response, set_expiry
from portal.core.http.parameters import paginate
from portal.core.opening_hours.special_days import state
from portal.territory import maps

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
def reception_point_list(request: HttpRequest, now: Versions) -> HttpResponse:
    """Near a commune, the nearest first; else those of the départements served, by commune."""
    served = gazetteer(now).local.served
    asked, at, offices = parse_query(request, served, now), clock.now(), contacts_cache.at(now)
    known = special_hours_cache.at(now)
    scope = _departments_in_scope(asked, served)
    is_wide = len(scope) > MAX_DEPARTMENTS
    chosen, page = _select_page(request, asked, () if is_wide else scope, at, offices, known)
    first = (page.number - 1) * PAGE_SIZE
    doors = chosen.candidates[first : first + PAGE_SIZE]
    teller = ReceptionPointPresenter(at, offices)
    shown = teller.rows(_load_points(doors, _position(asked.commune), offices, known), first + 1)
    lines = [] if is_wide else offices.lines(scope)
    stops = (
        []
        if is_wide or asked.criteria.kind not in ("", "itinerant")
        else _next_stops(asked, scope, at, now)
    )
    drawn, changes = _build_map(asked, scope, shown, chosen.candidates, at, teller, known, now)
    context = {
        "asked": asked,
        "is_served": not asked.commune or asked.commune.department in served,
        "is_wide": is_wide,
        "page": page,
        "rows": [one.words for one in shown],
        "count": None if asked.commune else len(chosen.candidates),
        "lines": [with_openness_label(line, at) for line in lines],
        "stops": stops,
        "map": drawn,
        "kinds": ReceptionPoint.Kind.choices,
        "served": [offices.departments[code] for code in sorted(served)],
        "served_codes": sorted(served),
    }
    response = render(request, "accueil/reception_point_list.html", context)
    changes += [chosen.next_change, *(one.next_change for one in shown)]
    changes += [line.next_change(at) for line in lines]
    changes += [next_stops.next_change(one) for one in stops]
    return set_expiry(response, min((one for one in changes if one), default=None))


@require_safe
@cached_response
def reception_base_map(request: HttpRequest, now: Versions, department: str) -> HttpResponse:
    """The contours of a département's communes, under every map of it."""
    ground = maps.base_maps.at(now).get(department)
    if ground is None or not ground.outline:
        raise Http404
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{maps.WIDTH}" height="{ground.height:g}" '
        f'viewBox="0 0 {maps.WIDTH} {ground.height:g}"><path d="{ground.outline}" '
        'fill="#7f8f93" fill-opacity=".16" stroke="#7f8f93" stroke-width="1" '
        'stroke-linejoin="round"/></svg>'
    )
    response = HttpResponse(drawn, content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=BASE_MAP_MAX_AGE, immutable=True)
    return response


def _departments_in_scope(asked: PointListQuery, served: Iterable[str]) -> Sequence[str]:
    """The départements whose doors are looked for: that of the place, never another's."""
    if asked.commune or asked.near:
        codes = {asked.commune.department} if asked.commune else set()
        return sorted(codes & set(served))
    return [asked.department] if asked.department else sorted(served)


def _select_page(
    request: HttpRequest,
    asked: PointListQuery,
    scope: Sequence[str],
    at: datetime,
    offices: Contacts,
    known: SpecialHoursIndex,
) -> tuple[Selection, Any]:
    """The doors that fit, and the page asked for. Raises Http404 past the last page."""
    choosing = partial(selection.select_candidates, when=asked.when, at=at, known=known)
    place = _position(asked.commune)
    if scope and place:
        enough = asked.page * PAGE_SIZE + 1
        chosen = candidates.nearest_candidates(
            *(place, scope[0], asked.criteria), enough=enough, choosing=choosing, offices=offices
        )
        if asked.page > 1 and len(chosen.candidates) <= enough - 1 - PAGE_SIZE:
            raise Http404
        return chosen, UncountedPage(asked.page, len(chosen.candidates) >= enough)
    chosen = choosing(candidates.department_candidates(scope, asked.criteria) if scope else [])
    return chosen, paginate(chosen.candidates, PAGE_SIZE, request.GET.get("page"))


def _position(town: CommuneSummary | None) -> tuple[float, float] | None:
    if town is None or town.latitude is None or town.longitude is None:
        return None
    return town.latitude, town.longitude


def _load_points(
    doors: Sequence[Candidate],
    place: tuple[float, float] | None,
    offices: Contacts,
    known: SpecialHoursIndex,
) -> list[ReceptionPoint]:
    """These doors with all that a line says of them, seen from `place`: in one query, whatever
    their number; two more where one of them is itinerant.
    """
    points = ReceptionPoint.objects.fetch_by_ids([one.pk for one in doors]) if doors else []
    if place:
        for point in points:
            point.from_latitude, point.from_longitude = place
    offices.attach_sources(points)
    attach_special_hours(points, known)
    itinerant = [point for point in points if point.is_itinerant]
    prefetch_related_objects(itinerant, "stops__site__commune", "stops__changes")
    return points


def _next_stops(
    asked: PointListQuery, scope: Sequence[str], at: datetime, now: Versions
) -> list[Any]:
    """The nearest stops of itinerant receptions, else all those of the départements."""
    if place := _position(asked.commune):
        return (
            next_stops.nearest_stops(*place, department=scope[0], at=at, versions=now)
            if scope
            else []
        )
    return next_stops.stops_of_departments(scope, at=at, versions=now)


def _build_map(
    asked: PointListQuery,
    scope: Sequence[str],
    shown: Sequence[PointRow],
    doors: Sequence[Candidate],
    at: datetime,
    teller: ReceptionPointPresenter,
    known: SpecialHoursIndex,
    now: Versions,
) -> tuple[maps.Map | None, list[datetime | None]]:
    """The doors on the map of the only département concerned, None where there are several; and
    when what it tells of them changes.
    """
    if len(scope) != 1 or not doors:
        return None, []
    place = _position(asked.commune)
    if asked.commune and place:
        pins = [pin for one in shown if (pin := _pin(one))]
        return maps.commune_map(scope[0], now, asked.commune.name, place, pins), []
    minute = at.replace(second=0, microsecond=0)
    found = [
        (one, *state(one.hours, selection.candidate_special_days(one, known), minute))
        for one in doors
    ]
    pins = [
        maps.Pin(
            *(number, one.name, teller.url(one.slug)),
            *(one.latitude, one.longitude),
            tone=_tone(is_open),
            words=teller.openness_badge(is_open, change)[1],
        )
        for number, (one, is_open, change) in enumerate(found, 1)
        if one.latitude is not None and one.longitude is not None
    ]
    return maps.department_map(scope[0], now, pins), [change for _one, _is_open, change in found]


def _pin(line: PointRow) -> maps.Pin | None:
    latitude, longitude = line.point.latitude, line.point.longitude
    if latitude is None or longitude is None:
        return None
    told = int(line.words["number"]), line.words["name"], line.words["url"]
    return maps.Pin(*told, latitude, longitude, tone=_tone(line.is_open), words=line.openness_label)


def _tone(is_open: bool | None) -> str:
    return {True: "sure", False: "past", None: "doubt"}[is_open]
