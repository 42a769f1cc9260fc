"""After a change, by any way in, the pages, the API, the feed and the calendar name who said it."""

import html
import re

import pytest
from django.db.models import F
from django.urls import reverse

from accueil.contacts.cached_contacts import contacts_cache
from accueil.contacts.nearest_points import points_by_ids
from accueil.models import PhoneLine, ReceptionPoint
from portal.core.caching.data_versions import current_versions
from portal.core.provenance import describe_last_word
from portal.registries.loaders import load_department
from relocations.models import Relocation
from teams.models import Site, Team
from tests.accueil.pages import form_fields
from tests.accueil.test_reception_point_editing import confirm, send, week
from tests.factories import (
    AgencyFactory,
    DepartmentFactory,
    SiteFactory,
    TeamFactory,
    administrator,
    agent,
    manager,
)

pytestmark = pytest.mark.usefixtures("loiret")
ORLEANS = "ads-orleans-metropole"
DAY = "2026-11-29"
CHANGED = "Changé par l'agence, le 29 novembre 2026"
COMMUNIQUE = "Source : Communiqué"


@pytest.fixture(autouse=True)
def day(today):
    today(DAY)


@pytest.fixture
def move():
    return Relocation.objects.get(key="45-2023-olivetaine")


def text(client, address, **parameters):
    """Return the words of a page, a feed or a calendar, with plain spaces and apostrophes."""
    content = client.get(address, parameters).content.decode().replace("\r\n ", "")
    words = re.sub(r"<[^>]*>", "", html.unescape(content)).replace("’", "'")
    return " ".join(words.split())


def provenance(client, address):
    return client.get(address).json()["provenance"]


def transition(client, move, **body):
    client.force_login(agent(ORLEANS))
    sent = {"to": move.status, "version": move.version, "reason": "Bail signé", **body}
    address = f"/api/v1/relocations/{move.pk}/transition/"
    answer = client.post(address, sent, content_type="application/json")
    assert answer.status_code == 200, answer.content
    client.logout()
    return answer.json()


class TestAMove:
    def test_as_loaded_the_document_says_it(self, client, move):
        assert COMMUNIQUE in text(client, move.get_absolute_url())
        row = client.get(f"/api/v1/relocations/{move.pk}/").json()
        assert row["provenance"] == {
            "kind": "printed",
            "printed": "Olivétaine — 8 rue René Bethelot, Orléans — 28 et 29 novembre",
            "on": "2023-11-24",
            "fields": {},
        }

    def test_a_new_date_is_the_agency_s_and_the_printed_one_stays(self, client, move):
        row = transition(client, move, period="les 16 et 17 mars 2027")
        changed = row["provenance"]
        assert (changed["kind"], changed["on"]) == ("said", DAY)
        assert "28 et 29 novembre" in changed["printed"]
        assert changed["fields"]["period"] == {
            "kind": "said",
            "printed": "28 et 29 novembre",
            "on": DAY,
        }
        assert changed["fields"]["destination"]["kind"] == "printed"
        assert (row["source"].replace("’", "'"), row["source_date"]) == ("l'agence", DAY)
        for address in (
            move.get_absolute_url(),
            "/equipes/olivetaine/",
            "/communes/45232/",
            "/demenagements/",
            "/demenagements/flux.atom?team=olivetaine",
            "/demenagements/calendrier.ics?team=olivetaine",
            "/equipes/olivetaine/calendrier.ics",
        ):
            page = text(client, address).replace("\\,", ",")
            assert CHANGED in page, address
        page = text(client, move.get_absolute_url())
        assert COMMUNIQUE not in page
        assert "imprimée" not in page, "the date is not the document's"
        assert "Était imprimé : « 28 et 29 novembre »" in page

    def test_done_it_moves_the_team_which_says_so(self, client, move):
        transition(client, move, to="done", actual_date="2026-11-28")
        row = provenance(client, "/api/v1/teams/olivetaine/")
        assert (row["kind"], row["on"]) == ("said", DAY)
        assert row["fields"]["site"]["printed"].startswith("Agence départementale")
        page = text(client, "/equipes/olivetaine/")
        assert "(dernière vérification : 29 novembre 2026)" in page
        assert CHANGED in page
        assert COMMUNIQUE not in page


