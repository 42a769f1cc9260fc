"""Errors reported by readers."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.territory.models import Department
from teams.models import Agency

RETENTION = timedelta(days=365)  # once dealt with: long enough to see what comes back


class ReportQuerySet(models.QuerySet["Report"]):
    def unhandled(self) -> "ReportQuerySet":
        return self.filter(handled_at__isnull=True)

    def expired(self, now: datetime) -> "ReportQuerySet":
        """Filter the reports handled long enough ago to be erased."""
        return self.filter(handled_at__lt=now - RETENTION)


class Report(models.Model):
    """An error reported on a page. Nothing about the reader is stored.

    `agency` and `department` are those of the page, null without: agents of that agency can correct
    it. `handled_by` marked the report as handled.
    """

    page = models.CharField(_("page"), max_length=200)
    message = models.TextField(_("message"), max_length=1000)
    agency = models.ForeignKey(
        Agency,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("agence"),
        related_name="reports",
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("département"),
        related_name="+",
    )
    created_at = models.DateTimeField(_("reçu le"), auto_now_add=True)
    handled_at = models.DateTimeField(_("traité le"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("traité par"),
        related_name="+",
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("signalement")
        verbose_name_plural = _("signalements")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(handled_by__isnull=True) | Q(handled_at__isnull=False),
                name="accueil_report_handled_once_dated",
            )
        ]

    def __str__(self) -> str:
        return self.page

    def mark_handled(self, *, by: User) -> bool:
        """Mark as handled by `by`, now; False when it already was."""
        waiting = Report.objects.unhandled().filter(pk=self.pk)
        return bool(waiting.update(handled_at=timezone.now(), handled_by=by))
