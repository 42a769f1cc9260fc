"""The files of a backup on their way back: their names checked, written beside, put in place.

A file takes its place by a rename. Wherever a restore is interrupted, by a full disk or a kill,
each place holds the file that was there or the new one, whole. Files that the backup does not name
stay.
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

PREFIX = ".restore-"  # of the folder where files wait for the commit
MAX_NAME_BYTES = 255  # bytes of each part of a name, as file systems have it
MAX_PATH_BYTES = 1000  # bytes
MAX_FILES = 1_000_000  # in one backup: their names are held in memory


class BackupRefused(ValueError):
    """Not a backup, one cut short or damaged, or of another version of the portal."""


class FilesNotPlaced(Exception):
    """The rows are restored; `count` files are not."""

    def __init__(self, count: int) -> None:
        self.count = count


class FileNames:
    """The names of the files of a backup, each checked as it comes. Raises BackupRefused on one
    that would land elsewhere, that no file system holds, or that another one would replace.
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
    """A folder of its own under `root`, which only one restore at a time has."""

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
        for left in self._root.glob(f"{PREFIX}*"):  # by one that was killed
            shutil.rmtree(left, ignore_errors=True)
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self._root))
        return self

    def __exit__(self, *error: Any) -> None:
        if self._out:
            self._out.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)

    def begin(self, name: str) -> None:
        """Opens the next file; the one before is on the disk. Raises OSError where it is full, and
        BackupRefused where something else has the file's place.
        """
        self.finish()
        self._refuse_occupied(name)
        path = self._folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._out = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._names.append(name)

    def write(self, chunk: str) -> None:
        """Adds to the file opened last what the base64 says."""
        assert self._out
        self._out.write(decode_chunk(chunk))

    def finish(self) -> None:
        if self._out:
            self._out.flush()
            os.fsync(self._out.fileno())
            self._out.close()
            self._out = None

    def move_into_place(self) -> None:
        """Puts each file in its place, once the rows are committed. Raises FilesNotPlaced."""
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
        """A link or a folder there would lead the file elsewhere, or keep it out."""
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
    """The bytes that a chunk of a file says in base64. Raises ValueError or TypeError."""
    return base64.b64decode(chunk, validate=True)


def is_staged(path: Path, root: Path) -> bool:
    """Whether it waits for the end of a restore, or was left by one that was killed."""
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
    """The same for names that some file systems take for one another."""
    return normalize("NFC", normalize("NFC", name).casefold())
