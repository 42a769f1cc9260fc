"""Addresses that somebody gave: which ones are pages of this portal, and may become links.

Browsers drop tabs and line ends, read a backslash as a slash, and take `//host` for another site:
"/<tab>/evil.example/" looks like a path and leads away. Whatever stands as `next`, `page` or the
like goes through here before it is kept, linked or redirected to.
"""

from unicodedata import category
from urllib.parse import unquote

from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.http import url_has_allowed_host_and_scheme


def is_local(address: str) -> bool:
    """Whether every browser reads it as an address of this host: an absolute path, without any
    character that a browser drops or changes, encoded or not.
    """
    path = unquote(_path(address))
    return (
        address.startswith("/")
        and not any(_misleads(text) for text in (address, path))
        and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    )


def local_path(address: str) -> ResolverMatch | None:
    """The page of the portal that a local address leads to; None where it leads to none."""
    if not is_local(address):
        return None
    try:
        return resolve(unquote(_path(address)))
    except Resolver404:
        return None


def known_page(address: str) -> str:
    """The address as it was given where it leads to a page of the portal, else ""."""
    return address if local_path(address) else ""


def _path(address: str) -> str:
    return address.partition("#")[0].partition("?")[0]


def _misleads(text: str) -> bool:
    """Controls, blanks of any kind, unpaired surrogates; backslashes; the name of a host."""
    odd = any(category(character)[0] in "CZ" for character in text)
    return odd or "\\" in text or text.startswith("//")
