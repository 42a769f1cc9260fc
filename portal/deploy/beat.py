"""The clock of the periodic tasks, when that of the machine is put back."""

import logging
from datetime import timedelta
from typing import Any

from celery.beat import PersistentScheduler

CLOCK_TOLERANCE = timedelta(minutes=1)  # two clocks of the same park may differ by as much

logger = logging.getLogger(__name__)


class Scheduler(PersistentScheduler):
    """Celery's, which would wait for the day when it last ran, were that day still to come; and end
    where it cannot write when that was.
    """

    def sync(self) -> None:
        try:
            super().sync()
        except OSError as error:
            logger.warning("The clock's memory was not written (%s)", type(error).__name__)

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        for entry in self.schedule.values():
            now = entry.default_now()
            if entry.last_run_at and entry.last_run_at > now + CLOCK_TOLERANCE:
                entry.last_run_at = now
                self._heap = None  # the order in which they are due is made again
        return super().tick(*args, **kwargs)
