"""Memos of text: what a function returns in a language is never returned in another."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from django.utils.translation import get_language

P = ParamSpec("P")
T = TypeVar("T")


def cache_by_language(maxsize: int | None = None) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorate a function as `lru_cache` does, with the language of the request in the key.

    Arguments are hashable.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @lru_cache(maxsize)
        def cached(language: str | None, *args: P.args, **kwargs: P.kwargs) -> T:
            return function(*args, **kwargs)

        @wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
            return cached(get_language(), *args, **kwargs)  # type: ignore[arg-type]

        wrapper.cache_clear = cached.cache_clear  # type: ignore[attr-defined]
        return wrapper

    return decorate
