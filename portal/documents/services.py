"""Files asked for and made: the same content once, few at a time, nothing lost."""

import hashlib
import json
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.documents.enums import JobStatus
from portal.documents.models import Job
from portal.documents.pdf import PrintingUnavailable
from portal.registries.documents import Maker, get_maker

FORMAT_VERSION = 3  # grows when the look of the files changes: what was made before is made again


def content_digest(maker: Maker, content: Any) -> str:
    """What names a content: the same words give the same digest, whenever and whoever asks."""
    text = json.dumps([maker.kind, FORMAT_VERSION, content], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def request_job(
    *, kind: str, subject: str, requested_by: User | AnonymousUser | None = None
) -> Job:
    """The job of the file that `kind` makes of `subject` as it is now: an old one if nothing moved.

    A failed one is tried again. Raises what the maker raises for an unknown subject.
    """
    maker = get_maker(kind)
    digest = content_digest(maker, maker.content(subject))
    user = requested_by if requested_by and requested_by.is_authenticated else None
    job, _new = Job.objects.get_or_create(
        kind=kind, subject=subject, digest=digest, defaults={"requested_by": user}
    )
    if job.is_failed or (job.is_done and not default_storage.exists(str(job.file.name))):
        again = {"status": JobStatus.WAITING, "progress": 0, "error": "", "file": ""}
        Job.objects.filter(pk=job.pk, status=job.status).update(**again)
        job.refresh_from_db()
    return job


def make_file(job_id: int) -> bool:
    """Makes the file of the job; False where it is made already, or when all slots are taken.

    Safe to call twice. A failure is written on the job, for whoever asked.
    """
    release_expired()
    job = Job.objects.filter(pk=job_id).first()
    if job is None or not job.start():
        return False
    maker = get_maker(job.kind)
    try:
        content = maker.content(job.subject)
        if (
            content_digest(maker, content) != job.digest
        ):  # whoever asks again asks for what it is now
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
    """Gives back the slots of those whose process ended in the middle."""
    expired = Job.objects.running().lease_expired(timezone.now())
    return expired.update(status=JobStatus.WAITING, claimed_at=None, slot=None, progress=0)


def _store(job: Job, maker: Maker, data: bytes) -> bool:
    """Keeps the file, then forgets those of older contents of the same subject."""
    name = job.file.field.generate_filename(job, maker.filename(job.subject))
    try:
        name = default_storage.save(name, ContentFile(data))
    except OSError:  # whoever asks again has it tried again
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
