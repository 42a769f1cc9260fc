"""Who may edit agencies, teams, sites and sectors."""

import rules
from django.db.models import Q, QuerySet

from portal.accounts.models import User
from portal.accounts.rules import (
    AnyUser,
    is_agent_in,
    is_manager_of,
    is_staff_anywhere,
    is_staff_in,
    staff_departments,
)
from portal.core.permissions.ownership import register
from teams.models import Agency, Sector, Site, Team


@rules.predicate
def is_agent_of(user: AnyUser, agency: Agency | None = None) -> bool:
    """Return whether the user is an agent of that agency; for None, of any."""
    if not user.is_active:
        return False
    return agency.pk in user.agency_ids if agency else bool(user.agency_ids)


@rules.predicate
def can_edit_agency(user: AnyUser, agency: Agency | None = None) -> bool:
    """Return whether the user is an agent of the agency or a manager of its département."""
    department = agency.department_id if agency else None
    return is_agent_of(user, agency) or is_manager_of(user, department)


@rules.predicate
def manages_agency(user: AnyUser, agency: Agency | None = None) -> bool:
    """Return whether the user manages the département of the agency."""
    return is_manager_of(user, agency.department_id if agency else None)


@rules.predicate
def can_edit_team(user: AnyUser, team: Team | None = None) -> bool:
    return can_edit_agency(user, team.agency if team else None)


@rules.predicate
def can_edit_sector(user: AnyUser, sector: Sector | None = None) -> bool:
    return can_edit_team(user, sector.team if sector else None)


@rules.predicate
def can_edit_site(user: AnyUser, site: Site | None = None) -> bool:
    """Return whether the user may edit the site.

    A manager of its département may; so may an agent of the only agency that uses it, or any agent
    of the département while none does. So pointing at a site gives no right over it.
    """
    if site is None:
        return can_edit_agency(user, None)
    if is_manager_of(user, site.department_id):
        return True
    if not isinstance(user, User) or not is_agent_in(user, site.department_id):
        return False
    if site.pk is None:
        return True
    return not _agencies_at(Q(pk=site.pk)).exclude(pk__in=user.agency_ids).exists()


@rules.predicate
def can_read_history(user: AnyUser, row: Team | Site | Sector | None = None) -> bool:
    """Return whether the user works in the département of the row."""
    return is_staff_in(user, _department_of(row) if row else None)


def _department_of(row: Team | Site | Sector) -> str:
    if isinstance(row, Site):
        return row.department_id
    team = row.team if isinstance(row, Sector) else row
    return team.agency.department_id


def editable_agencies(user: User) -> Q:
    """Return the condition that selects the agencies for which `can_edit_agency` is true."""
    return Q(pk__in=user.agency_ids) | Q(department__in=user.managed_departments)


def editable_teams(user: User) -> Q:
    return Q(agency__in=Agency.objects.filter(editable_agencies(user)))


def editable_sectors(user: User) -> Q:
    return Q(team__in=Team.objects.filter(editable_teams(user)))


def editable_sites(user: User) -> Q:
    """Return the condition that selects the sites for which `can_edit_site` is true."""
    others = Agency.objects.exclude(pk__in=user.agency_ids)
    return Q(department__in=user.managed_departments) | (
        Q(department__in=user.agent_departments) & ~_used_by(others)
    )


# From an agency to the sites that it uses: of its teams, their moves, its reception points, the
# stops of its buses, the structures that it replaced. Upper apps are reached by reverse relations.
_USES = (
    "teams__site",
    "teams__relocations__origin",
    "teams__relocations__destination",
    "teams__reception_points__stops__site",
    "reception_points__site",
    "reception_points__stops__site",
    "predecessors__site",
)


def _agencies_at(sites: Q) -> "QuerySet[Agency]":
    """Return the agencies that use any of these sites."""
    selected = Site.objects.filter(sites)
    condition = Q()
    for use in _USES:
        users = Agency.objects.filter(**{f"{use}__in": selected}).order_by()
        condition |= Q(pk__in=users.values("pk"))
    return Agency.objects.filter(condition).order_by()


def _used_by(agencies: "QuerySet[Agency]") -> Q:
    """Return the condition that selects the sites that any of these agencies uses."""
    condition = Q()
    for use in _USES:
        using = agencies.filter(**{f"{use}__isnull": False}).order_by()
        condition |= Q(pk__in=using.values(use))
    return condition


register(Agency, "department", editable_agencies)
register(Team, "agency__department", editable_teams)
register(Sector, "team__agency__department", editable_sectors)
# A site may be shared: all the staff of its département may point at it; `can_edit_site` is
# stricter.
register(Site, "department", lambda user: Q(department__in=staff_departments(user)))

rules.add_perm("teams", is_staff_anywhere)
rules.add_perm("teams.view_history", can_read_history)
rules.add_perm("teams.add_agency", manages_agency)
rules.add_perm("teams.change_agency", can_edit_agency)
rules.add_perm("teams.add_team", can_edit_team)
rules.add_perm("teams.change_team", can_edit_team)
rules.add_perm("teams.add_site", can_edit_site)
rules.add_perm("teams.change_site", can_edit_site)
rules.add_perm("teams.add_sector", can_edit_sector)
rules.add_perm("teams.change_sector", can_edit_sector)
rules.add_perm("teams.delete_sector", can_edit_sector)
