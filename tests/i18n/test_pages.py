"""Every text that a page shows is a message or data: in a pseudo-language, nothing escapes.

Forms are also sent empty, or with the data of the table: their errors are texts too.

Messages are those of gettext, in Python and in templates, of the portal, Django and allauth.
"""

import json
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from django.db import transaction
from django.http import HttpResponse

from portal.core.caching.data_versions import VersionedCache
from portal.core.text.units import unit_after
from schema_actions.models import Indicator
from tests.i18n import pseudo
from tests.i18n.data import Data, texts_of_database
from tests.i18n.visible_text import outside_brackets, untranslated_html
from tests.rights.rows import ROW_FACTORIES, address_of
from tests.rights.table import RULES, Rule
from tests.rights.test_table import PROCONNECT, ask, browser, sessions  # noqa: F401, fixtures

pytestmark = pytest.mark.django_db
# By rights: a page is read by the first who may see it.
READERS = (
    *("administrator", "manager", "agent", "reviewer", "pilot"),
    *("agent_elsewhere", "manager_elsewhere"),
)
# Files whose words are a format that programs read, and pages made for programs.
FORMATS = (".csv", ".pdf", ".svg", ".txt", ".xlsx", "openapi.json", "metriques/", "jsi18n/")
PAGES = [rule for rule in RULES if not rule.address.split("?")[0].endswith(FORMATS)]


@pytest.fixture(scope="module")
def pseudo_language() -> Iterator[None]:
    with pseudo.alone():
        yield


@pytest.fixture(scope="module")
def data(django_db_setup, django_db_blocker, sessions) -> Data:  # noqa: F811
    """The texts of the loaded database, with the rows that addresses name."""
    with django_db_blocker.unblock(), transaction.atomic():
        for make in ROW_FACTORIES.values():
            make()
        texts = list(texts_of_database())
        units = set(Indicator.objects.values_list("unit", flat=True))
        transaction.set_rollback(True)
    for cache in VersionedCache.instances:
        cache.clear()
    return Data([*texts, *(unit_after(1, unit) for unit in units)])


def readers(rule: Rule) -> list[str]:
    """Return at most two people who may see the page: without an account, and with most rights."""
    anonymous = ["anonymous"] if "anonymous" in rule.allowed else []
    return anonymous + [person for person in READERS if person in rule.allowed][:1]


def untranslated(response: HttpResponse) -> list[str]:
    """Return the texts of a response outside the brackets, whatever its format."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.headers.get("Content-Type", "")
    if "html" in kind:
        return untranslated_html(content.decode())
    if "atom" in kind:
        return _feed_texts(content)
    if "json" in kind:
        answer = json.loads(content)
        if "problem" in kind:  # its title is the phrase of HTTP; its detail repeats the errors
            answer = answer.get("errors") or answer["detail"]
        return list(_sentences(answer))
    if "calendar" in kind:
        return _calendar_texts(content.decode())
    return []


def _sentences(content: object) -> Iterator[str]:
    """Yield the texts of several words of a JSON answer: a word alone may be a code."""
    if isinstance(content, dict):
        yield from (text for value in content.values() for text in _sentences(value))
    elif isinstance(content, list):
        yield from (text for value in content for text in _sentences(value))
    elif isinstance(content, str) and " " in content:
        yield outside_brackets(content)


def _feed_texts(content: bytes) -> list[str]:
    """Return the texts of an Atom feed that its readers show: titles and HTML."""
    shown = [
        element.text or ""
        for name in ("title", "subtitle", "summary", "content")
        for element in ElementTree.fromstring(content).iter(
            f"{{http://www.w3.org/2005/Atom}}{name}"
        )
    ]
    return [part for text in shown for part in untranslated_html(text)]


def _calendar_texts(content: str) -> list[str]:
    """Return the texts of a calendar that its readers show."""
    lines = content.replace("\r\n ", "").splitlines()
    shown = ("SUMMARY", "DESCRIPTION", "LOCATION", "NAME", "X-WR-CALNAME")
    texts = [line.partition(":")[2] for line in lines if line.split(":")[0].split(";")[0] in shown]
    return [outside_brackets(text.replace("\\n", "\n").replace("\\", "")) for text in texts]


@pytest.mark.parametrize("rule", PAGES, ids=str)
def test_every_text_of_a_page_is_a_message_or_data(
    loiret,
    pseudo_language,
    data,
    browser,  # noqa: F811
    sessions,  # noqa: F811
    settings,
    rule,
):
    settings.SOCIALACCOUNT_PROVIDERS = PROCONNECT
    with transaction.atomic():
        address = address_of(rule.address)
    escaped = {}
    for person in readers(rule):
        response = ask(browser, rule, address, person, sessions.get(person))
        for text in untranslated(response):
            for part in data.left_out_of(text):
                escaped.setdefault(part, person)
    assert not escaped, f"{rule.address} shows texts that no message holds: {escaped}"
