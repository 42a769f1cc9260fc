"""Parsing of a published evaluation into sheets. No database.

All printed text is assigned to its sheet and its section, in order, as Markdown; damaged text is
left as printed, with a remark.
"""

from schema_actions.reading.document import read_document
from schema_actions.reading.parsed import DocumentError, ParsedDocument, ParsedSheet, Remark

__all__ = ["DocumentError", "ParsedDocument", "ParsedSheet", "Remark", "read_document"]
