"""French typography of what the portal shows: its rules stand here and nowhere else.

Texts are typed on a keyboard: in templates, in Python, by agents. `typeset` and `typeset_html` give
them the spaces, apostrophes and ligatures of a French printer as they leave the portal, in pages,
e-mails, calendars, feeds and printed documents. Data files and the API keep what was typed.

The convention is that of the Imprimerie nationale:

- U+202F, narrow and no-break, before ; ! ? and between thousands;
- U+00A0, no-break, before : and », after «, and in "8 h 30", "5 km", "12 %", "02 38 25 45 45",
  "3 mars", "n° 3", "art. 5", "p. 3", "M. Martin";
- ’ for ' between letters, and œ in the words that have it.

A source is quoted between « and », in <q> and in <blockquote>: there, only spaces change. Addresses
of pages and of mailboxes never change. Both functions are idempotent, and return the text as it is
while the active language is not French.
"""

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import get_language

NO_BREAK, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"

_Rule = tuple[str, re.Pattern[str], str]  # a character, a pattern that needs it, its replacement


def typeset(text: str) -> str:
    """Return a plain text as a French printer would set it."""
    if not _is_french() or _has_mark(text):
        return text
    return _typeset(text)


def typeset_html(html: str) -> str:
    """Return a page, or a part of one, with its visible text typeset.

    That is its texts and the attributes that people see or hear. Scripts, styles, code, what a form
    sends back (values of fields, text areas, options without a value) and elements in another
    language stay as they are.
    """
    if not _is_french() or _has_mark(html):
        return html
    parts = _TAGS.split(html)
    joined_tags = _TAG_MARK.join(parts[1::2])
    has_quotes = "</q>" in joined_tags or "</blockquote>" in joined_tags
    is_partly_foreign = _FOREIGN.search(joined_tags)
    if has_quotes or is_partly_foreign:  # the ends of these elements are looked for tag by tag
        parts = _TAG.split(html)
        joined_tags = _TAG_MARK.join(parts[1::2])
    tags = parts[1::2]
    spans = _attribute_spans(joined_tags)
    values = [joined_tags[start:end] for start, end in spans]
    text = _decode(_TAG_MARK.join([*parts[::2], *values]))
    texts = _typeset(text).split(_TAG_MARK)
    parts[::2] = texts[: len(tags) + 1]
    if spans:
        parts[1::2] = _replace(joined_tags, spans, texts[len(tags) + 1 :]).split(_TAG_MARK)
    if has_quotes:
        texts = _fix_spaces(text).split(_TAG_MARK)
        for index in _texts_within(_QUOTING, tags):
            parts[2 * index] = texts[index]
    if is_partly_foreign:
        texts = text.split(_TAG_MARK)
        for index in _texts_within(_FOREIGN, tags):
            parts[2 * index - 1 : 2 * index + 1] = tags[index - 1], texts[index]
    return "".join(parts)


def _is_french() -> bool:
    return (get_language() or "").startswith("fr")


# Marks stand for a tag, and for a quotation or an address. People's texts cannot have these
# characters, which are refused or removed on input.
_TAG_MARK, _PROTECTED_MARK = "\x00", "\x01"


def _has_mark(text: str) -> bool:
    return _TAG_MARK in text or _PROTECTED_MARK in text


# Elements whose content is not typeset stand as one tag.
_OPAQUE = ("script", "style", "textarea", "pre", "code", "kbd", "samp")
_ANY_TAG = (
    '<(?:/[^<>"]*+>|'  # end tags are half of all: they come first
    + "|".join(rf"{name}\b.*?</{name}\s*>" for name in _OPAQUE)
    + r"|option(?:\s+(?:selected|disabled))*>[^<]*"  # without a value, its text is sent
    + r'|!--.*?-->|[^<>"]*+(?:"[^"]*+"[^<>"]*+)*+>)'
    + r"(?:\n[ \t\r\n]*+)?"  # the indentation that follows, without no-break spaces
)
_TAG = re.compile(f"({_ANY_TAG})", re.DOTALL)
# Adjacent tags as one part: a page has three times fewer. Both patterns begin with "<", for speed.
_TAGS = re.compile(f"({_ANY_TAG}(?:{_ANY_TAG})*+)", re.DOTALL)
_QUOTING = re.compile(r"<(?:q|blockquote)\b")
_FOREIGN = re.compile(r' lang="(?!fr["-])')
_VISIBLE_ATTRIBUTE = re.compile(
    '="(?<![sf]=")'  # neither class nor href, which most are
    '(?:(?<= title=")|(?<= alt=")|(?<=label=")|(?<= placeholder=")'
    '|(?<= name="description" content=")'
    '|(?<= property="og:title" content=")|(?<= property="og:description" content=")'
    # Messages that draft.js shows.
    '|(?<= data-offline=")|(?<= data-refused=")|(?<= data-signed-out=")|(?<= data-taken=")'
    '|(?<= data-on[0-9]{3}="))([^"\x00]+)"'
)


