"""API routes of this app, in the order of the OpenAPI description."""

from portal.registries.api import router
from teams.directory.api import AgencyViewSet, SiteViewSet
from teams.sectors.api import SectorViewSet

router.register("agencies", AgencyViewSet, basename="api-agency")
router.register("sites", SiteViewSet, basename="api-site")
router.register("sectors", SectorViewSet, basename="api-sector")
