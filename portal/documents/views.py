"""A file served as soon as it is made, and a page that says how far it is."""

from typing import Any

from django.core.cache import cache
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from portal.celery import ask
from portal.documents import services
from portal.documents.makers import maker_of
from portal.documents.models import Job

REFRESH = 2  # seconds
ASK_AGAIN = 60  # seconds: a task that got lost is asked for again by whoever still waits
FOLLOWED = "suivre"  # a parameter: "non" stops the page from looking by itself


def serve(request: HttpRequest, kind: str, subject: str, **context: Any) -> HttpResponseBase:
    """The file of `kind` for `subject` at once when it is made, else a 202 that follows its making.

    `context` names the subject for a person: `title` and `back`, the page to go back to.
    """
    job = services.request(kind=kind, subject=subject, asked_by=getattr(request, "user", None))
    if not job.is_done:
        job = _begun(job)
    if job.is_done:
        return _file(request, job)
    follows = not job.is_failed and request.GET.get(FOLLOWED) != "non"
    context |= {"job": job, "follows": follows}
    status = 503 if job.is_failed else 202
    response = render(request, "documents/job.html", context, status=status)
    if not job.is_failed:
        response["Retry-After"] = str(REFRESH)
    if follows:
        response["Refresh"] = str(REFRESH)
    patch_cache_control(response, no_store=True)
    return response


def _begun(job: Job) -> Job:
    """Has the file made: here if it is light, else by a worker."""
    if job.state == Job.State.WAITING:
        if maker_of(job.kind).is_light:
            services.make(job.pk)
        elif cache.add(f"documents-asked-{job.pk}", True, ASK_AGAIN):
            ask("documents.make", job.pk)
    job.refresh_from_db()
    return job


def _file(request: HttpRequest, job: Job) -> HttpResponseBase:
    maker = maker_of(job.kind)
    etag = f'"{job.digest}"'
    response: HttpResponseBase = HttpResponse(status=304)
    if request.headers.get("If-None-Match") != etag:
        name = maker.filename(job.subject)
        response = FileResponse(job.file.open(), filename=name, content_type=maker.content_type)
    response["ETag"] = etag
    patch_cache_control(response, no_cache=True)
    return response
