"""Who may change a move, and who may read its history."""

import rules
from django.db.models import Q

from portal.accounts.models import User
from portal.accounts.rules import AnyUser, is_staff_anywhere, is_staff_in
from portal.core.permissions.ownership import register
from relocations.models import Relocation
from teams.models import Team
from teams.rules import can_edit_team, editable_teams


@rules.predicate
def can_edit_relocation(user: AnyUser, move: Relocation | None = None) -> bool:
    """Return whether the user is an agent of the team's agency or a manager of its département."""
    return can_edit_team(user, move.team if move else None)


@rules.predicate
def can_read_history(user: AnyUser, move: Relocation | None = None) -> bool:
    """Return whether the user works in the département of the team."""
    return is_staff_in(user, move.team.agency.department_id if move else None)


def editable_relocations(user: User) -> Q:
    """Return the condition that selects the moves for which `can_edit_relocation` is true."""
    return Q(team__in=Team.objects.filter(editable_teams(user)))


register(Relocation, "team__agency__department", editable_relocations)

rules.add_perm("relocations", is_staff_anywhere)
rules.add_perm("relocations.add_relocation", can_edit_relocation)
rules.add_perm("relocations.change_relocation", can_edit_relocation)
rules.add_perm("relocations.view_history", can_read_history)
