"""The portal's own settings, with passwords that are digested at once: the browser waits for each."""

from portal.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
