from teams.models.agencies import Agency, FormerAgency, Membership, agent_label
from teams.models.sectors import Sector
from teams.models.sites import Site
from teams.models.statements import Statement
from teams.models.teams import Team, TeamName, phone_lines

__all__ = [
    "Agency",
    "FormerAgency",
    "Membership",
    "Sector",
    "Site",
    "Statement",
    "Team",
    "TeamName",
    "agent_label",
    "phone_lines",
]
