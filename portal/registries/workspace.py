"""The panels of `/espace/`: each app's `workspace.py` registers its own here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

Context = dict[str, Any]
PanelReader = Callable[[HttpRequest], Context | None]
_panels: list["Panel"] = []


@dataclass(frozen=True)
class Panel:
    """One piece of the page. `read` gives what `template` shows, None where it does not concern
    this person; panels stand by `order`, the most pressing first.
    """

    title: str | Promise
    order: int
    template: str
    read: PanelReader


def register(
    *, title: str | Promise, order: int, template: str
) -> Callable[[PanelReader], PanelReader]:
    """Registers a panel whose content the decorated function reads for a request."""

    def registered(read: PanelReader) -> PanelReader:
        _panels.append(Panel(title, order, template, read))
        return read

    return registered


def panels_for(request: HttpRequest) -> list[tuple[Panel, Context]]:
    """The panels that concern whoever asks, in order, each with its content."""
    autodiscover_modules("workspace")
    shown = ((panel, panel.read(request)) for panel in sorted(_panels, key=lambda p: p.order))
    return [(panel, context) for panel, context in shown if context is not None]
