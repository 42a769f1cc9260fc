"""Fixtures of the real evaluation of June 2023."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from schema_actions.reading import ParsedDocument, read_document
from tests.documents.printer import printer  # noqa: F401

REAL = (
    Path(__file__).resolve().parents[2].parent
    / "shared"
    / "sources"
    / "loiret-schema-2022-2026-evaluation-2023.md"
)
PLAN, CAMPAIGN = "loiret-2022-2026", "2023-06"


@pytest.fixture(scope="session")
def real_file() -> Path:
    if not REAL.is_file():
        pytest.skip(f"the real evaluation is not at {REAL}")
    return REAL


@pytest.fixture(scope="session")
def real(real_file) -> ParsedDocument:
    return read_document(real_file.read_bytes())


@pytest.fixture
def import_real(loiret, real_file) -> Callable[..., str]:
    """Import the real evaluation; return the output of the command."""

    def run(**options: bool) -> str:
        output = StringIO()
        call_command(
            "import_evaluation", real_file, plan=PLAN, campaign=CAMPAIGN, stdout=output, **options
        )
        return output.getvalue()

    return run


@pytest.fixture
def evaluated(import_real) -> None:
    """Load the evaluation of June 2023 with its texts."""
    import_real()
