"""The lines of a backup: JSON records between a header and a footer with their SHA-256."""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.deploy.backup_files import BackupRefused

MAX_LINE_BYTES = 8_000_000  # a form and the API take 1 MB

Row = list[Any]
Record = dict[str, Any] | Row


@dataclass
class Counts:
    """Number of rows by table, and number of files."""

    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0


class ChecksumWriter:
    """Writes records as lines, then a footer with their checksum."""

    def __init__(self, out: Callable[[bytes], object]) -> None:
        self._out = out
        self._sum = hashlib.sha256()

    def write_record(self, line: Record) -> None:
        data = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        if len(data) > MAX_LINE_BYTES:
            raise BackupRefused(_("Une ligne est trop longue pour être restaurée."))
        self._sum.update(data)
        self._out(data)

    def close(self, counts: Counts) -> None:
        self.write_record(
            {"rows": counts.rows, "files": counts.files, "sum": self._sum.hexdigest()}
        )


class ChecksumReader:
    """Iterator over the records of a backup, up to the footer.

    Raises BackupRefused where the footer is missing or wrong, or one of `backups.DAMAGE_ERRORS`.
    `size` is that of the last line in bytes; `counts` are those of the footer.
    """

    def __init__(self, compressed: gzip.GzipFile) -> None:
        self._compressed = compressed
        self._sum = hashlib.sha256()
        self.size = 0
        self.counts: list[Any] = []

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        data = self._compressed.readline(MAX_LINE_BYTES + 1)
        self.size = len(data)
        if not data:
            raise BackupRefused(_("Cette sauvegarde est incomplète."))
        if self.size > MAX_LINE_BYTES:
            raise ValueError("Longer than any line.")
        line = json.loads(data, parse_constant=_not_json)
        if not isinstance(line, dict | list):
            raise ValueError("Neither a heading nor a row.")
        if isinstance(line, dict) and "sum" in line:
            self._end(line)
            raise StopIteration
        self._sum.update(data)
        return line

    def _end(self, footer: dict[str, Any]) -> None:
        if footer["sum"] != self._sum.hexdigest():
            raise BackupRefused(_("Cette sauvegarde a été modifiée ou abîmée."))
        if self._compressed.read(1):  # to its end, where gzip compares its own sum
            raise ValueError("Something follows the seal.")
        self.counts = [footer["rows"], footer["files"]]


def _not_json(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON.")
