"""Security over HTTPS: Django's deployment checks, policies, sessions, safe parsers."""

import ast
import os
import secrets
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings as portal

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("portal", "teams", "relocations", "accueil", "schema_actions")


@pytest.mark.parametrize(
    ("chosen", "silenced"),
    [
        ({}, 2),
        ({"HSTS_INCLUDE_SUBDOMAINS": "1"}, 1),
        ({"HSTS_INCLUDE_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"}, 0),
    ],
)
def test_django_s_deployment_checks_pass(tmp_path, chosen, silenced):
    """Except the two HSTS options that are off by default: the host chooses them."""
    environment = {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(tmp_path),
        "SITE_URL": "https://portail.example.org",
        "ALLOWED_HOSTS": "portail.example.org",
        "SECRET_KEY": secrets.token_urlsafe(64),
        **chosen,
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert f"no issues ({silenced} silenced)" in run.stdout + run.stderr


class TestPolicies:
    def test_of_scripts_styles_and_forms(self):
        policy = portal.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        assert policy["default-src"] == ["'none'"]
        assert policy["form-action"] == ["'self'"]
        assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
        assert not {"*", "https:", "'unsafe-inline'", "'unsafe-eval'"} & {
            source for sources in policy.values() for source in map(str, sources)
        }

    @pytest.mark.parametrize("address", ["/", "/connexion/", "/admin/login/", "/api/v1/", "/rien/"])
    def test_are_on_every_answer(self, client, loiret, address):
        answer = client.get(address)
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "camera=()" in answer["Permissions-Policy"]
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"

    def test_are_also_on_throttled_answers(self, client, settings, db, same_minute):
        settings.API_LIMIT = 1
        headers = {"REMOTE_ADDR": "192.0.2.77"}
        address = "/api/v1/agencies/?page_size="  # an answer that is kept is not counted
        answers = [client.get(f"{address}{size}", **headers) for size in range(1, 26)]
        assert answers[-1].status_code == 429
        assert "default-src 'none'" in answers[-1]["Content-Security-Policy"]


def test_cookies_are_closed_to_scripts_and_to_other_sites(client, db):
    client.get("/connexion/")
    cookie = client.cookies["csrftoken"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert (portal.SESSION_COOKIE_HTTPONLY, portal.SESSION_COOKIE_SAMESITE) == (True, "Lax")
    assert portal.SESSION_COOKIE_AGE <= 12 * 3600


@cache
def called(path: Path) -> set[str]:
    """Return the dotted names that a module imports or calls."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
    return names


@pytest.mark.parametrize(
    ("danger", "why"),
    [
        ({"load_workbook"}, "an XLSX is read: try a zip bomb on it in tests/test_bad_input.py"),
        ({"zipfile", "ZipFile", "unpack_archive"}, "an archive is opened: try a zip bomb on it"),
        (
            {"xml.etree", "xml.etree.ElementTree", "xml.dom", "xml.sax", "lxml", "lxml.etree"},
            "XML is read: try an external entity on it",
        ),
        ({"pickle", "marshal", "shelve"}, "what was stored could run"),
        ({"FILES"}, "a page takes a file: bound it, know it by its content, try it"),
    ],
)
def test_no_unsafe_parser_is_used(danger, why):
    imports = [
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if danger & called(path)
    ]
    assert imports == [], why
