"""Hostile input is refused with a clear message, and never causes a server error."""

import json
from contextlib import suppress
from io import BytesIO
from time import monotonic
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings as portal
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError
from django.http import HttpResponse

from portal.accounts.adapter import PasswordBackend
from portal.accounts.models import SignIn
from portal.notices.services import NoticeRefused, queue
from relocations.models import Relocation, Subscription
from tests.factories import UserFactory, administrator, agent, manager
from tests.rights.rows import address_of
from tests.rights.table import EVERYBODY, RULES

pytestmark = pytest.mark.django_db
TOO_MUCH = portal.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
ELSEWHERE = "ailleurs.example"


class TestTooLarge:
    def test_a_form(self, client):
        answer = client.post("/signaler/", {"page": "/", "message": "a" * TOO_MUCH})
        assert answer.status_code == 400

    def test_too_many_fields(self, client):
        answer = client.post("/signaler/", {f"champ{n}": "1" for n in range(1100)})
        assert answer.status_code == 400

    @pytest.mark.parametrize("content", [b"GIF89a", b"%PDF-1.7", b"MZ", b""])
    def test_a_file_where_words_are_expected(self, client, content):
        file = SimpleUploadedFile("photo.gif", content, content_type="image/gif")
        answer = client.post("/signaler/", {"page": "/", "message": "Faux", "file": file})
        assert answer.status_code == 400

    @pytest.fixture
    def transition(self, client, loiret):
        client.force_login(agent("ads-orleans-metropole"))
        move = Relocation.objects.filter(team__slug="olivetaine").first()

        def send(body: str | bytes, content_type: str = "application/json"):
            address = f"/api/v1/relocations/{move.pk}/transition/"
            return client.post(address, body, content_type=content_type)

        return send

    def test_json(self, transition):
        answer = transition(json.dumps({"to": "planned", "version": 1, "reason": "a" * TOO_MUCH}))
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"

    @pytest.mark.parametrize(
        "body",
        [
            "[" * 100_000,
            '{"to":' * 50_000,
            '{"to": "planned", "version": NaN}',
            '{"to": "planned", "version": 1' + "0" * 5000 + "}",
            '{"to": "planned", "version": 1, "reason": "\\ud800"}',
            '{"to": "planned", "version": 1, "reason": "\\u0000"}',
            b'{"to": "\xff"}',
            "null",
            "[]",
        ],
    )
    def test_json_that_is_not_what_it_seems(self, transition, body):
        assert transition(body).status_code == 400

    def test_json_that_is_cut_is_refused_in_french(self, transition):
        assert transition('{"to"').json()["detail"] == "Ce JSON est mal formé."

    @pytest.mark.parametrize(
        "kind", ["application/xml", "text/xml", "multipart/form-data", "text/plain"]
    )
    def test_another_kind_of_body(self, transition, kind):
        entity = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><to>&x;</to>'
        assert transition(entity, kind).status_code == 415


class TestFilesThatExplode:
    """A file of sectors is recognised by its content, whatever its name: a workbook is never opened."""

    def test_a_zip_bomb_named_as_a_spreadsheet(self, import_sectors):
        bomb = BytesIO()
        with ZipFile(bomb, "w", ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
        start = monotonic()
        with pytest.raises(CommandError):
            import_sectors(bomb.getvalue(), name="secteurs.xlsx")
        with pytest.raises(CommandError):
            import_sectors(bomb.getvalue(), name="secteurs.csv")
        assert monotonic() - start < 5

    def test_xml_named_as_a_table(self, import_sectors):
        xml = (
            '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
        )
        with pytest.raises(CommandError) as refused:
            import_sectors(xml)
        assert "root:" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "/static/../portal/settings.py",
        "/static/%2e%2e/portal/settings.py",
        "/static/..%2fportal%2fsettings.py",
        "/static/%2fetc%2fpasswd",
        "/static/css/../../../../etc/passwd",
        "/files/documents/",
        "/var/secret-key",
        "/equipes/..%2f..%2fetc%2fpasswd/",
        "/schemas/..%2f..%2fetc/campagnes/passwd/rapport.pdf",
        "/schemas/loiret-2022-2026/fiches/1.1.1-..%2f..%2fx/fiche.pdf",
        "/schemas/loiret-2022-2026/fiches/1..%2f1/fiche.pdf",
        "/schemas/loiret-2022-2026/campagnes/2023-06%00/fiches.csv",
        "/espace/histoires/..%2fequipe/1.csv",
    ],
)
def test_a_path_never_leaves_what_is_served(client, loiret, address):
    client.force_login(administrator())
    answer = client.get(address)
    assert answer.status_code in (400, 404)


