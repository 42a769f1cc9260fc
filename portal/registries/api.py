"""The one router of the API: each app's `api.py` registers its viewsets here."""

from django.utils.module_loading import autodiscover_modules
from rest_framework.routers import DefaultRouter

SLUG = "[-a-zA-Z0-9_]+"  # what names a row in an address; anything else is a 404

router = DefaultRouter()
router.include_format_suffixes = False


def autodiscover() -> DefaultRouter:
    """The router with the viewsets of every installed app."""
    autodiscover_modules("api")
    return router
