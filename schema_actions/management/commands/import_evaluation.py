from difflib import unified_diff
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

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
            subject = _("fiche %s") % remark.sheet if remark.sheet else _("document")
            self.stdout.write(
                _("  ligne %(line)d, %(where)s : %(message)s")
                % {"line": remark.line, "where": subject, "message": remark.message}
            )

    def _say_changes(self, result: ImportResult, dry_run: bool) -> None:
        for change in result.changes:
            for line in _difference(change) if dry_run else ():
                self.stdout.write(line)
        message = (
            _("%(sheets)d fiches lues, %(changes)d valeurs changeraient ; rien n'est écrit.")
            if dry_run
            else _("%(sheets)d fiches lues, %(changes)d valeurs écrites.")
        )
        self.stdout.write(message % {"sheets": result.sheets, "changes": len(result.changes)})


def _difference(change: ImportedChange) -> list[str]:
    """The lines that leave and those that come."""
    lines = unified_diff(change.before.splitlines(), change.after.splitlines(), lineterm="", n=0)
    changed = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    return [f"{change.where}, {change.name} :", *(f"  {line}" for line in changed)]
