"""A file served as soon as it is made, and a page that says how far it is."""

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

REFRESH_SECONDS = 2  # seconds
REQUEUE_SECONDS = 60  # seconds: a task that got lost is asked for again by whoever still waits
FOLLOW_PARAMETER = "suivre"  # a parameter: "non" stops the page from looking by itself


def serve_document(
    request: HttpRequest, kind: str, subject: str, **context: Any
) -> HttpResponseBase:
    """The file of `kind` for `subject` at once when it is made, else a 202 that follows its making.

    `context` names the subject for a person: `title` and `back`, the page to go back to.
    """
    job = services.request_job(
        kind=kind, subject=subject, requested_by=getattr(request, "user", None)
    )
    if not job.is_done:
        job = _start_making(job)
    if job.is_done:
        return _file_response(request, job)
    follows = not job.is_failed and request.GET.get(FOLLOW_PARAMETER) != "non"
    context |= {"job": job, "follows": follows}
    status = 503 if job.is_failed else 202
    response = render(request, "documents/job.html", context, status=status)
    if not job.is_failed:
        response["Retry-After"] = str(REFRESH_SECONDS)
    if follows:
        response["Refresh"] = str(REFRESH_SECONDS)
    patch_cache_control(response, no_store=True)
    return response


def _start_making(job: Job) -> Job:
    """Has the file made: here if it is light, else by a worker."""
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
