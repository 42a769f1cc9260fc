"""What the tests of documents may ask for."""

from tests.documents.printer import printer  # noqa: F401
