"""Reception points, phone lines, their hours and stops, activity, figures and readers' reports."""

from accueil.models.activity import Activity, Referrals
from accueil.models.figures import Figure, Principle
from accueil.models.meetings import Meeting
from accueil.models.opening_hours import OpeningHoursModel, validate_hours
from accueil.models.phone_lines import PhoneLine
from accueil.models.reception_points import (
    ReceptionPoint,
    ReceptionPointQuerySet,
    refresh_positions,
)
from accueil.models.reports import Report
from accueil.models.rounds import Stop, StopChange
from accueil.models.special_hours import SpecialHours

__all__ = [
    "Activity",
    "Figure",
    "Meeting",
    "OpeningHoursModel",
    "PhoneLine",
    "Principle",
    "ReceptionPoint",
    "ReceptionPointQuerySet",
    "Referrals",
    "Report",
    "SpecialHours",
    "Stop",
    "StopChange",
    "refresh_positions",
    "validate_hours",
]
