"""Reception points and phone lines on a day: where a point stands, and what was known of each."""

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date

from accueil.contacts.cached_contacts import Contacts
from accueil.models import PhoneLine, ReceptionPoint
from portal.core.provenance import FieldOrigin
from teams.models import Site, Team
from teams.whereabouts import Certainty, Whereabouts


def place_points(points: Iterable[ReceptionPoint], on: date, contacts: Contacts) -> None:
    """Set in memory the place and the position of each point on that day, and its phone and hours
    as they were printed, where they were published later. No query.
    """
    for point in points:
        whereabouts = _host_whereabouts(point, on, contacts)
        site = whereabouts.likely_site if whereabouts else None
        if site is not None and point.team and point.team.site_id != site.pk:
            point.team.site = site
            point.latitude, point.longitude = site.point
        if point.field_origins:
            _restore_earlier_contact(point, on, ["address"] if point.team_id else [])
        vars(point).pop("origins", None)  # cached, of the place where it is stored


def line_on_day(line: PhoneLine, on: date) -> PhoneLine:
    """Return the line with its hours in words as they were known on that day; `line`, which
    requests share, is left unchanged.
    """
    if not line.field_origins:
        return line
    line = copy(line)
    _restore_earlier_contact(line, on, [])
    vars(line).pop("origins", None)  # cached
    return line


def _restore_earlier_contact(
    contact: ReceptionPoint | PhoneLine, on: date, others: Collection[str]
) -> None:
    """Give the phone and the hours in words that were known on that day, and forget the later
    publications: they say nothing of that day.

    The hours themselves have their dates, and the place of a team its moves: of `others`, the
    publication alone is forgotten.
    """
    origins = dict(contact.field_origins or {})
    for name in ("phone", "hours", *others):
        if not _is_published_later(origins.get(name), on):
            continue
        printed = origins.pop(name)["printed"] or ""
        if name == "phone" and isinstance(contact, ReceptionPoint):
            contact.phone = printed
        if name == "hours":
            contact.hours_text = printed
    contact.field_origins = origins or None


def _is_published_later(origin: FieldOrigin | None, on: date) -> bool:
    if origin is None or "source" not in origin or not origin["on"]:
        return False
    return on < date.fromisoformat(origin["on"])


def is_present(point: ReceptionPoint, on: date, contacts: Contacts) -> bool:
    """Return whether it may receive on that day: its team existed and had opened, and it had not
    closed.
    """
    whereabouts = _host_whereabouts(point, on, contacts)
    is_there_yet = whereabouts is None or not _is_before_its_team(whereabouts)
    return is_there_yet and not point.is_permanently_closed(on)


@dataclass(frozen=True)
class HostedPoints:
    """The points of the teams of a département that are not, on a day, where they are stored.

    `displaced` are the sites where points stand instead, by primary key; `absent` is how many do
    not receive, since their team did not exist or was not open yet.
    """

    displaced: Mapping[int, Site]
    absent: int


def hosted_points_elsewhere(department: str, on: date, contacts: Contacts) -> HostedPoints:
    """Return the points of teams that a search by stored position misses on that day."""
    displaced: dict[int, Site] = {}
    absent = 0
    for team, points in contacts.hosted_points.get(department, {}).items():
        whereabouts = contacts.describe_team(_whereabouts, contacts.teams[team], on)
        site = whereabouts.likely_site
        if _is_before_its_team(whereabouts):
            absent += len(points)
        elif site and site.pk != contacts.teams[team].site_id:
            displaced.update(dict.fromkeys(points, site))
    return HostedPoints(displaced, absent)


def _is_before_its_team(whereabouts: Whereabouts) -> bool:
    """Return whether the team did not exist yet, or had not opened."""
    if whereabouts.exists_from:
        return True
    return whereabouts.certainty is Certainty.UNKNOWN and whereabouts.move is not None


def _host_whereabouts(point: ReceptionPoint, on: date, contacts: Contacts) -> Whereabouts | None:
    team = contacts.teams.get(point.team_id or 0)
    return contacts.describe_team(_whereabouts, team, on) if team else None


def _whereabouts(team: Team, on: date) -> Whereabouts:
    return team.whereabouts(on)
