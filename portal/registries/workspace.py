"""Panels of `/espace/`: each app's `workspace.py` registers its own."""

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
    """A panel of the page, in `order`, the most urgent first.

    `read` returns the context of `template`, None where the panel does not concern the user.
    """

    title: str | Promise
    order: int
    template: str
    read: PanelReader


def register(
    *, title: str | Promise, order: int, template: str
) -> Callable[[PanelReader], PanelReader]:
    """Register a panel whose context the decorated function returns for a request."""

    def registered(read: PanelReader) -> PanelReader:
        _panels.append(Panel(title, order, template, read))
        return read

    return registered


def panels_for(request: HttpRequest) -> list[tuple[Panel, Context]]:
    """Return the panels that concern the user, in order, with their contexts."""
    autodiscover_modules("workspace")
    shown = ((panel, panel.read(request)) for panel in sorted(_panels, key=lambda p: p.order))
    return [(panel, context) for panel, context in shown if context is not None]
