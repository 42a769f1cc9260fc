"""`/espace/`: the user's roles and the panels that they see."""

import pytest

from accueil.models import Report
from portal.registries import workspace
from portal.registries.workspace import panels_for, register
from teams.models import Agency
from tests.factories import UserFactory, administrator, agent, manager, pilot

pytestmark = pytest.mark.django_db


def titles(client) -> list[str]:
    return [str(panel.title) for panel, _content in client.get("/espace/").context["panels"]]


def test_nobody_is_led_to_the_sign_in_and_back(client):
    assert client.get("/espace/")["Location"] == "/connexion/?next=/espace/"


def test_the_workspace_shows_the_roles_of_the_user(client, loiret):
    user = agent("ads-orleans-metropole", "ads-nord-loiret", name="Camille Durand")
    client.force_login(user)
    page = client.get("/espace/").content.decode()
    assert "Bonjour, Camille Durand" in page
    assert "agent, ADS Nord Loiret · agent, ADS Orléans Métropole" in page


@pytest.mark.parametrize(
    ("make", "role"),
    [
        (manager, "gestionnaire du Loiret"),
        (pilot, "pilote du Loiret"),
        (lambda: pilot(kind="reviewer"), "relecteur du Loiret"),
        (lambda: manager("41"), "gestionnaire, Loir-et-Cher (41)"),
        (administrator, "administrateur du portail"),
        (UserFactory, "pas encore de rôle"),
    ],
)
def test_each_role_in_plain_words(client, loiret, make, role):
    client.force_login(make())
    assert role in client.get("/espace/").content.decode()


def test_each_sees_the_panels_that_concern_them(client, loiret):
    first = ["Vos déménagements", "Vos accueils", "Erreurs signalées"]
    manager_panels = [*first, "Campagnes d'évaluation", "Activité de l'accueil", "Les personnes"]
    expected = {
        agent: [*first, "Activité de l'accueil"],
        manager: manager_panels,
        administrator: manager_panels,
        pilot: ["Vos fiches action"],
        UserFactory: [],
    }
    for make, shown in expected.items():
        user = make("ads-nord-loiret") if make is agent else make()
        client.force_login(user)
        assert titles(client) == shown, make


def test_a_panel_is_registered_in_its_order_and_hidden_where_it_says_so(rf, monkeypatch):
    monkeypatch.setattr(workspace, "_panels", [])
    for order, title in ((30, "later"), (10, "sooner")):
        register(title=title, order=order, template="x.html")(lambda request: {"a": 1})
    register(title="hidden", order=20, template="x.html")(lambda request: None)
    shown = panels_for(rf.get("/espace/"))
    assert [panel.title for panel, _content in shown] == ["sooner", "later"]


def test_it_takes_as_many_queries_whatever_waits(client, loiret, queries):
    agency = Agency.objects.get(slug="ads-orleans-metropole")
    client.force_login(manager())
    counts = []
    for size in (2, 30):
        while Report.objects.count() < size:
            Report.objects.create(page="/equipes/", message="Faux.", agency=agency)
            agent("ads-orleans-metropole")
        with queries() as captured:
            client.get("/espace/")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20
