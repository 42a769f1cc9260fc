"""Celery's scheduler, for clocks set back and disks that are full."""

import logging
from datetime import timedelta
from typing import Any

from celery.beat import PersistentScheduler

CLOCK_TOLERANCE = timedelta(minutes=1)  # servers may differ by as much

logger = logging.getLogger(__name__)


class Scheduler(PersistentScheduler):
    """PersistentScheduler that does not wait for a last run in the future, nor stop on a full
    disk.
    """

    def sync(self) -> None:
        try:
            super().sync()
        except OSError as error:
            logger.warning("The schedule could not be saved (%s)", type(error).__name__)

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        for entry in self.schedule.values():
            now = entry.default_now()
            if entry.last_run_at and entry.last_run_at > now + CLOCK_TOLERANCE:
                entry.last_run_at = now
                self._heap = None  # rebuild the order of the entries
        return super().tick(*args, **kwargs)
