"""Input cleaning on every entry: pages, the admin, sign-in, the API, files, rows."""

import json

import pytest
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from accueil.models import Report
from portal.accounts import invitations
from portal.accounts.models import User
from portal.core.http.input_cleaning import input_cleaning_middleware
from portal.core.tables import csv_reader, saved_tables
from relocations.models import Relocation
from schema_actions.reading.document import _lines
from teams.models import Team
from tests.factories import PASSWORD, TeamFactory, UserFactory, administrator, agent, pilot
from tests.schema_actions.campaigns import get_entry, open_campaign
from tests.teams.test_admin import send

MIXED = "\u202eE\u0301quipe\x0bd'Oli\u200bvet\u2028"
CLEAN = "Équipe\nd'Olivet\n"
LINE = "Équipe d'Olivet"


@pytest.fixture
def through(rf):
    """Return the request as a view receives it."""

    def read(method: str, data: dict, path: str = "/"):
        seen = []

        def view(request):
            seen.append(request)
            return HttpResponse()

        input_cleaning_middleware(view)(getattr(rf, method)(path, data))
        return seen[0]

    return read


class TestAPage:
    def test_its_parameters_are_clean(self, through):
        request = through("get", {"q": [MIXED, "Olivet"], "page": "2"})
        assert request.GET.getlist("q") == [CLEAN, "Olivet"]
        assert request.GET["page"] == "2"

    def test_a_parameter_that_would_become_blank_is_left_for_the_view_to_refuse(self, through):
        request = through("get", {"department": "\u200b", "q": " \u202e "})
        assert dict(request.GET.lists()) == {"department": ["\u200b"], "q": [" \u202e "]}

    def test_its_forms_are_clean(self, through):
        assert through("post", {"name": [MIXED, "b"]}).POST.getlist("name") == [CLEAN, "b"]
        assert through("post", {"name": "\u200b"}).POST["name"] == ""

    @pytest.mark.parametrize("name", ["password", "password1", "oldpassword", "new-Password"])
    def test_a_password_is_left_as_typed(self, through, name):
        secret = "e\u0301\u200b\x0b\r\n\u202e\0"
        assert through("post", {name: secret}).POST[name] == secret

    def test_what_changes_nothing_costs_no_copy(self, rf):
        request = rf.get("/", {"q": "Équipe d'Olivet"})
        before = request.GET
        input_cleaning_middleware(lambda request: HttpResponse())(request)
        assert request.GET is before

    def test_the_api_reads_its_own_bodies(self, through):
        assert not hasattr(through("post", {"name": MIXED}, "/api/v1/teams/"), "_post")

    def test_every_password_field_is_recognised_by_its_name(self, db):
        get_resolver().url_patterns  # noqa: B018, imports every form
        admin.site.get_urls()
        names = {
            name
            for form in _all_below(forms.BaseForm)
            for name, field in getattr(form, "base_fields", {}).items()
            if isinstance(field.widget, forms.PasswordInput)
        }
        assert {"password", "password1", "password2", "oldpassword"} <= names
        assert all("password" in name.lower() for name in names)


def _all_below(kind: type) -> set[type]:
    return {kind, *(subclass for child in kind.__subclasses__() for subclass in _all_below(child))}


@pytest.mark.django_db
class TestWhatIsSent:
    def test_a_report_is_stored_clean(self, client):
        client.post("/signaler/", {"page": "/", "message": f"{MIXED}fin"})
        assert Report.objects.get().message == f"{CLEAN}fin"

    def test_what_is_invisible_fills_no_field(self, client):
        answer = client.post("/signaler/", {"page": "/", "message": "\u200b\u202e"})
        assert answer.status_code == 400
        assert not Report.objects.exists()

    def test_the_null_character_is_refused_beside_its_field_and_nothing_is_lost(self, client):
        answer = client.post("/signaler/", {"page": "/", "message": "Mon texte\0 entier"})
        assert answer.status_code == 400
        assert "Le caractère nul n" in answer.content.decode()
        assert "Mon texte" in answer.content.decode()

    def test_the_administration(self, client, loiret):
        client.force_login(administrator())
        team = Team.objects.get(slug="olivetaine")
        assert send(client, team, name=MIXED).status_code == 302
        assert Team.objects.get(slug="olivetaine").name == LINE

    def test_signing_in(self, client):
        UserFactory(email="camille@loiret.test")
        sent = {"login": "\u202acamille@loiret.test\u200b", "password": PASSWORD}
        assert client.post("/connexion/", sent)["Location"] == "/espace/"
        client = Client()
        assert (
            client.post("/connexion/", {**sent, "password": f"{PASSWORD}\u200b"}).status_code == 400
        )

    def test_a_search_finds_what_was_copied_with_invisible_signs(self, client, loiret):
        plain = client.get("/equipes/", {"q": "olivetaine"}).content.decode()
        copied = client.get("/equipes/", {"q": "\u200eoliv\xade\u200btaine\u2060"}).content.decode()
        assert plain.count("/equipes/olivetaine/") == copied.count("/equipes/olivetaine/") > 0


