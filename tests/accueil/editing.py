"""What a browser would send of the pages where doors are kept true."""

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._area = self._select = None

    def _send(self, name: str | None, value: str) -> None:
        if name:
            self.sent.setdefault(name, []).append(value)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input":
            is_box = given.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in given:
                self._send(given.get("name"), given.get("value") or ("on" if is_box else ""))
        elif tag == "textarea":
            self._area = given["name"]
            self.sent[self._area] = [""]
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self._send(self._select, given.get("value") or "")

    def handle_data(self, data):
        if self._area:
            self.sent[self._area][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.sent[self._area] = [self.sent[self._area][0].removeprefix("\n")]
            self._area = None


def fields(page) -> dict[str, list[str]]:
    """The fields of the page as they stand, as a browser sends them."""
    reader = _Fields()
    reader.feed(page.content.decode())
    return {name: value for name, value in reader.sent.items() if name != "csrfmiddlewaretoken"}


def errors(page) -> str:
    """What the page says is wrong, in one line."""
    text = page.content.decode()
    found = [part.split("</ul>")[0] for part in text.split('<ul class="errorlist')[1:]]
    return " ".join(found).replace("&#x27;", "'").replace("&#39;", "'")
