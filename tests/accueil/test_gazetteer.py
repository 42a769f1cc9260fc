"""The names of the database become places: of France, and of the teams of the Loiret."""

import pytest

from accueil.lookup.gazetteer_loader import build_france, build_local_names
from accueil.place_search import Gazetteer, Kind
from portal.territory.models import Commune
from teams.models import Agency, FormerAgency, Sector, Team

pytestmark = pytest.mark.usefixtures("loiret")


@pytest.fixture
def places():
    france = build_france()
    return Gazetteer(france, build_local_names(france))


def test_communes_with_their_postal_codes(places):
    olivet = places.france.communes["45232"]
    assert (olivet.name, olivet.department, olivet.commune) == ("Olivet", "45", "45232")
    assert olivet.weight > 20_000
    assert set(places.france.zone("45160")) == {"45006", "45232", "45282"}
    assert len(places.france.communes) == Commune.objects.count()


def test_former_communes_except_one_named_as_the_current_commune(places):
    former = places.parse("Yèvre-le-Châtel").place
    assert (former.kind, former.commune, former.note) == (
        Kind.FORMER_COMMUNE,
        "45348",
        "Yèvre-la-Ville",
    )


def test_served_are_the_departements_with_an_agency(places):
    assert places.local.served == {"45"}


@pytest.mark.parametrize(
    ("text", "kind", "key", "commune"),
    [
        ("la source", Kind.QUARTER, "45234-la-source", "45234"),
        ("orléans argonne", Kind.QUARTER, "45234-argonne", "45234"),
        ("équipe olivétaine", Kind.TEAM, "olivetaine", "45232"),
        ("EP Territoires abraysiens", Kind.TEAM, "abraysiens", "45284"),
        ("equipe de fleury", Kind.TEAM, "fleuryssois", "45147"),
        ("EP Bannier", Kind.TEAM, "bannier-murlins", "45234"),
        ("EP de Courtenay", Kind.TEAM, "ep-de-courtenay", "45115"),
        ("EP Sologne", Kind.TEAM, "ep-sologne", None),
        ("ADS Gien Montargis", Kind.AGENCY, "ads-gien-montargis", None),
        (
            "Agence départementale des solidarités Nord Loiret",
            Kind.AGENCY,
            "ads-nord-loiret",
            None,
        ),
    ],
)
def test_what_is_local(places, text, kind, key, commune):
    parsed = places.parse(text)
    assert (parsed.place.kind, parsed.place.key) == (kind, key)
    assert parsed.commune == commune


@pytest.mark.parametrize(
    "text", ["Maison du Département de Pithiviers", "MDD Pithiviers", "ancienne mdd de pithiviers"]
)
def test_a_former_agency_implies_the_commune_of_its_name(places, text):
    former = FormerAgency.objects.get(name="Maison du Département de Pithiviers")
    parsed = places.parse(text)
    assert (parsed.place.kind, parsed.place.key) == (Kind.FORMER_AGENCY, str(former.pk))
    assert parsed.commune == "45252"


def test_a_former_agency_named_after_a_region_implies_none(places):
    parsed = places.parse("MDD Ouest Orléanais")
    assert parsed.place.kind == Kind.FORMER_AGENCY
    assert parsed.commune is None


def test_a_team_of_several_communes_implies_none(places):
    sector = Sector.objects.get(slug="45232-olivet")
    Sector.objects.create(
        team=sector.team,
        commune_id="45006",
        kind=Sector.Kind.COMMUNE,
        slug="45006-ardon",
        name="Ardon",
        basis=sector.basis,
        source=sector.source,
    )
    again = Gazetteer(places.france, build_local_names(places.france)).parse("équipe olivétaine")
    assert (again.place.key, again.commune) == ("olivetaine", None)


def test_a_name_of_two_teams_lets_choose_their_communes(places):
    parsed = places.parse("EP Territoires Steoruellans et Olivétains")
    assert parsed.is_ambiguous
    assert {place.commune for place in parsed.choices} == {"45232", "45285"}


def test_a_new_name_is_read_as_soon_as_what_is_local_is_built_again(places):
    team = Team.objects.get(slug="olivetaine")
    team.other_names.create(name="Équipe du Loiret Nord-Sud", source=team.source)
    again = Gazetteer(places.france, build_local_names(places.france))
    assert again.parse("equipe du loiret nord sud").place.key == "olivetaine"


def test_few_queries_however_much_data(queries, places):
    with queries() as captured:
        build_france()
    assert len(captured) <= 4
    with queries() as captured:
        build_local_names(places.france)
    before = len(captured)
    agency = Agency.objects.first()
    for number in range(10):
        Team.objects.create(
            agency=agency, name=f"N{number}", slug=f"n{number}", kind="proximity", source=None
        )
    with queries() as captured:
        build_local_names(places.france)
    assert len(captured) == before <= 9
