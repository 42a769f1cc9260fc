"""Gunicorn settings with short timeouts for slow clients, so that tests end soon."""

import os

import django

from portal.deploy import request_limits
from portal.deploy.backpressure import BackpressureWorker

worker_class = BackpressureWorker
workers = 1
threads = 2
preload_app = True
request_limits.GRACE_SECONDS = 1

# As `portal.wsgi` does: refusals are messages, which are translated.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()


def post_worker_init(worker) -> None:
    worker.headers = {"X-Common": "yes"}
