from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandParser

from portal.core.command_lock import ExclusiveCommand
from portal.registries import demo, loaders


class Command(ExclusiveCommand):
    help = "Prépare la base et charge tout ce que le portail montre ; peut être relancée."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--departments", nargs="+", metavar="CODE", help="eux seuls ; tous par défaut"
        )

    def handle(self, *, departments: list[str] | None, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_territory", departments=departments, stdout=self.stdout)
        for code in loaders.available_departments():
            if departments is None or code in departments:
                call_command("load_department", code, stdout=self.stdout)
        if settings.PORTAL_DEMO:
            demo.make_all()
