"""How gunicorn serves the portal: `gunicorn -c python:portal.server portal.wsgi`."""

import os

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = 2
threads = 4
preload_app = True
loglevel = "warning"


def when_ready(server) -> None:
    """The last line of a start: where to go."""
    host, port = bind.rsplit(":", 1)
    print(f"Le portail est ouvert : http://{host}:{port}  (Ctrl+C pour l'arrêter)", flush=True)
