"""What every sheet has: its key in addresses, its sections, the text that searches look into."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from portal.core.text.normalisation import normalise

SECTION_LABELS = {  # in the order of the common template
    "done": _("Ce qui a été fait"),
    "results": _("Résultats observés"),
    "planned": _("Ce qui est prévu"),
    "vigilance": _("Points de vigilance"),
}
SECTIONS = tuple(SECTION_LABELS)


def sheet_key(code: str, variant: str) -> str:
    """Return the name of a sheet in addresses: "1.1.1", "1.3.1-enfance"."""
    return f"{code}-{variant}" if variant else code


def to_search_text(texts: Iterable[str]) -> str:
    """Return the normalised words of the texts, one space before each."""
    return f" {normalise(' '.join(texts))} "
