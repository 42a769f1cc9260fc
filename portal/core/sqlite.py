"""Reading SQLite on a full disk."""

import logging
import sqlite3

from django.db import connection

logger = logging.getLogger(__name__)


def keep_connection_open() -> sqlite3.Connection | None:
    """Return a connection to keep open as long as the process lives; None on another engine.

    Closing the last connection deletes the journal files (`-wal`, `-shm`). On a full disk the next
    reader could not create them again, and could read nothing.
    """
    if connection.vendor != "sqlite":
        return None
    try:
        connection_kept = sqlite3.connect(connection.settings_dict["NAME"], check_same_thread=False)
        connection_kept.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.Error as error:
        logger.warning("On a full disk nothing will be read: %s", error)
        return None
    return connection_kept
