"""What can be made into a file: each app's `documents.py` registers its makers here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import autodiscover_modules

ProgressCallback = Callable[[int], None]


@dataclass(frozen=True)
class Maker:
    """How one kind of file is made, for a subject named by a public key.

    `content` gathers what the file says, in plain values: its digest names the file, and the same
    content is never made twice. `make` turns it into bytes and says how far it is, from 0 to 100.
    A light one is made while its reader waits.
    """

    kind: str
    content_type: str
    filename: Callable[[str], str]
    content: Callable[[str], Any]
    make: Callable[[Any, ProgressCallback], bytes]
    is_light: bool = False


_makers: dict[str, Maker] = {}


def register(maker: Maker) -> Maker:
    _makers[maker.kind] = maker
    return maker


def get_maker(kind: str) -> Maker:
    """Raises KeyError for an unknown kind."""
    autodiscover_modules("documents")
    return _makers[kind]
