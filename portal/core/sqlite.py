"""What SQLite needs to be read on a full disk."""

import logging
import sqlite3

from django.db import connection

logger = logging.getLogger(__name__)


def keep_connection_open() -> sqlite3.Connection | None:
    """A connection for as long as the process lives, None on another engine.

    The last connection that closes takes away the two files of the journal (`-wal`, `-shm`), which
    the next reader makes anew: on a full disk it cannot, and nothing is read. With one that stays,
    they stay, and reading goes on.
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
