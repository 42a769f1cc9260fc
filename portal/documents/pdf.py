"""Printing of HTML as a tagged PDF by WeasyPrint, with the styles and fonts of the portal."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from portal.core.text.typography import typeset_html

_LIGHT_DARK = re.compile(r"light-dark\(\s*((?:[^(),]|\([^()]*\))+),(?:[^()]|\([^()]*\))*\)")
STYLES = ("css/tokens.css", "css/document.css")


class PrintingUnavailable(RuntimeError):
    """The system libraries of WeasyPrint are missing; the message names them."""


def render_pdf(html: str, progress: Callable[[int], None] = lambda percent: None) -> bytes:
    """Return the PDF/UA of a page of HTML. Raises PrintingUnavailable.

    Only the static files of the portal are fetched. `progress` is called with a percentage.
    """
    try:
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration
    except OSError as error:
        message = _(
            "Ce serveur ne sait pas encore faire de PDF : installez les paquets "
            "libpango-1.0-0 et libpangoft2-1.0-0."
        )
        raise PrintingUnavailable(message) from error
    fonts = FontConfiguration()
    fetcher = _static_fetcher()
    styles = [
        CSS(
            string=_light_styles(path),
            base_url=path.as_uri(),
            url_fetcher=fetcher,
            font_config=fonts,
        )
        for path in map(_static_path, STYLES)
    ]
    source = HTML(string=typeset_html(html), url_fetcher=fetcher)
    pages = source.render(font_config=fonts, stylesheets=styles)
    progress(75)
    return pages.write_pdf(pdf_variant="pdf/ua-1") or b""


def _light_styles(path: Path) -> str:
    """Return a style sheet with the light colours only, for paper."""
    return _LIGHT_DARK.sub(lambda match: match[1].strip(), path.read_text(encoding="utf-8"))


def _static_path(name: str) -> Path:
    """Return the path of a static file, in its source folder or as collected."""
    path = finders.find(name)
    return Path(path) if isinstance(path, str) else Path(settings.STATIC_ROOT or "") / name


def _static_fetcher() -> Any:
    """Return a URL fetcher restricted to the static files of the portal."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    roots = [
        Path(folder).resolve() for folder in (*settings.STATICFILES_DIRS, settings.STATIC_ROOT)
    ]

    class StaticFetcher(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            parts = urlsplit(url)
            path = Path(url2pathname(parts.path)).resolve()
            if parts.scheme != "file" or not any(path.is_relative_to(root) for root in roots):
                raise ValueError(url)
            return super().fetch(url, headers)

    return StaticFetcher()
