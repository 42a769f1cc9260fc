"""Celery messages in files, where there is no Redis: kombu's transport, made safe on a full disk.

A message is written under another name, then renamed. kombu's own leaves an empty file on a full
disk, which then stops every worker that reads it. Unreadable messages and queue tables are deleted:
the work itself is a database row, which a periodic task takes up.
"""

import json
import logging
from contextlib import suppress
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

MESSAGE_KEYS = {"body", "headers", "properties"}  # of a message

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Write a message. Raises OSError where there is no room."""
        folder = Path(self.data_folder_out)
        name = f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        _write_atomically(folder / name, dumps(message))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        for name in sorted(file.name for file in folder.iterdir()):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            try:
                text = (folder / name).read_text()
                (folder / name).unlink()  # only one worker succeeds
            except (OSError, UnicodeDecodeError):
                (folder / name).unlink(missing_ok=True)
                continue
            message = _parse(text)
            if isinstance(message, dict) and set(message) >= MESSAGE_KEYS:
                return message
            logger.warning("An unreadable message was deleted.")
        raise Empty

    def get_table(self, exchange: str) -> Any:
        self._discard_broken_table(exchange)
        return super().get_table(exchange)

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        self._discard_broken_table(exchange)
        binding = [routing_key or "", pattern or "", queue or ""]
        file = self._exchange_file(exchange)
        with suppress(OSError, ValueError):
            if binding in json.loads(file.read_text()):
                return  # nothing to write: a disk may be full
        file.parent.mkdir(exist_ok=True)
        queues = [list(entry) for entry in self.get_table(exchange)]
        _write_atomically(file, dumps([binding, *queues]))

    def _discard_broken_table(self, exchange: str) -> None:
        """Delete the queue table of an exchange if it cannot be read."""
        file = self._exchange_file(exchange)
        with suppress(FileNotFoundError):
            queues = _parse(file.read_text(errors="replace"))
            if not isinstance(queues, list) or not all(
                isinstance(queue, list) and len(queue) == 3 for queue in queues
            ):
                file.unlink()
                logger.warning("An unreadable queue table was deleted.")


class Transport(filesystem.Transport):
    Channel = Channel


def _parse(text: str) -> Any:
    """Return the parsed JSON, None where it is invalid."""
    try:
        return loads(text)
    except ValueError:
        return None


def _write_atomically(path: Path, text: str) -> None:
    """Write under another name, then rename: no partial read, nothing left on a full disk."""
    draft = path.with_name(f"draft-{uuid4()}")
    try:
        draft.write_text(text)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
