"""Parameters of a question, parsed strictly."""

from portal.territory.house_numbers import HouseNumber


def parse_house_number(text: str) -> HouseNumber | None:
    """Return the house number of "12", "12 bis" or "12b", None for an empty text; raises
    ValueError.
    """
    return HouseNumber.parse(text) if text else None
