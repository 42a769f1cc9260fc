from django.core.management import call_command
from django.core.management.base import BaseCommand

from portal import loaders


class Command(BaseCommand):
    help = "Prépare la base et charge tout ce que le portail montre ; peut être relancée."

    def handle(self, **options) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_territory", stdout=self.stdout)
        for code in loaders.available():
            call_command("load_department", code, stdout=self.stdout)
