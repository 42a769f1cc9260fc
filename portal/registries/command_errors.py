"""Errors of commands: one French message, an exit code, the database unchanged."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from portal.registries.loaders import LoadRefused


@contextmanager
def command_errors(refused: str) -> Iterator[None]:
    """Turn errors into CommandError; `refused` introduces the invalid lines."""
    try:
        yield
    except LoadRefused as refusal:
        raise CommandError(f"{refused}\n{refusal}") from refusal
    except DatabaseError as error:
        message = _("La base ne répond pas comme prévu (lancez d'abord « migrate ») : %s")
        raise CommandError(message % error) from error


def read_file(path: Path) -> bytes:
    """Return the bytes of a command's file argument."""
    try:
        if path.is_dir():
            raise CommandError(_("« %s » est un dossier, pas un fichier.") % path)
        if path.exists() and not path.is_file():
            raise CommandError(_("« %s » n'est pas un fichier ordinaire.") % path)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise CommandError(_("Le fichier « %s » n'existe pas.") % path) from error
    except OSError as error:
        raise CommandError(_("Le fichier « %s » ne peut pas être lu.") % path) from error
