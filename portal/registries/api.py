"""The API's router: each app's `api.py` registers its viewsets."""

from django.utils.module_loading import autodiscover_modules
from rest_framework.routers import DefaultRouter

from portal.core.http.viewsets import RootView

SLUG = "[-a-zA-Z0-9_]+"  # lookup values; anything else is a 404

router = DefaultRouter()
router.APIRootView = RootView
router.include_format_suffixes = False


def autodiscover() -> DefaultRouter:
    """Return the router with the viewsets of every installed app."""
    autodiscover_modules("api")
    return router
