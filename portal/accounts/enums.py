"""Roles, and what is recorded of a sign-in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoleKind(models.TextChoices):
    MANAGER = "manager", _("gestionnaire")
    PILOT = "pilot", _("pilote")
    REVIEWER = "reviewer", _("relecteur")


class SignInOutcome(models.TextChoices):
    OPENED = "opened", _("connexion")
    WRONG = "wrong", _("mot de passe faux, ou compte inconnu")
    WRONG_CODE = "wrong_code", _("code faux")
    TOO_MANY = "too_many", _("trop d'essais, refusé")
    CLOSED = "closed", _("compte fermé, refusé")
    NOT_INVITED = "not_invited", _("sans invitation, refusé")


class SignInMethod(models.TextChoices):
    PASSWORD = "password", _("mot de passe")
    PROCONNECT = "proconnect", _("ProConnect")
