"""Database sessions that know their user, so that users can list and end their own."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession

from portal.accounts.devices import DEVICE_SESSION_KEY
from portal.core.http.problems import DATABASE_UNAVAILABLE


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        return apps.get_model("accounts", "Session")

    # Set for a GET or HEAD, which is answered even if its session cannot be saved.
    is_reading = False

    def save(self, must_create: bool = False) -> None:
        """Save the session, except in read-only mode; on a full disk, only writes fail."""
        if settings.PORTAL_READ_ONLY:
            return
        try:
            super().save(must_create)
        except UpdateError as error:  # a session that ended meanwhile, or any database error
            if not isinstance(error.__context__, DATABASE_UNAVAILABLE):
                raise
            if not self.is_reading:
                raise error.__context__ from None

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = session_user_id(data)
        row.device = data.get(DEVICE_SESSION_KEY, "")
        return row


def session_user_id(data: dict[str, Any]) -> int | None:
    """Return the primary key of the signed-in user of this session data, None without one."""
    return int(data[SESSION_KEY]) if SESSION_KEY in data else None
