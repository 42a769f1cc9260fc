"""How days, phones and other values read on a page. Loaded in every template."""

import re
from datetime import date

from django import template

from portal.core.periods import format_day

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """A day in full: "1er décembre 2023"; nothing for None."""
    return format_day(value) if value else ""


@register.filter
def tel(number: str) -> str:
    """A French number as a `tel:` link wants it: "02.38.25.45.45" → "+33238254545"."""
    digits = re.sub(r"\D", "", number)
    return f"+33{digits[1:]}" if len(digits) == 10 and digits[0] == "0" else digits


@register.filter
def phone(number: str) -> str:
    """A French number by pairs, held on one line; anything else as written."""
    digits = re.sub(r"\D", "", number)
    if len(digits) != 10:
        return number
    return "\N{NO-BREAK SPACE}".join(digits[i : i + 2] for i in range(0, 10, 2))
