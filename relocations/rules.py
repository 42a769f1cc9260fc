"""Who changes a move, and who reads its history."""

from typing import Any

import rules
from django.db.models import Q

from portal.accounts.rules import works_anywhere, works_in
from portal.core.permissions.ownership import belong
from relocations.models import Relocation
from teams.models import Team
from teams.rules import keeps_team, kept_teams


@rules.predicate
def keeps_relocation(user: Any, move: Relocation | None = None) -> bool:
    """An agent of the team's agency, or a manager of its département."""
    return keeps_team(user, move.team if move else None)


@rules.predicate
def reads_history(user: Any, move: Relocation | None = None) -> bool:
    """Whoever works in the département of the team."""
    return works_in(user, move.team.agency.department_id if move else None)


def kept_relocations(user: Any) -> Q:
    """The moves that `keeps_relocation` says of this user."""
    return Q(team__in=Team.objects.filter(kept_teams(user)))


belong(Relocation, "team__agency__department", kept_relocations)

rules.add_perm("relocations", works_anywhere)
rules.add_perm("relocations.add_relocation", keeps_relocation)
rules.add_perm("relocations.change_relocation", keeps_relocation)
rules.add_perm("relocations.view_history", reads_history)
