"""The settings of the pages with static files that are not compressed: that takes six seconds."""

from tests.pages.settings import *  # noqa: F403

STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
}
