"""Files readable by their owner only, whatever the umask: they contain the portal's data."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO

FILE, FOLDER = 0o600, 0o700


def create(path: Path) -> IO[bytes]:
    """Open a new file for writing, private from its creation. Raises FileExistsError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
    restrict_descriptor(descriptor)
    return os.fdopen(descriptor, "wb")


def make_folder(path: Path) -> None:
    """Create the folder if needed and make it private. Its parents get the usual permissions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=FOLDER, exist_ok=True)
    restrict_path(path)


def restrict(path: Path) -> None:
    """Create an empty file if needed and make it private.

    A file that cannot be created is left to fail where it is opened.
    """
    with suppress(OSError):
        create(path).close()
    restrict_path(path)


def restrict_path(path: Path) -> None:
    """Remove the permissions of group and others from an existing file or folder.

    A file of another owner, or on a read-only disk, is left unchanged.
    """
    with suppress(OSError):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(FOLDER if path.is_dir() else FILE)


def restrict_descriptor(descriptor: int) -> None:
    """Do the same for an open file; pipes, terminals and devices are left unchanged."""
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        with suppress(OSError):
            os.fchmod(descriptor, FILE)
