"""Which submitted URLs are pages of this portal, and may become links or redirects.

Browsers drop tabs and line ends, read a backslash as a slash, and take `//host` for another site:
"/<tab>/evil.example/" looks like a path and leads elsewhere. Every `next`, `page` and the like is
checked here before it is stored, linked or redirected to.
"""

from unicodedata import category
from urllib.parse import unquote

from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.http import url_has_allowed_host_and_scheme


def is_local(address: str) -> bool:
    """Return whether every browser reads the URL as a path of this host.

    It is an absolute path without any character, encoded or not, that a browser drops or changes.
    """
    path = unquote(_path(address))
    return (
        address.startswith("/")
        and not any(_misleads(text) for text in (address, path))
        and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    )


def local_path(address: str) -> ResolverMatch | None:
    """Return the match of a local URL in the URL table; None without one."""
    if not is_local(address):
        return None
    try:
        return resolve(unquote(_path(address)))
    except Resolver404:
        return None


def known_page(address: str) -> str:
    """Return the URL if it leads to a page of the portal, else ""."""
    return address if local_path(address) else ""


def _path(address: str) -> str:
    return address.partition("#")[0].partition("?")[0]


def _misleads(text: str) -> bool:
    """Return whether the text has control characters, spaces, lone surrogates, backslashes or a
    host.
    """
    odd = any(category(character)[0] in "CZ" for character in text)
    return odd or "\\" in text or text.startswith("//")
