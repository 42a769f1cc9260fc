"""Rules of permissions, shared by the pages, the API and the administration.

A rule takes a user and an object; without an object, it tells whether the user has the permission
on at least one. Administrators (`is_superuser`) have every permission before any rule is asked.
"""

import rules
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from portal.accounts.enums import RoleKind
from portal.accounts.models import User
from portal.core.models import Source
from portal.core.permissions.ownership import register
from portal.territory.models import Commune, Department, DepartmentProfile

DepartmentRef = Department | str | None
AnyUser = User | AnonymousUser


@rules.predicate
def is_administrator(user: AnyUser) -> bool:
    return bool(user.is_active and user.is_superuser)


@rules.predicate
def is_manager_of(user: AnyUser, department: DepartmentRef = None) -> bool:
    """Return whether the user manages that département (or its code); for None, any."""
    return _has_role(user, RoleKind.MANAGER, department)


@rules.predicate
def is_pilot_in(user: AnyUser, department: DepartmentRef = None) -> bool:
    """Return whether the user pilots plans of that département; for None, of any."""
    return _has_role(user, RoleKind.PILOT, department)


@rules.predicate
def is_reviewer_in(user: AnyUser, department: DepartmentRef = None) -> bool:
    """Return whether the user reviews plans of that département; for None, of any."""
    return _has_role(user, RoleKind.REVIEWER, department)


@rules.predicate
def is_agent_in(user: AnyUser, department: DepartmentRef = None) -> bool:
    """Return whether the user is an agent of an agency of that département; for None, of any."""
    return (
        isinstance(user, User) and user.is_active and _includes(user.agent_departments, department)
    )


@rules.predicate
def is_staff_in(user: AnyUser, department: DepartmentRef = None) -> bool:
    """Return whether the user is an agent or a manager there, or an administrator."""
    return (
        is_administrator(user) or is_manager_of(user, department) or is_agent_in(user, department)
    )


def staff_departments(user: User) -> frozenset[str]:
    """Return the codes of the départements where the user is an agent or a manager."""
    return frozenset(user.managed_departments | user.agent_departments)


def _has_role(user: AnyUser, kind: str, department: DepartmentRef) -> bool:
    return (
        isinstance(user, User)
        and user.is_active
        and _includes(user.departments_with_role(kind), department)
    )


def _includes(codes: frozenset[str], department: DepartmentRef) -> bool:
    if department is None:
        return bool(codes)
    return (department.code if isinstance(department, Department) else department) in codes


@rules.predicate
def can_manage_profile(user: AnyUser, profile: DepartmentProfile | None = None) -> bool:
    return is_manager_of(user, profile.department_id if profile else None)


@rules.predicate
def is_staff_anywhere(user: AnyUser) -> bool:
    return is_staff_in(user)


register(Department, "", lambda user: Q(pk__in=staff_departments(user)))
register(Commune, "department", lambda user: Q(department__in=staff_departments(user)))
register(DepartmentProfile, "department", lambda user: Q(department__in=user.managed_departments))
register(Source, None, lambda user: Q())  # belongs to no département

rules.add_perm("accounts.manage_people", is_administrator | is_manager_of)
rules.add_perm("accounts.grant_administrator", is_administrator)
rules.add_perm("accounts.reset_code", is_administrator)

rules.add_perm("territory", is_staff_anywhere)
rules.add_perm("territory.view_department", is_staff_anywhere)
rules.add_perm("territory.view_commune", is_staff_anywhere)
rules.add_perm("territory.view_formercommune", is_staff_anywhere)
rules.add_perm("territory.add_departmentprofile", is_administrator)
rules.add_perm("territory.change_departmentprofile", can_manage_profile)
