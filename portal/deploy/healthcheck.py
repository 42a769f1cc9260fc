"""Container health check: `python -m portal.deploy.healthcheck` exits with 0 if pages answer.

Standard library only: it starts a process every half minute.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

PROBE_PATH = "/api/v1/teams/?page_size=1"  # light, and it reads the database
TIMEOUT_SECONDS = 8


def is_healthy() -> bool:
    site = urlsplit(os.environ.get("SITE_URL", "http://127.0.0.1"))
    headers = {"Host": site.netloc, "X-Forwarded-Proto": site.scheme}
    port = int(os.environ.get("PORT", "8000"))
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", PROBE_PATH, headers=headers)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False


if __name__ == "__main__":
    sys.exit(0 if is_healthy() else 1)
