"""The files that the portal makes: a row for each, before it is made."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MAX_RUNNING = 2  # files made at the same time, in all the processes of the portal
JOB_LEASE = timedelta(minutes=6)  # after which whoever was making a file is no more


def upload_path(job: "Job", name: str) -> str:
    return f"documents/{job.digest[:2]}/{job.digest}{Path(name).suffix}"


class JobQuerySet(models.QuerySet["Job"]):
    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])

    def lease_expired(self, now: datetime) -> "JobQuerySet":
        """Those whose maker stopped without a word; or began in a time still to come, before the
        clock was put back.
        """
        ended = Q(started_at__lt=now - JOB_LEASE) | Q(started_at__gt=now + JOB_LEASE)
        return self.filter(ended, state=Job.State.RUNNING)


class Job(models.Model):
    """A file of one `kind`, for one `subject`, with the content that `digest` names.

    While it is being made it holds a `slot`: there are as many as files made at once.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("en attente")
        RUNNING = "running", _("en cours")
        DONE = "done", _("fait")
        FAILED = "failed", _("échoué")

    kind = models.SlugField(_("nature"), max_length=40)
    subject = models.CharField(_("sujet"), max_length=200)
    digest = models.CharField(_("empreinte du contenu"), max_length=64)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("demandé par"),
        related_name="+",
    )
    asked_at = models.DateTimeField(_("demandé le"), default=timezone.now)
    started_at = models.DateTimeField(_("commencé le"), null=True, blank=True)
    finished_at = models.DateTimeField(_("fini le"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=8, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(_("avancement"), default=0)
    slot = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    error = models.CharField(_("erreur"), max_length=250, blank=True)
    file = models.FileField(_("fichier"), upload_to=upload_path, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("fichier à faire")
        verbose_name_plural = _("fichiers à faire")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "digest"], name="documents_job_content_once"
            ),
            models.UniqueConstraint(fields=["slot"], name="documents_job_slot_once"),
            models.CheckConstraint(
                condition=Q(state="running", slot__isnull=False, slot__range=(1, MAX_RUNNING))
                | ~Q(state="running") & Q(slot__isnull=True),
                name="documents_job_running_has_slot",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "failed"]),
                name="documents_job_state_known",
            ),
            models.CheckConstraint(
                condition=Q(progress__lte=100), name="documents_job_progress_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    @property
    def is_failed(self) -> bool:
        return self.state == self.State.FAILED

    def start(self, now: datetime) -> bool:
        """Takes a free slot; False where there is none, or where the job no longer waits."""
        for slot in range(1, MAX_RUNNING + 1):
            try:
                with transaction.atomic():
                    waiting = Job.objects.filter(pk=self.pk, state=self.State.WAITING)
                    if not waiting.update(
                        state=self.State.RUNNING, slot=slot, started_at=now, progress=0, error=""
                    ):
                        return False
            except IntegrityError:
                continue
            self.refresh_from_db()
            return True
        return False

    def set_progress(self, percent: int) -> None:
        """Says how far it is, to whoever waits for it."""
        Job.objects.filter(pk=self.pk, state=self.State.RUNNING).update(progress=percent)

    def finish(self, **values: Any) -> bool:
        """Leaves its slot; False where another took over meanwhile."""
        mine = Job.objects.filter(pk=self.pk, state=self.State.RUNNING, started_at=self.started_at)
        return bool(mine.update(slot=None, finished_at=timezone.now(), **values))
