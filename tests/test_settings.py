"""Environment variables: which values are refused, and what SITE_URL implies."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings import contacts, parse_replay_day, read_or_create_secret_key, secret_key

ROOT = Path(__file__).resolve().parent.parent
STRONG = "k3p-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2


def settings(**environment: str) -> dict:
    """Return the settings of a process started with only this environment."""
    names = ["SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE"]
    names += ["CSRF_COOKIE_SECURE", "DEBUG", "PORTAL_DEMO", "ALLOWED_HOSTS"]
    code = f"import json, portal.settings as s; print(json.dumps([getattr(s, n) for n in {names}]))"
    bare = {"PATH": os.environ["PATH"], **environment}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=bare, capture_output=True, text=True
    )
    if run.returncode:
        raise ImproperlyConfigured(run.stderr.strip().splitlines()[-1])
    return dict(zip(names, json.loads(run.stdout), strict=True))


def test_default_settings_serve_this_machine_only():
    values = settings()
    assert values["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]
    assert not values["DEBUG"]
    assert not values["SECURE_SSL_REDIRECT"]


def test_https_follows_the_scheme_of_the_site_not_debug():
    values = settings(SITE_URL="https://portail.example", SECRET_KEY=STRONG, DEBUG="1")
    assert values["SECURE_SSL_REDIRECT"]
    assert values["SESSION_COOKIE_SECURE"]
    assert values["CSRF_COOKIE_SECURE"]
    assert values["SECURE_HSTS_SECONDS"] > 0


@pytest.mark.parametrize(
    "environment",
    [
        {"SITE_URL": "https://portail.example", "SECRET_KEY": STRONG},
        {"ALLOWED_HOSTS": "portail.example"},
        {"ALLOWED_HOSTS": "*"},
    ],
)
def test_the_demonstration_is_refused_on_hosts_that_are_not_local(environment):
    with pytest.raises(ImproperlyConfigured, match="must be local"):
        settings(PORTAL_DEMO="1", **environment)


def test_the_demonstration_runs_on_local_hosts():
    assert settings(PORTAL_DEMO="1", SITE_URL="http://localhost:9000")["PORTAL_DEMO"]


@pytest.mark.parametrize("weak", ["short", "a" * 60, "django-insecure-" + STRONG])
def test_a_weak_secret_is_refused(weak):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is weak"):
        secret_key(weak, served_over_https=False)


def test_a_portal_on_the_web_needs_a_secret():
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is required"):
        secret_key("", served_over_https=True)
    assert secret_key(STRONG, served_over_https=True) == STRONG


def test_the_generated_secret_key_is_made_once_and_private(tmp_path):
    path = tmp_path / "var" / "secret-key"
    first = read_or_create_secret_key(path)
    assert secret_key(first, served_over_https=False) == first == read_or_create_secret_key(path)
    assert path.stat().st_mode & 0o077 == 0


def test_hsts_preload_requires_subdomains():
    https = {"SITE_URL": "https://portail.example", "SECRET_KEY": STRONG}
    with pytest.raises(ImproperlyConfigured, match="HSTS_INCLUDE_SUBDOMAINS"):
        settings(HSTS_PRELOAD="1", **https)


def test_security_contacts_become_uris():
    addresses = ["securite@example.org", "https://example.org/faille", "tel:+33238000000"]
    assert contacts(addresses) == ["mailto:securite@example.org", *addresses[1:]]


@pytest.mark.parametrize("wrong", ["le service", "http://example.org/", "mailto:", "a@b c"])
def test_unreachable_security_contacts_are_refused(wrong):
    with pytest.raises(ImproperlyConfigured, match="SECURITY_CONTACT"):
        contacts([wrong])


def test_existing_files_of_the_portal_become_private(tmp_path):
    """For files of an older version too, and with an umask that lets everybody read."""
    var = tmp_path / "var"
    (var / "broker").mkdir(parents=True, mode=0o755)
    for name in ("db.sqlite3", "secret-key"):
        (var / name).touch(mode=0o644)
    (var / "secret-key").write_text(STRONG)
    private = {"db.sqlite3", "secret-key", "broker"}
    code = (
        "import os; os.umask(0); import django; django.setup(); from django.db import connection;"
    )
    code += "connection.cursor().execute('create table x (y)');"
    code += "print(*sorted(f'{p.name} {p.stat().st_mode & 0o077}' for p in map(__import__('pathlib').Path, %r)))"
    environment = {**os.environ, "VAR_DIR": str(var), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    environment.pop("DATABASE_URL", None)
    names = [str(var / name) for name in [*private, "db.sqlite3-wal", "db.sqlite3-shm"]]
    for _start in ("older", "new"):
        run = subprocess.run(
            [sys.executable, "-c", code % names],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert run.stdout.split()[1::2] == ["0"] * len(names), run.stderr
        shutil.rmtree(var)
        var.mkdir()


@pytest.mark.parametrize("wrong", ["hier", "2023-11-31", "24/11/2023"])
def test_a_malformed_replay_day_is_refused(wrong):
    with pytest.raises(ImproperlyConfigured, match="PORTAL_TODAY"):
        parse_replay_day(wrong)


class TestOnEveryPage:
    def test_a_replay_shows_a_notice(self, client, db, today):
        notice = "Le portail est rejoué au 24 novembre 2023"
        assert notice not in client.get("/equipes/").content.decode()
        today("2023-11-24")
        assert notice in client.get("/equipes/").content.decode()

    def test_a_demonstration_shows_a_notice(self, client, db, settings):
        settings.PORTAL_DEMO = True
        assert "Démonstration" in client.get("/demenagements/").content.decode()

    @pytest.mark.parametrize("address", ["/", "/equipes/", "/api/v1/teams/", "/nulle-part/"])
    def test_the_policies_are_strict(self, client, db, address):
        answer = client.get(address)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "geolocation=()" in answer["Permissions-Policy"]

    def test_reading_sets_no_cookie(self, client, db):
        for address in ("/", "/equipes/", "/demenagements/", "/api/v1/teams/"):
            assert not client.get(address).cookies


@pytest.mark.parametrize(
    "address", ["/", "/accessibilite/", "/mentions-legales/", "/donnees-personnelles/"]
)
def test_text_pages_name_the_departement(client, loiret, address):
    assert "Solidarités du Loiret" in client.get(address).content.decode()


def test_missing_legal_information_is_marked(client, loiret):
    page = client.get("/mentions-legales/").content.decode()
    assert "Département du Loiret" in page
    assert "à renseigner" in page
