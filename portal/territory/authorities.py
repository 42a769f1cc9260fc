"""The authority in charge of social action: the Département, or what replaces it in some places."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

SIREN_OF_LYON = "200046977"
FEMININE = ("Métropole", "Ville", "Collectivité")


@dataclass(frozen=True, slots=True)
class Authority:
    """`name` is written as in « Département du Loiret »; both are "" where unknown."""

    name: str
    website: str = ""

    @property
    def sentence(self) -> str:
        """Say whom to ask where the portal does not know the teams."""
        if not self.name:
            return _("Adressez-vous à votre mairie.")
        if self.name.startswith(FEMININE):
            return _("Adressez-vous à votre mairie ou à la %s.") % self.name
        return _("Adressez-vous à votre mairie ou au %s.") % self.name


# Its communes are in the département 69, whose Département serves the others (CGCT, L3611-1).
METROPOLIS_OF_LYON = Authority("Métropole de Lyon", "https://www.grandlyon.com")


def authority_of(epci_siren: str, department: Authority) -> Authority:
    """Return the authority of a commune, from its intercommunality and its département."""
    return METROPOLIS_OF_LYON if epci_siren == SIREN_OF_LYON else department
