"""Statuses and actions of campaigns, entries and levels; their values stand in rows and the API."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LevelStatus(models.TextChoices):
    """What is known of a sheet's level in a campaign; only an evaluated sheet has a level."""

    EVALUATED = "evaluated", _("évaluée")
    NOT_TRANSCRIBED = "not_transcribed", _("niveau non transcrit")
    NOT_CONCERNED = "not_concerned", _("non concernée")
    MISSING = "missing", _("non évaluée")


class Pace(models.TextChoices):
    """What a level says of the progress of a sheet."""

    LATE = "late", _("en retard")
    ON_PACE = "on_pace", _("au rythme prévu")
    AHEAD = "ahead", _("en avance")


class CampaignStatus(models.TextChoices):
    PREPARATION = "preparation", _("en préparation")
    OPEN = "open", _("ouverte")
    VALIDATED = "validated", _("validée")
    PUBLISHED = "published", _("publiée")


class EntryStatus(models.TextChoices):
    DRAFT = "draft", _("brouillon")
    SUBMITTED = "submitted", _("remise")
    REVIEWED = "reviewed", _("relue")
    VALIDATED = "validated", _("validée")


class EntryAction(models.TextChoices):
    """What a person signs; the label is what the history of the sheet shows."""

    SUBMITTED = "submitted", _("remise")
    TAKEN_BACK = "taken_back", _("reprise par son pilote")
    AGREED = "agreed", _("relue : d'accord")
    DISAGREED = "disagreed", _("relue : pas d'accord")
    GIVEN_BACK = "given_back", _("rendue à son pilote")
    VALIDATED = "validated", _("validée")
    LEFT_OUT = "left_out", _("figée sans être remise")
    CORRECTED = "corrected", _("corrigée")
