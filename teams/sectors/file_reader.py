"""Read a file of sectors: a table with one row for each sector of a team.

Nothing here queries the database: `References` has all that the rows may name.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.models import Source
from portal.core.tables import saved_tables
from portal.core.tables.csv_reader import TableError
from portal.core.text.normalisation import normalise
from portal.territory.house_numbers import MAX_HOUSE_NUMBER, HouseNumber
from portal.territory.models import Commune, FormerCommune
from portal.territory.streets import begins_with_kind, street_key
from teams.enums import Parity, SectorBasis, SectorKind
from teams.models import Sector, Team
from teams.sectors.overlaps import SectorRow, numbers_overlap

COLUMNS: saved_tables.Columns = {
    "team": ["équipe"],
    "commune": ["insee", "code insee"],
    "kind": ["nature", "type"],
    "name": ["nom"],
    "quarter": ["quartier"],
    "street": ["rue", "voie"],
    "number_from": ["numero_debut", "du_numero"],
    "number_to": ["numero_fin", "au_numero"],
    "parity": ["parité"],
    "valid_from": ["date_debut", "depuis_le"],
    "valid_until": ["date_fin", "jusqu_au", "valid_to"],
    "basis": ["fondement"],
    "source": [],
    "slug": ["identifiant"],
    "as_printed": ["texte_imprime"],
}
REQUIRED = ("team", "commune")

T = TypeVar("T")
C = TypeVar("C", bound=TextChoices)

_LIST = re.compile(r"[,;/|+•]|\s[-–—]\s|\s(?:et|&|ou)\s", re.IGNORECASE)
_PLURAL_KIND = re.compile(r"\s*(?:rues|avenues|boulevards|chemins|impasses|places|routes)\s", re.I)
_DAY = re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})")
_FRENCH_DAY = re.compile(r"(?P<d>[0-9]{1,2})/(?P<m>[0-9]{1,2})/(?P<y>[0-9]{4})")
# Singular and short forms, as people write them.
_SYNONYMS: dict[str, TextChoices] = {
    **dict.fromkeys(["tout", "toutes"], Parity.ALL),
    **dict.fromkeys(["pair", "paire", "paires"], Parity.EVEN),
    **dict.fromkeys(["impair", "impaire", "impaires"], Parity.ODD),
    **dict.fromkeys(["numero", "numeros"], SectorKind.NUMBERS),
    **dict.fromkeys(["publie"], SectorBasis.PUBLISHED),
    **dict.fromkeys(["deduit"], SectorBasis.NAME),
}
# All the numbers of a side of a street, those from the first, those between both.
_NUMBERS_LABELS = {
    Parity.ALL: (
        gettext_lazy("numéros"),
        gettext_lazy("numéros à partir de %(first)s"),
        gettext_lazy("numéros %(first)s à %(last)s"),
    ),
    Parity.EVEN: (
        gettext_lazy("numéros pairs"),
        gettext_lazy("numéros pairs à partir de %(first)s"),
        gettext_lazy("numéros pairs %(first)s à %(last)s"),
    ),
    Parity.ODD: (
        gettext_lazy("numéros impairs"),
        gettext_lazy("numéros impairs à partir de %(first)s"),
        gettext_lazy("numéros impairs %(first)s à %(last)s"),
    ),
}
_UNKNOWN_MESSAGES = {
    "team": gettext_lazy("« %(text)s » n'est pas une équipe du département %(department)s."),
    "commune": gettext_lazy("« %(text)s » n'est pas une commune du département %(department)s."),
}
_COLUMN_OF_FIELD = {"valid_to": "valid_until", "search_street": "street"}  # where they differ


@dataclass(frozen=True)
class Index(Generic[T]):
    """Values found by their key, or by a name that several may bear."""

    by_key: dict[str, T] = field(default_factory=dict)
    by_name: dict[str, dict[str, T]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, value: T, key: str, *names: str) -> None:
        self.by_key[key] = value
        for name in (key, *names):
            self.by_name[normalise(name)][key] = value

    def find(self, text: str) -> Mapping[str, T]:
        """Return by key the value of that key, else all those that bear the name."""
        if text in self.by_key:
            return {text: self.by_key[text]}
        return self.by_name.get(normalise(text), {})


@dataclass(frozen=True)
class References:
    """What the rows may name in a département; sources are by key."""

    department: str
    teams: Index[Team]
    communes: Index[Commune]
    former_communes: Index[FormerCommune]
    sources: Mapping[str, Source]


@dataclass
class SectorFile:
    """The sectors of a file, unsaved, with their lines; the errors of the other lines; what was
    understood of the lines that name a former commune.
    """

    rows: list[SectorRow] = field(default_factory=list)
    faults: list[TableError] = field(default_factory=list)
    notes: list[TableError] = field(default_factory=list)


def read_sectors(data: bytes, references: References) -> SectorFile:
    """Return the sectors of a file.

    A sector has no `source` or `slug` where the file gives none. Raises TableError for a file that
    is not such a table.
    """
    table = saved_tables.read_table(data, COLUMNS, REQUIRED)
    file = SectorFile(faults=table.faults)
    choices = _choices_by_label()
    for number, cells in table.rows:
        reader = _RowReader(cells, table.headings, references, choices)
        sector = reader.sector()
        file.notes += [TableError(number, message) for message in reader.notes]
        if reader.faults:
            file.faults += [TableError(number, message) for message in reader.faults]
        else:
            file.rows.append(SectorRow(sector, number))
    return file


def _choices_by_label() -> Mapping[str, TextChoices]:
    """Return the choices by all their normalised labels: "even", "pairs", "pair"."""
    choices = [choice for kinds in (SectorKind, Parity, SectorBasis) for choice in kinds]
    by_label = {
        normalise(text): choice for choice in choices for text in (choice.value, str(choice.label))
    }
    return {**by_label, **_SYNONYMS}


class _RowReader:
    """The cells of one row. Each error is recorded with the heading of its column."""

    def __init__(
        self,
        cells: Mapping[str, str],
        headings: Mapping[str, str],
        references: References,
        choices: Mapping[str, TextChoices],
    ) -> None:
        self.cells = cells
        self.headings = headings
        self.references = references
        self.choices = choices
        self.faults: list[str] = []
        self.notes: list[str] = []
        self._former: FormerCommune | None = None

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def text(self, column: str) -> str:
        """Return the cell on one line: spreadsheets break those that are too wide."""
        return " ".join(self[column].split())

    def refuse(self, column: str, message: str) -> None:
        values = {"column": self.headings.get(column, column), "message": message}
        self.faults.append(_("%(column)s : %(message)s") % values)

    def sector(self) -> Sector:
        """Return the sector of the row; meaningless if there are errors."""
        commune, former = self._commune()
        street = self._street()
        first, last, parity = self._numbers()
        if commune and self["quarter"]:
            former = self._former_commune(commune) or former
        sector = Sector(
            team=self._team(),
            commune=commune,
            slug=self["slug"],
            street=street,
            search_street=street_key(street),
            former_commune=former.code if former and street else "",
            number_from=first.number if first else None,
            number_from_suffix=first.suffix if first else "",
            number_to=last.number if last else None,
            number_to_suffix=last.suffix if last else "",
            parity=parity,
            valid_from=self._day("valid_from"),
            valid_to=self._day("valid_until"),
            basis=self._choice("basis", SectorBasis) or SectorBasis.PUBLISHED,
            source=self._source(),
            as_printed=self["as_printed"],
        )
        self._former = former
        sector.kind = self._kind(sector)
        sector.name = self._name(sector)
        self._check(sector)
        if not self.faults:
            self._check_fields(sector)
        return sector

    # Cells

    def _team(self) -> Team | None:
        return self._unique_match("team", self.references.teams.find(self["team"]))

    def _commune(self) -> tuple[Commune | None, FormerCommune | None]:
        """Return the commune of the cell; for a former one, that of today and the former one."""
        text = self["commune"]
        # Spreadsheets turn 01004 into a number.
        key = text.zfill(5) if text.isdecimal() else text
        matches = self.references.communes.find(key)
        formers = {} if matches else self.references.former_communes.find(key)
        if len({former.commune_id for former in formers.values()}) != 1:
            return self._unique_match("commune", matches), None
        former = next(iter(formers.values()))
        commune = former.commune
        message = _("« %(former)s » est une ancienne commune : lu « %(commune)s » (%(code)s).")
        values = {"former": former.name, "commune": commune.name, "code": commune.code}
        self.notes.append(message % values)
        return commune, former

    def _former_commune(self, commune: Commune) -> FormerCommune | None:
        """Return the former commune of this commune that the quarter names."""
        formers = self.references.former_communes.find(self.text("quarter"))
        return next(
            (former for former in formers.values() if former.commune_id == commune.code), None
        )

    def _street(self) -> str:
        """Return the name of one street; a list of streets is refused."""
        street = self.text("street")
        names = [part.strip() for part in _LIST.split(self["street"]) if part.strip()]
        if len(names) < 2:
            names = [part.strip() for part in self["street"].splitlines() if part.strip()]
        is_list = len(names) > 1 and all(begins_with_kind(name) for name in names)
        if is_list or (len(names) > 1 and _PLURAL_KIND.match(street)):
            message = _(
                "« %(text)s » contient plusieurs rues. Écrivez une rue par ligne : répétez la ligne"
                " %(count)d fois, avec une seule rue dans chacune (%(example)s)."
            )
            example = ", ".join(f"« {name} »" for name in names)
            values = {"text": street, "count": len(names), "example": example}
            self.refuse("street", message % values)
        return street

    def _unique_match(self, column: str, matches: Mapping[str, T]) -> T | None:
        if not self[column]:
            self.refuse(column, _("Cette cellule ne peut pas être vide."))
        elif not matches:
            values = {"text": self[column], "department": self.references.department}
            self.refuse(column, _UNKNOWN_MESSAGES[column] % values)
        elif len(matches) > 1:
            message = _("« %(text)s » est ambigu ; écrivez l'un de ces identifiants : %(keys)s.")
            self.refuse(column, message % {"text": self[column], "keys": ", ".join(matches)})
        else:
            return next(iter(matches.values()))
        return None

    def _source(self) -> Source | None:
        source = self.references.sources.get(self["source"])
        if self["source"] and not source:
            self.refuse("source", _("« %s » n'est pas la clé d'une source.") % self["source"])
        return source

    def _choice(self, column: str, choices: type[C]) -> C | None:
        """Return the choice named by the cell, None for an empty cell."""
        choice = self.choices.get(normalise(self[column]))
        if isinstance(choice, choices):
            return choice
        if self[column]:
            possible = ", ".join(str(option.label) for option in choices)
            values = {"text": self[column], "possible": possible}
            self.refuse(column, _("« %(text)s » n'est pas l'un de : %(possible)s.") % values)
        return None

    def _day(self, column: str) -> date | None:
        text = self[column]
        match = _DAY.fullmatch(text) or _FRENCH_DAY.fullmatch(text)
        if match:
            with suppress(ValueError):
                return date(int(match["y"]), int(match["m"]), int(match["d"]))
        if text:
            message = _("« %s » n'est pas une date : écrivez 31/12/2024 ou 2024-12-31.")
            self.refuse(column, message % text)
        return None

    def _number(self, column: str) -> HouseNumber | None:
        text = self[column]
        try:
            return HouseNumber.parse_optional(text)
        except ValueError:
            message = _(
                "« %(text)s » n'est pas un numéro de 0 à %(last)d, par exemple 12 ou 12 bis."
            )
            self.refuse(column, message % {"text": text, "last": MAX_HOUSE_NUMBER})
            return None

    # Several cells

    def _numbers(self) -> tuple[HouseNumber | None, HouseNumber | None, Parity]:
        """Return both bounds or none, and the parity; a missing bound is an end of the street."""
        first, last = self._number("number_from"), self._number("number_to")
        parity = self._choice("parity", Parity) or Parity.ALL
        if first is None and last is None and parity == Parity.ALL:
            return None, None, parity
        return first or HouseNumber(1), last or HouseNumber(MAX_HOUSE_NUMBER), parity

    def _kind(self, sector: Sector) -> SectorKind:
        """Return the kind given, else the one that the other cells imply; they must agree."""
        implied = self._implied_kind(sector)
        kind = self._choice("kind", SectorKind) or implied
        of_street = (SectorKind.STREET, SectorKind.NUMBERS)
        if implied is SectorKind.NUMBERS and not sector.street:
            first = next(name for name in ("number_from", "number_to", "parity") if self[name])
            self.refuse(first, _("Des numéros sont donnés sans leur rue."))
        elif kind in of_street and not sector.street:
            self.refuse("kind", _("Il manque la rue."))
        elif kind is SectorKind.NUMBERS and implied is not kind:
            self.refuse("kind", _("Il manque les numéros ou la parité."))
        elif kind is SectorKind.QUARTER and not (self["quarter"] or self["name"] or self._former):
            self.refuse("kind", _("Il manque le nom du quartier."))
        elif implied is not kind and (
            implied in of_street or (kind is SectorKind.COMMUNE and self["quarter"])
        ):
            message = _("« %s » ne va pas avec les autres cellules de cette ligne.")
            self.refuse("kind", message % kind.label)
        return kind

    def _implied_kind(self, sector: Sector) -> SectorKind:
        if sector.number_from is not None:
            return SectorKind.NUMBERS
        if sector.street:
            return SectorKind.STREET
        name = self["quarter"] or self["name"]
        whole = sector.commune.search_name if sector.commune_id else ""
        is_whole = not self._former and (not name or normalise(name) == whole)
        return SectorKind.COMMUNE if is_whole else SectorKind.QUARTER

    def _name(self, sector: Sector) -> str:
        """Return the name given, else one that is unique in the commune."""
        quarter = self.text("quarter") or (self._former.name if self._former else "")
        if self["name"]:
            return self.text("name")
        if sector.kind == SectorKind.QUARTER:
            return quarter
        if not sector.street:
            return sector.commune.name if sector.commune_id else ""
        parts = [sector.street]
        if sector.number_from is not None:
            parts.append(_numbers_label(sector))
        name = ", ".join(parts)
        return f"{name} ({quarter})" if quarter else name

    def _check(self, sector: Sector) -> None:
        """Check what cells that are valid one by one say together."""
        if sector.street and not sector.search_street:
            self.refuse("street", _("« %s » n'est pas un nom de rue.") % sector.street)
        if sector.kind == SectorKind.QUARTER and sector.name and not normalise(sector.name):
            self.refuse("quarter", _("« %s » n'est pas un nom de quartier.") % sector.name)
        if sector.kind == SectorKind.NUMBERS:
            self._check_numbers(sector)
        if sector.valid_from and sector.valid_to and sector.valid_to < sector.valid_from:
            self.refuse("valid_until", _("La fin est avant le début."))

    def _check_numbers(self, sector: Sector) -> None:
        first, last = sector.number_labels
        if sector.first_rank > sector.last_rank:
            message = _("Le premier numéro (%(first)s) est après le dernier (%(last)s).")
            self.refuse("number_from", message % {"first": first, "last": last})
        elif not numbers_overlap(sector, sector):
            message = _("Aucun numéro de %(first)s à %(last)s n'est de ce côté : %(parity)s.")
            values = {"first": first, "last": last, "parity": sector.get_parity_display()}
            self.refuse("parity", message % values)

    def _check_fields(self, sector: Sector) -> None:
        checked = ["team", "commune", "source"]
        try:
            sector.clean_fields(exclude=checked if sector.slug else [*checked, "slug"])
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self.refuse(_COLUMN_OF_FIELD.get(name, name), " ".join(messages))


def _numbers_label(sector: Sector) -> str:
    """Return the numbers in French: "numéros pairs 2 à 40"."""
    first, last = sector.number_labels
    if first == last:
        return _("numéro %s") % first
    whole_side, from_first, between = _NUMBERS_LABELS[Parity(sector.parity)]
    if sector.number_to != MAX_HOUSE_NUMBER:
        return str(between) % {"first": first, "last": last}
    return str(whole_side) if first == "1" else str(from_first) % {"first": first}
