"""API routes of this app, in the order of the OpenAPI description."""

from portal.registries.api import router
from schema_actions.published.api import (
    ActionSheetViewSet,
    CampaignViewSet,
    EvaluationViewSet,
    PlanViewSet,
)

router.register("plans", PlanViewSet, basename="api-plan")
router.register("action-sheets", ActionSheetViewSet, basename="api-action-sheet")
router.register("campaigns", CampaignViewSet, basename="api-campaign")
router.register("evaluations", EvaluationViewSet, basename="api-evaluation")
