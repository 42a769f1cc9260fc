"""What people read is set by the rules of `portal.core.text.typography`, wherever they read it: every
page of the rights table, feeds, calendars, e-mails, printed documents.

The texts are read here in another way than they are set: whoever adds a place where the portal speaks
is told what is wrong there.
"""

import gzip
import re
import subprocess
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from django.db import transaction
from django.test import Client
from icalendar import Calendar

from accueil.models import ReceptionPoint
from portal.core.http import typography
from portal.core.text.typography import typeset_html
from portal.documents import pdf
from portal.notices import services
from portal.notices.delivery import build_message
from schema_actions import documents
from schema_actions.exports.content import report_content, sheet_content
from schema_actions.models import Campaign
from tests.accueil.pages import form_fields
from tests.documents.printer import printer  # noqa: F401, a fixture
from tests.rights.readers import READABLE, reader
from tests.rights.rows import ORLEANS, address_of
from tests.rights.table import EVERYBODY, Rule
from tests.rights.test_table import PROCONNECT, ask, browser, sessions  # noqa: F401, fixtures

pytestmark = pytest.mark.django_db

CAMPAIGN = "loiret-2022-2026/2023-06"
# An ordinary space, or the line's end, which the browser shows as one.
WRONG_SPACES = re.compile(
    r"\s(?<![\u00a0\u202f])[:;!?»](?!\w)|«\s(?<![\u00a0\u202f])"
    r"|\b\d\d \d\d \d\d\b|\b[1-9]\d{0,2}[ \u00a0]\d{3}\b|\d (?:%|€|km\b|h\b)|[nN]° \d"
)
WRONG_LETTERS = re.compile(
    r"(?<=[^\W\d_])'(?=[^\W\d_])|\b\d{1,2}h(?:[0-5]\d)?\b|\d[%€]|[nN]°\d"
    r"|\b(?:[cs]|ch)oeurs?\b|\b(?:man)?oeuvre|\bnoeud|\bvoeux?\b",
    re.IGNORECASE,
)
QUOTATIONS = re.compile(r"«[^«»]*(?:«[^«»]*»[^«»]*)*»")
ADDRESSES = re.compile(r"\S+@\S+|\S*(?://|www\.)\S+")


def faults(text: str) -> list[str]:
    """Return what is wrong in a text, with a few words around."""
    return [*_found(WRONG_SPACES, text), *wrong_letters(text)]


def wrong_letters(text: str) -> list[str]:
    """Return what is wrong in the letters of a text, outside quotations and addresses."""
    return _found(WRONG_LETTERS, QUOTATIONS.sub("", ADDRESSES.sub("", text)))


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    matches = pattern.finditer(text)
    return [text[max(0, match.start() - 30) : match.end() + 20] for match in matches]


class VisibleText(HTMLParser):
    """The texts and attributes of a page that people read; what is in <q> stands between « and »."""

    hidden = ("script", "style", "textarea", "pre", "code", "kbd", "samp")
    blocks = ("p", "div", "li", "td", "th", "dt", "dd", "option", "h1", "h2", "h3", "h4")
    attributes = (
        "title",
        "alt",
        "placeholder",
        "label",
        "aria-label",
        "aria-description",
        "data-label",
    )

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.values: list[str] = []
        self._hidden = 0
        self._skips_option = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._hidden += tag in self.hidden
        self._skips_option = tag == "option" and "value" not in values
        self.text += "\n" if tag in self.blocks else ""
        self.text += "«\N{NO-BREAK SPACE}" if tag in ("q", "blockquote") else ""
        shown = [values.get(name) for name in self.attributes]
        if values.get("name") == "description":
            shown.append(values.get("content"))
        self.values += [value for value in shown if value]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in self.hidden
        self.text += "\N{NO-BREAK SPACE}»" if tag in ("q", "blockquote") else ""

    def handle_data(self, data: str) -> None:
        if not self._hidden and not self._skips_option:
            self.text += data if data.strip() else "\n"


def texts_of_page(html: str) -> list[str]:
    page = VisibleText(html)
    return [page.text, *page.values]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Où\xa0: «\xa0là\xa0»\u202f! L’an 8\xa0h\xa030, «\xa0l'an 8h30\xa0», l'a@b.fr", 0),
        ("Où : là", 1),
        ("Où\n  : là", 1),
        ("« là »", 2),
        ("l'an 8h30, 12%", 3),
        ("02 38 25 45 45, 35 000, 35\xa0000, 5 km", 4),
        ("des voeux, une soeur", 2),
    ],
)
def test_faults_are_seen(text, count):
    assert len(faults(text)) == count


