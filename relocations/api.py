"""API routes of this app, in the order of the OpenAPI description."""

from portal.registries.api import router
from relocations.editing.api import EditableRelocationViewSet
from relocations.schedule.api import TeamViewSet

router.register("relocations", EditableRelocationViewSet, basename="api-relocation")
router.register("teams", TeamViewSet, basename="api-team")
