"""The doors open to anybody: their list and their map. Public."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accueil import candidates, desk, maps, rounds
from accueil.desk import Candidate, Chosen
from accueil.desk_questions import Asked, read
from accueil.directory import Directory, directory
from accueil.lookup import FEW, Town, gazetteer
from accueil.messages import openness
from accueil.models import Open, ReceptionPoint, SpecialHours
from accueil.models.special_hours import Calendar, calendar, tell
from portal.core import clock
from portal.core.freshness import fresh_until, kept
from portal.core.parameters import page_of
from portal.core.periods import format_day
from portal.core.special_hours import state
from portal.core.versions import Versions
from teams.whereabouts import Certainty

PAGE_SIZE = 20
GROUND_AGE = 30 * 24 * 3600  # seconds; its address changes with the communes


@dataclass(frozen=True, slots=True)
class Row:
    """A door in the list, at its rank: whether it is open, in a tone and words; how far it is; a
    doubt about its place, "" where there is none.
    """

    point: ReceptionPoint
    number: int
    tone: str
    words: str
    distance: str
    doubt: str
    source: str
    change: datetime | None

    @property
    def announced(self) -> list[SpecialHours]:
        return self.point.special_hours_shown


@dataclass(frozen=True)
class Sheet:
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
@kept
def reception_list(request: HttpRequest, now: Versions) -> HttpResponse:
    """Near a commune, the nearest first; else those of the départements served, by commune."""
    served = gazetteer(now).local.served
    asked, at, offices = read(request, served, now), clock.now(), directory.at(now)
    known = calendar.at(now)
    scope = _scope(asked, served)
    is_wide = len(scope) > FEW
    chosen, page = _chosen(request, asked, () if is_wide else scope, at, offices, known)
    first = (page.number - 1) * PAGE_SIZE
    doors = chosen.doors[first : first + PAGE_SIZE]
    rows = _rows(doors, first + 1, asked.town, at, offices, known)
    lines = [] if is_wide else offices.lines(scope)
    stops = (
        []
        if is_wide or asked.wants.kind not in ("", "itinerant")
        else _stops(asked, scope, at, now)
    )
    drawn, changes = _map(asked, scope, rows, chosen.doors, at, known, now)
    context = {
        "asked": asked,
        "is_served": not asked.town or asked.town.department in served,
        "is_wide": is_wide,
        "page": page,
        "rows": rows,
        "count": None if asked.town else len(chosen.doors),
        "lines": [_told(line, at) for line in lines],
        "stops": stops,
        "map": drawn,
        "kinds": ReceptionPoint.Kind.choices,
        "served": [offices.departments[code] for code in sorted(served)],
        "served_codes": sorted(served),
    }
    response = render(request, "accueil/reception_list.html", context)
    changes += [chosen.until, *(row.change for row in rows)]
    changes += [line.next_change(at) for line in lines]
    changes += [rounds.until(one) for one in stops]
    return fresh_until(response, min((one for one in changes if one), default=None))


@require_safe
@kept
def reception_ground(request: HttpRequest, now: Versions, department: str) -> HttpResponse:
    """The contours of a département's communes, under every map of it."""
    ground = maps.grounds.at(now).get(department)
    if ground is None or not ground.outline:
        raise Http404
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{maps.WIDTH}" height="{ground.height:g}" '
        f'viewBox="0 0 {maps.WIDTH} {ground.height:g}"><path d="{ground.outline}" '
        'fill="#7f8f93" fill-opacity=".16" stroke="#7f8f93" stroke-width="1" '
        'stroke-linejoin="round"/></svg>'
    )
    response = HttpResponse(drawn, content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=GROUND_AGE, immutable=True)
    return response


def _scope(asked: Asked, served: Iterable[str]) -> Sequence[str]:
    """The départements whose doors are looked for: that of the place, never another's."""
    if asked.town or asked.near:
        codes = {asked.town.department} if asked.town else set()
        return sorted(codes & set(served))
    return [asked.department] if asked.department else sorted(served)


def _chosen(
    request: HttpRequest,
    asked: Asked,
    scope: Sequence[str],
    at: datetime,
    offices: Directory,
    known: Calendar,
) -> tuple[Chosen, Any]:
    """The doors that fit, and the page asked for. Raises Http404 past the last page."""
    choosing = partial(desk.choose, when=asked.when, at=at, known=known)
    place = _point(asked.town)
    if scope and place:
        enough = asked.page * PAGE_SIZE + 1
        chosen = candidates.nearest(
            *(place, scope[0], asked.wants), enough=enough, choosing=choosing, offices=offices
        )
        if asked.page > 1 and len(chosen.doors) <= enough - 1 - PAGE_SIZE:
            raise Http404
        return chosen, Sheet(asked.page, len(chosen.doors) >= enough)
    chosen = choosing(candidates.listed(scope, asked.wants) if scope else [])
    return chosen, page_of(chosen.doors, PAGE_SIZE, request.GET.get("page"))


