"""Progress of an installation on the terminal, without any library and for any Python 3.6."""

import sys
import time
from typing import Any, Optional


def say(text: str, end: str = "\n", stream: Any = None) -> None:
    """Print in UTF-8, whatever the locale; on the standard output by default."""
    stream = stream or sys.stdout
    stream.flush()
    stream.buffer.write((text + end).encode("utf-8"))
    stream.buffer.flush()


class Step:
    """A context manager that shows one step: « Installation [####......] 31/81 ».

    On a terminal its line is redrawn. Elsewhere there is a line at the beginning, one every
    QUIET_SECONDS at most, and one at the end. Without a total there is no bar.
    """

    QUIET_SECONDS = 10
    WIDTH = 30

    def __init__(self, label: str, total: int = 0) -> None:
        self.label, self.total, self.count = label, total, 0
        self.is_terminal = sys.stdout.isatty()

    def __enter__(self) -> "Step":
        self.began = self.drawn = time.time()
        self._draw()
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        seconds = round(time.time() - self.began)
        end = "arrêté." if kind else f"fait en {seconds} s."
        self._write(f"{self.label} : {end}", end="\n")

    def advance(self, count: Optional[int] = None) -> None:
        """Set the count of the parts that are done, by default one more; show it if it is time."""
        self.count = self.count + 1 if count is None else count
        if self.is_terminal or time.time() - self.drawn >= self.QUIET_SECONDS:
            self._draw()

    def _draw(self) -> None:
        self.drawn = time.time()
        count = min(self.count, self.total)
        if not self.total:
            self._write(f"{self.label}…")
        elif self.is_terminal:
            bar = ("#" * (self.WIDTH * count // self.total)).ljust(self.WIDTH, ".")
            self._write(f"{self.label} [{bar}] {count}/{self.total}")
        else:
            self._write(f"{self.label} : {count} sur {self.total}…")

    def _write(self, text: str, end: str = "") -> None:
        if self.is_terminal:
            say("\r\033[K" + text, end=end)
        else:
            say(text)
