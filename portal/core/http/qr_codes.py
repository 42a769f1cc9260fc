"""QR codes: from a printed page, a telephone finds the page as it is today."""

from io import BytesIO

import segno
from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_cache_control

MAX_AGE = 30 * 24 * 3600  # seconds: the code of an address never changes


def qr_code(path: str) -> HttpResponse:
    """Return an SVG image of the code that leads to a path of the portal."""
    image = BytesIO()
    code = segno.make(f"{settings.SITE_URL}{path}", error="m", micro=False)
    code.save(image, kind="svg", xmldecl=False, nl=False, omitsize=True, border=2)
    response = HttpResponse(image.getvalue(), content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response
