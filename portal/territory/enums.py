"""Kinds of former communes, and where the point of a commune comes from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PointSource(models.TextChoices):
    TOWN_HALL = "mairie", _("mairie")
    INTERIOR = "interieur", _("point intérieur")
    UNKNOWN = "", _("inconnu")


class FormerCommuneKind(models.TextChoices):
    DELEGATED = "commune-deleguee", _("commune déléguée")
    ASSOCIATED = "commune-associee", _("commune associée")
    ARRONDISSEMENT = "arrondissement-municipal", _("arrondissement municipal")
