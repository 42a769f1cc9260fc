"""What every sheet has: its key in addresses, its sections, the text that searches look into."""

from collections.abc import Iterable

from portal.core.text.normalisation import normalise

# In the order of the common template; their labels are in `templatetags.sheet_display`.
SECTIONS = ("done", "results", "planned", "vigilance")


def sheet_key(code: str, variant: str) -> str:
    """Return the name of a sheet in addresses: "1.1.1", "1.3.1-enfance"."""
    return f"{code}-{variant}" if variant else code


def to_search_text(texts: Iterable[str]) -> str:
    """Return the normalised words of the texts, one space before each."""
    return f" {normalise(' '.join(texts))} "
