"""The published evaluation read into sheets, without a database: the document in, facts out.

What a page prints is kept, in its sheet and its section, in its order; what is damaged is kept as
printed and told in a remark. Only the dress changes: one Markdown, whatever the page was made of.
"""

from schema_actions.reading.document import read_document
from schema_actions.reading.parsed import DocumentError, ParsedDocument, ParsedSheet, Remark

__all__ = ["DocumentError", "ParsedDocument", "ParsedSheet", "Remark", "read_document"]
