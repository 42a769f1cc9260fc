"""API routes of this app, in the order of the OpenAPI description."""

from accueil.contacts.api import PhoneLineViewSet, ReceptionPointViewSet, StopViewSet
from accueil.figures.api import FigureViewSet
from accueil.lookup.api import LookupViewSet, SuggestViewSet
from accueil.meetings.api import MeetingViewSet
from portal.registries.api import router

router.register("reception-points", ReceptionPointViewSet, basename="api-reception-point")
router.register("phone-lines", PhoneLineViewSet, basename="api-phone-line")
router.register("figures", FigureViewSet, basename="api-figure")
router.register("meetings", MeetingViewSet, basename="api-meeting")
router.register("stops", StopViewSet, basename="api-stop")
router.register("lookup", LookupViewSet, basename="api-lookup")
router.register("suggest", SuggestViewSet, basename="api-suggest")
