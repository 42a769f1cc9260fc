"""What a demonstration shows beside the real data: each app's `demo.py` registers what it makes."""

from collections.abc import Callable

from django.utils.module_loading import autodiscover_modules

Maker = Callable[[], None]
_makers: list[Maker] = []


def register(maker: Maker) -> Maker:
    """Registers a function that makes what is missing, and can be repeated."""
    _makers.append(maker)
    return maker


def make_all() -> None:
    """Makes what every installed app shows in a demonstration, from the ground up."""
    autodiscover_modules("demo")
    for maker in _makers:
        maker()
