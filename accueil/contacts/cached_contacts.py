"""The agencies, phone lines and teams with their moves, cached in the process.

Contacts are read whole for given versions of the data, shared by all threads and never modified:
new ones replace them at the first request after a change.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar, cast

from django.db.models import Prefetch

from accueil.models import PhoneLine, ReceptionPoint
from accueil.models.opening_hours import attach_special_hours
from accueil.models.special_hours import build_special_hours_index
from portal.core import clock
from portal.core.caching.data_versions import VersionedCache
from portal.core.models import Source, Sourced
from portal.territory.models import Department
from relocations.models import Relocation
from teams.models import SITE_RELATIONS, Agency, FormerAgency, Team

T = TypeVar("T")
MAX_DESCRIPTIONS = 800
MOVED = ("", "moved_to__")  # a site, and where it has moved


@dataclass(frozen=True)
class Contacts:
    """Teams and sources by primary key, départements by code with their phone lines.

    `hosted_points` are the primary keys of the reception points of each team, by département.
    """

    teams: Mapping[int, Team]
    departments: Mapping[str, Department]
    sources: Mapping[int, Source]
    hosted_points: Mapping[str, Mapping[int, Sequence[int]]] = field(default_factory=dict)
    _descriptions: dict[Hashable, object] = field(default_factory=dict, init=False, repr=False)

    def phone_lines(self, departments: Collection[str]) -> list[PhoneLine]:
        """Return the phone lines of these départements, those without a published number last."""
        departments_found = (
            self.departments[code] for code in sorted(departments) if code in self.departments
        )
        lines = [line for department in departments_found for line in department.phone_lines.all()]
        return sorted(lines, key=lambda line: not line.number)

    def attach_sources(self, rows: Iterable[Sourced]) -> None:
        """Set the source of each row, without a query unless the source was added since."""
        for row in rows:
            if source := self.sources.get(row.source_id or 0):
                row.source = source

    def attach_point_sources(self, points: Iterable[ReceptionPoint]) -> None:
        """Set the sources of these points and of their places, without a query."""
        for point in points:
            self.attach_sources([point, *([point.place] if point.place else [])])

    def describe_team(
        self, describe: Callable[..., T], team: Team, on: date, *options: Hashable
    ) -> T:
        """Return `describe(team, on, *options)`, called once for each team, day and options.

        The result depends on nothing but these contacts, which are those of one language, and
        today; reusing it saves 13 % of the processor time of `lookup/`. At most `MAX_DESCRIPTIONS`
        are stored.
        """
        key = (describe, team.pk, on, clock.today(), options)
        description = self._descriptions.get(key)
        if description is None:
            description = describe(team, on, *options)
            if len(self._descriptions) >= MAX_DESCRIPTIONS:
                self._descriptions.clear()
            self._descriptions[key] = description
        return cast(T, description)


def build_contacts() -> Contacts:
    """Read the contacts in twelve queries, whatever the number of départements."""
    lines = Prefetch("phone_lines", PhoneLine.objects.select_related("source"))
    departments = {
        department.code: department for department in Department.objects.prefetch_related(lines)
    }
    teams = _teams(_agencies(departments))
    contacts = Contacts(teams, departments, Source.objects.in_bulk(), _hosted_points())
    attach_special_hours(contacts.phone_lines(departments), build_special_hours_index())
    for team in teams.values():
        moves = team.relocations.all()
        sites = [team.site, *(site for move in moves for site in (move.origin, move.destination))]
        places = [place for site in sites if site for place in (site, site.moved_to) if place]
        contacts.attach_sources([team, *moves, *places])
    return contacts


def _hosted_points() -> dict[str, dict[int, list[int]]]:
    hosted: dict[str, dict[int, list[int]]] = {}
    rows = ReceptionPoint.objects.filter(team__isnull=False).order_by("pk")
    for department, team, point in rows.values_list("department_id", "team_id", "pk"):
        hosted.setdefault(department, {}).setdefault(team, []).append(point)
    return hosted


def _agencies(departments: Mapping[str, Department]) -> dict[int, Agency]:
    former = FormerAgency.objects.select_related(*(f"site__{name}" for name in SITE_RELATIONS))
    agencies = Agency.objects.prefetch_related(Prefetch("predecessors", former))
    for agency in agencies:
        agency.department = departments[agency.department_id]
    return {agency.pk: agency for agency in agencies}


def _teams(agencies: Mapping[int, Agency]) -> dict[int, Team]:
    moves = Relocation.objects.select_related(
        *(f"{site}__{name}commune" for site in ("origin", "destination") for name in MOVED)
    )
    teams = Team.objects.select_related(*(f"site__{name}commune" for name in MOVED))
    teams_by_pk = {team.pk: team for team in teams.prefetch_related(Prefetch("relocations", moves))}
    for team in teams_by_pk.values():
        team.agency = agencies.get(team.agency_id) or team.agency
    return teams_by_pk


contacts_cache = VersionedCache(
    build_contacts, "core", "territory", "teams", "relocations", "accueil"
)
