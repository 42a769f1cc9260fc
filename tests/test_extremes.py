"""Days from 0001 to 9999 and numbers of thirty digits, in every parameter of every URL: an answer or
a refusal, and never a server error.

The parameters that a view reads are observed, so that new ones are tested without being listed.
Each address is asked with some of the values, which differ from one address to the next: in all its
parameters together, and one in each alone. The long tests ask with all of them.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import pytest
from django.http import QueryDict
from django.urls import resolve

from relocations.models import Relocation
from tests.factories import administrator
from tests.rights.rows import address_of
from tests.rights.table import RULES

pytestmark = pytest.mark.django_db

DAYS = ["0001-01-01", "9999-12-31", "9999-12-31T23:59", "9999-12"]
NUMBERS = ["9" * 20, "-" + "9" * 30, "1e400", "٣", "NaN", "", "a" * 10_000]
VALUES = [*DAYS, *NUMBERS]
SOME = 1
every_value = pytest.mark.parametrize(
    "every_value", [False, pytest.param(True, marks=pytest.mark.long)]
)
ALONE = ["0001-01-01", "9999-12-31", "9" * 20, "NaN"]  # where one value refused hides the others
LIST = 4  # slashes, as the admin writes them in URLs
FILES = (".pdf", ".xlsx")  # made once by a worker, outside the request

# Parameters of every list of the admin.
LOOKUPS = ["pk__in", "pk", "pk__gt", "pk__range", "p", "o", "e", "all", "_to_field"]
LISTS = ("/admin/accueil/report/", "/admin/territory/commune/", "/admin/teams/site/")
LIKE_OTHERS = (
    "/admin/accueil/report/"  # every model has the same admin pages: these represent the others
)


def values_for(template: str, every_value: bool) -> list[str]:
    """Return the values to ask of an address: all, or some that its text chooses."""
    first = zlib.crc32(template.encode()) % len(VALUES)
    return VALUES if every_value else (VALUES * 2)[first : first + SOME]


def addresses(method: str) -> list[str]:
    templates = {rule.address for rule in RULES if rule.method == method}
    return sorted(
        template
        for template in templates
        if not template.endswith(FILES) and not _is_like_others(template)
    )


def _is_like_others(address: str) -> bool:
    return (
        address.startswith("/admin/")
        and address.count("/") > LIST
        and not address.startswith(LIKE_OTHERS)
    )


@contextmanager
def read_names(monkeypatch) -> Iterator[set[str]]:
    """Yield the set of parameter names that views read meanwhile."""
    names: set[str] = set()
    with monkeypatch.context() as patch:
        for method in ("get", "getlist", "__getitem__", "__contains__"):
            patch.setattr(QueryDict, method, _recording(getattr(QueryDict, method), names))
        yield names


def _recording(real, names: set[str]):
    def called(self, name, *args, **kwargs):
        names.add(name)
        return real(self, name, *args, **kwargs)

    return called


def ask(client, address: str):
    """Return the response; a streamed file is read, which closes it."""
    answer = client.get(address)
    if answer.streaming:
        list(answer)
    return answer


def parameters_of(client, address: str, monkeypatch) -> set[str]:
    with read_names(monkeypatch) as names:
        assert ask(client, address).status_code < 500
    listed = LOOKUPS if address.startswith(LISTS) and address.count("/") == LIST else []
    return {name for name in names if isinstance(name, str)} | {*listed}


@pytest.fixture
def administration(client, loiret) -> None:
    client.force_login(administrator())


@every_value
@pytest.mark.parametrize("template", addresses("GET"))
def test_no_parameter_of_an_address_is_a_fault(
    client, administration, monkeypatch, template, every_value
):
    path, _mark, query_string = address_of(template).partition("?")
    names = sorted(parameters_of(client, f"{path}?{query_string}", monkeypatch))
    values = values_for(template, every_value)
    together = [[(name, value) for name in names] for value in values]
    alone = [[(name, value)] for name in names for value in (ALONE if every_value else values[:1])]
    for sent in [*together, *alone]:
        query = urlencode([*QueryDict(query_string).items(), *sent])
        assert ask(client, f"{path}?{query}").status_code < 500, sent


def keyed() -> list[str]:
    """Return the URL templates that have a key in their path."""
    templates = {rule.address for rule in RULES}
    return sorted(
        template
        for template in templates
        if not template.endswith(FILES) and not _is_like_others(template) and _has_key(template)
    )


def _has_key(template: str) -> bool:
    path = template.format_map(_Ones()).partition("?")[0]
    return bool(resolve(path).kwargs)


class _Ones(dict):
    def __missing__(self, name: str) -> str:
        return "1-jeton" if name == "reset" else "1"


@every_value
@pytest.mark.parametrize("template", keyed())
def test_no_key_of_a_path_is_a_fault(client, administration, template, every_value):
    path = address_of(template).partition("?")[0]
    for key in resolve(path).kwargs.values():
        values = values_for(template, every_value)
        odd_paths = [path.replace(f"/{key}", f"/{quote(value)}", 1) for value in values]
        for odd_path in odd_paths:
            assert client.get(odd_path).status_code < 500, odd_path[:80]
        for odd_path in odd_paths[: max(1, len(values) // 2)]:
            assert client.post(odd_path).status_code < 500, odd_path[:80]


@pytest.mark.parametrize(
    "name", ["to", "version", "reason", "period", "destination", "actual_date"]
)
def test_no_field_of_a_body_is_a_fault(client, administration, name):
    move = Relocation.objects.filter(team__slug="olivetaine").first()
    address = f"/api/v1/relocations/{move.pk}/transition/"
    right = {"to": "done", "version": move.version, "reason": "Essai"}
    for value in [*VALUES, 10**30, -(10**30), 2**63, 2**31, 1e300]:
        sent = {**right, name: value}
        answer = client.post(address, sent, content_type="application/json")
        assert answer.status_code < 500, (value, answer.content[:200])


class Fields(HTMLParser):
    """Collects the fields of a page's POST forms, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.typed: list[str] = []  # text fields, where a day or a number may be typed
        self._writes = False

    def handle_starttag(self, tag, attrs) -> None:
        attributes = dict(attrs)
        if tag == "form":
            self._writes = attributes.get("method", "").lower() == "post"
        if self._writes and tag in ("input", "select", "textarea") and attributes.get("name"):
            if attributes.get("type") in ("radio", "checkbox") and "checked" not in attributes:
                return
            self.sent.setdefault(attributes["name"], attributes.get("value") or "")
            if attributes.get("type") != "time":
                self.typed.append(attributes["name"])


@every_value
@pytest.mark.parametrize("template", addresses("POST"))
def test_no_field_of_a_form_is_a_fault(client, administration, template, every_value):
    address = address_of(template)
    page = client.get(address)
    if page.status_code != 200:
        return  # a button only, or a redirect
    fields = Fields()
    fields.feed(page.content.decode())
    kinds = {re.sub(r"\d+", "1", name): name for name in fields.typed}  # only one of many rows
    values = values_for(template, every_value)
    together = [dict.fromkeys(kinds.values(), value) for value in values]
    alone = [{name: value} for name in kinds.values() for value in values]
    for typed in alone if every_value else together:
        answer = client.post(address, {**fields.sent, **typed})
        assert answer.status_code < 500, typed
