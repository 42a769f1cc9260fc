"""Reading of the files of `data/reference/`, the communes of France, as typed rows.

No database. A file with a faulty line is refused whole, with the numbers of all faulty lines. The
sources of the files are in `data/reference/ATTRIBUTION.md`.
"""

import gzip
import json
import re
import zlib
from collections.abc import Callable, Collection, Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from portal.core.tables import csv_reader
from portal.core.text.normalisation import normalise
from portal.registries.loaders import DEPARTMENT_CODE, Fault, LoadRefused
from portal.territory.enums import FormerCommuneKind, PointSource
from portal.territory.models import COMMUNE_CODE, Commune, Department, FormerCommune

FOLDER = Path(__file__).parent / "data" / "reference"

DEPARTMENT_COLUMNS = "code nom code_region autorite site"
COMMUNE_COLUMNS = (
    "code_insee nom code_departement code_region codes_postaux population epci_siren epci_nom"
    " latitude longitude source_position"
)
FORMER_COLUMNS = "code_insee nom type code_insee_actuel"


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    code: str
    name: str
    region_code: str
    authority_name: str
    authority_website: str


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """`population` and the point, in WGS84 degrees, are None where unknown."""

    code: str
    name: str
    search_name: str
    department_id: str
    postal_codes: tuple[str, ...]
    population: int | None
    epci_siren: str
    epci_name: str
    latitude: float | None
    longitude: float | None
    point_source: str


@dataclass(frozen=True, slots=True)
class FormerCommuneRow:
    """`commune_id` is the code of the current commune, sometimes the same as `code`."""

    code: str
    name: str
    search_name: str
    kind: str
    commune_id: str


@dataclass(frozen=True, slots=True)
class ContourRow:
    """`geometry` is a GeoJSON Polygon or MultiPolygon, WGS84 degrees, longitude first."""

    commune_id: str
    geometry: dict[str, Any]


class UnknownDepartmentsError(ValueError):
    """Codes of départements that are not in the reference."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(", ".join(codes))


@dataclass(frozen=True)
class Reference:
    """`departments` and `communes` are keyed by code, in the order of the files."""

    departments: dict[str, DepartmentRow]
    communes: dict[str, CommuneRow]
    former_communes: list[FormerCommuneRow]
    contours: list[ContourRow]

    def restricted_to(self, codes: Collection[str]) -> "Reference":
        """Return the reference with all départements, but only the communes of `codes`.

        Raises UnknownDepartmentsError.
        """
        if unknown := sorted(set(codes) - self.departments.keys()):
            raise UnknownDepartmentsError(unknown)
        communes = {row.code: row for row in self.communes.values() if row.department_id in codes}
        return Reference(
            self.departments,
            communes,
            [row for row in self.former_communes if row.commune_id in communes],
            [row for row in self.contours if row.commune_id in communes],
        )


def read_reference(folder: Path) -> Reference:
    """Return the reference in `folder`: three tables, and `contours_<code>.json.gz` where present.

    Raises LoadRefused with the faults of the first faulty file.
    """
    departments = {
        row.code: row
        for row in _table(
            folder / "departements.csv.gz", DEPARTMENT_COLUMNS, _department, lambda row: row.code
        )
    }
    communes = {
        row.code: row
        for row in _table(
            folder / "communes.csv.gz",
            COMMUNE_COLUMNS,
            lambda cells: _commune(cells, departments),
            lambda row: row.code,
        )
    }
    former_communes = _table(
        folder / "former_communes.csv.gz",
        FORMER_COLUMNS,
        lambda cells: _former_commune(cells, communes),
        lambda row: (row.code, row.name),
    )
    contours = [
        row
        for path in sorted(folder.glob("contours_*.json.gz"))
        for row in _contours(path, communes)
    ]
    return Reference(departments, communes, former_communes, contours)


# Files

Line = TypeVar("Line")
Row = TypeVar("Row")


class _LineError(ValueError):
    """A faulty line; the message is that of its fault."""


def _table(
    path: Path,
    columns: str,
    row_of: Callable[[list[str]], Row],
    key_of: Callable[[Row], Hashable],
) -> list[Row]:
    """Return the rows of a CSV file. Raises LoadRefused with every faulty line."""
    header = columns.split()

    def checked(cells: list[str]) -> Row:
        if message := csv_reader.width_message(cells, header):
            raise _LineError(message)
        return row_of(cells)

    return _rows(path, _csv_lines(path, header), checked, key_of)


def _contours(path: Path, communes: dict[str, CommuneRow]) -> list[ContourRow]:
    """Return the contours of a GeoJSON file, all of the département in the file's name."""
    department = path.name.removeprefix("contours_").removesuffix(".json.gz")
    return _rows(
        path,
        _feature_lines(path),
        lambda text: _contour(text, department, communes),
        lambda row: row.commune_id,
    )


