"""The system libraries needed to print, without which the portal runs and names what to install."""

import os

import pytest


@pytest.fixture(scope="session")
def printer() -> None:
    """Mark a test that prints a real file: skipped where the libraries are missing, but not in the
    whole check."""
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"Pango is not installed on this machine ({error})"[:200])
