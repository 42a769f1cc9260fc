"""House numbers of French streets: 0, 12, 12 bis, 12 B. Pure."""

import re
from dataclasses import dataclass

MAX_HOUSE_NUMBER = 99_999  # no house number has more digits
_SUFFIXES = ("", "bis", "ter", "quater", "quinquies", "sexies", "septies", "octies")
# The letters of the land registry stand for the Latin suffixes; other letters follow the alphabet.
_LETTERS = {"b": "bis", "t": "ter", "q": "quater"}
SUFFIX = f"[a-z]|{'|'.join(_SUFFIXES[1:])}"
_NUMBER = re.compile(rf"\s*0*([0-9]{{1,5}})\s*({SUFFIX})?\s*", re.ASCII | re.IGNORECASE)
NUMBER_PATTERN = rf"^(0*[0-9]{{1,5}} ?([a-zA-Z]|{'|'.join(_SUFFIXES[1:])})?)?$"

HouseNumberRank = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """A number and its suffix, "" without. By `rank`: 12 < 12 bis < 12 ter < 13."""

    number: int
    suffix: str = ""

    @classmethod
    def parse(cls, text: str) -> "HouseNumber":
        """Return the house number of "12", "12 bis" or "12b"; raises ValueError."""
        match = _NUMBER.fullmatch(text)
        if not match:
            raise ValueError(text)
        return cls(int(match[1]), (match[2] or "").lower())

    @classmethod
    def parse_optional(cls, text: str) -> "HouseNumber | None":
        """Return the same, None for an empty text."""
        return cls.parse(text) if text else None

    @classmethod
    def of_rank(cls, rank: HouseNumberRank) -> "HouseNumber":
        """Return a house number of that rank."""
        number, position, letter = rank
        return cls(number, letter or ("", "a", *_SUFFIXES[1:])[max(position, 0)])

    @property
    def rank(self) -> HouseNumberRank:
        """The number, then the place of its suffix: bis and b are second, ter and t third."""
        suffix = _LETTERS.get(self.suffix, self.suffix)
        if suffix in _SUFFIXES:
            position = _SUFFIXES.index(suffix) + 1 if suffix else 0
            return self.number, position, ""
        return self.number, ord(suffix) - ord("a") + 1, suffix

    def __str__(self) -> str:
        return f"{self.number} {self.suffix}".strip()
