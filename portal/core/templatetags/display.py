"""How days, phones and other values read on a page. Loaded in every template."""

import re
from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core import clock
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


@register.filter
def moment(value: datetime | None) -> str:
    """When something happens, from today: "à 14 h", "demain à 8 h 30", "lundi 3 mars à 9 h"."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    minutes = f" {local.minute:02d}" if local.minute else ""
    hour = _("à %(hour)d h%(minutes)s") % {"hour": local.hour, "minutes": minutes}
    days = (local.date() - clock.today()).days
    if days == 0:
        return hour
    if days == 1:
        return f"{_('demain')} {hour}"
    return f"{format_day(local.date(), weekday=True, year=False)} {hour}"
