"""Grant and revoke the rights of agents of agencies."""

from django.db import transaction

from portal.accounts.models import User
from portal.accounts.services import record_right_change
from teams.models import Agency, Membership, agent_label


@transaction.atomic
def grant_membership(*, by: User | None, user: User, agency: Agency) -> bool:
    """Make the user an agent of the agency; return False if they were. Null `by` is the portal."""
    _row, created = Membership.objects.get_or_create(user=user, agency=agency)
    if created:
        right = agent_label(agency)
        record_right_change(
            by=by, user=user, granted=True, right=right, department=agency.department
        )
    return created


@transaction.atomic
def revoke_membership(*, by: User | None, user: User, agency: Agency) -> bool:
    """Remove the user from the agents of the agency; return False if they were not one."""
    count, _rows = Membership.objects.filter(user=user, agency=agency).delete()
    if count:
        right = agent_label(agency)
        record_right_change(
            by=by, user=user, granted=False, right=right, department=agency.department
        )
    return bool(count)
