from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.command_lock import ExclusiveCommand
from portal.registries.command_errors import command_errors, read_file
from schema_actions.importers.levels import LevelImportResult, import_levels


class Command(ExclusiveCommand):
    help = "Importe les niveaux d'une évaluation publiée (CSV « code;variant;level »)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="le tableau, en CSV")
        parser.add_argument("--plan", required=True, help="l'identifiant du schéma")
        parser.add_argument("--campaign", required=True, help="l'identifiant de la campagne")
        parser.add_argument(
            "--dry-run", action="store_true", help="montre ce qui changerait, sans rien écrire"
        )

    def handle(
        self, *, file: Path, plan: str, campaign: str, dry_run: bool, **options: Any
    ) -> None:
        with command_errors(_("Import refusé, base inchangée :")):
            result = import_levels(
                read_file(file),
                plan_slug=plan,
                campaign_slug=campaign,
                file=file.name,
                dry_run=dry_run,
            )
        for key, before, after in result.changes if dry_run else ():
            message = _("fiche %(key)s : %(before)s → %(after)d")
            self.stdout.write(message % {"key": key, "before": before or "–", "after": after})
        count = len(result.changes)
        changes = (
            ngettext("%d changerait", "%d changeraient", count)
            if dry_run
            else ngettext("%d écrit", "%d écrits", count)
        )
        read = ngettext("%d niveau lu", "%d niveaux lus", result.levels) % result.levels
        message = (
            _("%(read)s, %(changes)s ; rien n'est écrit.")
            if dry_run
            else _("%(read)s, %(changes)s.")
        )
        self.stdout.write(message % {"read": read, "changes": changes % count})
        self._say_totals(result)

    def _say_totals(self, result: LevelImportResult) -> None:
        if result.synthesis.agrees:
            self.stdout.write(_("Les totaux sont ceux qui ont été publiés."))
        for difference in result.synthesis.differences:
            self.stdout.write(difference)
