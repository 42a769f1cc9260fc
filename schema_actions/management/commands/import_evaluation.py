from difflib import unified_diff
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.command_lock import ExclusiveCommand
from portal.registries.command_errors import command_errors, read_file
from schema_actions.importers.campaigns import refusal
from schema_actions.importers.evaluations import ImportedChange, ImportResult, import_document
from schema_actions.reading import DocumentError, ParsedDocument, read_document


class Command(ExclusiveCommand):
    help = "Importe une évaluation publiée : fiches, textes, totaux ; jamais les niveaux."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="le document, en Markdown UTF-8")
        parser.add_argument("--plan", required=True, help="l'identifiant du schéma")
        parser.add_argument("--campaign", required=True, help="l'identifiant de la campagne")
        parser.add_argument(
            "--dry-run", action="store_true", help="montre ce qui changerait, sans rien écrire"
        )

    def handle(
        self, *, file: Path, plan: str, campaign: str, dry_run: bool, **options: Any
    ) -> None:
        with command_errors(_("Import refusé, base inchangée :")):
            try:
                document = read_document(read_file(file))
            except DocumentError as error:
                raise refusal(file.name, error.line, str(error)) from error
            result = import_document(
                document, plan_slug=plan, campaign_slug=campaign, file=file.name, dry_run=dry_run
            )
        self._say_remarks(document)
        self._say_changes(result, dry_run)

    def _say_remarks(self, document: ParsedDocument) -> None:
        if document.remarks:
            self.stdout.write(_("À savoir (gardé tel qu'imprimé) :"))
        for remark in document.remarks:
            line = (
                _("  ligne %(line)d, fiche %(sheet)s : %(message)s")
                if remark.sheet
                else _("  ligne %(line)d, document : %(message)s")
            )
            self.stdout.write(line % vars(remark))

    def _say_changes(self, result: ImportResult, dry_run: bool) -> None:
        for change in result.changes:
            for line in _difference(change) if dry_run else ():
                self.stdout.write(line)
        count = len(result.changes)
        changes = (
            ngettext("%d valeur changerait", "%d valeurs changeraient", count)
            if dry_run
            else ngettext("%d valeur écrite", "%d valeurs écrites", count)
        )
        read = ngettext("%d fiche lue", "%d fiches lues", result.sheets) % result.sheets
        message = (
            _("%(read)s, %(changes)s ; rien n'est écrit.")
            if dry_run
            else _("%(read)s, %(changes)s.")
        )
        self.stdout.write(message % {"read": read, "changes": changes % count})


def _difference(change: ImportedChange) -> list[str]:
    """The lines that leave and those that come."""
    lines = unified_diff(change.before.splitlines(), change.after.splitlines(), lineterm="", n=0)
    changed = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    return [f"{change.where}, {change.name} :", *(f"  {line}" for line in changed)]
