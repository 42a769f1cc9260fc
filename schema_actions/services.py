"""Changes of several rows of a plan."""

from django.db import transaction

from schema_actions.enums import LevelStatus
from schema_actions.models import ActionSheet, Campaign, Evaluation


@transaction.atomic
def create_evaluations(campaign: Campaign, *, status: LevelStatus) -> int:
    """Create the missing evaluations of the campaign, one per sheet, and return their number."""
    evaluated_sheets = campaign.evaluations.values("sheet")
    sheets = ActionSheet.objects.filter(plan=campaign.plan_id).exclude(pk__in=evaluated_sheets)
    evaluations = Evaluation.objects.bulk_create(
        [
            Evaluation(
                campaign=campaign,
                sheet=sheet,
                source_id=campaign.source_id,
                level_status=status,
            )
            for sheet in sheets
        ]
    )
    return len(evaluations)