@pytest.mark.parametrize("rule", READABLE, ids=str)
def test_pages_feeds_and_calendars(browser, sessions, loiret, settings, rule):  # noqa: F811
    settings.SOCIALACCOUNT_PROVIDERS = PROCONNECT
    with transaction.atomic():
        address = address_of(rule.address)
    person = reader(rule)
    response = ask(browser, rule, address, person, sessions.get(person))
    if not response.streaming:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        read = READERS.get(kind, lambda content: [])
        assert [fault for text in read(response.content.decode()) for fault in faults(text)] == []


def texts_of_calendar(content: str) -> list[str]:
    components = Calendar.from_ical(content).walk()
    names = ("X-WR-CALNAME", "X-WR-CALDESC", "SUMMARY", "DESCRIPTION")
    return [str(part[name]) for part in components for name in names if name in part]


def texts_of_feed(content: str) -> list[str]:
    texts = [element.text or "" for element in ElementTree.fromstring(content).iter()]
    return [text for html in texts for text in texts_of_page(html)]


READERS = {
    "text/html": texts_of_page,
    "text/calendar": texts_of_calendar,
    "application/atom+xml": texts_of_feed,
}


def test_emails(loiret):
    notice = services.draft(
        key="essai",
        recipient="lectrice@loiret.test",
        subject="L'équipe déménage : quand ?",
        body="Le 3 mars à 8h30 : appelez le 02 38 25 45 45.\nhttps://x.fr/l'adresse?a=8h30",
        html="<p>L'équipe déménage : quand ?</p>",
    )
    message = build_message(notice)
    assert "https://x.fr/l'adresse?a=8h30" in message.body
    html = str(message.alternatives[0].content)
    texts = [message.subject, str(message.body), *texts_of_page(html)]
    assert [fault for text in texts for fault in faults(text)] == []


def test_printed_documents(loiret, printer, monkeypatch):  # noqa: F811
    """A PDF has one glyph for all spaces: they are read in what is printed, its lines in the PDF."""
    printed: list[str] = []
    monkeypatch.setattr(
        pdf, "typeset_html", lambda html: printed.append(typeset_html(html)) or printed[-1]
    )
    report = documents.make_report(report_content(CAMPAIGN), lambda percent: None)
    documents.make_sheet(sheet_content(f"{CAMPAIGN}/1.2.3"), lambda percent: None)
    assert len(printed) == 2
    assert [
        fault for html in printed for text in texts_of_page(html) for fault in faults(text)
    ] == []
    command = ["pdftotext", "-", "-"]
    lines = subprocess.run(command, input=report, capture_output=True, check=True).stdout.decode()
    assert "’" in lines
    assert re.findall(r"^[:;!?»].*|.*«$", lines, re.MULTILINE) == []
    quoted = " ".join(Campaign.objects.get(slug="2023-06").method.split())
    own_words = " ".join(lines.split()).replace(quoted, "").replace("%", "")
    assert len(own_words) < len(lines) - len(quoted) + 2
    assert wrong_letters(own_words) == []  # a space before "%" is lost in small print


def test_a_cached_page_is_set_once_whole_or_compressed(loiret, monkeypatch):
    pages: list[str] = []
    monkeypatch.setattr(
        typography, "typeset_html", lambda html: pages.append(html) or typeset_html(html)
    )
    visitor = Client()
    first, again = visitor.get("/accueil/"), visitor.get("/accueil/")
    assert len(pages) == 1
    assert first.content == again.content != pages[0].encode()
    assert visitor.get("/accueil/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    head = visitor.head("/accueil/")
    assert head["Content-Length"] == first["Content-Length"] == str(len(first.content))
    assert len(pages) == 1
    small = visitor.get("/accueil/", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(small.content) == first.content
    assert len(pages) == 2


def test_what_a_form_sends_back_is_as_stored(loiret, browser, sessions):  # noqa: F811
    """The values of fields, with their apostrophes, whatever the page shows around them."""
    point = ReceptionPoint.objects.filter(team__agency__slug=ORLEANS).first()
    point.name = "L'accueil : ici"
    point.save()
    rule = Rule("GET", f"/espace/accueil/points/{point.pk}/", EVERYBODY)
    page = ask(browser, rule, rule.address, "administrator", sessions["administrator"])
    fields = form_fields(page)
    assert fields["name"] == [point.name]
    assert "L’accueil\N{NO-BREAK SPACE}: ici" in page.content.decode()