BREAKS = ["\r\nBcc: tous@ailleurs.example", "\nBcc: x", "\u2028Bcc: x", "%0aBcc: x"]


class TestHeadersOfEmails:
    @pytest.mark.parametrize("more", BREAKS)
    def test_an_address_to_write_to(self, client, loiret, more):
        answer = client.post("/equipes/olivetaine/me-prevenir/", {"email": f"a@b.fr{more}"})
        assert answer.status_code == 400
        assert not Subscription.objects.exists()

    @pytest.mark.parametrize("more", BREAKS)
    def test_an_address_to_invite_or_to_reset(self, client, loiret, more):
        client.force_login(manager())
        invited = {"email": f"a@b.fr{more}", "rights": ["pilot:45"]}
        assert client.post("/espace/personnes/", invited).status_code == 400
        client.logout()
        assert client.post("/mot-de-passe/oublie/", {"email": f"a@b.fr{more}"}).status_code == 400
        assert not mail.outbox

    def test_a_subject(self):
        queued = queue(key="essai", recipient="a@b.fr", body="", subject="Essai\r\nBcc: x@y.fr")
        assert queued.subject == "Essai Bcc: x@y.fr"

    @pytest.mark.parametrize("where", ["recipient", "sender"])
    def test_no_header_is_injected_in_the_outbox(self, where):
        fields = {"recipient": "a@b.fr", "subject": "Essai", "body": "Essai", "sender": "c@d.fr"}
        with pytest.raises(NoticeRefused):
            queue(key="essai", **{**fields, where: f"{fields[where]}\r\nBcc: x@y.fr"})

    def test_a_header_of_an_answer(self, client, loiret):
        answer = client.get(
            f"/connexion/?next={quote('/espace/' + chr(13) + chr(10) + 'X-Faux: 1')}"
        )
        assert answer.status_code in (200, 400)
        assert "X-Faux" not in answer.headers


TARGETS = [
    f"https://{ELSEWHERE}/",
    f"//{ELSEWHERE}/",
    f"/\\{ELSEWHERE}/",
    f"\\\\{ELSEWHERE}/",
    f"///{ELSEWHERE}/",
    f"https:{ELSEWHERE}",
    f"https://testserver@{ELSEWHERE}/",
    f"https://testserver.{ELSEWHERE}/",
    f"/%09/{ELSEWHERE}/",
    f"\t//{ELSEWHERE}/",
    "javascript:alert(1)",
    "data:text/html,x",
]


class TestWhereOneIsLed:
    """`next` redirects within the portal only."""

    def leads_elsewhere(self, answer) -> bool:
        led = answer.headers.get("Location", "") + answer.headers.get("Refresh", "")
        return led.strip().startswith(("http", "//", "/\\", "\\", "javascript", "data", "/\t"))

    @pytest.mark.parametrize("target", TARGETS)
    @pytest.mark.parametrize(
        "page", ["signing in", "signed in", "leaving", "confirming", "administration"]
    )
    def test_never_elsewhere(self, client, loiret, target, page):
        cache.clear()
        user = UserFactory()
        if page != "signing in":
            client.force_login(user)
        address, sent = {
            "signing in": (
                "/connexion/",
                {"login": user.email, "password": "trois mots sans rapport"},
            ),
            "signed in": ("/connexion/", None),
            "leaving": ("/deconnexion/", {}),
            "confirming": ("/connexion/confirmer/", {"password": "trois mots sans rapport"}),
            "administration": ("/admin/login/", None),
        }[page]
        url = f"{address}?next={quote(target, safe='')}"
        answer = client.get(url) if sent is None else client.post(url, {**sent, "next": target})
        assert not self.leads_elsewhere(answer)
        for _step in range(3):
            if answer.status_code != 302:
                break
            answer = client.get(answer["Location"])
            assert not self.leads_elsewhere(answer)

    @pytest.mark.parametrize("target", TARGETS)
    def test_a_report_is_about_a_page_of_the_portal(self, client, target):
        assert client.get("/signaler/", {"page": target}).status_code in (200, 400)
        answer = client.post("/signaler/", {"page": target, "message": "Faux"}, follow=True)
        assert all(ELSEWHERE not in led for led, _status in answer.redirect_chain)


