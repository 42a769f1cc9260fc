from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.services import LastAdministratorError, erase_person


class Command(BaseCommand):
    help = "Efface l'adresse, le nom, les droits et les connexions d'une personne, qui le demande."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="son adresse électronique")

    def handle(self, *, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(_("Personne n'a de compte à cette adresse."))
        try:
            erase_person(user=user)
        except LastAdministratorError as error:
            message = _("C'est le dernier administrateur : donnez d'abord ce droit à quelqu'un.")
            raise CommandError(message) from error
        self.stdout.write(_("Effacé : le compte n'est plus que le numéro %d.") % user.pk)
