"""Serving a file once it is made, or a page that shows its progress."""

from typing import Any

from django.core.cache import cache
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from portal.celery import enqueue
from portal.documents import services
from portal.documents.enums import JobStatus
from portal.documents.models import Job
from portal.registries.documents import get_maker

REFRESH_SECONDS = 2
REQUEUE_SECONDS = 60  # a task may have been lost: it is enqueued again after this
FOLLOW_PARAMETER = "suivre"  # ?suivre=non stops the automatic refresh


def serve_document(
    request: HttpRequest, kind: str, subject: str, **context: Any
) -> HttpResponseBase:
    """Return the file of `kind` for `subject` if it is made, else a 202 page with its progress.

    `context` is for that page: `title`, and `back_url`, the address of the page to return to. A
    failure is a 503.
    """
    job = services.request_job(
        kind=kind, subject=subject, requested_by=getattr(request, "user", None)
    )
    if not job.is_done:
        job = _start_making(job)
    if job.is_done:
        return _file_response(request, job)
    refreshes = not job.is_failed and request.GET.get(FOLLOW_PARAMETER) != "non"
    context |= {"job": job, "refreshes": refreshes}
    status = 503 if job.is_failed else 202
    response = render(request, "documents/job.html", context, status=status)
    if not job.is_failed:
        response["Retry-After"] = str(REFRESH_SECONDS)
    if refreshes:
        response["Refresh"] = str(REFRESH_SECONDS)
    patch_cache_control(response, no_store=True)
    return response


def _start_making(job: Job) -> Job:
    """Make the file now if its maker is light, else enqueue it."""
    if job.status == JobStatus.WAITING:
        if get_maker(job.kind).is_light:
            services.make_file(job.pk)
        elif cache.add(f"documents-asked-{job.pk}", True, REQUEUE_SECONDS):
            enqueue("documents.make", job.pk)
    job.refresh_from_db()
    return job


def _file_response(request: HttpRequest, job: Job) -> HttpResponseBase:
    maker = get_maker(job.kind)
    etag = f'"{job.digest}"'
    response: HttpResponseBase = HttpResponse(status=304)
    if request.headers.get("If-None-Match") != etag:
        name = maker.filename(job.subject)
        response = FileResponse(job.file.open(), filename=name, content_type=maker.content_type)
    response["ETag"] = etag
    patch_cache_control(response, no_cache=True)
    return response
