"""The portal's own settings, with what a test must not wait for or depend on."""

from portal.settings import *  # noqa: F403

PORTAL_TODAY = None
PORTAL_DEMO = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
WHITENOISE_AUTOREFRESH = True  # static files where they lie: nothing to collect first
