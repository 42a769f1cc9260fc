"""Who keeps agencies, teams, sites and sectors true."""

from typing import Any

import rules
from django.db.models import Q

from portal.accounts.rules import is_agent_in, is_manager_of, works_anywhere, works_in
from teams.models import Agency, Sector, Site, Team


@rules.predicate
def is_agent_of(user: Any, agency: Agency | None = None) -> bool:
    """An agent of that agency; of any at all for None."""
    if not user.is_active:
        return False
    return agency.pk in user.agency_ids if agency else bool(user.agency_ids)


@rules.predicate
def keeps_agency(user: Any, agency: Agency | None = None) -> bool:
    """An agent of that agency, or a manager of its département."""
    department = agency.department_id if agency else None
    return is_agent_of(user, agency) or is_manager_of(user, department)


@rules.predicate
def keeps_team(user: Any, team: Team | None = None) -> bool:
    return keeps_agency(user, team.agency if team else None)


@rules.predicate
def keeps_sector(user: Any, sector: Sector | None = None) -> bool:
    return keeps_team(user, sector.team if sector else None)


@rules.predicate
def keeps_site(user: Any, site: Site | None = None) -> bool:
    """A manager of its département; an agent of a team that is there, comes or leaves; any agent of
    the département while no team has anything to do with it.
    """
    if site is None:
        return keeps_agency(user, None)
    if is_manager_of(user, site.department_id):
        return True
    if not is_agent_in(user, site.department_id):
        return False
    agencies = set(_teams_at(site).values_list("agency_id", flat=True)) if site.pk else set()
    return not agencies or bool(agencies & user.agency_ids)


@rules.predicate
def reads_history(user: Any, row: Team | Site | Sector | None = None) -> bool:
    """Whoever works in the département of the team, site or sector."""
    return works_in(user, _department_of(row) if row else None)


def _department_of(row: Team | Site | Sector) -> str:
    if isinstance(row, Site):
        return row.department_id
    team = row.team if isinstance(row, Sector) else row
    return team.agency.department_id


def _teams_at(site: Site) -> Any:
    there = Q(site=site) | Q(relocations__origin=site) | Q(relocations__destination=site)
    return Team.objects.filter(there)


def kept_agencies(user: Any) -> Q:
    """The agencies that `keeps_agency` says of this user."""
    return Q(pk__in=user.agency_ids) | Q(department__in=user.managed_departments)


def kept_teams(user: Any) -> Q:
    return Q(agency__in=Agency.objects.filter(kept_agencies(user)))


def kept_sectors(user: Any) -> Q:
    return Q(team__in=Team.objects.filter(kept_teams(user)))


def kept_sites(user: Any) -> Q:
    """The sites that `keeps_site` says of this user."""
    concerned = Team.objects.filter(agency__in=user.agency_ids)
    used = _sites_of(Team.objects.all())
    return Q(department__in=user.managed_departments) | (
        Q(department__in=user.agent_departments) & (_sites_of(concerned) | ~used)
    )


def _sites_of(teams: Any) -> Q:
    """The sites where these teams are, come or leave."""
    return (
        Q(pk__in=teams.filter(site__isnull=False).values("site"))
        | Q(pk__in=teams.filter(relocations__origin__isnull=False).values("relocations__origin"))
        | Q(
            pk__in=teams.filter(relocations__destination__isnull=False).values(
                "relocations__destination"
            )
        )
    )


rules.add_perm("teams", works_anywhere)
rules.add_perm("teams.view_history", reads_history)
rules.add_perm("teams.add_agency", is_manager_of)
rules.add_perm("teams.change_agency", keeps_agency)
rules.add_perm("teams.add_team", keeps_team)
rules.add_perm("teams.change_team", keeps_team)
rules.add_perm("teams.add_site", keeps_site)
rules.add_perm("teams.change_site", keeps_site)
rules.add_perm("teams.add_sector", keeps_sector)
rules.add_perm("teams.change_sector", keeps_sector)
rules.add_perm("teams.delete_sector", keeps_sector)
