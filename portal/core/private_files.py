"""Files that their owner alone may read, whatever the umask: they hold what the portal holds."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO

FILE, FOLDER = 0o600, 0o700


def create(path: Path) -> IO[bytes]:
    """Opens a new file to write, which at no moment anybody else could. Raises FileExistsError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
    restrict_descriptor(descriptor)
    return os.fdopen(descriptor, "wb")


def make_folder(path: Path) -> None:
    """Makes a folder where there is none, and closes it to others. Those above it are as usual."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=FOLDER, exist_ok=True)
    restrict_path(path)


def restrict(path: Path) -> None:
    """Makes an empty file where there is none, and closes it to others. One that cannot be made is
    for whoever opens it to say.
    """
    with suppress(OSError):
        create(path).close()
    restrict_path(path)


def restrict_path(path: Path) -> None:
    """Takes from others what they may do with a file or a folder that may have been there before.
    One of somebody else's, or of a disk that is only read, is left as it is.
    """
    with suppress(OSError):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(FOLDER if path.is_dir() else FILE)


def restrict_descriptor(descriptor: int) -> None:
    """The same for an open file; a pipe, a terminal or a device is left as it is."""
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        with suppress(OSError):
            os.fchmod(descriptor, FILE)
