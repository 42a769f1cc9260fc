"""Parameters of a question, parsed strictly."""

import re

_SUFFIX = "[a-zA-Z]|bis|ter|quater|quinquies"
_NUMBER = re.compile(rf"\s*0*([1-9][0-9]{{0,4}})\s*(?:{_SUFFIX})?\s*", re.ASCII)
NUMBER = rf"^(0*[1-9][0-9]{{0,4}} ?({_SUFFIX})?)?$"  # the same, for the API's description


def parse_house_number(text: str) -> int | None:
    """Return 12 for "12", "12 bis" or "12b", None for an empty text; raises ValueError."""
    if not text:
        return None
    match = _NUMBER.fullmatch(text)
    if not match:
        raise ValueError(text)
    return int(match[1])
