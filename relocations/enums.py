from django.db import models
from django.utils.translation import gettext_lazy as _


class RelocationKind(models.TextChoices):
    MOVE = "move", _("déménagement")
    OPENING = "opening", _("ouverture")
    CLOSING = "closing", _("fermeture")


class RelocationStatus(models.TextChoices):
    """The statuses of a move; what each means is in `relocations.workflow`."""

    UNDER_STUDY = "under_study", _("à l'étude")
    PLANNED = "planned", _("prévu")
    CONFIRMED = "confirmed", _("confirmé")
    IN_PROGRESS = "in_progress", _("en cours")
    DONE = "done", _("fait")
    CANCELLED = "cancelled", _("annulé")
