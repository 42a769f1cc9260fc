"""Where reception points stand on a day: those of a team are where the team is on that day."""

from collections.abc import Iterable
from datetime import date

from accueil.contacts.cached_contacts import Contacts
from accueil.models import ReceptionPoint
from teams.models import Team
from teams.whereabouts import Certainty, Whereabouts


def place_points(points: Iterable[ReceptionPoint], on: date, contacts: Contacts) -> None:
    """Set in memory the place and the position of each point on that day, and its phone and hours
    as they were printed, where they were published later. No query.
    """
    for point in points:
        _restore_earlier_contact(point, on)
        whereabouts = _host_whereabouts(point, on, contacts)
        site = whereabouts.likely_site if whereabouts else None
        if site is not None and point.team and point.team.site_id != site.pk:
            point.team.site = site
            point.latitude, point.longitude = site.point


def _restore_earlier_contact(point: ReceptionPoint, on: date) -> None:
    """Give the phone and the hours in words that were known on that day.

    The hours themselves have their dates.
    """
    for name, field in (("phone", "phone"), ("hours", "hours_text")):
        origin = point.origins.get(name)
        if origin is None or "source" not in origin or not origin["on"]:
            continue
        if on < date.fromisoformat(origin["on"]):
            setattr(point, field, origin["printed"] or "")


def is_present(point: ReceptionPoint, on: date, contacts: Contacts) -> bool:
    """Return whether it may receive on that day: its team had opened, and it had not closed."""
    whereabouts = _host_whereabouts(point, on, contacts)
    is_not_open_yet = (
        whereabouts is not None
        and whereabouts.certainty is Certainty.UNKNOWN
        and whereabouts.move is not None
    )
    return not is_not_open_yet and not point.is_permanently_closed(on)


def displaced_point_ids(department: str, on: date, contacts: Contacts) -> list[int]:
    """Return the points of teams that stand elsewhere on that day than where they are stored."""
    return [
        point
        for team, points in contacts.hosted_points.get(department, {}).items()
        if (site := contacts.describe_team(_whereabouts, contacts.teams[team], on).likely_site)
        and site.pk != contacts.teams[team].site_id
        for point in points
    ]


def _host_whereabouts(point: ReceptionPoint, on: date, contacts: Contacts) -> Whereabouts | None:
    team = contacts.teams.get(point.team_id or 0)
    return contacts.describe_team(_whereabouts, team, on) if team else None


def _whereabouts(team: Team, on: date) -> Whereabouts:
    return team.whereabouts(on)
