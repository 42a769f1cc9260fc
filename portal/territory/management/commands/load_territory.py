from time import perf_counter
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.core.command_lock import ExclusiveCommand
from portal.registries.command_errors import command_errors
from portal.territory import importers, reference


class Command(ExclusiveCommand):
    help = "Charge les départements et les communes de France ; sans danger si on le répète."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--departments",
            nargs="+",
            metavar="CODE",
            help="les départements dont charger les communes, par exemple 45 41 79 (tous sinon)",
        )

    def handle(self, *, departments: list[str] | None, **options: Any) -> None:
        start = perf_counter()
        try:
            with command_errors(_("Référence refusée, base inchangée :")):
                loaded = importers.load_folder(reference.FOLDER, departments)
        except reference.UnknownDepartmentsError as unknown:
            raise CommandError(
                _("Département inconnu, base inchangée : %s.") % unknown
            ) from unknown
        for count in loaded.counts:
            message = _(
                "%(label)s : %(rows)d (écritures : %(written)d, suppressions : %(removed)d)"
            )
            self.stdout.write(message % vars(count))
        if loaded.unknown_communes:
            message = _("Hors de la référence, laissées telles quelles : %s.")
            self.stdout.write(message % ", ".join(loaded.unknown_communes))
        self.stdout.write(_("Chargé en %.1f s.") % (perf_counter() - start))
