"""The portal's settings, without what tests must not wait for or depend on."""

from portal.settings import *  # noqa: F403
from tests.undefined_variables import Undefined

PORTAL_TODAY = None
PORTAL_DEMO = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
EMAIL_TRANSPORT = ""
CELERY_BROKER_URL = "memory://"
WHITENOISE_AUTOREFRESH = True  # static files are served from their folders: no collectstatic
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in production: an in-memory database makes a second writer fail instead of wait.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}  # noqa: F405
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined()  # type: ignore[index]  # noqa: F405
