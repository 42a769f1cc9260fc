"""Gunicorn settings with short timeouts for slow clients, so that tests end soon."""

from portal.deploy import request_limits
from portal.deploy.backpressure import BackpressureWorker

worker_class = BackpressureWorker
workers = 1
threads = 2
preload_app = True
request_limits.GRACE_SECONDS = 1


def post_worker_init(worker) -> None:
    worker.headers = {"X-Common": "yes"}
