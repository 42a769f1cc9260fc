"""A door as a line of the list says it: plain strings, since a page writes twenty of them."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TypedDict

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accueil.desk.choice import Candidate
from accueil.directory.contacts import Directory
from accueil.directory.words import openness
from accueil.models import ReceptionPoint, SpecialHours
from accueil.models.special_hours import Calendar, tell
from portal.core.models import Source
from portal.core.periods import format_day
from portal.core.templatetags.display import badge, phone, tel
from teams.sentences import BADGES
from teams.whereabouts import Certainty


class Row(TypedDict):
    """`number` is its rank. What is not known, or of no use, is "" or empty. `is_uncertain` says
    that there is a `doubt` about its place or an announcement. The last three are for the map and
    for how long the page lasts.
    """

    number: int
    name: str
    url: str
    state: SafeString
    distance: str
    address: str
    kind: str
    hours: str
    is_uncertain: bool
    doubt: str
    announced: Sequence[SpecialHours]
    phone: str
    tel: str
    source: str
    point: tuple[float, float] | None
    openness: tuple[bool | None, str]
    change: datetime | None


class Teller:
    """Says doors at one moment, seen from a place or from nowhere."""

    def __init__(
        self,
        at: datetime,
        place: tuple[float, float] | None,
        offices: Directory,
        known: Calendar,
    ) -> None:
        self._at = at
        self._place = place
        self._offices = offices
        self._known = known
        # All the addresses of doors are under that of their list.
        self._list = reverse("reception-list")
        self._sources: dict[int | None, str] = {}
        self._told: dict[tuple[bool | None, datetime | None], tuple[SafeString, str]] = {}

    def rows(self, doors: Sequence[Candidate], first: int) -> list[Row]:
        """In one query, whatever their number; two more where one of them is itinerant."""
        points = ReceptionPoint.objects.whole([one.pk for one in doors]) if doors else []
        if self._place:
            for point in points:
                point.from_latitude, point.from_longitude = self._place
        self._offices.say_sources(points)
        tell(points, self._known)
        itinerant = [point for point in points if point.is_itinerant]
        prefetch_related_objects(itinerant, "stops__site__commune", "stops__changes")
        return [self._row(point, number) for number, point in enumerate(points, first)]

    def url(self, slug: str) -> str:
        return f"{self._list}{slug}/"

    def openness(self, is_open: bool | None, change: datetime | None) -> tuple[SafeString, str]:
        """A badge, and its words; most doors share a few."""
        key = is_open, change
        if key not in self._told:
            tone, words = openness(is_open, change)
            self._told[key] = badge(tone, words), words
        return self._told[key]

    def _row(self, point: ReceptionPoint, number: int) -> Row:
        is_open, change = point.openness(self._at)
        state, words = self.openness(is_open, change)
        has_point = point.latitude is not None and point.longitude is not None
        doubt = self._doubt(point)
        announced = point.special_hours_shown if point.special_hours else []
        return Row(
            number=number,
            name=point.name,
            url=self.url(point.slug),
            state=state,
            distance=self._distance(point),
            address=point.address or _words()["nowhere"],
            kind=self._kind(point.kind, has_point and point.is_approximate),
            hours=self._hours(point),
            is_uncertain=bool(doubt or announced),
            doubt=doubt,
            announced=announced,
            phone=phone(point.phone) if point.phone else "",
            tel=tel(point.phone) if point.phone else "",
            source=self._source(point),
            point=(point.latitude or 0.0, point.longitude or 0.0) if has_point else None,
            openness=(is_open, words),
            change=change,
        )

    def _doubt(self, point: ReceptionPoint) -> str:
        team = self._offices.teams.get(point.team_id or 0)
        if team is None:
            return ""
        certainty = team.whereabouts().certainty
        return "" if certainty is Certainty.CERTAIN else str(BADGES[certainty][1])

    def _distance(self, point: ReceptionPoint) -> str:
        """How far it is, as sure as its point is; "" where nothing was measured."""
        km, said = point.distance_km, _words()
        if km is None:
            return ""
        if not point.is_approximate:
            return said["km"] % f"{km:.1f}".replace(".", ",").removesuffix(",0")
        return said["here"] if km < 1 else said["about_km"] % round(km)

    def _kind(self, kind: str, is_approximate: bool) -> str:
        said = _words()
        return f"{said[kind]} · {said['approximate']}" if is_approximate else said[kind]

    def _hours(self, point: ReceptionPoint) -> str:
        """When, and whether one comes by appointment."""
        if point.by_appointment is None:
            return point.hours_in_french
        how = _words()["with" if point.by_appointment else "without"]
        return " · ".join(part for part in (point.hours_in_french, how) if part)

    def _source(self, point: ReceptionPoint) -> str:
        """Whence its facts are, or when somebody last made sure of them."""
        if point.checked_on:
            return _("Vérifié le %s.") % format_day(point.checked_on)
        if point.source_id not in self._sources:
            self._sources[point.source_id] = source_in_words(point.source)
        return self._sources[point.source_id]


def source_in_words(published: Source | None) -> str:
    if published is None:
        return _("Source non indiquée.")
    period = published.period
    when = str(period) if period.is_bounded else _("sans date")
    return _("Source : %(title)s, %(when)s.") % {"title": published.title, "when": when}


@cache
def _words() -> dict[str, str]:
    """What lines have in common, translated once."""
    return {
        **{value: str(label) for value, label in ReceptionPoint.Kind.choices},
        **{"km": _("à %s km"), "about_km": _("à environ %d km"), "here": _("dans la commune")},
        **{"with": _("sur rendez-vous"), "without": _("sans rendez-vous")},
        **{"approximate": _("position approximative"), "nowhere": _("lieu à renseigner")},
    }
