"""Fixtures of the tests of documents."""

from tests.documents.printer import printer  # noqa: F401
