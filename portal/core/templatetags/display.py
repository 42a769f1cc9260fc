"""Filters and tags for days, phones and other values. Built into every template."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from functools import cache
from typing import Any

from django import template
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.http import local_urls
from portal.core.models import Source, Sourced
from portal.core.periods.period import Period, format_day
from portal.core.provenance import describe_last_word, describe_provenance, describe_source
from portal.core.text import elision
from portal.core.text.telephones import dial_number, parse_number

register = template.Library()
_IN_SCRIPT = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&"}


@register.filter(expects_localtime=True)
def day(value: date | None) -> str:
    """Format a day in full: "1er décembre 2023"; "" for None."""
    return format_day(value) if value else ""


@register.filter
def of_place(name: str) -> str:
    """Return "de" and the name of a place, with its elision: "d'Olivet"."""
    return elision.of_place(name)


@register.filter
def known_page(address: str) -> str:
    """Return a submitted address if it leads to a page of the portal, else ""."""
    return local_urls.known_page(address)


@register.filter
def weekday(value: date) -> str:
    """Format a day with its weekday, without its year: "mardi 1er décembre"."""
    return format_day(value, weekday=True, year=False)


@register.filter
def full_day(value: date) -> str:
    """Format a day with its weekday and its year: "jeudi 24 octobre 2024"."""
    return format_day(value, weekday=True)


@register.filter
def days(period: Period) -> str:
    """Format the days of a period: "du 11 mars 2024 au 20 mars 2024"."""
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
def phone(number: str) -> str:
    """Format a number with no-break spaces; return other text unchanged."""
    return parse_number(number).replace(" ", "\N{NO-BREAK SPACE}") or number


@register.simple_tag
def provenance(row: Sourced) -> SafeString:
    """Return the sentences that say who says a row: its source with a link, what changed since."""
    sentences = describe_provenance(row, _linked_source)
    return format_html_join(" ", "{}", ((sentence,) for sentence in sentences))


@register.filter
def last_word(row: Sourced) -> str:
    """Return who said a row last, in a few words: an agency and the day, else its source."""
    if row.checked_on or row.origins:
        return describe_last_word(row)
    if row.source is None:
        return ""
    period = row.source.period
    return ", ".join([row.source.publisher, *([str(period)] if period.is_bounded else [])])


def _linked_source(source: Source) -> str:
    text = describe_source(source)
    if not source.url:
        return text
    return format_html('<a href="{}">{}</a>{}', source.url, source.title, text[len(source.title) :])


@register.filter
def can_be_dialled(number: str) -> bool:
    return bool(parse_number(number))


@register.filter
def phone_link(number: str) -> SafeString:
    """Return a `tel:` link; other text than a number is returned escaped, without a link."""
    if not parse_number(number):
        return conditional_escape(number)
    return format_html('<a href="tel:{}">{}</a>', dial_number(number), phone(number))


@register.filter
def moment(value: datetime | None, zone: tzinfo | None = None) -> str:
    """Format a time relative to today: "à 14 h", "demain à 8 h 30", "lundi 3 mars à 9 h".

    In the zone of the portal by default; today is that of the zone.
    """
    if value is None:
        return ""
    local = timezone.localtime(value, zone)
    minutes = f" {local.minute:02d}" if local.minute else ""
    hour = _("à %(hour)d h%(minutes)s") % {"hour": local.hour, "minutes": minutes}
    today = clock.now().astimezone(zone).date() if zone else clock.today()
    days = (local.date() - today).days
    if days == 0:
        return hour
    if days == 1:
        return f"{_('demain')} {hour}"
    return f"{format_day(local.date(), weekday=True, year=False)} {hour}"


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return an icon of `static/icons.svg`, hidden from screen readers: text stands beside it."""
    return _icon(str(name))


@cache
def _icon(name: str) -> SafeString:
    picture = '<svg class="icon" aria-hidden="true"><use href="{}#i-{}" /></svg>'
    return format_html(picture, static("icons.svg"), name)


@register.simple_tag
def badge(kind: str, label: str) -> SafeString:
    """Return a status badge: a colour, an icon and a label."""
    return format_html('<span class="badge {}">{}{}</span>', kind, icon(kind), label)


