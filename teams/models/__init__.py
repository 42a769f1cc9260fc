from teams.models.agencies import Agency, FormerAgency, Membership, agent_label
from teams.models.sectors import Sector
from teams.models.sites import SITE_RELATIONS, Site
from teams.models.statements import Statement
from teams.models.teams import Team, TeamName, phone_lines

__all__ = [
    "SITE_RELATIONS",
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
