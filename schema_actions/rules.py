"""Who keeps the sheets of a plan true."""

from typing import Any

import rules
from django.db.models import Q

from portal.accounts.rules import is_manager_of
from schema_actions.models import ActionSheet


@rules.predicate
def keeps_sheet(user: Any, sheet: ActionSheet | None = None) -> bool:
    """A manager of the plan's département."""
    return is_manager_of(user, sheet.plan.department_id if sheet else None)


def kept_sheets(user: Any) -> Q:
    """The sheets that `keeps_sheet` says of this user."""
    return Q(plan__department__in=user.managed_departments)


rules.add_perm("schema_actions", is_manager_of)
rules.add_perm("schema_actions.change_actionsheet", keeps_sheet)
