"""How days, phones and other values read on a page. Loaded in every template."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from django import template
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.periods import Period, format_day

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """A day in full: "1er décembre 2023"; nothing for None."""
    return format_day(value) if value else ""


@register.filter
def weekday(value: date) -> str:
    """A day of the weeks ahead: "mardi 1er décembre"."""
    return format_day(value, weekday=True, year=False)


@register.filter
def days(period: Period) -> str:
    """The days that a period may be: "du 11 mars 2024 au 20 mars 2024"."""
    first, last = day(period.earliest), day(period.latest)
    if not period.is_bounded:
        return _("sans date")
    if not last:
        return _("à partir du %s") % first
    if not first:
        return _("jusqu'au %s") % last
    if first == last:
        return _("le %s") % first
    return _("du %(first)s au %(last)s") % {"first": first, "last": last}


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


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture of `static/icons.svg`, beside words that say the same."""
    return _icon(str(name))


@cache
def _icon(name: str) -> SafeString:
    picture = '<svg class="icon" aria-hidden="true"><use href="{}#i-{}" /></svg>'
    return format_html(picture, static("icons.svg"), name)


@register.simple_tag
def badge(kind: str, words: str) -> SafeString:
    """A state in a colour, a shape and words."""
    return format_html('<span class="badge {}">{}{}</span>', kind, icon(kind), words)


@register.simple_tag
def phone_button(number: str) -> SafeString:
    """The button that calls; words where the number is not published."""
    if not number:
        return format_html("<span>{}</span>", _("Numéro à renseigner : il n'est pas publié."))
    words = _("Appeler le %s") % phone(number)
    link = '<a class="button" href="tel:{}">{} {}</a>'
    return format_html(link, tel(number), icon("phone"), words)


@register.tag
def once(parser: Parser, token: Token) -> "OnceNode":
    """`{% once a b %}…{% endonce %}`: what depends on `a` and `b` alone, written once for each."""
    on = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodes = parser.parse(("endonce",))
    parser.delete_first_token()
    return OnceNode(nodes, on)


_INDENTS = re.compile(r"\n\s+")


class OnceNode(Node):
    LARGEST = 100  # values of what it depends on

    def __init__(self, nodelist: NodeList, on: Sequence[FilterExpression]) -> None:
        self.nodelist = nodelist
        self._on = on
        self._written: dict[tuple[str, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = tuple([str(one.resolve(context)) for one in self._on])
        written = self._written.get(key)
        if written is None:
            # Without its indents, which every page would carry.
            written = SafeString(_INDENTS.sub("\n", self.nodelist.render(context)))
            if len(self._written) >= self.LARGEST:
                self._written.clear()
            self._written[key] = written
        return written
