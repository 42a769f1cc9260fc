"""Data of a demonstration: each app's `demo.py` registers a maker."""

from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.db import transaction
from django.utils.module_loading import autodiscover_modules

from portal.core import loaded_data

Maker = Callable[[], None]
_makers: list[Maker] = []


def register(maker: Maker) -> Maker:
    """Register a repeatable function that creates the missing data."""
    _makers.append(maker)
    return maker


@transaction.atomic
def make_all() -> None:
    """Create the demonstration data of every installed app, in order of installation."""
    autodiscover_modules("demo")
    for maker in _makers:
        maker()
    loaded_data.record(loaded_data.DEMONSTRATION, digest())


def digest() -> str:
    """Return the digest of what `make_all` reads: its files, and which départements are loaded."""
    folders = (Path(config.path, "data", "example") for config in apps.get_app_configs())
    return loaded_data.digest(*folders, options=loaded_data.names())
