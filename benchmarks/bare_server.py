"""The portal's server settings, for an application without cache and without Celery worker."""

from typing import Any

from portal.deploy.server import loglevel, preload_app, threads, worker_class, workers

__all__ = ["loglevel", "preload_app", "threads", "when_ready", "worker_class", "workers"]


def when_ready(server: Any) -> None:
    """Print the URL, as the portal's server does."""
    print("http://{}:{}".format(*server.address[0]), flush=True)
