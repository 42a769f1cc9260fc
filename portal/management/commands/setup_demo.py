from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from portal.core.command_lock import ExclusiveCommand
from portal.deploy import setup


class Command(ExclusiveCommand):
    help = "Prépare la base et charge ce qui a changé de ce que le portail montre."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--departments", nargs="+", metavar="CODE", help="eux seuls ; tous par défaut"
        )

    def handle(self, *, departments: list[str] | None, **options: Any) -> None:
        is_changed = False
        for step in setup.pending_steps(departments):
            is_changed = True
            self.stdout.write(f"{step.label}…")
            step.run(self.stdout, lambda: None)
        if not is_changed:
            self.stdout.write(_("Rien n'a changé depuis le dernier chargement."))
