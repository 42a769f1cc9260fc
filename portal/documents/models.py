"""Files made in the background: one row for each, written before the file is made."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.leases import Leased, LeasedQuerySet
from portal.documents.enums import JobStatus

MAX_RUNNING = 2  # files made at the same time, by all processes together


def upload_path(job: "Job", name: str) -> str:
    return f"documents/{job.digest[:2]}/{job.digest}{Path(name).suffix}"


class JobQuerySet(LeasedQuerySet["Job"]):
    def waiting(self) -> "JobQuerySet":
        return self.filter(status=JobStatus.WAITING)

    def running(self) -> "JobQuerySet":
        return self.filter(status=JobStatus.RUNNING)

    def unfinished(self) -> "JobQuerySet":
        return self.filter(status__in=[JobStatus.WAITING, JobStatus.RUNNING])

    def finished(self) -> "JobQuerySet":
        return self.filter(status__in=[JobStatus.DONE, JobStatus.FAILED])


class Job(Leased):
    """A file of one `kind` for one `subject`, with the content identified by `digest`.

    A running job occupies a `slot`, from 1 to MAX_RUNNING; the unique constraint on it bounds how
    many files are made at once.
    """

    lease = timedelta(minutes=6)

    kind = models.SlugField(_("nature"), max_length=40)
    subject = models.CharField(_("sujet"), max_length=200)
    digest = models.CharField(_("empreinte du contenu"), max_length=64)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("demandé par"),
        related_name="+",
    )
    requested_at = models.DateTimeField(_("demandé le"), default=timezone.now)
    finished_at = models.DateTimeField(_("fini le"), null=True, blank=True)
    status = models.CharField(_("état"), max_length=8, choices=JobStatus, default=JobStatus.WAITING)
    progress = models.PositiveSmallIntegerField(_("avancement"), default=0)
    slot = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    error = models.CharField(_("erreur"), max_length=250, blank=True)
    file = models.FileField(_("fichier"), upload_to=upload_path, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("fichier à faire")
        verbose_name_plural = _("fichiers à faire")
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "digest"], name="documents_job_content_once"
            ),
            models.UniqueConstraint(fields=["slot"], name="documents_job_slot_once"),
            models.CheckConstraint(
                condition=Q(
                    status=JobStatus.RUNNING, slot__isnull=False, slot__range=(1, MAX_RUNNING)
                )
                | ~Q(status=JobStatus.RUNNING) & Q(slot__isnull=True),
                name="documents_job_running_has_slot",
            ),
            models.CheckConstraint(
                condition=Q(status__in=JobStatus.values), name="documents_job_status_known"
            ),
            models.CheckConstraint(
                condition=Q(progress__lte=100), name="documents_job_progress_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def is_done(self) -> bool:
        return self.status == JobStatus.DONE

    @property
    def is_failed(self) -> bool:
        return self.status == JobStatus.FAILED

    def start(self) -> bool:
        """Claim the job with a free slot; False if all slots are taken or it no longer waits.

        One query for each slot tried.
        """
        started = {"status": JobStatus.RUNNING, "progress": 0, "error": ""}
        for slot in range(1, MAX_RUNNING + 1):
            try:
                with transaction.atomic():
                    return Job.objects.waiting().claim(self, slot=slot, **started)
            except IntegrityError:  # another job has the slot
                continue
        return False

    def set_progress(self, percent: int) -> None:
        """Publish how far the making is, for the page that follows it."""
        Job.objects.running().filter(pk=self.pk).update(progress=percent)

    def finish(self, **values: Any) -> bool:
        """Free the slot and write `values`; False if another worker took the job over."""
        values = {"slot": None, "finished_at": timezone.now(), **values}
        return Job.objects.running().release(self, **values)
