"""Who may do what, said once for the pages, the API and the administration.

A rule takes a user and an object; without an object it says whether there is any at all for them.
An administrator may do everything: Django answers for them before any rule.
"""

from typing import Any

import rules
from django.db.models import Q

from portal.accounts.enums import RoleKind
from portal.core.models import Source
from portal.core.permissions.ownership import register
from portal.territory.models import Commune, Department, DepartmentProfile

DepartmentRef = Department | str | None


@rules.predicate
def is_administrator(user: Any) -> bool:
    return bool(user.is_active and user.is_superuser)


@rules.predicate
def is_manager_of(user: Any, department: DepartmentRef = None) -> bool:
    """Of that département, given by itself or by its code; of any at all for None."""
    return _has_role(user, RoleKind.MANAGER, department)


@rules.predicate
def is_pilot_in(user: Any, department: DepartmentRef = None) -> bool:
    """Of the plans of that département; of any at all for None."""
    return _has_role(user, RoleKind.PILOT, department)


@rules.predicate
def is_reviewer_in(user: Any, department: DepartmentRef = None) -> bool:
    """Of the plans of that département; of any at all for None."""
    return _has_role(user, RoleKind.REVIEWER, department)


@rules.predicate
def is_agent_in(user: Any, department: DepartmentRef = None) -> bool:
    """An agent of an agency of that département; of any at all for None."""
    return bool(user.is_active) and _includes(user.agent_departments, department)


@rules.predicate
def is_staff_in(user: Any, department: DepartmentRef = None) -> bool:
    """An agent or a manager of that département, or an administrator."""
    return (
        is_administrator(user) or is_manager_of(user, department) or is_agent_in(user, department)
    )


def staff_departments(user: Any) -> frozenset[str]:
    """The codes of the départements of which `works_in` says yes, but for an administrator."""
    return frozenset(user.managed_departments | user.agent_departments)


def _has_role(user: Any, kind: str, department: DepartmentRef) -> bool:
    return bool(user.is_active) and _includes(user.departments_with_role(kind), department)


def _includes(codes: frozenset[str], department: DepartmentRef) -> bool:
    if department is None:
        return bool(codes)
    return (department.code if isinstance(department, Department) else department) in codes


@rules.predicate
def can_manage_profile(user: Any, profile: DepartmentProfile | None = None) -> bool:
    return is_manager_of(user, profile.department_id if profile else None)


@rules.predicate
def is_staff_anywhere(user: Any) -> bool:
    return is_staff_in(user)


register(Department, "", lambda user: Q(pk__in=staff_departments(user)))
register(Commune, "department", lambda user: Q(department__in=staff_departments(user)))
register(DepartmentProfile, "department", lambda user: Q(department__in=user.managed_departments))
register(Source, None, lambda user: Q())  # a document of whoever published it, read by all

rules.add_perm("accounts.manage_people", is_administrator | is_manager_of)
rules.add_perm("accounts.grant_administrator", is_administrator)
rules.add_perm("accounts.reset_code", is_administrator)

rules.add_perm("territory", is_staff_anywhere)
rules.add_perm("territory.view_department", is_staff_anywhere)
rules.add_perm("territory.view_commune", is_staff_anywhere)
rules.add_perm("territory.view_formercommune", is_staff_anywhere)
rules.add_perm("territory.add_departmentprofile", is_administrator)
rules.add_perm("territory.change_departmentprofile", can_manage_profile)
