from django.db import models
from django.utils.translation import gettext_lazy as _


class TeamKind(models.TextChoices):
    PROXIMITY = "proximity", _("équipe de proximité")
    RECEPTION = "reception", _("équipe d'accueil inconditionnel")
    SERVICE = "service", _("service")
    POLE = "pole", _("pôle")
    HOUSE = "house", _("maison")


class SectorKind(models.TextChoices):
    """From the widest to the narrowest."""

    COMMUNE = "commune", _("commune entière")
    QUARTER = "quarter", _("quartier")
    STREET = "street", _("rue")
    NUMBERS = "numbers", _("numéros d'une rue")


class Parity(models.TextChoices):
    """The side of a street, by its house numbers."""

    ALL = "all", _("tous")
    EVEN = "even", _("pairs")
    ODD = "odd", _("impairs")


class SectorBasis(models.TextChoices):
    """Why a sector is believed."""

    PUBLISHED = "published", _("publié par le département")
    NAME = "name", _("déduit du nom de l'équipe")
