"""Background making of files."""

from datetime import timedelta

from celery import Task, shared_task
from django.utils import timezone

from portal.celery import enqueue
from portal.documents import services
from portal.documents.models import Job

RETRY_SECONDS = 3  # before a job that found no free slot tries again
REQUEUE_AFTER = timedelta(minutes=1)  # a job waiting longer may have lost its task


@shared_task(name="documents.make", bind=True, max_retries=None, ignore_result=True)
def make(self: Task, job_id: int) -> None:
    """Make the file of a job; retry until a slot is free."""
    if services.make_file(job_id):
        return
    if Job.objects.waiting().filter(pk=job_id).exists():
        raise self.retry(countdown=RETRY_SECONDS)


@shared_task(name="documents.sweep", ignore_result=True)
def sweep() -> None:
    """Requeue the jobs left by lost tasks and dead workers."""
    services.release_expired()
    for job in Job.objects.waiting().filter(requested_at__lt=timezone.now() - REQUEUE_AFTER):
        enqueue("documents.make", job.pk)
