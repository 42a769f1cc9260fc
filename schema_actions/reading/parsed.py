"""The parsed document."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.core.periods.period import Period
from schema_actions.sheets import sheet_key


class DocumentError(ValueError):
    """Why a document is refused, in French; `line` is 0 for the whole document."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, order=True)
class Remark:
    """A warning for people; `sheet` is a key ("1.3.1-enfance"), "" for the whole document."""

    line: int
    sheet: str
    message: str


@dataclass(frozen=True)
class ParsedSheet:
    """One sheet as printed; a section is Markdown, "" where nothing is printed.

    `years` are those crossed in the grid; a sheet without a grid has `calendar_text` instead.
    `summary_title` is the title in the summary table.
    """

    line: int
    code: str
    variant: str
    title: str
    summary_title: str
    objective_title: str
    years: tuple[int, ...]
    calendar_text: str
    not_concerned: bool
    sections: Mapping[str, str]

    @property
    def key(self) -> str:
        return sheet_key(self.code, self.variant)

    @property
    def axis(self) -> int:
        return int(self.code.split(".")[0])

    @property
    def objective(self) -> int:
        return int(self.code.split(".")[1])


@dataclass(frozen=True)
class ParsedDocument:
    """The whole document.

    `levels` are the published counts from red to green, `statement` is the sentence on the axes,
    `method` is how the sheets were evaluated, `period` is the date as printed.
    """

    period: Period
    axes: Mapping[int, str]
    sheets: tuple[ParsedSheet, ...]
    levels: tuple[int, ...]
    statement: str
    method: str
    remarks: tuple[Remark, ...]
