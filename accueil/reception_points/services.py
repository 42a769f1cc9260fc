"""From the query of the list to the reception points and bus stops that it shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.core.paginator import Page
from django.db.models import prefetch_related_objects
from django.http import Http404

from accueil.contacts import next_stops
from accueil.contacts.cached_contacts import Contacts, contacts_cache
from accueil.contacts.nearest_points import points_by_ids
from accueil.contacts.next_stops import NextStop
from accueil.contacts.places_on_day import place_points
from accueil.enums import PointKind
from accueil.models import ReceptionPoint
from accueil.models.opening_hours import attach_special_hours
from accueil.models.special_hours import SpecialHoursIndex, special_hours_cache
from accueil.reception_points import candidates, selection
from accueil.reception_points.parameters import PointListQuery
from accueil.reception_points.selection import Candidate, Selection
from portal.core import clock
from portal.core.caching.data_versions import Versions
from portal.core.http.parameters import paginate

PAGE_SIZE = 12  # a few screens of a phone


@dataclass(frozen=True)
class ListData:
    """The cached data that a list reads, and the time for which it is computed."""

    at: datetime
    versions: Versions
    contacts: Contacts
    special_hours: SpecialHoursIndex

    @classmethod
    def load(cls, versions: Versions) -> "ListData":
        return cls(
            clock.now(), versions, contacts_cache.get(versions), special_hours_cache.get(versions)
        )


@dataclass(frozen=True)
class UncountedPage:
    """A page of a list whose length is not counted, with the attributes of Django's `Page`."""

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


def departments_in_scope(query: PointListQuery, served: Collection[str]) -> list[str]:
    """Return the codes of the départements to search: that of the place, else those chosen.

    Empty if the place is not understood or in a département that is not served, and while one of
    several départements is to be chosen.
    """
    if query.commune:
        return [query.commune.department] if query.commune.department in served else []
    if query.near:
        return []
    if query.department:
        return [query.department]
    return sorted(served) if len(served) == 1 else []


def select_page(
    query: PointListQuery, scope: Sequence[str], data: ListData
) -> tuple[Selection, Page | UncountedPage]:
    """Return the matching candidates and the requested page. Raises Http404 past the last page."""
    select = partial(
        selection.select_candidates,
        when=query.when,
        at=data.at,
        special_hours=data.special_hours,
    )
    if scope and query.position:
        min_count = query.page * PAGE_SIZE + 1
        selected = candidates.nearest_candidates(
            *(query.position, scope[0], query.criteria),
            min_count=min_count,
            select=select,
            contacts=data.contacts,
        )
        if query.page > 1 and len(selected.candidates) <= min_count - 1 - PAGE_SIZE:
            raise Http404
        return selected, UncountedPage(query.page, len(selected.candidates) >= min_count)
    selected = select(candidates.department_candidates(scope, query.criteria) if scope else [])
    return selected, paginate(selected.candidates, PAGE_SIZE, str(query.page))


def load_points(
    shown: Sequence[Candidate], position: tuple[float, float] | None, data: ListData
) -> list[ReceptionPoint]:
    """Return the candidates' points with all that their rows show, distances from `position`.

    One query; two more if one of the points is itinerant.
    """
    points = points_by_ids([candidate.pk for candidate in shown]) if shown else []
    if position:
        for point in points:
            point.from_latitude, point.from_longitude = position
    place_points(points, clock.today(), data.contacts)
    data.contacts.attach_point_sources(points)
    attach_special_hours(points, data.special_hours)
    itinerant = [point for point in points if point.is_itinerant]
    prefetch_related_objects(itinerant, "stops__site__commune", "stops__changes")
    return points


def nearby_stops(query: PointListQuery, scope: Sequence[str], data: ListData) -> list[NextStop]:
    """Return the bus stops nearest to the commune, else all those of the départements."""
    if not scope or query.criteria.kind not in ("", PointKind.ITINERANT):
        return []
    if query.position:
        return next_stops.nearest_stops(
            *query.position, department=scope[0], at=data.at, versions=data.versions
        )
    return next_stops.stops_of_departments(scope, at=data.at, versions=data.versions)