@register.simple_tag
def phone_button(number: str) -> SafeString:
    """Return a button that dials the number; a sentence where it is not published or not a
    number.
    """
    if not number:
        return format_html("<span>{}</span>", _("Numéro à renseigner : il n'est pas publié."))
    if not parse_number(number):
        return format_html("<span>{}</span>", _("Numéro à vérifier : « %s ».") % number)
    label = _("Appeler le %s") % phone(number)
    link = '<a class="button" href="tel:{}">{} {}</a>'
    return format_html(link, dial_number(number), icon("phone"), label)


@register.tag
def cached_block(parser: Parser, token: Token) -> "CachedBlockNode":
    """`{% cached_block a b %}…{% endcached_block %}`: rendered once for each value of `a` and `b`,
    in each language.

    The block must depend on nothing else.
    """
    arguments = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodes = parser.parse(("endcached_block",))
    parser.delete_first_token()
    return CachedBlockNode(nodes, arguments)


_INDENTS = re.compile(r"\n\s+")


class CachedBlockNode(Node):
    MAX_RENDERED = 100  # combinations of arguments kept

    def __init__(self, nodelist: NodeList, arguments: Sequence[FilterExpression]) -> None:
        self.nodelist = nodelist
        self._arguments = arguments
        self._rendered: dict[tuple[str | None, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        values = [str(value.resolve(context)) for value in self._arguments]
        key = (get_language(), *values)
        html = self._rendered.get(key)
        if html is None:
            # Without indentation, which every page would carry.
            html = SafeString(_INDENTS.sub("\n", self.nodelist.render(context)))
            if len(self._rendered) >= self.MAX_RENDERED:
                self._rendered.clear()
            self._rendered[key] = html
        return html


@register.tag
def fast_for(parser: Parser, token: Token) -> "FastForNode":
    """`{% fast_for row in rows %}…{% endfast_for %}`: `for` over dictionaries of texts, faster.

    The block is rendered once for each set of non-empty keys and language, as a pattern that is
    then filled for each row. So it knows only `row`, and prints its values without filters or
    comparisons.
    """
    try:
        _tag, name, _in, rows = token.split_contents()
    except ValueError:
        raise template.TemplateSyntaxError("{% fast_for row in rows %} is expected.") from None
    nodes = parser.parse(("endfast_for",))
    parser.delete_first_token()
    return FastForNode(nodes, name, parser.compile_filter(rows))


_PLACEHOLDER = "\x00{}\x00"  # where a value goes
_PLACEHOLDERS = re.compile(r"\x00(\w+)\x00")
Pattern = tuple[str, tuple[str, ...]]  # a "%s" pattern, and the keys that fill it in order


class FastForNode(Node):
    def __init__(self, nodelist: NodeList, name: str, rows: FilterExpression) -> None:
        self.nodelist = nodelist
        self._name = name
        self._rows = rows
        self._patterns: dict[tuple[str | None, ...], Pattern] = {}

    def render(self, context: Context) -> SafeString:
        rows, language = self._rows.resolve(context), get_language()
        return SafeString("".join([self._render_row(row, language, context) for row in rows]))

    def _render_row(self, row: Mapping[str, str], language: str | None, context: Context) -> str:
        filled = tuple([name for name, value in row.items() if value])
        key = (language, *filled)
        pattern, names = self._patterns.get(key) or self._build_pattern(key, filled, context)
        return pattern % tuple([conditional_escape(row[name]) for name in names])

    def _build_pattern(
        self, key: tuple[str | None, ...], filled: tuple[str, ...], context: Context
    ) -> Pattern:
        """Render the pattern for rows with these non-empty keys."""
        placeholders = {name: SafeString(_PLACEHOLDER.format(name)) for name in filled}
        html = self.nodelist.render(context.new({self._name: placeholders}))
        texts = _PLACEHOLDERS.split(_INDENTS.sub("\n", html))
        pattern = "%s".join(text.replace("%", "%%") for text in texts[::2])
        self._patterns[key] = pattern, tuple(texts[1::2])
        return self._patterns[key]


@register.simple_tag
def structured_data(data: Mapping[str, Any]) -> SafeString:
    """Return a script of schema.org data, which no browser runs."""
    text = json.dumps(data, ensure_ascii=False).translate(_IN_SCRIPT)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


@register.simple_tag(takes_context=True)
def block_text(context: Context, name: str) -> SafeString:
    """Return again a block of the page: its title is also that of a shared link."""
    return mark_safe(context.render_context[BLOCK_CONTEXT_KEY].get_block(name).render(context))  # noqa: S308
