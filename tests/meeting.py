"""An application whose answers wait for each other: as many as the server has threads in all."""

import os
from multiprocessing import Barrier
from threading import BrokenBarrierError

SECONDS = 10
everybody = Barrier(int(os.environ["EXPECTED"]))  # made before the workers are: they share it


def application(environ, start_response):
    try:
        everybody.wait(SECONDS)
    except BrokenBarrierError:
        start_response("503 Service Unavailable", [("Content-Length", "0")])
        return [b""]
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]
