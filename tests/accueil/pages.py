"""How tests read a page: its text, links and form fields."""

import html
import re
from html.parser import HTMLParser
from typing import Any


def main_html(page) -> str:
    """Return the HTML of the main part."""
    return page.content.decode().partition("<main")[2].partition("</main>")[0]


def page_text(page) -> str:
    """Return the text of the main part, without tags, with single spaces."""
    text = re.sub(r"<[^>]+>", " ", "<main" + main_html(page))
    return " ".join(html.unescape(text).split())


def links(page) -> dict[str, str]:
    """Return the URLs of the main part by their text."""
    matches = re.findall(r'<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', main_html(page), re.DOTALL)
    return {
        " ".join(html.unescape(re.sub(r"<[^>]+>", " ", label)).split()): html.unescape(url)
        for url, label in matches
    }


def listed_names(page) -> list[str]:
    """Return the names of the points of `/accueil/`, in order."""
    return re.findall(r"<h3>\d+\. <a [^>]*>([^<]*)</a></h3>", main_html(page))


def appear_in_order(page, *parts: str) -> bool:
    """Whether all the parts are in the text of the main part, in this order."""
    places = [page_text(page).find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def get_page(client, address: str, **parameters: Any):
    """Get a page that must answer 200."""
    page = client.get(address, parameters)
    assert page.status_code == 200, page_text(page)
    return page


def form_fields(page) -> dict[str, list[str]]:
    """Return the fields of the page's forms as a browser would post them, without the CSRF token."""
    parser = _FormParser()
    parser.feed(page.content.decode())
    return {name: values for name, values in parser.values.items() if name != "csrfmiddlewaretoken"}


def form_errors(page) -> str:
    """Return the error messages of the page's forms, in one line."""
    text = page.content.decode()
    messages = [part.split("</ul>")[0] for part in text.split('<ul class="errorlist')[1:]]
    return " ".join(messages)


class _FormParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._textarea = self._select = None

    def _add(self, name: str | None, value: str) -> None:
        if name:
            self.values.setdefault(name, []).append(value)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "input":
            is_box = attributes.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in attributes:
                value = attributes.get("value") or ("on" if is_box else "")
                self._add(attributes.get("name"), value)
        elif tag == "textarea":
            self._textarea = attributes["name"]
            self.values[self._textarea] = [""]
        elif tag == "select":
            self._select = attributes["name"]
        elif tag == "option" and "selected" in attributes:
            self._add(self._select, attributes.get("value") or "")

    def handle_data(self, data):
        if self._textarea:
            self.values[self._textarea][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.values[self._textarea] = [self.values[self._textarea][0].removeprefix("\n")]
            self._textarea = None
