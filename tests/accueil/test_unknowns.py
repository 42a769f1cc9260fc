"""What the portal does not know yet, by département, and how whoever knows it tells it."""

import html
import re
from urllib.parse import quote

import pytest

from accueil.models import PhoneLine, ReceptionPoint, Report
from portal.core.periods.period import Period
from relocations.models import Relocation
from teams.models import Team
from tests.factories import ReceptionPointFactory, SiteFactory

pytestmark = pytest.mark.django_db
PAGE = "/ce-que-nous-ne-savons-pas/?department=45"


def gaps(client) -> dict[str, list[str]]:
    """Return the names under each kind."""
    page = client.get(PAGE).content.decode()
    kinds = {}
    for section in page.split("<h3>")[1:]:
        label = re.sub(r" <span.*", "", section.partition("</h3>")[0], flags=re.DOTALL)
        names = re.findall(r'class="name"><a href="[^"]*">([^<]*)<', section)
        kinds[html.unescape(label)] = [html.unescape(name) for name in names]
    return kinds


def test_a_date_that_is_past_is_known_again_once_the_move_is_done(client, loiret, today):
    today("2024-02-01")
    label = "Déménagements : la date est passée, sans nouvelles"
    assert "Équipe Olivétaine" in gaps(client)[label]
    Relocation.objects.filter(team__slug="olivetaine").update(
        status=Relocation.Status.DONE, actual_date="2023-11-28"
    )
    assert "Équipe Olivétaine" not in gaps(client)[label]


def test_a_date_without_end_is_past_once_its_first_day_is(client, loiret, today):
    label = "Déménagements : la date est passée, sans nouvelles"
    move = Relocation.objects.get(team__slug="olivetaine")
    move.period = Period.parse("à partir du 1er mars 2025")
    move.save()
    for day, is_past in (("2025-02-28", False), ("2025-03-02", True)):
        today(day)
        assert (move.team.title in gaps(client).get(label, [])) is is_past


def test_a_phone_and_hours_that_somebody_wrote_are_no_longer_missing(client, loiret):
    hours = "Lieux d'accueil : les horaires ne sont pas publiés"
    phones = "Lieux d'accueil : le téléphone n'est pas publié"
    point = ReceptionPoint.objects.filter(hours="", hours_text="", phone="").exclude(
        kind="itinerant"
    )[0]
    found = gaps(client)
    assert point.name in found[hours]
    assert point.name in found[phones]
    ReceptionPoint.objects.filter(pk=point.pk).update(hours="Mo 09:00-12:00", phone="0238000000")
    found = gaps(client)
    assert point.name not in found.get(hours, [])
    assert point.name not in found.get(phones, [])


def test_a_line_without_a_number_that_can_be_called(client, loiret):
    label = "Numéros à appeler : ils ne sont pas publiés"
    assert label not in gaps(client)
    PhoneLine.objects.filter(department="45").update(number="")
    assert gaps(client)[label] == ["Accueil social du Loiret"]


def test_a_team_of_which_only_the_town_is_known(client, loiret):
    label = "Équipes : seule la ville est publiée"
    team = Team.objects.get(slug="equipe-daccueil-inconditionnel-orleans-metropole")
    assert team.title not in gaps(client).get(label, [])
    team.relocations.all().delete()
    Team.objects.filter(pk=team.pk).update(site=SiteFactory(address="", name="Gien", city="Gien"))
    assert team.title in gaps(client)[label]


def test_whoever_knows_tells_the_agency_about_that_page(client, loiret):
    move = Relocation.objects.get(team__slug="steoruellans")
    address = f"/signaler/?page={quote(move.get_absolute_url(), safe='')}&manque=oui"
    assert address in html.unescape(client.get(PAGE).content.decode())
    form = client.get(address).content.decode()
    assert "Vous connaissez cette information ?" in form
    assert "Que savez-vous ?" in form
    report = {"page": move.get_absolute_url(), "message": "Ils sont rue du Parc."}
    assert client.post(address, report).status_code == 302
    assert Report.objects.get().agency == move.team.agency


def test_as_many_queries_whatever_is_missing(client, loiret, queries):
    counts = []
    for _ in range(2):
        client.get(f"{PAGE}&une=1")
        with queries() as captured:
            client.get(PAGE)
        counts.append(len(captured))
        ReceptionPointFactory.create_batch(10, department_id="45")
    assert counts[0] == counts[1] <= 9


def test_an_unknown_departement_is_a_400(client, loiret):
    assert client.get("/ce-que-nous-ne-savons-pas/?department=zz").status_code == 400
