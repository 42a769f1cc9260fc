from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _

from portal import loaders


class Command(BaseCommand):
    help = "Charge ce que le portail connaît d'un département ; une ligne fausse refuse tout."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="le code du département, par exemple 45")

    def handle(self, *, code: str, **options) -> None:
        if code not in loaders.available():
            known = ", ".join(loaders.available())
            raise CommandError(
                _("Aucune donnée pour le département « %(code)s ». Connus : %(known)s.")
                % {"code": code, "known": known}
            )
        try:
            counts = loaders.load_department(code)
        except loaders.Refused as refused:
            said = _("Chargement refusé, base inchangée :\n%s")
            raise CommandError(said % refused) from refused
        except DatabaseError as error:
            said = _("La base ne répond pas comme prévu (lancez d'abord « migrate ») : %s")
            raise CommandError(said % error) from error
        said = ", ".join(f"{count} {name}" for name, count in counts.items())
        self.stdout.write(f"{code} : {said}.")