# Rules. Every pattern begins with a literal or a set of characters, which `re` finds at full speed;
# where a rare character is absent, `in` says so faster still.
_LETTER = r"[^\W\d_]"
_WORD_END = r"(?![^\W_])"
_MONTHS = (
    "(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
    f"{_WORD_END}"
)
_UNITS = f"[%‰€]|(?:°C|km/h|k?m²?|cm|mm|ha|kg|h|min|ans?){_WORD_END}"
_SPACES: tuple[_Rule, ...] = (  # may change spaces only
    (" ", re.compile(r" (?=\x00*[:;!?»])"), NO_BREAK),
    (NO_BREAK, re.compile(rf"{NO_BREAK}(?=\x00*[;!?])"), NARROW),
    (NARROW, re.compile(rf"{NARROW}(?=\x00*[:»])"), NO_BREAK),
    ("«", re.compile(r"«\s*"), f"«{NO_BREAK}"),
    ("»", re.compile(rf"»(?<!{NO_BREAK}»)(?<!{NO_BREAK}\x00»)"), f"{NO_BREAK}»"),
    (" ", re.compile(rf" (?<=[0-9] )(?=[0-9]|{_UNITS}|{_MONTHS})"), NO_BREAK),
    ("r", re.compile(rf"r (?<=[0-9]er )(?={_MONTHS})"), f"r{NO_BREAK}"),
    ("h", re.compile(rf"h (?<=[0-9]{NO_BREAK}h )(?=[0-5][0-9](?![0-9]))"), f"h{NO_BREAK}"),
    ("°", re.compile(r"° (?<=[nN]° )(?=[0-9])"), f"°{NO_BREAK}"),
    (".", re.compile(r"\. (?:(?<=\b[pP]\. )|(?<=\b[aA]rt\. ))(?=[0-9])"), f".{NO_BREAK}"),
    ("M", re.compile(r"(M(?<!\wM)(?:\.|me|lle)) (?=[A-ZÀ-Ý])"), rf"\1{NO_BREAK}"),
)
_APOSTROPHES: tuple[_Rule, ...] = (
    ("'", re.compile(rf"'(?<={_LETTER}')(?=[^\W_]|\x01)"), "’"),
    # An elision before a tag, as in l'<b>équipe</b>: other quotes there may close a word.
    (
        "'",
        re.compile(r"'(?:(?<=\b[cdjlmnstCDJLMNST]')|(?<=\b[qQ]u'))(?=\x00+(?:[^\W_]|\x01))"),
        "’",
    ),
)
_MISSING_SPACES: tuple[_Rule, ...] = (
    ("%", re.compile(rf"%(?<=[0-9]%){_WORD_END}"), f"{NO_BREAK}%"),
    ("€", re.compile(rf"€(?<=[0-9]€){_WORD_END}"), f"{NO_BREAK}€"),
    ("°", re.compile(r"°(?<=[nN]°)(?=[0-9])"), f"°{NO_BREAK}"),
)
_BEFORE_THREE_DIGITS = re.compile(rf"{NO_BREAK}(?<=[0-9]{NO_BREAK})(?=[0-9]{{3}}(?![0-9]))")
_GROUPED_DIGITS = re.compile(f"[0-9]+(?:[{NO_BREAK}{NARROW}][0-9]+)+")
_THOUSANDS = re.compile("[1-9][0-9]{0,2}(?:.[0-9]{3})+")
_HOUR = re.compile(  # the h of 8h and 8h30, not of a longer number or a word
    rf"h(?<=[0-9]h)(?<![0-9]{{3}}h)(?<!{_LETTER}[0-9]h)(?<!{_LETTER}[0-9][0-9]h)"
    rf"(?:[ {NO_BREAK}]?(?=[0-5][0-9](?![^\W_]))|{_WORD_END})"
)
_LIGATURES = re.compile("oe"), re.compile("O[eE]")
_LIGATURE_WORD = re.compile(
    "(?:ch?|ranc|s|cons)oeurs?|écoeur.*|(?:man|dés)?oeuvr.*|noeuds?|voeux?|oeil(?:l.*)?|b?oeufs?"
    "|moeurs|foet(?:us|a.*)|oed.m.*|oesophag.*|oestrog.*|oecum.ni.*|oenolog.*|coeliaqu.*"
)