@pytest.mark.django_db
class TestTheApi:
    @pytest.fixture
    def transition(self, client, loiret):
        client.force_login(agent("ads-orleans-metropole"))
        move = Relocation.objects.filter(team__slug="olivetaine").first()

        def ask(**sent):
            address = f"/api/v1/relocations/{move.pk}/transition/"
            body = {"to": "cancelled", "version": move.version, "reason": "Bail refusé", **sent}
            return client.post(address, json.dumps(body), content_type="application/json")

        return ask

    def test_its_texts_are_stored_clean(self, transition):
        assert transition(reason=MIXED).status_code == 200
        assert Relocation.objects.get(team__slug="olivetaine").reason == CLEAN.strip()

    @pytest.mark.parametrize("name", ["reason", "to", "version", "nulle_part"])
    @pytest.mark.parametrize(("text", "code"), [("a\ud800", "U+D800"), ("\0", "U+0000")])
    def test_unstorable_characters_are_refused_beside_their_field(
        self, transition, name, text, code
    ):
        answer = transition(**{name: text})
        assert answer.status_code == 400
        assert code in answer.json()["errors"][name][0]
        assert "ne peut pas être enregistré" in answer.json()["detail"]

    def test_a_name_that_cannot_be_encoded(self, transition):
        answer = transition(**{"\ud800": 1})
        assert answer.status_code == 400
        assert "U+D800" in answer.json()["detail"]


class TestAFile:
    CONTENT = f'a;b\n"{MIXED}";"\'=1+1"\n'

    def test_a_table_as_we_write_them(self):
        [(_line, cells)] = csv_reader.read_rows(
            csv_reader.decode(self.CONTENT.encode()), ["a", "b"]
        )
        assert cells == [CLEAN.strip(), "=1+1"]

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
    def test_a_table_as_a_spreadsheet_saves_it(self, encoding):
        table = saved_tables.read_table(self.CONTENT.encode(encoding), {"a": [], "b": []}, ["a"])
        assert table.rows == [(2, {"a": CLEAN.strip(), "b": "=1+1"})]

    def test_its_lines_have_their_numbers(self):
        table = saved_tables.read_table(
            "a\nx\x0by\u2028z\n\u200b\nfin\n".encode(), {"a": []}, ["a"]
        )
        assert table.rows == [(2, {"a": "x\ny\nz"}), (4, {"a": "fin"})]

    def test_an_evaluation_has_its_line_breaks(self):
        assert _lines("un\u2028deux\r\nE\u0301te\u200b\t|\n".encode()) == ["un deux", "Éte\t|", ""]


@pytest.mark.django_db
class TestARow:
    def test_its_short_texts_are_on_one_line(self):
        team = TeamFactory(name=MIXED, as_printed=MIXED)
        team.refresh_from_db()
        assert (team.name, team.as_printed) == (LINE, CLEAN)
        assert team.history.latest().name == LINE

    def test_the_name_of_an_invited_person_too(self):
        user = invitations.get_or_create_user("venue@loiret.test")
        assert invitations.accept(user=user, password="trois mots bien choisis", name=MIXED)
        user.refresh_from_db()
        assert user.name == LINE

    def test_the_reason_of_a_change_too(self):
        team = TeamFactory()
        team._change_reason = f"parce\u2028que {MIXED}"
        team.save()
        assert "\u2028" not in team.history.latest().history_change_reason

    @pytest.mark.parametrize("character", ["\0", "\ud800"])
    def test_unstorable_characters_are_refused_by_field(self, character):
        with pytest.raises(ValidationError) as refused:
            TeamFactory(name=f"Olivet{character}")
        assert list(refused.value.message_dict) == ["name"]

    def test_a_json_value_is_looked_into(self, loiret):
        entry = get_entry(open_campaign(pilot(), "1.1.1"), "1.1.1")
        entry.figures = [{"name": MIXED, "amount": 3}]
        entry.save()
        entry.refresh_from_db()
        assert entry.figures == [{"name": CLEAN, "amount": 3}]
        entry.figures = [{"name": "\ud800"}]
        with pytest.raises(ValidationError):
            entry.save()

    def test_what_a_backup_puts_back_stays_as_it_was(self):
        team = TeamFactory()
        team.name = "a\u2028b"
        team.save_base(raw=True)
        team.refresh_from_db()
        assert team.name == "a\u2028b"

    def test_a_lone_surrogate_is_stored_in_no_row(self):
        """Both engines refuse it, so no output can contain it."""
        user = UserFactory()
        with pytest.raises(UnicodeEncodeError):
            User.objects.filter(pk=user.pk).update(name="\ud800")
        assert connection.is_usable()
