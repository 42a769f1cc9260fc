"""Requesting and making files: each content once, MAX_RUNNING at a time."""

import hashlib
import json
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.documents.enums import JobStatus
from portal.documents.models import Job
from portal.documents.pdf import PrintingUnavailable
from portal.registries.documents import Maker, get_maker

FORMAT_VERSION = 4  # incremented when the layout of files changes, so that they are made again


def content_digest(maker: Maker, content: Any) -> str:
    """Return the digest that identifies a content: the same for every request of it."""
    text = json.dumps([maker.kind, FORMAT_VERSION, content], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def request_job(
    *, kind: str, subject: str, requested_by: User | AnonymousUser | None = None
) -> Job:
    """Return the job of the file of `kind` for the current content of `subject`.

    An existing job is reused; it is reset if it failed or if its file was lost. Raises the error
    of the maker for an unknown subject. A file is in LANGUAGE_CODE, whoever requests it.
    """
    maker = get_maker(kind)
    with translation.override(settings.LANGUAGE_CODE):
        digest = content_digest(maker, maker.content(subject))
    user = requested_by if requested_by and requested_by.is_authenticated else None
    job, _created = Job.objects.get_or_create(
        kind=kind, subject=subject, digest=digest, defaults={"requested_by": user}
    )
    if job.is_failed or (job.is_done and not default_storage.exists(str(job.file.name))):
        reset = {"status": JobStatus.WAITING, "progress": 0, "error": "", "file": ""}
        Job.objects.filter(pk=job.pk, status=job.status).update(**reset)
        job.refresh_from_db()
    return job


def make_file(job_id: int) -> bool:
    """Make the file of the job; return False if it is already made or all slots are taken.

    Idempotent. A failure is stored on the job, and shown on the page that follows it.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return _make_file(job_id)


def _make_file(job_id: int) -> bool:
    release_expired()
    job = Job.objects.filter(pk=job_id).first()
    if job is None or not job.start():
        return False
    maker = get_maker(job.kind)
    try:
        content = maker.content(job.subject)
        if content_digest(maker, content) != job.digest:  # changed since the request
            job.finish(status=JobStatus.FAILED)
            return False
        data = maker.make(content, job.set_progress)
    except PrintingUnavailable as error:
        job.finish(status=JobStatus.FAILED, error=str(error)[:250])
        return False
    except Exception as error:
        job.finish(status=JobStatus.FAILED, error=type(error).__name__)
        raise
    return _store(job, maker, data)


def release_expired() -> int:
    """Put back in the queue the jobs whose worker died, freeing their slots; return how many."""
    expired = Job.objects.running().lease_expired(timezone.now())
    return expired.update(status=JobStatus.WAITING, claimed_at=None, slot=None, progress=0)


def _store(job: Job, maker: Maker, data: bytes) -> bool:
    """Store the file, then delete those of older contents of the same subject."""
    name = job.file.field.generate_filename(job, maker.filename(job.subject))
    try:
        name = default_storage.save(name, ContentFile(data))
    except OSError:  # the next request tries again
        message = _("La place manque pour garder ce fichier. Réessayez plus tard.")
        job.finish(status=JobStatus.FAILED, error=message)
        return False
    if not job.finish(status=JobStatus.DONE, progress=100, file=name):
        default_storage.delete(name)
        return False
    older = Job.objects.finished().filter(
        kind=job.kind, subject=job.subject, requested_at__lt=job.requested_at
    )
    for old in older.exclude(pk=job.pk):
        old.delete()
        transaction.on_commit(partial(_delete_file, old.file.name))
    return True


def _delete_file(name: str | None) -> None:
    if name:
        default_storage.delete(name)
