"""The making of files, away from the pages that wait for them."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from portal.celery import ask
from portal.documents import services
from portal.documents.models import Job

AGAIN = 3  # seconds before a job that found no slot tries again
FORGOTTEN = timedelta(minutes=1)  # after which a job that waits may have lost its task


@shared_task(name="documents.make", bind=True, max_retries=None, ignore_result=True)
def make(self, job_id: int) -> None:
    """Makes the file of a job, once a slot is free."""
    if services.make(job_id):
        return
    if Job.objects.filter(pk=job_id, state=Job.State.WAITING).exists():
        raise self.retry(countdown=AGAIN)


@shared_task(name="documents.sweep", ignore_result=True)
def sweep() -> None:
    """Takes up what a lost task or a dead process left undone."""
    services.free_lost()
    since = timezone.now() - FORGOTTEN
    for job in Job.objects.filter(state=Job.State.WAITING, asked_at__lt=since):
        ask("documents.make", job.pk)
