import sys
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.deploy import backups
from portal.deploy.backup_files import FilesNotPlaced
from portal.registries.command_errors import command_errors


class Command(BaseCommand):
    help = "Remet une sauvegarde à la place de tout ce qu'il y a ; refusée, rien n'a changé."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="la sauvegarde, ou - : l'entrée standard")
        parser.add_argument(
            "--replace", action="store_true", help="accepte que ce qu'il y a disparaisse"
        )
        parser.add_argument(
            "--hold-notices",
            action="store_true",
            help="les courriels qui attendaient ne partent pas : certains l'étaient peut-être déjà",
        )

    def handle(self, *, file: str, replace: bool, hold_notices: bool, **options: Any) -> None:
        with command_errors(_("Restauration refusée, base inchangée :")):
            if not replace and apps.get_model("accounts.User").objects.exists():
                raise CommandError(
                    _("Cette base a des comptes : ajoutez --replace pour tout remplacer.")
                )
            counts = _read(file, before_commit=_hold_notices if hold_notices else _nothing)
        self.stdout.write(
            _("Restauré. Lignes : %(rows)d ; tables : %(tables)d ; fichiers : %(files)d.")
            % {
                "rows": sum(counts.rows.values()),
                "tables": len(counts.rows),
                "files": counts.files,
            }
        )


def _nothing() -> None:
    """Let waiting e-mails leave."""


def _hold_notices() -> None:
    waiting = apps.get_model("notices.Notice").objects.waiting()
    message = _("Restauré d'une sauvegarde : peut-être déjà parti.")
    waiting.update(failed_at=timezone.now(), claimed_at=None, last_error=message)


def _read(file: str, before_commit: Callable[[], None]) -> backups.Counts:
    try:
        if file == "-":
            return backups.restore_backup(sys.stdin.buffer, before_commit=before_commit)
        with open(file, "rb") as packed:  # noqa: PTH123, a path as typed
            return backups.restore_backup(packed, before_commit=before_commit)
    except backups.BackupRefused as error:
        refused = _("Restauration refusée, rien n'a changé. %s") % error
        raise CommandError(refused) from error
    except FilesNotPlaced as left:
        message = _(
            "Les lignes sont restaurées, mais %d fichiers n'ont pas pu reprendre leur place : "
            "lancez de nouveau la même commande."
        )
        raise CommandError(message % left.count) from left
    except OSError as error:
        raise CommandError(_("Le fichier « %s » ne peut pas être lu.") % file) from error