class TestAPoint:
    @pytest.fixture
    def bonny(self):
        return ReceptionPoint.objects.get(slug="france-services-de-bonny-sur-loire")

    def test_new_hours_on_a_screen(self, client, bonny):
        client.force_login(manager())
        assert confirm(client, bonny, week(Mo="09:00-12:00")).status_code == 302
        row = provenance(client, f"/api/v1/reception-points/{bonny.slug}/")
        assert (row["kind"], row["on"]) == ("said", DAY)
        assert row["fields"]["hours"] == {
            "kind": "said",
            "printed": "du mardi au vendredi de 9h00 à 12h30 et de 14h00 à 17h30",
            "on": DAY,
        }
        assert row["fields"]["phone"]["kind"] == row["fields"]["address"]["kind"] == "published"
        page = text(client, bonny.get_absolute_url())
        assert "Changé par le Département, le 29 novembre 2026 : horaires." in page
        assert "Était imprimé : « du mardi au vendredi" in page
        assert "Source : Guide" not in page

    def test_a_corrected_address_is_said_by_its_place(self, client, bonny):
        client.force_login(manager())
        assert send(client, bonny, {"place-address": "2 place Neuve"}).status_code == 302
        address = provenance(client, f"/api/v1/reception-points/{bonny.slug}/")["fields"]["address"]
        assert (address["kind"], address["on"]) == ("said", DAY)

    def test_checked_it_no_longer_cites_the_list_as_its_source(self, client):
        point = ReceptionPoint.objects.get(slug="france-services-de-beaugency")
        assert "Source : Liste des France services" in text(client, point.get_absolute_url())
        client.force_login(manager())
        client.post(reverse("reception-point-mark-checked", args=[point.pk]))
        page = text(client, point.get_absolute_url())
        assert "Vérifié le 29 novembre 2026. Source : le Département." in page
        assert "Source : Liste" not in page
        row = provenance(client, f"/api/v1/reception-points/{point.slug}/")
        assert (row["kind"], row["on"]) == ("said", DAY)
        assert row["printed"] == "Beaugency (59 av. de Vendôme)"

    def test_in_an_answer_it_costs_no_query(self, bonny, django_assert_num_queries):
        bonny.phone = "02 38 00 00 00"
        bonny.record_edit()
        bonny.save()
        (point,) = points_by_ids([bonny.pk])
        contacts_cache.get(current_versions()).attach_point_sources([point])
        with django_assert_num_queries(0):
            fields = point.provenance_by_field
            describe_last_word(point)
        assert (fields["phone"].kind, fields["email"].kind) == ("said", "published")

    def test_a_line(self, client):
        line = PhoneLine.objects.get(slug="accueil-social-du-loiret")
        client.force_login(manager())
        address = reverse("phone-line-update", args=[line.pk])
        typed = form_fields(client.get(address)) | {"purpose": "Toute demande", "enregistrer": "1"}
        assert client.post(address, typed).status_code == 302
        row = provenance(client, f"/api/v1/phone-lines/{line.slug}/")
        assert row["fields"]["purpose"]["kind"] == "said"
        assert row["fields"]["hours"]["kind"] == "printed"
        assert "Changé par le Département, le 29 novembre 2026" in text(client, "/")


class TestTheAdministration:
    def test_a_site(self, client):
        client.force_login(administrator())
        site = Site.objects.get(key="45-bethelot")
        address = reverse("admin:teams_site_change", args=[site.pk])
        form = client.get(address).context["adminform"].form
        assert not {"source", "as_printed", "checked_on"} & {*form.fields}
        typed = {
            name: form.get_initial_for_field(field, name) for name, field in form.fields.items()
        }
        typed = {name: value for name, value in typed.items() if value is not None}
        assert client.post(address, typed | {"address": "9 rue Neuve"}).status_code == 302
        client.logout()
        row = provenance(client, f"/api/v1/sites/{site.pk}/")
        assert (row["kind"], row["on"]) == ("said", DAY)
        assert row["fields"]["address"]["printed"] == "8 rue René Bethelot, Orléans"
        assert row["fields"]["city"]["kind"] == "printed"


class TestALoad:
    def test_it_leaves_what_was_said(self, client, move):
        transition(client, move, period="les 16 et 17 mars 2027")
        load_department("45")
        assert provenance(client, f"/api/v1/relocations/{move.pk}/")["kind"] == "said"

    def test_a_correction_is_no_longer_what_was_checked(self):
        Team.objects.filter(slug="olivetaine").update(checked_on=DAY, disciplines="autre")
        load_department("45")
        assert Team.objects.get(slug="olivetaine").checked_on is None

    def test_what_is_remarked_stands_outside_the_printed_text(self, client):
        point = ReceptionPoint.objects.get(slug="france-services-du-malesherbois")
        assert point.as_printed == "Le Malesherbois (19/21 place du Martoy)"
        page = text(client, point.get_absolute_url())
        assert "Remarque : « Martoy » est imprimé pour « Martroy »." in page


def test_only_invented_rows_are_fictitious(client):
    real = client.get("/api/v1/teams/olivetaine/").json()
    assert "fictitious" not in real
    department = DepartmentFactory(code="00", name="Val-d'Exemple")
    agency = AgencyFactory(department=department)
    team = TeamFactory(agency=agency, site=SiteFactory(department=department))
    row = client.get(f"/api/v1/teams/{team.slug}/").json()
    assert row["fictitious"] is row["location"]["site"]["fictitious"] is True


def test_an_address_that_another_document_says_cites_it_on_the_pages(client, loiret):
    point = ReceptionPoint.objects.get(slug="france-services-de-pithiviers")
    assert point.site.source != point.source
    cited = f"Adresse : {point.site.source.title}"
    page = html.unescape(client.get(point.get_absolute_url()).content.decode())
    assert cited in re.sub(r"<[^>]*>", "", page).replace("\u202f", " ").replace("\xa0", " ")
    other = ReceptionPoint.objects.filter(site__source=F("source")).first()
    assert "Adresse : " not in client.get(other.get_absolute_url()).content.decode()