class TestHosts:
    @pytest.mark.parametrize(
        "host",
        [ELSEWHERE, f"testserver.{ELSEWHERE}", f"testserver@{ELSEWHERE}", "testserver:80:80", ""],
    )
    def test_a_name_that_is_not_ours_is_refused(self, client, loiret, host):
        assert client.get("/accessibilite/", HTTP_HOST=host).status_code == 400
        assert client.get("/", HTTP_HOST=host).status_code in (200, 400)
        assert ELSEWHERE not in client.get("/", HTTP_HOST=host).content.decode()

    @pytest.mark.parametrize(
        "header", ["HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_X_ORIGINAL_URL"]
    )
    def test_forged_host_headers_are_ignored(self, client, loiret, header):
        answer = client.get("/demenagements/flux.atom", **{header: f"host={ELSEWHERE}"})
        assert ELSEWHERE not in answer.content.decode()
        answer = client.get("/api/v1/teams/?page_size=1", **{header: ELSEWHERE})
        assert ELSEWHERE not in answer.content.decode()


class TestHundredsOfSignIns:
    """Calls the rate limits as the view does, and counts the attempts that they allow."""

    @pytest.fixture(autouse=True)
    def in_memory(self, settings):
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
                "LOCATION": "essai",
            }
        }
        cache.clear()
        yield
        cache.clear()

    @pytest.fixture
    def tried(self, monkeypatch) -> list:
        """The passwords that were checked: each costs a deliberately slow hash."""
        looked_at: list = []

        def authenticate(self, request, **credentials):
            looked_at.append(credentials)

        monkeypatch.setattr(PasswordBackend, "authenticate", authenticate)
        # The refusal page has its own test: rendering it would take most of the time here.
        refused = HttpResponse(status=429)
        monkeypatch.setattr("portal.accounts.adapter.too_many_requests", lambda *args: refused)
        return looked_at

    def attempt(self, rf, login: str, address: str) -> None:
        request = rf.post("/connexion/", REMOTE_ADDR=address)
        with context.request_context(request), suppress(ImmediateHttpResponse):
            get_adapter(request).authenticate(request, email=login, password="faux")

    def test_same_account_same_address(self, rf, tried):
        UserFactory(email="camille@loiret.test")
        for _ in range(500):
            self.attempt(rf, "camille@loiret.test", "192.0.2.10")
        assert len(tried) == 5
        assert SignIn.objects.count() == 2
        assert sum(SignIn.objects.values_list("count", flat=True)) == 500

    def test_same_account_many_addresses(self, rf, tried):
        UserFactory(email="camille@loiret.test")
        for n in range(300):
            self.attempt(rf, "camille@loiret.test", f"198.51.{n // 250}.{n % 250}")
        assert len(tried) == 50

    def test_many_accounts_same_address(self, rf, tried):
        for n in range(500):
            self.attempt(rf, f"personne{n}@loiret.test", "192.0.2.10")
        assert len(tried) == 200


NASTY = [
    "\0",
    "\ud800",
    "%ff%fe",
    "a" * 5000,
    "../../etc/passwd",
    "\"'><script>alert(1)</script>",
    "' OR 1=1 --",
    "-1",
    "9" * 400,
    "1e309",
    "٣",
    "\u202e\u200b",
    "{{ 7*7 }}",
]
MADE = (".pdf", ".csv", ".xlsx")  # files, whose only parameter is a campaign
NAMES = [
    *("le", "q", "page", "numero", "rue", "secteur", "suivi", "campagne", "status", "agency"),
    *("team", "period", "kind", "equipe", "geste", "axis", "objective", "level", "pace", "year"),
    *(
        "vigilance",
        "updated",
        "pilot",
        "department",
        "uid",
        "next",
        "avec",
        "suivre",
        "o",
        "p",
        "e",
    ),
]


@pytest.mark.parametrize("every_page", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize("nasty", NASTY, ids=lambda text: ascii(text)[:20])
def test_no_parameter_of_a_page_is_ever_a_fault_of_the_portal(client, loiret, nasty, every_page):
    """Each page is asked with a third of the values, and each value of a third of the pages; the long
    tests ask every page with every value.
    """
    value = nasty if "%" in nasty else quote(nasty.encode("utf-8", "surrogatepass"))
    query = "&".join(f"{name}={value}" for name in NAMES)
    pages = [
        rule.address
        for rule in RULES
        if rule.method == "GET" and rule.allowed == EVERYBODY and not rule.address.endswith(MADE)
    ]
    assert len(pages) > 40
    for page in pages if every_page else pages[NASTY.index(nasty) % 3 :: 3]:
        answer = client.get(f"{address_of(page)}{'&' if '?' in page else '?'}{query}")
        assert answer.status_code < 500, page
        if answer["Content-Type"].startswith("text/html"):
            assert b"<script>alert(1)" not in answer.content, page
