"""The system libraries that print, without which the portal lives and says what to install."""

import os

import pytest


@pytest.fixture(scope="session")
def printer() -> None:
    """Says that a test prints for real: it is skipped where the libraries lack, but never where the
    whole check runs."""
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"Pango is not installed on this machine ({error})"[:200])
