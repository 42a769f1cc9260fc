"""A WSGI application with a barrier: no answer before every thread of every worker has a request."""

import os
from multiprocessing import Barrier
from threading import BrokenBarrierError

SECONDS = 10
everybody = Barrier(int(os.environ["EXPECTED"]))  # made before the workers fork: they share it


def application(environ, start_response):
    try:
        everybody.wait(SECONDS)
    except BrokenBarrierError:
        start_response("503 Service Unavailable", [("Content-Length", "0")])
        return [b""]
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]
