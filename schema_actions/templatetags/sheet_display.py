from decimal import Decimal

from django import template
from django.utils.safestring import SafeString, mark_safe

from portal.core.text.markdown import to_html
from portal.core.text.units import unit_after
from schema_actions.entries.figures import parse_figure
from schema_actions.levels import LEVELS
from schema_actions.sheets import SECTION_LABELS

register = template.Library()


@register.filter
def markdown(text: str, first_heading: int = 3) -> SafeString:
    """Return Markdown as safe HTML, with headings from that level."""
    return mark_safe(to_html(text, first_heading))  # noqa: S308 - cleaned by `to_html`


@register.filter
def figure(value: Decimal | float) -> str:
    """Format a number in French: "13 500", "7,7"."""
    value = Decimal(str(value))
    is_integer = value == value.to_integral()
    text = f"{value:,.0f}" if is_integer else f"{value.normalize():,f}"
    return text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")


@register.filter
def unit(name: str, value: Decimal | float | str) -> str:
    """Return the unit as it stands after a value, which may be one that a person typed."""
    if isinstance(value, str):
        try:
            value = parse_figure(value)
        except ValueError:
            return name
    return unit_after(value, name)


@register.filter
def signed(change: int) -> str:
    """Format a change with its sign: "+2", "−1"."""
    return f"+{change}" if change > 0 else f"−{-change}"


@register.simple_tag
def scale_steps() -> list[int]:
    return list(LEVELS)


@register.simple_tag
def section_labels() -> list[tuple[str, str]]:
    """Return the (name, label) pairs of the sections of a sheet, in order."""
    return [(name, str(label)) for name, label in SECTION_LABELS.items()]


@register.filter
def item(values: dict[str, str], name: str) -> str:
    return values.get(name, "")


@register.filter
def without_level(counts: dict[str, int]) -> int:
    """Return the number of sheets without a level."""
    return sum(counts[name] for name in ("not_concerned", "not_transcribed", "missing"))
