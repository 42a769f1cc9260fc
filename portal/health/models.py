"""When the background processes last worked."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """The last time that the scheduler sent a task and that a worker ran it: a single row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    requested_at = models.DateTimeField(_("demandé le"), null=True, blank=True)
    completed_at = models.DateTimeField(_("fait le"))

    class Meta:
        verbose_name = _("battement")
        verbose_name_plural = _("battements")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="health_heartbeat_one_row"),
        ]

    def __str__(self) -> str:
        return f"{self.completed_at:%Y-%m-%d %H:%M:%S}"
