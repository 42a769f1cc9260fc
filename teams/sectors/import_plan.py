"""What a file of sectors would change of the stored ones. Pure: nothing is written."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from portal.core.models import Source
from portal.core.tables.csv_reader import TableError
from teams.models import Sector
from teams.sectors.overlaps import (
    SectorKey,
    SectorRow,
    exact_key,
    find_conflicts,
    is_same_area,
    sector_key,
)

IMPORTED_FIELDS = [
    *("team", "kind", "name", "street", "search_street", "former_commune"),
    *("number_from", "number_from_suffix", "number_to", "number_to_suffix", "parity"),
    *("valid_from", "valid_to", "basis", "source", "as_printed"),
]


@dataclass(frozen=True)
class SectorChange:
    """A stored sector with its new values; `before` has its former values, by changed field."""

    line: int
    sector: Sector
    before: dict[str, Any]

    @property
    def changes_source_only(self) -> bool:
        """Whether the row only confirms, from another source, what was known."""
        return list(self.before) == ["source"]


@dataclass
class ImportPlan:
    """What an import would write.

    `skipped` are the sectors that a person edited. `faults` refuse the whole file. `warnings` are
    the rows that give an area to a team while a stored sector still gives it to another. `notes`
    say how a cell was understood.
    """

    created: list[SectorRow] = field(default_factory=list)
    changed: list[SectorChange] = field(default_factory=list)
    unchanged: list[SectorRow] = field(default_factory=list)
    skipped: list[SectorRow] = field(default_factory=list)
    faults: list[TableError] = field(default_factory=list)
    warnings: list[TableError] = field(default_factory=list)
    notes: list[TableError] = field(default_factory=list)

    @property
    def new_sources(self) -> list[Source]:
        """The sources to save before the sectors."""
        sectors = [row.sector for row in self.created] + [change.sector for change in self.changed]
        sources = {id(source): source for sector in sectors if (source := sector.source)}
        return [source for source in sources.values() if source.pk is None]


def plan_import(rows: Sequence[SectorRow], stored: Iterable[Sector]) -> ImportPlan:
    """Return what `rows` change of `stored`, all the sectors of the same communes.

    A row is about the sector of its slug, else about the one of the same area and first day. A
    stored sector that changes gets its new values.
    """
    plan = ImportPlan(faults=list(_contradictions(rows)))
    matches = _Matches(rows, stored)
    slugs = _Slugs([*matches.by_slug, *(row.sector.slug for row in rows)])
    for row in rows:
        match = matches.take(row.sector)
        if error := _slug_error(row.sector, match):
            plan.faults.append(TableError(row.line, error))
        elif match is None:
            row.sector.slug = row.sector.slug or slugs.new(row.sector)
            plan.created.append(row)
        elif match.edited_at:
            plan.skipped.append(SectorRow(match, row.line))
        elif before := _update_values(match, row.sector):
            plan.changed.append(SectorChange(row.line, match, before))
        else:
            plan.unchanged.append(SectorRow(match, row.line))
    plan.warnings = list(_warnings(plan, matches.unmatched))
    return plan


class _Matches:
    """The stored sectors that no row has matched yet."""

    def __init__(self, rows: Iterable[SectorRow], stored: Iterable[Sector]) -> None:
        self.by_slug = {sector.slug: sector for sector in stored}
        slugs = {row.sector.slug for row in rows}
        self._by_key: dict[SectorKey, list[Sector]] = defaultdict(list)
        for slug, sector in self.by_slug.items():
            if slug not in slugs:
                self._by_key[sector_key(sector)].append(sector)
        self._named = {exact_key(row.sector) for row in rows if not row.sector.slug}
        self._taken: set[str] = set()

    def take(self, sector: Sector) -> Sector | None:
        """Return the stored sector that `sector` is about; of several, the one of the same team.

        The street may be spelled otherwise, unless another row names it exactly.
        """
        match = self.by_slug.get(sector.slug) if sector.slug else self._closest(sector)
        if match:
            self._taken.add(match.slug)
        return match

    def _closest(self, sector: Sector) -> Sector | None:
        exact = exact_key(sector)
        candidates = [
            candidate
            for candidate in self._by_key[sector_key(sector)]
            if candidate.slug not in self._taken
            and (
                exact_key(candidate) == exact
                or (exact_key(candidate) not in self._named and is_same_area(candidate, sector))
            )
        ]
        return min(
            candidates,
            key=lambda candidate: (
                exact_key(candidate) != exact,
                candidate.team_id != sector.team_id,
            ),
            default=None,
        )

    @property
    def unmatched(self) -> Iterator[Sector]:
        return (sector for slug, sector in self.by_slug.items() if slug not in self._taken)


class _Slugs:
    """New slugs, by the rule of the model, with the first day; none is in `taken`."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._count: Counter[str] = Counter()

    def new(self, sector: Sector) -> str:
        parts = (sector.commune_id, slugify(sector.name)[:120], str(sector.valid_from or ""))
        slug = start = "-".join(filter(None, parts))
        while slug in self._taken:
            self._count[start] += 1
            slug = f"{start}-{self._count[start] + 1}"
        self._taken.add(slug)
        return slug


def _slug_error(sector: Sector, match: Sector | None) -> str:
    """Return why the slug of the file cannot be that of the sector; "" if it can."""
    if match and match.commune_id != sector.commune_id:
        return _("« %s » est le secteur d'une autre commune.") % sector.slug
    if sector.slug and not match and not sector.slug.startswith(f"{sector.commune_id}-"):
        return _("L'identifiant d'un nouveau secteur commence par « %s- ».") % sector.commune_id
    return ""


def _update_values(stored: Sector, imported: Sector) -> dict[str, Any]:
    """Set the imported values on `stored`; return the former ones of the fields that change."""
    before = {
        name: getattr(stored, name)
        for name in IMPORTED_FIELDS
        if getattr(stored, name) != getattr(imported, name)
    }
    for name in before:
        setattr(stored, name, getattr(imported, name))
    return before


def _contradictions(rows: Iterable[SectorRow]) -> Iterator[TableError]:
    """Yield the errors of rows that repeat another one or give its area to another team."""
    lines: dict[tuple[Hashable, ...], int] = {}
    unique_rows = []
    for row in rows:
        sector = row.sector
        first = lines.setdefault((sector.team_id, exact_key(sector)), row.line)
        if sector.slug and first == row.line:
            first = lines.setdefault((sector.slug,), row.line)
        if first == row.line:
            unique_rows.append(row)
        else:
            yield TableError(row.line, _("Cette ligne répète la ligne %d.") % first)
    for other, row in find_conflicts(unique_rows):
        yield TableError(row.line, contradiction(other))


def contradiction(other: SectorRow) -> str:
    """Return the message of a row that gives a team an area which `other` gives to another."""
    message = _("La ligne %(line)d donne déjà « %(name)s » à une autre équipe, « %(team)s ».")
    return message % {"line": other.line, "name": other.sector.name, "team": other.sector.team}


def _warnings(plan: ImportPlan, unmatched: Iterable[Sector]) -> Iterator[TableError]:
    """Yield the rows that conflict with sectors that stay stored."""
    changed = [SectorRow(change.sector, change.line) for change in plan.changed]
    staying = [SectorRow(sector) for sector in (*unmatched, *(row.sector for row in plan.skipped))]
    for other, row in find_conflicts([*plan.created, *changed, *plan.unchanged, *staying]):
        message = _(
            "« %(name)s » reste aussi à « %(team)s » : dites dans le fichier quand cela finit."
        )
        values = {"name": other.sector.name, "team": other.sector.team}
        yield TableError(row.line, message % values)
