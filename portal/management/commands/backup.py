import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.core import private_files
from portal.deploy import backups
from portal.registries.command_errors import command_errors


class Command(BaseCommand):
    help = "Écrit tout le portail dans un fichier, pendant qu'il sert ; « - » : la sortie standard."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="le fichier à écrire, ou -")

    def handle(self, *, file: str, **options: Any) -> None:
        with command_errors(_("Sauvegarde impossible :")):
            try:
                counts = _write_out() if file == "-" else _write(Path(file))
            except backups.BackupRefused as error:
                raise CommandError(_("Sauvegarde impossible : %s") % error) from error
        self.stderr.write(
            _("Sauvegardé. Lignes : %(rows)d ; tables : %(tables)d ; fichiers : %(files)d.")
            % {
                "rows": sum(counts.rows.values()),
                "tables": len(counts.rows),
                "files": counts.files,
            }
        )


def _write_out() -> backups.Counts:
    """Write to standard output, making the file it is redirected to private first."""
    private_files.restrict_descriptor(sys.stdout.fileno())
    return backups.write_backup(sys.stdout.buffer)


def _write(path: Path) -> backups.Counts:
    """Write a private file, whole or not at all."""
    if path.exists() and not path.is_file():
        raise CommandError(_("« %s » n'est pas un fichier ordinaire.") % path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with private_files.create(draft) as out:
            counts = backups.write_backup(out)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    except OSError as error:
        raise CommandError(
            _("« %(path)s » ne peut pas être écrit : %(error)s.")
            % {"path": path, "error": error.strerror}
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return counts
