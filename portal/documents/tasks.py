"""The making of files, away from the pages that wait for them."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from portal.celery import enqueue
from portal.documents import services
from portal.documents.models import Job

RETRY_SECONDS = 3  # seconds before a job that found no slot tries again
REQUEUE_AFTER = timedelta(minutes=1)  # after which a job that waits may have lost its task


@shared_task(name="documents.make", bind=True, max_retries=None, ignore_result=True)
def make(self, job_id: int) -> None:
    """Makes the file of a job, once a slot is free."""
    if services.make_file(job_id):
        return
    if Job.objects.waiting().filter(pk=job_id).exists():
        raise self.retry(countdown=RETRY_SECONDS)


@shared_task(name="documents.sweep", ignore_result=True)
def sweep() -> None:
    """Takes up what a lost task or a dead process left undone."""
    services.release_expired()
    for job in Job.objects.waiting().filter(requested_at__lt=timezone.now() - REQUEUE_AFTER):
        enqueue("documents.make", job.pk)
