"""gunicorn's configuration: `gunicorn -c python:portal.deploy.server portal.wsgi`."""

import gc
import logging
import os
import shutil
import tempfile
from typing import Any

from portal.deploy.backpressure import BackpressureWorker

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = BackpressureWorker
workers = 2
threads = 4
preload_app = True
loglevel = "warning"
control_socket_disable = True  # signals are enough, and nothing is written outside `var/`

# Where processes share their counters; prometheus_client reads the variable when imported.
metrics_dir = tempfile.mkdtemp(prefix="portal-counts-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics_dir


def on_starting(server: Any) -> None:
    """Build the caches before forking, so that workers share them and no reader waits."""
    from django.conf import settings
    from django.db import DatabaseError, connections
    from django.urls import get_resolver

    from portal.core.caching import data_versions

    _ = get_resolver(settings.ROOT_URLCONF).url_patterns  # imports every module with a cache
    try:
        data_versions.build_all()
    except DatabaseError as error:
        logging.getLogger("django").warning("Caches not built: %s", error)
    connections.close_all()
    gc.freeze()  # the collector skips what exists now, so workers keep sharing its memory
    gc.enable()  # `portal.deploy.start` turns it off


def post_worker_init(worker: Any) -> None:
    """Keep SQLite readable on a full disk, and give the worker the headers of its own responses."""
    from django.conf import settings

    from portal.core import sqlite
    from portal.core.http import response_headers

    worker.sqlite_connection = sqlite.keep_connection_open()
    worker.headers = response_headers.common_headers(is_secure=settings.SERVED_OVER_HTTPS)


def when_ready(server: Any) -> None:
    """Start the embedded worker if the settings ask for it, then print the address."""
    from django.conf import settings

    from portal.deploy import worker as deploy_worker

    server.embedded = deploy_worker.start(settings.VAR_DIR) if settings.EMBEDDED_WORKER else None
    address = server.address[0]
    url = address if isinstance(address, str) else "http://{}:{}".format(*address)
    print(f"Le portail est ouvert : {url}  (Ctrl+C pour l'arrêter)", flush=True)


def child_exit(server: Any, worker: Any) -> None:
    """Keep the counters of a dead process and drop its gauges."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    """Stop the embedded worker, however far the start went."""
    from portal.deploy import worker as deploy_worker

    shutil.rmtree(metrics_dir, ignore_errors=True)
    if process := getattr(server, "embedded", None):
        deploy_worker.stop(process)
