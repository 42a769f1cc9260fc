"""Kinds of files: each app's `documents.py` registers a maker for each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import autodiscover_modules

ProgressCallback = Callable[[int], None]


@dataclass(frozen=True)
class Maker:
    """How one kind of file is made, for a subject named by a public key.

    `content` returns plain values, whose digest names the file: the same content is made once.
    `make` returns bytes and reports its progress, 0 to 100. A light file is made during the
    request.
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
    """Return the maker of a kind. Raises KeyError."""
    autodiscover_modules("documents")
    return _makers[kind]
