"""Lines of cells separated by tabs: their kind, and tables as Markdown."""

import re
from typing import NamedTuple

from schema_actions.reading.cells import TAG, blocks, inline
from schema_actions.reading.headings import parse_mark

YEAR = re.compile(r"(?:19|20)\d\d")
RULE = re.compile(r"-{2,}")
NUMBER = re.compile(r"[*\s\d.,%€+-]*")


class Row(NamedTuple):
    line: int
    cells: list[str]


class Grid(NamedTuple):
    """A calendar of years: the crossed ones, and the labels in its header."""

    years: tuple[int, ...]
    labels: list[str]


def cells_of(line: str) -> list[str]:
    """Return the cells of a line, empty ones too."""
    return line.split("\t")


def is_rule(row: Row) -> bool:
    """Return whether the row is the second line of a Markdown table."""
    filled_cells = [cell.strip() for cell in row.cells if cell.strip()]
    return bool(filled_cells) and all(RULE.fullmatch(cell) for cell in filled_cells)


def is_layout(rows: list[Row]) -> bool:
    """Return whether the rows are two columns of a page, not a table of figures."""
    return all(len(row.cells) == 2 for row in rows) and any(
        TAG.search(cell) or parse_mark(cell) for row in rows for cell in row.cells
    )


def grid_of(rows: list[Row]) -> Grid | None:
    """Return the calendar of years in the rows, None for another table."""
    if len(rows) < 2:
        return None
    header, crosses = rows[0].cells, rows[1].cells
    years = {
        position: int(cell) for position, cell in enumerate(header) if YEAR.fullmatch(cell.strip())
    }
    labels = [
        " ".join(blocks(cell)) for position, cell in enumerate(header) if position not in years
    ]
    labels = [label for label in labels if label]
    if len(years) < 2 or not all(parse_mark(label) for label in labels):
        return None
    if any(cell.strip() not in ("", "X", "x") for cell in crosses):
        return None
    crossed = [
        year
        for position, year in years.items()
        if position < len(crosses) and crosses[position].strip()
    ]
    return Grid(tuple(crossed), labels)


def to_markdown(rows: list[Row]) -> str:
    """Return a Markdown table with the first row as header and figures aligned right."""
    width = max(len(row.cells) for row in rows)
    texts = [
        [inline(cell).replace("|", r"\|") for cell in row.cells] + [""] * (width - len(row.cells))
        for row in rows
    ]
    columns = list(zip(*texts[1:], strict=True)) or [("",)] * width
    aligned = ["---:" if _is_figures(column) else "---" for column in columns]
    lines = [texts[0], aligned, *texts[1:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _is_figures(column: tuple[str, ...]) -> bool:
    return any(column) and all(NUMBER.fullmatch(cell) for cell in column)
