"""Pages of the reception that the rights table does not reach: answers, filters, previews."""

from datetime import date, time

import pytest

from accueil.models import ReceptionPoint, Stop, StopChange
from portal.core.caching.data_versions import VersionedCache
from tests.accueil.pages import form_fields
from tests.factories import manager
from tests.i18n.test_pages import data, pseudo_language, untranslated  # noqa: F401, fixtures
from tests.rights.test_table import sessions  # noqa: F401, a fixture

pytestmark = pytest.mark.django_db
MESSAGE = "Formation de l'équipe"
ADDRESSES = (
    *("/trouver/?q=olivet", "/trouver/?q=fleury", "/trouver/?q=45160", "/trouver/?q=zzzz"),
    *("/trouver/?q=mdd+de+pithiviers", "/communes/45234/", "/communes/45232/?suivi=non"),
    *("/communes/45147/?rue=rue+Danton&numero=12&le=2026-12-24", "/communes/45232/rendez-vous.ics"),
    *("/communes/45147/?numero=-1", "/communes/45147/?suivi=zz", "/communes/99999/"),
    *("/accueil/?pres=olivet&ouvert=samedi", "/accueil/?pres=fleury", "/accueil/?pres=zzzz"),
    *("/accueil/?ouvert=soir&rdv=avec", "/accueil/?departement=45&nature=ccas"),
    "/chiffres/?topic=zz",
    *("/api/v1/lookup/?q=olivet", "/api/v1/lookup/?q=fleury", "/api/v1/stops/"),
)


@pytest.fixture(autouse=True)
def november(today, loiret, pseudo_language) -> None:  # noqa: F811
    today("2026-11-20")
    for cache in VersionedCache.instances:
        cache.clear()


@pytest.fixture
def escaped(data):  # noqa: F811
    """Return a function: the texts of a page that no message holds, without what was typed."""

    def find(response, typed: str = MESSAGE) -> list[str]:
        texts = [part for text in untranslated(response) for part in data.left_out_of(text)]
        return [text for text in texts if text not in typed.casefold()]

    return find


@pytest.fixture
def signed_in(client):
    client.force_login(manager())
    return client


@pytest.fixture
def stop() -> Stop:
    """A stop that comes on Tuesdays, two weeks out of three."""
    row = Stop.objects.filter(point__kind="itinerant").first()
    row.weekday, row.starts_at, row.ends_at = 1, time(9, 30), time(12)
    row.valid_from, row.cycle, row.weeks = date(2026, 11, 3), 3, "1 2"
    row.save()
    return row


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_answer_a_list_or_a_refusal(client, escaped, address):
    assert escaped(client.get(address), address) == []


def test_the_preview_of_usual_hours_and_the_refusal_of_impossible_ones(signed_in, escaped):
    point = ReceptionPoint.objects.exclude(kind="itinerant").filter(team=None).first()
    address = f"/espace/accueil/points/{point.pk}/"
    fields = {**form_fields(signed_in.get(address)), "voir": "1"}
    for end, status in (("12:00", 200), ("07:00", 400)):
        hours = {"hours-Mo_1_from": "08:30", "hours-Mo_1_to": end}
        page = signed_in.post(address, {**fields, **hours})
        assert page.status_code == status
        assert escaped(page) == []


def test_a_closure_in_its_preview_and_wherever_it_is_announced(signed_in, escaped):
    point = ReceptionPoint.objects.exclude(kind="itinerant").filter(team=None).first()
    address = "/espace/accueil/fermetures/nouvelle/?departement=45"
    closure = {
        **{"first_day": "2026-11-30", "last_day": "2026-12-11", "effect": "closed_between"},
        **{"span_1_from": "14:00", "span_1_to": "00:00", "only": ["Mo", "Tu"]},
        **{"message": MESSAGE, "points": [str(point.pk)]},
    }
    preview = signed_in.post(address, {**closure, "voir": "1"})
    assert preview.status_code == 200
    assert escaped(preview) == []
    saved = signed_in.post(address, {**form_fields(preview), "enregistrer": "1"}, follow=True)
    for page in (saved, *map(signed_in.get, ("/espace/", "/accueil/", point.get_absolute_url()))):
        assert MESSAGE in page.content.decode().replace("&#x27;", "'")
        assert escaped(page) == []


def test_a_cancelled_passage_wherever_it_is_announced(signed_in, escaped, stop):
    StopChange.objects.create(stop=stop, day=date(2026, 11, 24), message=MESSAGE)
    point = stop.point.get_absolute_url()
    for address in (
        *(point, f"{point}calendrier.ics", "/accueil/", f"/espace/accueil/arrets/{stop.pk}/"),
        f"/espace/accueil/points/{stop.point_id}/arrets/",
        f"/espace/accueil/arrets/{stop.pk}/passages/2026-11-24/",
    ):
        page = signed_in.get(address)
        assert page.status_code == 200, address
        assert escaped(page) == [], address
