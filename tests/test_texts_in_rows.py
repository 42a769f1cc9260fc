"""Texts stored before input was cleaned: pages, files, emails and logs are still well formed.

The tests write them with `update`, which bypasses cleaning.
"""

import csv
import json
from io import BytesIO, StringIO

import feedparser
import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Concat, Left
from django.test import Client
from icalendar import Calendar
from openpyxl import load_workbook

from portal.core.http.attachments import attachment
from portal.notices.delivery import deliver
from portal.notices.models import Notice
from relocations.editing import services
from relocations.models import Relocation, Subscription
from schema_actions.models import Campaign
from teams.models import Team
from tests.documents.printer import printer  # noqa: F401, a fixture
from tests.factories import administrator, agent
from tests.health.test_request_ids import written  # noqa: F401, a fixture
from tests.keyboard import typed
from tests.notices.conftest import can_send, mail_server  # noqa: F401, fixtures
from tests.rights.rows import address_of
from tests.rights.table import RULES

ODD = "\u202e\x0bBcc: x@y.fr\r\n\u2028\x85=\u200b\u2069\x01É "
CONTROLS = {chr(code) for code in (*range(32), *range(127, 160), 0x2028, 0x2029)} - {"\n", "\t"}
UNSEEN = CONTROLS | set("\u202e\u200b\u2069")
# The free texts that pages and files show, by model.
TEXTS = {
    "accounts.User": ["name"],
    "core.Source": ["title", "publisher"],
    "territory.DepartmentProfile": ["portal_name", "publisher", "host"],
    "teams.Agency": ["name", "long_name"],
    "teams.Team": ["name"],
    "teams.HistoricalTeam": ["name", "history_change_reason"],
    "teams.TeamName": ["name"],
    "teams.Site": ["name", "address", "city"],
    "teams.Sector": ["name"],
    "teams.Statement": ["topic", "text"],
    "relocations.Relocation": ["reason", "evidence", "as_printed"],
    "relocations.HistoricalRelocation": ["reason", "evidence"],
    "accueil.PhoneLine": ["name", "purpose", "hours_text"],
    "accueil.ReceptionPoint": ["name", "offers", "access_notes", "hours_text"],
    "accueil.Figure": ["label", "value", "unit", "perimeter"],
    "accueil.Principle": ["title", "text"],
    "accueil.Stop": ["rhythm_text"],
    "accueil.Meeting": ["title", "place", "rhythm"],
    "schema_actions.Plan": ["title"],
    "schema_actions.Axis": ["title"],
    "schema_actions.Objective": ["title"],
    "schema_actions.ActionSheet": ["title", "summary", "pilot"],
    "schema_actions.Campaign": ["title", "statement"],
    "schema_actions.Evaluation": ["done", "results", "planned", "vigilance"],
    "schema_actions.Indicator": ["name", "unit"],
}


@pytest.fixture
def odd(loiret) -> None:
    """Put characters that no text should contain at the start of each of these texts."""
    for label, names in TEXTS.items():
        model = apps.get_model(label)
        for name in names:
            length = model._meta.get_field(name).max_length or 100_000
            text = Left(Concat(Value(ODD), F(name), output_field=CharField()), length)
            model._default_manager.update(**{name: text})
    assert Team.objects.filter(name__contains="\u2028").exists()


def seen(text: str) -> bool:
    """Return whether the text has only visible characters."""
    return not UNSEEN & set(text)


