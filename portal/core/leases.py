"""Leases: a row is claimed by one worker at a time, and is free again when that worker dies."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LeasedRow = TypeVar("LeasedRow", bound="Leased", covariant=True)


class LeasedQuerySet(models.QuerySet[LeasedRow]):
    """Claims and releases are single UPDATEs, so that two workers never get the same row."""

    def claimable(self, now: datetime) -> Self:
        """Return the rows that no live worker holds."""
        return self.filter(Q(claimed_at=None) | self._lease_ended(now))

    def lease_expired(self, now: datetime) -> Self:
        """Return the claimed rows whose worker died before releasing them."""
        return self.filter(self._lease_ended(now))

    def _lease_ended(self, now: datetime) -> Q:
        # A claim in the future was made before the machine's clock was set back.
        lease = self.model.lease
        return Q(claimed_at__lt=now - lease) | Q(claimed_at__gt=now + lease)

    def claim(self, row: "Leased", **values: Any) -> bool:
        """Claim `row` and write `values` on it, if it is still in this queryset and claimable.

        Return whether it was. One query; `row` is changed in memory too.
        """
        now = timezone.now()
        if not self.claimable(now).filter(pk=row.pk).update(claimed_at=now, **values):
            return False
        for name, value in {"claimed_at": now, **values}.items():
            setattr(row, name, value)
        return True

    def release(self, row: "Leased", **values: Any) -> bool:
        """End the lease of `row` and write `values` on it; False if it is another worker's now.

        `claimed_at` identifies the claim: a worker whose lease expired writes nothing. One query.
        """
        claimed = self.filter(pk=row.pk, claimed_at=row.claimed_at)
        return bool(claimed.update(claimed_at=None, **values))


class Leased(models.Model):
    """A row that a worker claims; its managers come from `LeasedQuerySet`."""

    lease: ClassVar[timedelta]  # longer than the work on one row ever takes

    claimed_at = models.DateTimeField(_("pris en charge le"), null=True, blank=True)

    class Meta:
        abstract = True
