"""Files of a backup being restored: names checked, contents staged, then moved into place.

A move is a rename: wherever a restore is interrupted, by a full disk or a kill, each path holds the
old file or the new one, whole. Files that the backup does not have stay.
"""

import base64
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO, Any
from unicodedata import category, normalize

from django.utils.translation import gettext as _

PREFIX = ".restore-"  # of the staging folder
MAX_NAME_BYTES = 255  # of each part of a path, the usual limit of file systems
MAX_PATH_BYTES = 1000
MAX_FILES = 1_000_000  # per backup: their names are in memory


class BackupRefused(ValueError):
    """The file is not a backup, or is truncated, damaged or of another version of the portal."""


class FilesNotPlaced(Exception):
    """The rows are restored; `count` files are not."""

    def __init__(self, count: int) -> None:
        self.count = count


class FileNames:
    """The file names of a backup, each checked as it is read.

    Raises BackupRefused on a name that leads outside the media folder, that a file system cannot
    hold, or that would overwrite another.
    """

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._files)

    def add(self, name: str) -> None:
        parts = name.split("/")
        if not _is_safe(name, parts) or len(self) >= MAX_FILES:
            raise BackupRefused(_("Cette sauvegarde nomme un fichier hors du portail."))
        folders = ["/".join(parts[:count]) for count in range(1, len(parts))]
        folded = _fold(name)
        clashes = folded in self._files or folded in self._folders
        for folder in folders:
            clashes |= _fold(folder) in self._files
            clashes |= self._folders.setdefault(_fold(folder), folder) != folder
        if clashes:
            raise BackupRefused(_("Cette sauvegarde nomme deux fois le même fichier."))
        self._files.add(folded)


class Staging:
    """A private folder under `root`, for one restore at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: list[str] = []
        self._out: IO[bytes] | None = None

    def __enter__(self) -> "Staging":
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = os.open(self._root, os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise BackupRefused(_("Une autre restauration est en cours.")) from error
        for left in self._root.glob(f"{PREFIX}*"):  # of killed restores
            shutil.rmtree(left, ignore_errors=True)
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self._root))
        return self

    def __exit__(self, *error: Any) -> None:
        if self._out:
            self._out.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)

    def begin(self, name: str) -> None:
        """Open the next file, once the previous is on the disk.

        Raises OSError where the disk is full, BackupRefused where the path is taken by something
        else.
        """
        self.finish()
        self._refuse_occupied(name)
        path = self._folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._out = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._names.append(name)

    def write(self, chunk: str) -> None:
        """Append a base64 chunk to the open file."""
        assert self._out
        self._out.write(decode_chunk(chunk))

    def finish(self) -> None:
        if self._out:
            self._out.flush()
            os.fsync(self._out.fileno())
            self._out.close()
            self._out = None

    def move_into_place(self) -> None:
        """Move each file into place, after the commit. Raises FilesNotPlaced."""
        left = 0
        for name in self._names:
            place = self._root / name
            try:
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                (self._folder / name).replace(place)
            except OSError:
                left += 1
        if left:
            raise FilesNotPlaced(left)

    def _refuse_occupied(self, name: str) -> None:
        """Refuse a path with a folder or a link on it: the file would land elsewhere or not at
        all.
        """
        place = self._root / name
        folders = list(place.parents)[: name.count("/")]
        if (
            place.is_dir()
            or any(folder.is_symlink() for folder in folders)
            or any(folder.exists() and not folder.is_dir() for folder in folders)
        ):
            raise BackupRefused(
                _("Un dossier ou un lien présent a le nom d'un fichier : %s.") % name
            )


def decode_chunk(chunk: Any) -> bytes:
    """Return the bytes of a base64 chunk. Raises ValueError or TypeError."""
    return base64.b64decode(chunk, validate=True)


def is_staged(path: Path, root: Path) -> bool:
    """Return whether the file is in a staging folder, of this restore or of a killed one."""
    return path.relative_to(root).parts[0].startswith(PREFIX)


def _is_safe(name: str, parts: list[str]) -> bool:
    return (
        len(name.encode()) <= MAX_PATH_BYTES
        and all(0 < len(part.encode()) <= MAX_NAME_BYTES for part in parts)
        and not {".", ".."} & set(parts)
        and not name.startswith(PREFIX)
        and not any(
            category(character)[0] == "C" or character in "\\\u2028\u2029" for character in name
        )
    )


def _fold(name: str) -> str:
    """Return the same text for names that some file systems do not tell apart."""
    return normalize("NFC", normalize("NFC", name).casefold())