def download(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert seen(answer["Content-Disposition"])
    return b"".join(answer) if answer.streaming else answer.content


@pytest.mark.parametrize("make_user", [None, administrator])
def test_every_page_and_answer_is_rendered(client, odd, make_user):
    if make_user:
        client.force_login(make_user())
    for rule in RULES:
        if rule.method != "GET" or rule.address.endswith((".pdf", "deconnexion/")):
            continue
        with transaction.atomic():  # the rows that a URL names are made for that URL only
            answer = client.get(address_of(rule.address))
            if answer.streaming:
                b"".join(answer)  # closes the file
            transaction.set_rollback(True)
        assert answer.status_code < 500, rule.address
        assert all(seen(value) for value in answer.headers.values()), rule.address


def test_calendars(client, odd):
    named = [rule.address for rule in RULES if rule.address.endswith(".ics")]
    assert len(named) > 4
    for address in map(address_of, named):
        content = client.get(address).content.decode()
        assert seen(content.replace("\r\n", "\n")), address
        read = Calendar.from_ical(content)
        assert all("\n" not in event["summary"] for event in read.walk("VEVENT"))


def test_atom_feed(client, odd):
    read = feedparser.parse(client.get("/demenagements/flux.atom").content)
    assert not read.bozo
    assert read.entries
    assert all(seen(entry.title) and "\n" not in entry.title for entry in read.entries)


class TestFiles:
    @pytest.fixture
    def campaign(self, odd) -> str:
        campaign = Campaign.objects.public().first()
        return f"/schemas/{campaign.plan.slug}/campagnes/{campaign.slug}/"

    def test_the_workbook_of_a_campaign(self, client, campaign):
        rows = list(
            load_workbook(BytesIO(download(client, f"{campaign}fiches.xlsx"))).active.values
        )
        texts = [cell for row in rows for cell in row if isinstance(cell, str)]
        assert len(rows) > 50
        assert all(map(seen, texts))
        assert any("Bcc: x@y.fr" in text for text in texts)

    @pytest.mark.parametrize(
        "address", [rule.address for rule in RULES if rule.address.endswith(".csv")]
    )
    def test_tables(self, client, odd, address):
        client.force_login(administrator())
        text = download(client, address_of(address)).decode("utf-8-sig")
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=";", strict=True))
        assert rows
        assert {len(row) for row in rows} == {len(rows[0])}
        assert all(seen(cell) and not cell.lstrip().startswith("=") for row in rows for cell in row)

    def test_a_printed_sheet(self, client, odd, printer):  # noqa: F811
        campaign = Campaign.objects.public().first()
        address = f"/schemas/{campaign.plan.slug}/fiches/1.1.1/fiche.pdf?campagne={campaign.slug}"
        assert download(client, address).startswith(b"%PDF")


@pytest.mark.django_db
class TestEmails:
    """Sent to a real SMTP server. A name on two lines used to cause a 500."""

    def test_subscribers_get_an_email(self, client, odd, can_send):  # noqa: F811
        answer = client.post("/equipes/olivetaine/me-prevenir/", {"email": "lectrice@loiret.test"})
        assert answer.status_code == 302
        assert deliver(list(Notice.objects.values_list("pk", flat=True))) == 1
        [taken] = can_send.taken
        self.is_whole(taken.message)
        subject = typed(taken.message["subject"])
        assert subject.strip().startswith("À confirmer : ")
        assert "Bcc: x@y.fr" in subject  # words of the name, on a single line

    def test_a_change_is_notified_to_agents_and_to_the_public(self, odd, can_send):  # noqa: F811
        move = Relocation.objects.filter(team__slug="olivetaine").first()
        agent(move.team.agency.slug)
        Subscription.objects.create(
            team=move.team, email="lectrice@loiret.test", confirmed_at="2023-11-24T10:00Z"
        )
        change_request = services.ChangeRequest(
            to="cancelled", version=move.version, reason="Bail refusé"
        )
        services.change(move=move, change_request=change_request, by=administrator())
        assert deliver(list(Notice.objects.values_list("pk", flat=True))) == 2
        for taken in can_send.taken:
            self.is_whole(taken.message)

    def is_whole(self, message) -> None:
        assert message["bcc"] is None
        assert message["to"]
        assert seen(message["subject"])
        assert seen(message.get_content().replace("\r\n", "\n"))


def test_each_log_entry_is_a_single_line(written):  # noqa: F811
    import structlog

    structlog.get_logger("portal.essai").warning(f"équipe {ODD}", team=ODD)
    [line] = [line for line in written() if line["logger"] == "portal.essai"]
    assert seen(json.dumps(line, ensure_ascii=False))
    assert "\n" not in line["event"] + line["team"]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("chiffres.csv", 'attachment; filename="chiffres.csv"'),
        ('a"b.csv', 'attachment; filename="a\\"b.csv"'),
        ("été.csv", "attachment; filename*=utf-8''%C3%A9t%C3%A9.csv"),
        ("a\r\nX-Faux: 1\u202e.csv", 'attachment; filename="a X-Faux: 1.csv"'),
    ],
)
def test_file_names_accept_any_letters(name, header):
    made = attachment(b"", filename=name, content_type="text/csv")
    assert made["Content-Disposition"] == header
