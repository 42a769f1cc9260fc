"""The page of a reception point, and the calendars of an itinerant one. Public."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from accueil.contacts import next_stops
from accueil.contacts.cached_contacts import Contacts, contacts_cache
from accueil.contacts.labels import closing_notice, openness_label
from accueil.contacts.next_stops import NextStop
from accueil.contacts.places_on_day import place_points
from accueil.models import ReceptionPoint, SpecialHours, Stop
from accueil.models.opening_hours import attach_special_hours
from accueil.models.rounds import Passage
from accueil.models.special_hours import special_hours_cache
from accueil.reception_points import stop_calendar as reception_stop_calendar
from accueil.reception_points.structured_data import point_data
from portal.core import clock
from portal.core.caching.data_versions import Versions
from portal.core.caching.response_cache import cached_response, set_expiry
from portal.core.http.attachments import ICS, attachment
from portal.core.http.qr_codes import qr_code
from portal.core.opening_hours.hours import Day
from portal.core.periods.period import format_day
from portal.territory.directions import directions
from teams.models import Team
from teams.whereabouts import Certainty, Whereabouts

DAYS_SHOWN = 14
CALENDAR_MAX_AGE = 300  # seconds; then revalidated by ETag


@dataclass(frozen=True)
class DayHours:
    """A coming day: the public holiday if it is one, hours and hours by appointment (None if
    unknown), and special hours.
    """

    day: date
    holiday: str
    opening: Day | None
    by_appointment: Day | None
    special: Sequence[SpecialHours]

    @property
    def name(self) -> str:
        """The day in words: "mardi 1er décembre"."""
        return format_day(self.day, weekday=True, year=False)


@dataclass(frozen=True)
class HostTeam:
    """The team that hosts a point: where it is today, that in words, and its announced moves."""

    team: Team
    whereabouts: Whereabouts
    sentence: str
    moves: Sequence[Any]

    @property
    def needs_explanation(self) -> bool:
        """Whether to explain where the team is: uncertain, moving, or a move is studied."""
        return bool(
            self.whereabouts.certainty is not Certainty.CERTAIN
            or self.moves
            or self.whereabouts.studied
        )


@require_safe
@cached_response
def reception_point_detail(request: HttpRequest, versions: Versions, slug: str) -> HttpResponse:
    """The page of a point: open or closed now, next 14 days, directions, facts.

    For a permanently closed point, only a notice and what replaces it.
    """
    point = _get_point(ReceptionPoint.objects.with_places().with_stops(), slug)
    at, contacts = point.legal_calendar.localise(clock.now()), contacts_cache.get(versions)
    place_points([point], at.date(), contacts)
    if point.is_permanently_closed(at.date()):
        return _render_closed(request, point, at.date())
    attach_special_hours([point], special_hours_cache.get(versions))
    state = point.opening_state(at)
    tone, label = openness_label(state)
    stops = [
        NextStop(stop, None, *next_stops.next_passages(stop, at)) for stop in point.stops.all()
    ]
    days = _next_days(point, at.date())
    authority, host = (
        contacts.departments[point.department_id].authority,
        _host_team(point, contacts),
    )
    is_place_sure = host is None or host.whereabouts.certainty is Certainty.CERTAIN
    context = {
        "point": point,
        "structured": point_data(
            point, days, authority=authority.name, is_place_sure=is_place_sure
        ),
        "tone": tone,
        "label": label,
        "announced": point.visible_special_hours,
        "closing": closing_notice(point, at.date()),
        "days": days,
        "directions": directions(
            point.address, None if point.is_approximate else (point.latitude, point.longitude)
        ),
        "meetings": point.meetings.select_related("source"),
        "host": host,
        "lines": contacts.phone_lines([point.department_id]),
        "stops": stops,
        "has_calendar": any(stop.stop.recurrence for stop in stops),
        "passages": _next_passages(point, at),
    }
    changes = [state.until, *(next_stops.next_change(stop) for stop in stops)]
    response = render(request, "accueil/reception_point_detail.html", context)
    return set_expiry(response, min((change for change in changes if change), default=None))


@require_safe
@cached_response
def round_calendar(request: HttpRequest, versions: Versions, slug: str) -> HttpResponse:
    """The calendar of all the passages of an itinerant point."""
    point = _get_point(ReceptionPoint.objects.all(), slug)
    if not point.is_itinerant:
        raise Http404
    return _calendar_response(
        point, Stop.objects.with_places().filter(point=point), point.name, slug
    )


@require_safe
@cached_response
def stop_calendar(request: HttpRequest, versions: Versions, slug: str, pk: int) -> HttpResponse:
    """The calendar of the passages at one stop."""
    stop = get_object_or_404(Stop.objects.with_places(), pk=pk, point__slug=slug)
    name = f"{stop.point.name} – {stop.site.label}"
    return _calendar_response(stop.point, [stop], name, f"{slug}-{pk}")


@require_safe
@cached_response
def point_qr_code(request: HttpRequest, versions: Versions, slug: str) -> HttpResponse:
    return qr_code(_get_point(ReceptionPoint.objects.all(), slug).get_absolute_url())


def _get_point(points: "QuerySet[ReceptionPoint]", slug: str) -> ReceptionPoint:
    return get_object_or_404(points, slug=slug)


def _render_closed(request: HttpRequest, point: ReceptionPoint, today: date) -> HttpResponse:
    """The page of a point closed for good, with a link to the points near it."""
    commune = point.place.commune_id if point.place else None
    params = {"commune": commune} if commune else {"departement": point.department_id}
    context = {
        "point": point,
        "closing": closing_notice(point, today),
        "elsewhere": f"{reverse('reception-point-list')}?{urlencode(params)}",
        "is_near": commune is not None,
    }
    return render(request, "accueil/reception_point_closed.html", context)


def _calendar_response(
    point: ReceptionPoint, stops: Iterable[Stop], name: str, filename: str
) -> HttpResponse:
    page = f"{settings.SITE_URL}{point.get_absolute_url()}"
    content = reception_stop_calendar.passage_calendar(
        stops, name=name, page=page, today=clock.today()
    )
    response = attachment(content, filename=f"{filename}.ics", content_type=ICS)
    patch_cache_control(response, public=True, max_age=CALENDAR_MAX_AGE)
    return response


def _next_days(point: ReceptionPoint, first: date) -> list[DayHours]:
    """Return the next 14 days, up to its closing for good; none if all its hours are unknown."""
    count = min(DAYS_SHOWN, (point.closes_on - first).days) if point.closes_on else DAYS_SHOWN
    open_days = point.next_days(first, count)
    appointments = point.next_appointment_days(first, count)
    return [
        DayHours(
            first + timedelta(days=offset),
            point.legal_calendar.holiday_name(first + timedelta(days=offset)),
            open_days[offset] if open_days else None,
            appointments[offset] if appointments else None,
            [
                special
                for special in point.special_hours
                if special.special.covers(first + timedelta(days=offset))
            ],
        )
        for offset in range(count if open_days or appointments else 0)
    ]


def _next_passages(point: ReceptionPoint, at: datetime) -> list[Passage]:
    """Return the passages of all its stops within 14 days, cancelled ones too."""
    last = at.date() + timedelta(days=DAYS_SHOWN - 1)
    passages = [passage for stop in point.stops.all() for passage in stop.passages(at.date(), last)]
    return sorted(
        (passage for passage in passages if passage.end > at), key=lambda passage: passage.start
    )


def _host_team(point: ReceptionPoint, contacts: Contacts) -> HostTeam | None:
    team = contacts.teams.get(point.team_id or 0)
    if team is None:
        return None
    whereabouts = team.whereabouts()
    moves = [
        move
        for move in team.relocations.all()
        if move.is_open and move.period.is_bounded and move not in whereabouts.ignored
    ]
    return HostTeam(team, whereabouts, team.describe_whereabouts(whereabouts), moves)
