"""Sessions kept in the database, each with its owner: so that people see theirs and end them."""

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

    is_reading = False  # a request that changes nothing: its page matters more than its session

    def save(self, must_create: bool = False) -> None:
        """While the portal is only read, whoever is signed in stays so, and nothing is kept; nor
        where the disk is full, for whoever reads.
        """
        if settings.PORTAL_READ_ONLY:
            return
        try:
            super().save(must_create)
        except UpdateError as error:  # of a session that ended meanwhile, or of any other cause
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
    """The key of the user who signed in with the session of this content."""
    return int(data[SESSION_KEY]) if SESSION_KEY in data else None
