"""The text that a page shows or has read aloud, and what of it is outside the brackets."""

from html.parser import HTMLParser

from tests.i18n.pseudo import CLOSES, OPENS

ATTRIBUTES = ("title", "aria-label", "alt", "placeholder", "aria-description", "label")
BUTTONS = ("submit", "button", "reset")
# Code is the same in every language, as what `translate="no"` marks.
LEFT_OUT = ("script", "style", "code", "pre")
WITHOUT_END = ("img", "input", "br", "hr", "meta", "link", "use", "path", "circle", "rect", "line")


class UnbalancedBrackets(AssertionError):
    """A message was cut or changed after its translation: what is outside cannot be told."""


class Brackets:
    """Collects what is outside the brackets, over the successive texts of a page."""

    def __init__(self) -> None:
        self.depth = 0

    def outside(self, text: str) -> str:
        """Return what of this text is outside, each translated message replaced by a line end."""
        outer = []
        for char in text:
            if char == OPENS:
                self.depth += 1
                outer.append("\n")
            elif char == CLOSES:
                self.depth -= 1
                if self.depth < 0:
                    raise UnbalancedBrackets(text)
            elif not self.depth:
                outer.append(char)
        return "".join(outer)


def outside_brackets(text: str) -> str:
    """Return what of a text is outside the brackets. Raises UnbalancedBrackets."""
    brackets = Brackets()
    outside = brackets.outside(text)
    if brackets.depth:
        raise UnbalancedBrackets(text[:200])
    return outside


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._brackets = Brackets()
        self._left_out: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        is_left_out = tag in LEFT_OUT or values.get("translate") == "no"
        if tag not in WITHOUT_END and (self._left_out or is_left_out):
            self._left_out.append(tag)
        if self._left_out or self._brackets.depth:
            return
        names = [name for name in ATTRIBUTES if name in values]
        if tag == "input" and values.get("type") in BUTTONS:
            names.append("value")
        if tag == "meta" and values.get("name") == "description":
            names.append("content")
        self.found += [outside_brackets(values[name]) for name in names]

    def handle_endtag(self, tag: str) -> None:
        if self._left_out and tag == self._left_out[-1]:
            self._left_out.pop()

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            self.found.append(self._brackets.outside(data))

    def close(self) -> None:
        super().close()
        if self._brackets.depth:
            raise UnbalancedBrackets("a message is not closed")


def untranslated_html(html: str) -> list[str]:
    """Return the visible texts of a page outside the brackets. Raises UnbalancedBrackets."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found
