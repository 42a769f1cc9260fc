"""A user's sessions: listed with their device, ended by the user, expired after a time."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from portal.accounts.devices import describe_device
from portal.accounts.models import Session
from tests.factories import UserFactory
from tests.keyboard import KeyboardClient

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)
PAGE = "/compte/sessions/"


@pytest.fixture
def camille():
    return UserFactory(email="camille@loiret.test")


@pytest.fixture
def browsers(camille, sign_in):
    """Two browsers where the same person is signed in, a computer and a telephone."""
    opened = KeyboardClient(HTTP_USER_AGENT=FIREFOX), KeyboardClient(HTTP_USER_AGENT=IPHONE)
    for browser in opened:
        sign_in("camille@loiret.test", browser=browser)
    return opened


@pytest.mark.parametrize(
    ("signature", "label"),
    [
        (FIREFOX, "Firefox sur Windows"),
        (IPHONE, "Safari sur iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36", "Chrome sur Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge sur Windows"),
        ("Mozilla/5.0 (Macintosh) Version/17.5 Safari/605.1.15", "Safari sur Mac"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_a_browser_in_plain_words(signature, label):
    assert describe_device(signature) == label


def test_sessions_are_listed_with_the_current_one_marked(browsers):
    page = browsers[0].get(PAGE).content.decode()
    assert "Firefox sur Windows" in page
    assert "Safari sur iPhone" in page
    assert page.count("celle-ci") == 1
    for session in Session.objects.all():
        assert session.session_key not in page


def test_a_session_is_ended_from_another(browsers, camille):
    computer, telephone = browsers
    name = Session.objects.get(device="Safari sur iPhone").name
    answer = computer.post(PAGE, {"session": name}, follow=True)
    assert "1 session est fermée." in answer.content.decode()
    assert telephone.get("/espace/")["Location"] == "/connexion/?next=/espace/"
    assert computer.get("/espace/").status_code == 200


def test_all_the_others_are_ended(browsers, camille, sign_in):
    sign_in("camille@loiret.test", browser=KeyboardClient())
    browsers[0].post(PAGE, {"session": "others"})
    assert Session.objects.get(user=camille).device == "Firefox sur Windows"


def test_nobody_ends_the_session_of_somebody_else(browsers, client):
    client.force_login(UserFactory())
    for session in Session.objects.filter(device__gt=""):
        client.post(PAGE, {"session": session.name})
    client.post(PAGE, {"session": "others"})
    assert [browser.get("/espace/").status_code for browser in browsers] == [200, 200]


def test_nobody_sees_the_page_without_signing_in(client):
    assert client.get(PAGE)["Location"] == f"/connexion/?next={PAGE}"


def test_neither_ip_address_nor_user_agent_is_stored(browsers):
    fields = {field.name for field in Session._meta.get_fields()}
    assert fields == {"session_key", "session_data", "expire_date", "user", "device", "last_used"}
    for session in Session.objects.all():
        session_data = repr(session.get_decoded())
        assert "127.0.0.1" not in session_data
        assert "Mozilla" not in session_data


def test_a_session_ends_twelve_hours_after_its_last_use(browsers, later):
    computer, telephone = browsers
    later(11 * 3600)
    assert computer.get("/espace/").status_code == 200
    later(2 * 3600)
    assert computer.get("/espace/").status_code == 200
    assert telephone.get("/espace/").status_code == 302


def test_it_ends_with_the_browser_too(browsers):
    cookie = browsers[0].cookies["sessionid"]
    assert cookie["max-age"] == ""
    assert cookie["expires"] == ""
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_use_is_written_now_and_then_not_at_each_page(browsers, camille, later, queries):
    computer = browsers[0]
    with queries() as captured:
        computer.get("/compte/")
    assert not [row for row in captured if row["sql"].startswith(("UPDATE", "INSERT"))]
    before = Session.objects.get(device="Firefox sur Windows")
    later(601)
    computer.get("/compte/")
    after = Session.objects.get(device="Firefox sur Windows")
    assert after.last_used - before.last_used >= timedelta(seconds=600)
    assert after.expire_date > before.expire_date


def test_those_that_ended_are_forgotten_at_the_next_sign_in(browsers, sign_in, later):
    UserFactory(email="dominique@loiret.test")
    later(13 * 3600)
    sign_in("dominique@loiret.test")
    assert Session.objects.get().user.email == "dominique@loiret.test"


def test_an_account_that_is_closed_is_signed_out(browsers, camille):
    camille.is_active = False
    camille.save()
    assert browsers[0].get("/espace/").status_code == 302


class TestOnAFullDisk:
    """A session that is due for renewal, while its row cannot be written."""

    @pytest.fixture
    def full(self, client, camille, monkeypatch):
        client.force_login(camille)
        session = client.session
        session["renewed"] = 0
        session.save()

        def no_room(*args, **kwargs):
            raise OperationalError("database or disk is full")

        monkeypatch.setattr(Session, "save", no_room)
        client.raise_request_exception = False
        return client

    def test_pages_are_read(self, full):
        assert full.get("/espace/").status_code == 200
        assert full.head("/espace/").status_code == 200

    def test_a_form_that_writes_in_it_is_refused(self, full):
        assert full.post("/signaler/", {"page": "/", "message": "x"}).status_code == 503
