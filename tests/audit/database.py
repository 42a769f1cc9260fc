"""The loaded database that the checks read in this process."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests import loaded_database

OTHER_DEPARTMENTS = ("41", "79")


@contextmanager
def loaded() -> Iterator[None]:
    """Connect to a fresh copy of the loaded database, deleted afterwards."""
    from django.conf import settings

    settings.AUDIT_DIR.mkdir(parents=True, exist_ok=True)
    loaded_database.copy_to_test_database()
    try:
        yield
    finally:
        loaded_database.drop_test_database()


def load_other_departments() -> None:
    """Load every other département that has data, beside Loiret."""
    for department in OTHER_DEPARTMENTS:
        loaded_database.load(department)
