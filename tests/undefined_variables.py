"""Makes an undefined template variable fail the test, instead of rendering an empty text."""

import sys
from pathlib import Path
from types import FrameType
from typing import Any

from django.template.base import FilterExpression, Node

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


class Undefined(str):
    """Django's `string_if_invalid`: fails the test that renders an undefined variable in a template
    of the portal. Templates of Django and of libraries rely on the empty text.

    Django does not use it in `{% if %}`, where an undefined variable is false; a variable with
    `|default:` has its own replacement.
    """

    def __bool__(self) -> bool:
        """Return true where the value is about to be rendered; a missing related object stays false."""
        frame = sys._getframe(1)
        if frame.f_code is not FilterExpression.resolve.__code__:
            return False
        filters = [function.__name__ for function, _arguments in frame.f_locals["self"].filters]
        return "default" not in filters and _template(frame) is not None

    def __contains__(self, text: Any) -> bool:
        return text == "%s"

    def __mod__(self, variable: Any) -> str:
        template = _template(sys._getframe(1))
        if template is None:
            return ""
        raise AssertionError(f"“{variable}” is undefined in {template}.")


def _template(frame: FrameType | None) -> Path | None:
    """Return the portal's template being rendered, found from the calling node; None for a library's."""
    while frame is not None:
        node = frame.f_locals.get("self")
        origin = node.origin if isinstance(node, Node) else None
        if origin is not None:
            path = Path(origin.name)
            return path.relative_to(TEMPLATES) if path.is_relative_to(TEMPLATES) else None
        frame = frame.f_back
    return None
