"""The table of needs, read from `data/needs.toml`, which explains how it is written."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "needs.toml"


@dataclass(frozen=True)
class Contact:
    """A number to call. `hours` is a French phrase, "" where unknown; `source` is an address."""

    name: str
    number: str
    hours: str
    source: str

    @property
    def link(self) -> str:
        """Return the URI that calls the number, or that writes to it where it takes only SMS."""
        digits = self.number.replace(" ", "")
        return f"sms:{digits}" if digits == "114" else f"tel:{digits}"


@dataclass(frozen=True)
class Need:
    """A need: what people call it (`phrases`, `unless`), what to say, whom to call.

    `later_phrases` say less: they are tried after those of the next need.
    """

    slug: str
    label: str
    icon: str
    sentence: str
    receives: str
    contacts: tuple[Contact, ...]
    phrases: tuple[str, ...]
    later_phrases: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    urgent: bool = False

    @property
    def first_contact(self) -> Contact | None:
        """Whom to call at once in danger, None for another need."""
        return self.contacts[0] if self.urgent else None

    @property
    def other_contacts(self) -> Sequence[Contact]:
        return self.contacts[1:] if self.urgent else self.contacts


@dataclass(frozen=True)
class NeedTable:
    """The needs, dangers first; the sets of words that phrases name; words that are well spelt, and
    what those typed in a hurry mean; words that begin the name of a street, others that only do
    after its number, and those that never are such a name.
    """

    needs: Sequence[Need]
    sets: Mapping[str, Sequence[str]]
    well_spelt: Sequence[str]
    spellings: Mapping[str, str]
    street_kinds: Sequence[str]
    other_street_kinds: Sequence[str]
    not_street_names: Sequence[str]


def load_needs(file: Path = FILE) -> NeedTable:
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    contacts = {number: Contact(number=number, **row) for number, row in content["contact"].items()}
    return NeedTable(
        [_need(row, contacts) for row in content["need"]],
        content["sets"],
        content["well_spelt"],
        content["spellings"],
        content["street_kinds"],
        content["other_street_kinds"],
        content["not_street_names"],
    )


def _need(row: dict[str, Any], contacts: Mapping[str, Contact]) -> Need:
    lists = {name: tuple(row.get(name, ())) for name in ("phrases", "later_phrases", "unless")}
    numbers = tuple(contacts[number] for number in row["contacts"])
    return Need(**{**row, **lists, "contacts": numbers})
