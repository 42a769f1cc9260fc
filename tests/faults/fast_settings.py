"""The portal's settings with shorter intervals, for tests of periodic tasks."""

from portal.settings import *  # noqa: F403

EMAIL_TIMEOUT = 1
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
CELERY_BEAT_SCHEDULE = {
    name: {**entry, "schedule": 1} if entry["schedule"] == 60 else entry
    for name, entry in CELERY_BEAT_SCHEDULE.items()  # noqa: F405
}
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
