"""Data of a demonstration: each app's `demo.py` registers a maker."""

from collections.abc import Callable

from django.utils.module_loading import autodiscover_modules

Maker = Callable[[], None]
_makers: list[Maker] = []


def register(maker: Maker) -> Maker:
    """Register a repeatable function that creates the missing data."""
    _makers.append(maker)
    return maker


def make_all() -> None:
    """Create the demonstration data of every installed app, in order of installation."""
    autodiscover_modules("demo")
    for maker in _makers:
        maker()
