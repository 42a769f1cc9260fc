"""Pages as they were typed: expectations are written on a keyboard, which has no no-break space and no
curved apostrophe.

`portal.core.text.typography` sets every page; `typed` undoes what no test but its own is about. For the
page as it is sent, use `django.test.Client`.
"""

from typing import Any

from django.test import Client

_TYPED = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "’": "'"})


def typed(text: str) -> str:
    """Return a text with ordinary spaces and straight apostrophes, written as such in HTML."""
    return text.translate(_TYPED).replace("&#x27;", "'").replace("&nbsp;", " ")


TYPESET = ("text/html", "text/calendar", "application/atom+xml")


class KeyboardClient(Client):
    """A test client whose pages, calendars and feeds are as typed; other responses do not change."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        is_typeset = response.headers.get("Content-Type", "").startswith(TYPESET)
        if is_typeset and not response.streaming and not response.has_header("Content-Encoding"):
            length = response.headers.get("Content-Length")
            response.content = typed(response.content.decode())
            if length is not None:
                response.headers["Content-Length"] = length
        return response
