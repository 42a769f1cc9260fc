import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.core.command_lock import ExclusiveCommand
from portal.core.models import Source
from portal.registries.command_errors import command_errors, read_file
from portal.registries.loaders import Fault
from portal.territory.models import Department
from teams.sectors.import_report import details, summary
from teams.sectors.importer import import_sectors


class Command(ExclusiveCommand):
    help = "Importe les secteurs des équipes d'un département ; une ligne fausse refuse tout."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="un tableau CSV, une ligne par secteur")
        parser.add_argument(
            "--department", required=True, metavar="CODE", help="le département, par exemple 45"
        )
        parser.add_argument(
            "--source",
            metavar="CLE",
            help="la source des lignes qui n'en donnent pas (sinon, le fichier lui-même)",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="dit ce qui serait écrit et n'écrit rien"
        )

    def handle(
        self, *, file: Path, department: str, source: str | None, dry_run: bool, **options: Any
    ) -> None:
        data = read_file(file)
        name = os.fsencode(file.name).decode(errors="replace")
        with command_errors(_("Import refusé, base inchangée :")):
            plan = import_sectors(
                file=name,
                data=data,
                department=_get_department(department),
                source=_get_source(source) if source else None,
                dry_run=dry_run,
            )
        for note in plan.notes:
            self.stdout.write(str(Fault(name, note.line, str(note))))
        for row in plan.skipped:
            message = _("« %s » a été modifié par une personne : laissé tel quel.")
            self.stdout.write(str(Fault(name, row.line, message % row.sector.name)))
        for warning in plan.warnings:
            self.stdout.write(str(Fault(name, warning.line, _("à vérifier : %s") % warning)))
        if dry_run:
            for line in details(plan):
                self.stdout.write(line)
            self.stdout.write(_("Essai, rien n'est écrit."))
        self.stdout.write(summary(plan))


def _get_department(code: str) -> Department:
    department = Department.objects.filter(code=code).first()
    if department is None:
        raise CommandError(_("Département inconnu, base inchangée : %s.") % code)
    return department


def _get_source(key: str) -> Source:
    source = Source.objects.filter(key=key).first()
    if source is None:
        raise CommandError(_("Source inconnue, base inchangée : %s.") % key)
    return source