def _attribute_spans(tags: str) -> list[tuple[int, int]]:
    """Return where the visible attributes are in the joined tags, but not in a script."""
    return [
        match.span(1)
        for match in _VISIBLE_ATTRIBUTE.finditer(tags)
        if ">" not in tags[tags.rfind("<", 0, match.start()) : match.start()]
    ]


def _replace(text: str, spans: Sequence[tuple[int, int]], values: Sequence[str]) -> str:
    pieces: list[str] = []
    after = 0
    for (start, end), value in zip(spans, values, strict=True):
        pieces += text[after:start], value
        after = end
    return "".join([*pieces, text[after:]])


def _decode(html: str) -> str:
    """Return the text with the apostrophes and spaces that templates write as entities."""
    html = html.replace("&#x27;", "'").replace("&#39;", "'")
    return html.replace("&nbsp;", NO_BREAK)


def _texts_within(opening: re.Pattern[str], tags: list[str]) -> Iterator[int]:
    """Yield the indexes of the texts inside elements whose opening tag matches.

    Text 0 is before the first tag, text 1 after it, and so on.
    """
    name, depth = "", 0
    for index, tag in enumerate(tags, 1):
        slash, this = _TAG_NAME.match(tag).groups()  # type: ignore[union-attr]  # matches ""
        if depth and this == name:
            depth += -1 if slash else 1
        elif not depth and this not in _WITHOUT_END and opening.search(tag):
            name, depth = this, 1
        if depth:
            yield index


_TAG_NAME = re.compile(r"<(/?)([a-z0-9]*)")
_WITHOUT_END = {*_OPAQUE, "option", "img", "input", "br", "hr", "link", "meta", "source", "wbr"}


def _typeset(text: str) -> str:
    pieces = _split_protected(text)
    free = _apply(_APOSTROPHES + _MISSING_SPACES, _PROTECTED_MARK.join(pieces[::2]))
    free = _HOUR.sub(_hour, free)
    for pattern in _LIGATURES:
        free = pattern.sub(_ligature, free)
    pieces[::2] = _fix_spaces(free).split(_PROTECTED_MARK)
    pieces[1::2] = _fix_spaces(_PROTECTED_MARK.join(pieces[1::2])).split(_PROTECTED_MARK)[
        : len(pieces) // 2
    ]
    return "".join(pieces)


def _fix_spaces(text: str) -> str:
    return _BEFORE_THREE_DIGITS.sub(_space_before_three_digits, _apply(_SPACES, text))


def _apply(rules: tuple[_Rule, ...], text: str) -> str:
    for character, pattern, replacement in rules:
        if character in text:
            text = pattern.sub(replacement, text)
    return text


def _space_before_three_digits(match: re.Match[str]) -> str:
    """Return a narrow space in a number such as 35 000, not in a telephone number."""
    text, start = match.string, match.start()
    while start and text[start - 1] in _DIGITS_AND_SPACES:
        start -= 1
    number = _GROUPED_DIGITS.search(text, start)
    return NARROW if number and _THOUSANDS.fullmatch(number[0]) else NO_BREAK


_DIGITS_AND_SPACES = frozenset(f"0123456789{NO_BREAK}{NARROW}")


def _hour(match: re.Match[str]) -> str:
    minutes_follow = match.string[match.end() : match.end() + 1].isdecimal()
    return f"{NO_BREAK}h{NO_BREAK}" if minutes_follow else f"{NO_BREAK}h"


def _ligature(match: re.Match[str]) -> str:
    """Return œ in a word that has it, else the two letters."""
    text, (start, end) = match.string, match.span()
    while start and text[start - 1].isalpha():
        start -= 1
    while end < len(text) and text[end].isalpha():
        end += 1
    if not _LIGATURE_WORD.fullmatch(text[start:end].lower()):
        return match[0]
    return "œ" if match[0][0] == "o" else "Œ"


_PROTECTED = re.compile(r"«[^«»]*(?:«[^«»]*»[^«»]*)*»|@|://|www\.")
_ADDRESS_END = re.compile(r"[^\s\x00«»]*")


def _split_protected(text: str) -> list[str]:
    """Return free texts and, between them, quotations and addresses."""
    pieces: list[str] = []
    after = 0
    for match in _PROTECTED.finditer(text):
        start, end = match.span()
        if start < after:  # in the address found before
            continue
        if not match[0].startswith("«"):
            while start > after and not (text[start - 1].isspace() or text[start - 1] in "\x00«»"):
                start -= 1
            end = _ADDRESS_END.match(text, end).end()  # type: ignore[union-attr]  # matches ""
        pieces += text[after:start], text[start:end]
        after = end
    return [*pieces, text[after:]]
