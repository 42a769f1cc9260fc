"""Display strings of reception points for list rows: a page shows a dozen of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accueil.contacts.cached_contacts import Contacts
from accueil.contacts.labels import closing_notice, day_label, distance_label, openness_label
from accueil.enums import AppointmentPolicy, PointKind
from accueil.models import ReceptionPoint, SpecialHours
from portal.core import clock
from portal.core.opening_hours.hours import OpeningState
from portal.core.provenance import describe_last_word, describe_other_sources
from portal.core.templatetags.display import badge, phone_link
from portal.core.text.language_cache import cache_by_language
from teams.sentences import CERTAINTY_BADGES
from teams.whereabouts import Certainty, Whereabouts

RowLabels = Mapping[str, str]  # "" for what is unknown or not shown


@dataclass(frozen=True, slots=True)
class PointRow:
    """A reception point in a list: whether it is open (None if unknown) and its display strings.

    `labels` has the keys number, name, url, state, distance, address, kind, hours, phone,
    tel, source; `doubt` is about its place; `announced` and `own_announced` are notices, the second
    without those that apply to all the points of the Département.
    """

    point: ReceptionPoint
    is_open: bool | None
    openness_label: str
    until: datetime | None
    labels: RowLabels


class ReceptionPointPresenter:
    """Builds the rows of reception points at one moment; `on` is the day of their places.

    For another day than today, their hours of that day stand instead of their state.
    """

    def __init__(self, at: datetime, contacts: Contacts, on: date | None = None) -> None:
        self._at = at
        self._on = on
        self._other_day = on if on != clock.today() else None
        self._contacts = contacts
        # The address of a point is under that of the list: cheaper than `reverse` for each.
        self._list_url = reverse("reception-point-list")
        self._sources: dict[tuple[int | None, int | None], str] = {}
        self._badges: dict[OpeningState, tuple[SafeString, str]] = {}

    def rows(self, points: Iterable[ReceptionPoint], first: int = 1) -> list[PointRow]:
        """Return the rows of these points, numbered from `first`."""
        return [self._row(point, number) for number, point in enumerate(points, first)]

    def url(self, slug: str) -> str:
        return f"{self._list_url}{slug}/"

    def openness_badge(self, state: OpeningState) -> tuple[SafeString, str]:
        """Return a badge and its text, cached: most points share a few."""
        if state not in self._badges:
            tone, label = openness_label(state)
            self._badges[state] = badge(tone, label), label
        return self._badges[state]

    def _row(self, point: ReceptionPoint, number: int) -> PointRow:
        found = point.opening_state(self._at)
        state, label = self.openness_badge(found)
        if self._other_day:
            tone, label = day_label(point, self._other_day)
            state = badge(tone, label)
        labels = {
            "number": str(number),
            "name": point.name,
            "url": self.url(point.slug),
            "state": state,
            "distance": distance_label(point),
            "address": self._address(point),
            "kind": self._kind(point),
            "hours": self._hours(point),
            "doubt": self._certainty_label(point),
            **self._notices(point),
            "phone": phone_link(point.phone) if point.phone else "",
            "source": self._source(point),
        }
        return PointRow(point, found.is_open, label, found.until, labels)

    def _notices(self, point: ReceptionPoint) -> RowLabels:
        if not point.special_hours and not point.closes_on:
            return {"announced": "", "own_announced": ""}
        end = closing_notice(point, clock.today())
        return {
            "announced": _render_notices(point.visible_special_hours, end),
            "own_announced": _render_notices(point.own_visible_special_hours, end),
        }

    def _whereabouts(self, point: ReceptionPoint) -> Whereabouts | None:
        team = self._contacts.teams.get(point.team_id or 0)
        return team.whereabouts(self._on) if team else None

    def _address(self, point: ReceptionPoint) -> str:
        """Return its address; both where nobody knows whether its team has moved."""
        place = self._whereabouts(point)
        if place and place.site and place.next_site and place.site is not place.next_site:
            values = {"before": place.site.label, "after": place.next_site.label}
            return _("%(before)s, ou %(after)s") % values
        return point.address or _shared_labels()["nowhere"]

    def _certainty_label(self, point: ReceptionPoint) -> str:
        place = self._whereabouts(point)
        if place is None or place.certainty is Certainty.CERTAIN:
            return ""
        return str(CERTAINTY_BADGES[place.certainty][1])

    def _kind(self, point: ReceptionPoint) -> str:
        kind = _shared_labels()[point.kind]
        has_point = point.latitude is not None and point.longitude is not None
        return (
            f"{kind} · {_shared_labels()['approximate']}"
            if has_point and point.is_approximate
            else kind
        )

    def _hours(self, point: ReceptionPoint) -> str:
        """Return the opening hours and whether an appointment is needed."""
        policy, hours = point.appointment_policy, point.hours_in_words
        if not hours and point.appointment_hours_in_words:
            with_hours = _shared_labels()["appointment_hours"]
            return with_hours % {"hours": point.appointment_hours_in_words}
        parts = (hours, _shared_labels()[policy] if policy else "")
        return " · ".join(part for part in parts if part)

    def _source(self, point: ReceptionPoint) -> str:
        """Return the last word on the point: what changed, the last check or the source; and the
        document that says its address, where it is another one.
        """
        if point.checked_on or point.origins:
            return describe_last_word(point)
        key = (point.source_id, point.place.source_id if point.place else None)
        if key not in self._sources:
            sentences = [describe_last_word(point), *describe_other_sources(point)]
            self._sources[key] = " ".join(sentences)
        return self._sources[key]


def _render_notices(announced: Sequence[SpecialHours], end: str) -> str:
    if not announced and not end:
        return ""
    context = {"announced": announced, "closing": end}
    return render_to_string("accueil/_announcements.html", context)


@cache_by_language()
def _shared_labels() -> dict[str, str]:
    """Labels shared by all rows, translated once."""
    return {
        **{value: str(label) for value, label in PointKind.choices},
        **{value: str(label) for value, label in AppointmentPolicy.choices},
        "appointment_hours": _("sur rendez-vous : %(hours)s"),
        **{"approximate": _("endroit à peu près"), "nowhere": _("lieu à renseigner")},
    }
