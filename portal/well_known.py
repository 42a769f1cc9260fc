"""`robots.txt` and `security.txt`. Public."""

from datetime import UTC, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.core.http.response_headers import FREE_TEXT_PARAMETERS, PRIVATE_PREFIXES

EXPIRES = timedelta(days=180)  # less than a year, as RFC 9116 asks
QUESTIONS = ("/api/v1/lookup/", "/api/v1/suggest/")
NOT_CRAWLED = [
    *PRIVATE_PREFIXES,
    *QUESTIONS,
    "/sante/",
    *(f"/*?*{name}=" for name in FREE_TEXT_PARAMETERS),
]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Disallow the workspace and the answers to personal questions; name the sitemap."""
    refused = (f"Disallow: {address}" for address in NOT_CRAWLED)
    sitemap = f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}"
    return _text(["User-agent: *", *refused, "", sitemap])


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116: SECURITY_CONTACT, or the page that names who runs the portal."""
    site = settings.SITE_URL
    contacts = settings.SECURITY_CONTACT or [site + reverse("legal-notice")]
    midnight = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return _text(
        [
            *(f"Contact: {contact}" for contact in contacts),
            f"Expires: {midnight + EXPIRES:%Y-%m-%dT%H:%M:%SZ}",
            "Preferred-Languages: fr, en",
            f"Canonical: {site}{reverse('security-txt')}",
        ]
    )


def _text(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
