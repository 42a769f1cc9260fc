"""Plans and what is published of them; the work in a campaign hosted in the portal."""

from schema_actions.models.abstract import AbstractEvaluation
from schema_actions.models.campaigns import Campaign, CampaignQuerySet
from schema_actions.models.entries import (
    REASON_MAX_LENGTH,
    Entry,
    EntryQuerySet,
    Pilot,
    SignedVersion,
    Writer,
)
from schema_actions.models.evaluations import Evaluation, EvaluationQuerySet, Remark
from schema_actions.models.indicators import Indicator, IndicatorValue
from schema_actions.models.plans import Axis, Objective, Plan
from schema_actions.models.sheets import ActionSheet, ActionSheetQuerySet, CalendarPeriod

__all__ = [
    "REASON_MAX_LENGTH",
    "AbstractEvaluation",
    "ActionSheet",
    "ActionSheetQuerySet",
    "Axis",
    "CalendarPeriod",
    "Campaign",
    "CampaignQuerySet",
    "Entry",
    "EntryQuerySet",
    "Evaluation",
    "EvaluationQuerySet",
    "Indicator",
    "IndicatorValue",
    "Objective",
    "Pilot",
    "Plan",
    "Remark",
    "SignedVersion",
    "Writer",
]
