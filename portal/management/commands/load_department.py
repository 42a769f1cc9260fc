from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.core.command_lock import ExclusiveCommand
from portal.registries import loaders
from portal.registries.command_errors import command_errors


class Command(ExclusiveCommand):
    help = "Charge ce que le portail connaît d'un département ; une ligne fausse refuse tout."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="le code du département, par exemple 45")

    def handle(self, *, code: str, **options: Any) -> None:
        if code not in loaders.available_departments():
            available = ", ".join(loaders.available_departments())
            raise CommandError(
                _("Aucune donnée pour le département « %(code)s ». Connus : %(known)s.")
                % {"code": code, "known": available}
            )
        with command_errors(_("Chargement refusé, base inchangée :")):
            counts = loaders.load_department(code)
        summary = ", ".join(f"{count} {name}" for name, count in counts.items())
        self.stdout.write(f"{code} : {summary}.")
