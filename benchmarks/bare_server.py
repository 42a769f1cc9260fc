"""The portal's server for an application that keeps nothing."""

from portal.server import loglevel, preload_app, threads, when_ready, worker_class, workers

__all__ = ["loglevel", "preload_app", "threads", "when_ready", "worker_class", "workers"]
