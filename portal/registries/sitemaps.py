"""The public pages that search engines should read: each app's `sitemaps.py` registers its own."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse
from django.utils.module_loading import autodiscover_modules

Paths = Callable[[], Iterable[str]]
_sections: dict[str, Paths] = {}


class PathSitemap(Sitemap):
    """The pages of one kind, by path, at the portal's own address."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def items(self) -> list[str]:
        return list(self._paths())

    def location(self, item: str) -> str:
        return item

    def get_protocol(self, protocol: str | None = None) -> str:
        return settings.SITE_URL.partition("://")[0]

    def get_domain(self, site: Any = None) -> str:
        return settings.SITE_URL.partition("://")[2]


def register(section: str) -> Callable[[Paths], Paths]:
    """Register the decorated function, which returns the paths of a kind of pages."""

    def registered(paths: Paths) -> Paths:
        _sections[section] = paths
        return paths

    return registered


def autodiscover() -> dict[str, PathSitemap]:
    """Return the sitemaps of every installed app, by section."""
    autodiscover_modules("sitemaps")
    return {section: PathSitemap(paths) for section, paths in _sections.items()}


@register("portal")
def _pages_about_the_portal() -> list[str]:
    names = ("accessibility", "legal-notice", "privacy", "site-map", "api-docs")
    return [reverse(name) for name in names]