def _point(town: Town | None) -> tuple[float, float] | None:
    if town is None or town.latitude is None or town.longitude is None:
        return None
    return town.latitude, town.longitude


def _rows(
    doors: Sequence[Candidate],
    first: int,
    town: Town | None,
    at: datetime,
    offices: Directory,
    known: Calendar,
) -> list[Row]:
    """In one query, whatever their number; two more where one of them is itinerant."""
    points = ReceptionPoint.objects.whole([one.pk for one in doors]) if doors else []
    if place := _point(town):
        for point in points:
            point.from_latitude, point.from_longitude = place
    offices.say_sources(points)
    tell(points, known)
    itinerant = [point for point in points if point.is_itinerant]
    prefetch_related_objects(itinerant, "stops__site__commune", "stops__changes")
    return [_row(point, number, at, offices) for number, point in enumerate(points, first)]


def _row(point: ReceptionPoint, number: int, at: datetime, offices: Directory) -> Row:
    is_open, change = point.open_now(at), point.next_change(at)
    tone, words = openness(is_open, change)
    told = distance(point), _doubt(point, offices), source(point)
    return Row(point, number, tone, words, *told, change)


def source(point: ReceptionPoint) -> str:
    """Whence its facts are, and when they were last checked."""
    if point.checked_on:
        return _("Vérifié le %s.") % format_day(point.checked_on)
    if point.source is None:
        return _("Source non indiquée.")
    period = point.source.period
    when = str(period) if period.is_bounded else _("sans date")
    return _("Source : %(title)s, %(when)s.") % {"title": point.source.title, "when": when}


def distance(point: ReceptionPoint) -> str:
    """How far it is, as sure as its point is; "" where nothing was measured."""
    km = point.distance_km
    if km is None:
        return ""
    if not point.is_approximate:
        return _("à %s km") % f"{km:.1f}".replace(".", ",").removesuffix(",0")
    return _("dans la commune") if km < 1 else _("à environ %d km") % round(km)


def _doubt(point: ReceptionPoint, offices: Directory) -> str:
    """What is not sure of where the team that receives there is."""
    team = offices.teams.get(point.team_id or 0)
    if team is None:
        return ""
    place = team.whereabouts()
    return "" if place.certainty is Certainty.CERTAIN else team.sentence(place)


def _told(door: Open, at: datetime) -> tuple[Open, str, str]:
    """A door or a line, the tone and the words of whether it is open."""
    return door, *openness(door.open_now(at), door.next_change(at))


def _stops(asked: Asked, scope: Sequence[str], at: datetime, now: Versions) -> list[Any]:
    """The nearest stops of itinerant receptions, else all those of the départements."""
    if place := _point(asked.town):
        return rounds.near(*place, department=scope[0], at=at, versions=now) if scope else []
    return rounds.all_of(scope, at=at, versions=now)


def _map(
    asked: Asked,
    scope: Sequence[str],
    rows: Sequence[Row],
    doors: Sequence[Candidate],
    at: datetime,
    known: Calendar,
    now: Versions,
) -> tuple[maps.Map | None, list[datetime | None]]:
    """The doors on the map of the only département concerned, None where there are several; and
    when what it tells of them changes.
    """
    if len(scope) != 1 or not doors:
        return None, []
    place = _point(asked.town)
    if asked.town and place:
        pins = [pin for row in rows if (pin := _pin(row))]
        return maps.around(scope[0], now, asked.town.name, place, pins), []
    minute = at.replace(second=0, microsecond=0)
    found = [(one, *state(one.hours, desk.specials_of(one, known), minute)) for one in doors]
    pins = [
        maps.Pin(
            *(number, one.name, reverse("reception-point", args=[one.slug])),
            *(one.latitude, one.longitude),
            tone=_tone(is_open),
            words=openness(is_open, change)[1],
        )
        for number, (one, is_open, change) in enumerate(found, 1)
        if one.latitude is not None and one.longitude is not None
    ]
    return maps.whole(scope[0], now, pins), [change for _one, _is_open, change in found]


def _pin(row: Row) -> maps.Pin | None:
    point = row.point
    if point.latitude is None or point.longitude is None:
        return None
    is_unknown = row.tone == "past" and not point.hours
    return maps.Pin(
        *(row.number, point.name, point.get_absolute_url(), point.latitude, point.longitude),
        tone="doubt" if is_unknown else row.tone,
        words=row.words,
    )


def _tone(is_open: bool | None) -> str:
    return {True: "sure", False: "past", None: "doubt"}[is_open]