def _rows(
    path: Path,
    lines: Iterator[tuple[int, Line]],
    row_of: Callable[[Line], Row],
    key_of: Callable[[Row], Hashable],
) -> list[Row]:
    rows: dict[Hashable, Row] = {}
    faults: list[Fault] = []
    for number, line in lines:
        try:
            row = row_of(line)
            if key_of(row) in rows:
                raise _LineError(_("Cette ligne en répète une autre."))
        except _LineError as error:
            faults.append(Fault(path.name, number, str(error)))
        else:
            rows[key_of(row)] = row
    if faults:
        raise LoadRefused(faults)
    return list(rows.values())


def _csv_lines(path: Path, header: list[str]) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from csv_reader.read_rows(_text(path), header)
    except csv_reader.TableError as error:
        raise LoadRefused([Fault(path.name, error.line, str(error))]) from error


def _feature_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line numbers and features of a FeatureCollection written one feature a line."""
    for number, text in enumerate(_text(path).split("\n"), start=1):
        feature = text.strip().removesuffix(",")
        if feature not in ("", "]}", '{"type":"FeatureCollection", "features": ['):
            yield number, feature


def _text(path: Path) -> str:
    """Return the text of a gzip file. Raises LoadRefused if absent, truncated or not UTF-8."""
    try:
        return csv_reader.decode(gzip.decompress(path.read_bytes()))
    except csv_reader.TableError as error:
        raise LoadRefused([Fault(path.name, error.line, str(error))]) from error
    except (OSError, EOFError, zlib.error) as error:
        raise LoadRefused([Fault(path.name, 1, _("Le fichier est absent ou abîmé."))]) from error


# Lines

_DEPARTMENT_CODE = DEPARTMENT_CODE
_REGION_CODE = re.compile(r"[0-9]{2,3}")
_COMMUNE_CODE = re.compile(COMMUNE_CODE)
_POSTAL_CODE = re.compile(r"[0-9]{5}")
_POPULATION = re.compile(r"[0-9]{1,9}")
_SIREN = re.compile(r"[0-9]{9}")
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]+)?")


def _department(cells: list[str]) -> DepartmentRow:
    code, name, region_code, authority_name, website = cells
    if website and not website.startswith(("https://", "http://")):
        raise _LineError(_("« %s » n'est pas l'adresse d'un site.") % website)
    return DepartmentRow(
        code=_match(_DEPARTMENT_CODE, code),
        name=_check_text(Department.name.field, name),
        region_code=_match(_REGION_CODE, region_code),
        authority_name=authority_name
        and _check_text(Department.authority_name.field, authority_name),
        authority_website=website and _check_text(Department.authority_website.field, website),
    )


def _commune(cells: list[str], departments: dict[str, DepartmentRow]) -> CommuneRow:
    code, name, department, _region, postal_codes, population, siren, epci = cells[:8]
    if department not in departments or not code.startswith(department):
        raise _LineError(_("« %s » n'est pas le département de cette commune.") % department)
    if bool(siren) != bool(epci):
        raise _LineError(_("Une intercommunalité a un SIREN et un nom."))
    latitude, longitude, point_source = _point(*cells[8:])
    return CommuneRow(
        code=_match(_COMMUNE_CODE, code),
        name=_check_text(Commune.name.field, name),
        search_name=_check_text(Commune.search_name.field, normalise(name)),
        department_id=department,
        postal_codes=_postal_codes(postal_codes),
        population=int(_match(_POPULATION, population)) if population else None,
        epci_siren=_match(_SIREN, siren) if siren else "",
        epci_name=_check_text(Commune.epci_name.field, epci) if epci else "",
        latitude=latitude,
        longitude=longitude,
        point_source=point_source,
    )


def _former_commune(cells: list[str], communes: dict[str, CommuneRow]) -> FormerCommuneRow:
    code, name, kind, commune = cells
    if kind not in FormerCommuneKind.values:
        raise _LineError(_("« %s » n'est pas une nature d'ancienne commune.") % kind)
    if commune not in communes:
        raise _LineError(_("« %s » n'est pas une commune d'aujourd'hui.") % commune)
    return FormerCommuneRow(
        code=_match(_COMMUNE_CODE, code),
        name=_check_text(FormerCommune.name.field, name),
        search_name=_check_text(FormerCommune.search_name.field, normalise(name)),
        kind=kind,
        commune_id=commune,
    )


def _contour(text: str, department: str, communes: dict[str, CommuneRow]) -> ContourRow:
    try:
        feature = json.loads(text)
        code, geometry = str(feature["properties"]["insee"]), feature["geometry"]
        kind, coordinates = str(geometry["type"]), geometry["coordinates"]
    except (ValueError, TypeError, KeyError) as error:
        raise _LineError(_("Cette ligne n'est pas une entité GeoJSON.")) from error
    if code not in communes or communes[code].department_id != department:
        raise _LineError(_("« %s » n'est pas une commune de ce département.") % code)
    if not _is_outline(kind, coordinates):
        raise _LineError(_("Le contour de « %s » n'est pas fait de polygones fermés.") % code)
    return ContourRow(commune_id=code, geometry={"type": kind, "coordinates": coordinates})


# Cells


def _match(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise _LineError(_("« %s » est mal écrit.") % text)
    return text


def _check_text(column: "models.Field[Any, Any]", text: str) -> str:
    """Return `text` if it fits the column, else raise _LineError."""
    width = column.max_length or 0
    if not 1 <= len(text) <= width:
        raise _LineError(
            _("« %(text)s » n'a pas de 1 à %(width)d caractères.") % {"text": text, "width": width}
        )
    return text


def _postal_codes(text: str) -> tuple[str, ...]:
    """Return the sorted codes; none for a territory without mail delivery."""
    codes = text.split("|") if text else []
    return tuple(sorted({_match(_POSTAL_CODE, code) for code in codes}))


def _point(latitude: str, longitude: str, source: str) -> tuple[float | None, float | None, str]:
    """Return a point and its source, or None, None, ""."""
    if not (latitude or longitude or source):
        return None, None, ""
    if not source or source not in PointSource.values:
        raise _LineError(_("« %s » n'est pas une origine de point.") % source)
    return _degrees(latitude, 90), _degrees(longitude, 180), source


def _degrees(text: str, limit: int) -> float:
    value = float(_match(_DEGREES, text))
    if abs(value) > limit:
        raise _LineError(_("« %s » est hors du globe.") % text)
    return value


def _is_outline(kind: str, coordinates: Any) -> bool:
    """Return whether these are the coordinates of a GeoJSON Polygon or MultiPolygon, in degrees."""
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(kind, [])
    try:
        rings = [ring for polygon in polygons for ring in polygon]
        points = [
            (float(longitude), float(latitude)) for ring in rings for longitude, latitude in ring
        ]
        closed = all(len(ring) >= 4 and ring[0] == ring[-1] for ring in rings)
    except (TypeError, ValueError, KeyError):
        return False
    on_earth = all(abs(longitude) <= 180 and abs(latitude) <= 90 for longitude, latitude in points)
    return bool(rings) and closed and on_earth
