"""What nobody published yet about a département, by kind. No queries."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accueil.models import PhoneLine, ReceptionPoint, Stop
from portal.core import clock
from portal.core.text.telephones import parse_number
from relocations.models import Relocation
from teams.models import Site, Team
from teams.whereabouts import Whereabouts

T = TypeVar("T")


@dataclass(frozen=True)
class Missing:
    """One thing whose datum is missing: its name, and its page."""

    name: str
    page: str


@dataclass(frozen=True)
class Gap:
    """What is missing, and of which things."""

    label: str | Promise
    missing: Sequence[Missing]


def find_gaps(
    located_teams: Sequence[tuple[Team, Whereabouts]],
    points: Sequence[ReceptionPoint],
    lines: Sequence[PhoneLine],
    stops: Sequence[Stop],
) -> list[Gap]:
    """Return the gaps that have something missing, the most useful to fill first."""
    teams = [(team, place.likely_site) for team, place in located_teams]
    moves = [
        move
        for team, place in located_teams
        for move in team.relocations.all()
        if move.is_open and not move.is_already_open and move not in place.ignored
    ]
    fixed_points = [point for point in points if not point.is_itinerant]
    gaps = [
        Gap(_("Équipes : le lieu n’est pas publié"), _missing(teams, _has_no_site, _of_team)),
        Gap(_("Équipes : seule la ville est publiée"), _missing(teams, _has_only_town, _of_team)),
        Gap(
            _("Déménagements : la date est passée, sans nouvelles"),
            _missing(moves, _is_past, _of_move),
        ),
        Gap(_("Déménagements : la date n’est pas publiée"), _missing(moves, _is_undated, _of_move)),
        Gap(
            _("Déménagements : le nouveau lieu n’est pas publié"),
            _missing(moves, _has_no_destination, _of_move),
        ),
        Gap(_("Numéros à appeler : ils ne sont pas publiés"), _missing(lines, _is_mute, _of_line)),
        Gap(
            _("Lieux d’accueil : l’adresse n’est pas publiée"),
            _missing(fixed_points, _has_no_address, _of_point),
        ),
        Gap(
            _("Lieux d’accueil : les horaires ne sont pas publiés"),
            _missing(fixed_points, _has_no_hours, _of_point),
        ),
        Gap(
            _("Lieux d’accueil : le téléphone n’est pas publié"),
            _missing(points, _has_no_phone, _of_point),
        ),
        Gap(
            _("Accueils itinérants : le jour n’est pas publié"),
            _missing(stops, _has_no_day, _of_stop),
        ),
    ]
    return [gap for gap in gaps if gap.missing]


def _missing(
    things: Iterable[T], lacks: Callable[[T], bool], describe: Callable[[T], Missing]
) -> list[Missing]:
    return [describe(thing) for thing in things if lacks(thing)]


def _has_no_site(located: tuple[Team, Site | None]) -> bool:
    return located[1] is None


def _has_only_town(located: tuple[Team, Site | None]) -> bool:
    return located[1] is not None and not located[1].leads_there


def _is_past(move: Relocation) -> bool:
    today = clock.today()
    return move.is_overdue(today) or move.period.has_begun_without_end(today)


def _is_undated(move: Relocation) -> bool:
    return not move.period.is_bounded


def _has_no_destination(move: Relocation) -> bool:
    return move.destination_id is None and move.kind != Relocation.Kind.CLOSING


def _is_mute(line: PhoneLine) -> bool:
    return not parse_number(line.number)


def _has_no_address(point: ReceptionPoint) -> bool:
    return point.place is None or not point.place.leads_there


def _has_no_hours(point: ReceptionPoint) -> bool:
    return not (point.hours or point.appointment_hours or point.hours_text)


def _has_no_phone(point: ReceptionPoint) -> bool:
    return not parse_number(point.phone)


def _has_no_day(stop: Stop) -> bool:
    return stop.weekday is None


def _of_team(located: tuple[Team, Any]) -> Missing:
    team, _site = located
    return Missing(team.title, team.get_absolute_url())


def _of_move(move: Relocation) -> Missing:
    return Missing(move.team.title, move.get_absolute_url())


def _of_point(point: ReceptionPoint) -> Missing:
    return Missing(point.name, point.get_absolute_url())


def _of_line(line: PhoneLine) -> Missing:
    return Missing(line.name, reverse("reception-point-list"))


def _of_stop(stop: Stop) -> Missing:
    return Missing(stop.site.label, stop.point.get_absolute_url())
