"""The settings of the tests, on a database of its own: an audit may run beside the suite."""

from tests.settings import *  # noqa: F403

AUDIT_DIR = VAR_DIR / "audit"  # noqa: F405
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": AUDIT_DIR / "test.sqlite3"}  # noqa: F405
