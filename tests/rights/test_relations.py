"""A relation may only point at rows of the same département, and gives no right over them."""

import pytest
from django.contrib import admin
from django.db.models import ForeignKey, ManyToManyField
from django.urls import reverse

from accueil.models import PhoneLine, ReceptionPoint, SpecialHours, Stop, StopChange
from accueil.rules import editable_points
from portal.core.permissions.admin import RulesAdmin
from portal.core.permissions.ownership import _OWNERSHIPS, department_of, foreign_rows
from relocations.models import Relocation
from teams.models import Agency, FormerAgency, Sector, Site, Team
from teams.rules import editable_sites
from tests.factories import (
    AgencyFactory,
    BusFactory,
    PhoneLineFactory,
    ReceptionPointFactory,
    RelocationFactory,
    SiteFactory,
    StopFactory,
    TeamFactory,
    administrator,
    agent,
    manager,
)

pytestmark = pytest.mark.usefixtures("loiret")
ORLEANS, NORTH = "ads-orleans-metropole", "ads-nord-loiret"
NO_RIGHT = "pas le droit de modifier"


def ours(**fields) -> Team:
    """A team of Orléans, with a site of its own."""
    orleans = Agency.objects.get(slug=ORLEANS)
    return TeamFactory(agency=orleans, site=SiteFactory(department_id="45"), **fields)


def theirs() -> Team:
    """A team of the Nord, with a site of its own."""
    north = Agency.objects.get(slug=NORTH)
    return TeamFactory(agency=north, site=SiteFactory(department_id="45"))


@pytest.fixture
def elsewhere() -> Team:
    """A team of 41, with a site of its own."""
    agency = AgencyFactory(department_id="41")
    return TeamFactory(agency=agency, site=SiteFactory(department_id="41"))


@pytest.fixture
def manager_client(client):
    client.force_login(agent(ORLEANS))
    return client


def may_change(user, site: Site) -> bool:
    """Return whether the user may change the site, checking that the row's rule and the list's agree."""
    by_rule = user.has_perm("teams.change_site", site)
    assert by_rule is Site.objects.filter(editable_sites(user), pk=site.pk).exists()
    return by_rule


def address(row) -> str:
    options = row._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk])


def filled(client, url: str) -> dict:
    """Return the initial values of a form of the administration."""
    form = client.get(url).context["adminform"].form
    initial = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {
        name: [row.pk for row in value] if isinstance(value, list) else getattr(value, "pk", value)
        for name, value in initial.items()
        if value is not None
    }


def add(client, model, **data):
    options = model._meta
    url = reverse(f"admin:{options.app_label}_{options.model_name}_add")
    return client.post(url, {**filled(client, url), **data})


def change(client, row, **data):
    return client.post(address(row), {**filled(client, address(row)), **data})


def errors(response) -> dict:
    assert response.status_code == 400
    return dict(response.context["adminform"].form.errors)


class TestAPlaceOfSeveralAgencies:
    """A move, team, reception point or stop may point at a site of another agency. The site is then
    shared, and only managers of the département may change it.
    """

    def points_a_move(self, client, place):
        move = RelocationFactory(team=ours(), destination=None)
        data = {"to": "planned", "version": 1, "destination": place.pk}
        url = f"/api/v1/relocations/{move.pk}/transition/"
        assert client.post(url, data, content_type="application/json").status_code == 200

    def points_a_move_by_the_page(self, client, place):
        move = RelocationFactory(team=ours(), destination=None)
        data = {"geste": "changer", "version": 1, "destination": place.pk}
        url = reverse("relocation-update", args=[move.pk])
        assert client.post(url, data).status_code == 302

    def points_a_move_by_the_administration(self, client, place):
        move = RelocationFactory(team=ours(), destination=None)
        data = {"to": "planned", "version": 1, "destination": place.pk}
        assert client.post(address(move), data).status_code == 302

    def points_a_team(self, client, place):
        assert change(client, ours(), site=place.pk).status_code == 302

    def point_reception_point(self, client, place):
        reception_point = ReceptionPointFactory(
            department_id="45", agency=Agency.objects.get(slug=ORLEANS), site=None, kind="itinerant"
        )
        assert change(client, reception_point, site=place.pk, kind="ccas").status_code == 302

    def points_a_stop(self, client, place):
        bus = BusFactory(department_id="45", agency=Agency.objects.get(slug=ORLEANS))
        stop = StopFactory(point=bus, site=SiteFactory(department_id="45"))
        assert change(client, stop, site=place.pk).status_code == 302

    @pytest.mark.parametrize(
        "point",
        [
            points_a_move,
            points_a_move_by_the_page,
            points_a_move_by_the_administration,
            points_a_team,
            point_reception_point,
            points_a_stop,
        ],
    )
    def test_to_point_at_it_gives_no_right_over_it(self, manager_client, point):
        place, user = theirs().site, agent(ORLEANS)
        assert may_change(agent(NORTH), place)
        point(self, manager_client, place)
        assert not may_change(user, place)
        assert manager_client.post(address(place), {"address": "1 rue Volée"}).status_code == 403
        assert not may_change(agent(NORTH), place), "it is shared from then on"
        assert may_change(manager(), place)
        assert not may_change(manager("41"), place)
        assert may_change(agent(ORLEANS, NORTH), place), "an agent of both"

    @pytest.mark.parametrize("kind", ["reception_point", "stop", "team's stop", "former agency"])
    def test_whatever_stands_there_counts(self, kind):
        north, place = Agency.objects.get(slug=NORTH), SiteFactory(department_id="45")
        user = agent(ORLEANS)
        assert may_change(user, place), "nobody's"
        if kind == "reception_point":
            ReceptionPointFactory(department_id="45", agency=north, site=place)
        elif kind == "stop":
            StopFactory(point=BusFactory(department_id="45", agency=north), site=place)
        elif kind == "team's stop":
            StopFactory(point=BusFactory(department_id="45", team=theirs()), site=place)
        else:
            former = FormerAgency.objects.create(department_id="45", name="UT", site=place)
            former.successors.add(north)
        assert not may_change(user, place)
        assert may_change(agent(NORTH), place)

    def test_what_is_nobody_s_there_takes_no_right_away(self):
        place = SiteFactory(department_id="45")
        ReceptionPointFactory(department_id="45", site=place)
        assert may_change(agent(ORLEANS), place)

    def test_editing_the_address_of_a_shared_place_creates_another(self, manager_client):
        place = theirs().site
        orleans = Agency.objects.get(slug=ORLEANS)
        reception_point = ReceptionPointFactory(department_id="45", agency=orleans, site=place)
        url = f"/espace/accueil/points/{reception_point.pk}/"
        typed = {"name": reception_point.name, "kind": "ccas", "agency": orleans.pk}
        typed |= {"place-address": "9 rue Neuve", "place-city": "Olivet", "seen": ""}
        before = place.address
        assert manager_client.post(url, {**typed, "enregistrer": ""}).status_code == 302
        reception_point.refresh_from_db()
        place.refresh_from_db()
        assert (reception_point.site.address, place.address) == ("9 rue Neuve", before)


class TestAnotherDepartement:
    """No relation crosses départements: an agent of 45 writes nothing in 41."""

    reception_point = {"name": "Porte", "slug": "porte", "kind": "ccas", "hours_text": ""}

    def test_no_reception_point_is_created_there(self, manager_client, elsewhere):
        team = ours()
        response = add(
            manager_client, ReceptionPoint, **self.reception_point, department="41", team=team.pk
        )
        assert "department" in errors(response)
        response = add(
            manager_client,
            ReceptionPoint,
            **self.reception_point,
            department="45",
            team=elsewhere.pk,
        )
        assert "team" in errors(response)
        response = add(
            manager_client,
            ReceptionPoint,
            **self.reception_point,
            department="45",
            site=elsewhere.site_id,
        )
        assert "site" in errors(response)
        response = add(
            manager_client,
            ReceptionPoint,
            **self.reception_point,
            department="45",
            agency=elsewhere.agency_id,
        )
        assert "agency" in errors(response)
        assert not ReceptionPoint.objects.filter(slug="porte").exists()
        response = add(
            manager_client, ReceptionPoint, **self.reception_point, department="45", team=team.pk
        )
        assert response.status_code == 302

    def test_no_reception_point_is_moved_there(self, manager_client, elsewhere):
        reception_point = ReceptionPointFactory(department_id="45", team=ours(), site=None)
        change(manager_client, reception_point, department="41")
        reception_point.refresh_from_db()
        assert reception_point.department_id == "45"
        assert "site" in errors(
            change(manager_client, reception_point, team="", site=elsewhere.site_id)
        )

    def test_not_by_an_agent_of_both_either(self, client, elsewhere):
        """Related rows belong to one département, whatever the user's rights."""
        user = agent(ORLEANS, elsewhere.agency.slug)
        for editor in (user, administrator()):
            client.force_login(editor)
            response = add(
                client, ReceptionPoint, **self.reception_point, department="41", team=ours().pk
            )
            assert "même département" in str(errors(response)["team"])

    def test_nothing_leaves_the_departement_where_it_was_made(self, client, elsewhere):
        """A moved team would leave its site, sectors, moves and reception points behind."""
        client.force_login(administrator())
        team = ours()
        RelocationFactory(team=team, destination=None)
        assert "agency" in errors(change(client, team, agency=elsewhere.agency_id))
        bus, other_bus = (
            BusFactory(department_id=bus_team.agency.department_id, agency=bus_team.agency)
            for bus_team in (team, elsewhere)
        )
        stop = StopFactory(point=bus, site=team.site)
        response = change(client, stop, point=other_bus.pk, site=elsewhere.site_id)
        assert {"point", "site"} <= {*errors(response)}

    def test_a_reception_point_of_two_departments_is_editable_by_neither(self, elsewhere):
        for reception_point in (
            ReceptionPointFactory(department_id="41", team=ours(), site=None),
            BusFactory(department_id="41", agency=ours().agency),
        ):
            for user in (agent(ORLEANS), manager(), manager("41")):
                assert not user.has_perm("accueil.change_receptionpoint", reception_point)
                assert reception_point not in ReceptionPoint.objects.filter(editable_points(user))

    def test_no_line(self, manager_client):
        typed = {"name": "Ligne", "slug": "ligne", "number": "", "department": "41"}
        assert "department" in errors(add(manager_client, PhoneLine, **typed))

    def test_no_stop_and_no_passage(self, manager_client, elsewhere):
        bus = BusFactory(department_id="45", agency=ours().agency)
        other_stop = StopFactory(
            point=BusFactory(department_id="41", agency=elsewhere.agency), site=elsewhere.site
        )
        typed = {"cycle": "1", "site": elsewhere.site_id}
        assert "site" in errors(add(manager_client, Stop, **typed, point=bus.pk))
        assert "point" in errors(add(manager_client, Stop, **typed, point=other_stop.point_id))
        assert "stop" in errors(
            add(manager_client, StopChange, stop=other_stop.pk, day="24/11/2026")
        )

    def test_no_closure(self, manager_client, elsewhere):
        reception_point = ReceptionPointFactory(department_id="41", team=elsewhere, site=None)
        line = PhoneLineFactory(department_id="41")
        typed = {"first_day": "01/12/2026", "last_day": "02/12/2026", "effect": "closed"}
        assert "department" in errors(add(manager_client, SpecialHours, **typed, department="41"))
        posted_names = {"points": "points", "phone_lines": "lines", "agencies": "agencies"}
        for name, row in zip(posted_names, (reception_point, line, elsewhere.agency), strict=True):
            response = add(
                manager_client, SpecialHours, **typed, department="45", **{name: [row.pk]}
            )
            assert name in errors(response)
            manager_client.post(
                "/espace/accueil/fermetures/nouvelle/",
                {
                    **{"first_day": "2026-12-01", "last_day": "2026-12-02", "effect": "closed"},
                    **{posted_names[name]: [row.pk], "enregistrer": ""},
                },
            )
        assert not SpecialHours.objects.exists()

    def test_no_team_place_nor_sector(self, manager_client, elsewhere):
        team, fields = ours(), {"kind": "proximity", "name": "Val"}
        assert "agency" in errors(add(manager_client, Team, **fields, agency=elsewhere.agency_id))
        response = add(
            manager_client, Team, **fields, agency=team.agency_id, site=elsewhere.site_id
        )
        assert "site" in errors(response)
        assert "site" in errors(change(manager_client, team, site=elsewhere.site_id))
        typed = {"address": "1 rue Neuve", "department": "41"}
        assert "department" in errors(add(manager_client, Site, **typed))
        typed = {"kind": "quarter", "name": "Val", "basis": "published"}
        response = add(manager_client, Sector, **typed, team=elsewhere.pk, commune="45232")
        assert "team" in errors(response)

    def test_no_move(self, manager_client, elsewhere):
        move = RelocationFactory(team=ours(), destination=SiteFactory(department_id="45"))
        data = {"to": "planned", "version": 1, "destination": elsewhere.site_id}
        url = f"/api/v1/relocations/{move.pk}/transition/"
        response = manager_client.post(url, data, content_type="application/json")
        assert (response.status_code, [*response.json()["errors"]]) == (400, ["destination"])
        assert "destination" in errors(manager_client.post(address(move), data))
        page = reverse("relocation-update", args=[move.pk])
        response = manager_client.post(page, {**data, "geste": "changer"})
        assert "destination" in response.context["form"].errors
        typed = {"kind": "move", "period": "2027", "seen": "2027"}
        for team, place, wrong in (
            (elsewhere.pk, "", "team"),
            (ours().pk, elsewhere.site_id, "destination"),
        ):
            response = manager_client.post(
                reverse("relocation-create"), {**typed, "team": team, "destination": place}
            )
            assert wrong in response.context["form"].errors
            response = add(manager_client, Relocation, **typed, team=team, destination=place)
            assert wrong in errors(response)
        move.refresh_from_db()
        assert move.version == 1

    def test_a_move_of_a_colleague_is_not_changed(self, manager_client):
        move = RelocationFactory(team=theirs(), destination=SiteFactory(department_id="45"))
        url = f"/api/v1/relocations/{move.pk}/transition/"
        response = manager_client.post(
            url, {"to": "planned", "version": 1}, content_type="application/json"
        )
        assert response.status_code == 403


class TestEveryForm:
    """Every relation is checked, including those added later."""

    def fields(self):
        """Yield every relation that a form of the administration may write, with its model."""
        for model, page in admin.site._registry.items():
            if isinstance(page, RulesAdmin):
                for field in [*model._meta.fields, *model._meta.many_to_many]:
                    if isinstance(field, ForeignKey | ManyToManyField) and field.editable:
                        is_asked = page.fields is None or field.name in page.fields
                        if is_asked and field.name not in page.readonly_fields:
                            yield model, field

    def test_every_row_pointed_at_is_of_a_kind_that_the_rules_know(self):
        relations = list(self.fields())
        assert len(relations) > 15
        unknown = {
            str(field) for _model, field in relations if field.related_model not in _OWNERSHIPS
        }
        assert not unknown, f"Say in rules.py whose rows these are (belong): {unknown}"

    def test_every_row_of_the_administration_has_a_departement(self):
        nowhere = {
            model.__name__
            for model, page in admin.site._registry.items()
            if isinstance(page, RulesAdmin) and model not in _OWNERSHIPS
        }
        assert not nowhere

    def test_the_published_data_stand_together(self):
        for model in (Team, Site, Sector, Relocation, ReceptionPoint, Stop):
            for row in model.objects.all():
                assert department_of(row) == "45"
                names = [field.name for field in model._meta.fields if field.is_relation]
                related = {name: getattr(row, name) for name in names}
                assert foreign_rows(row, related) == [], (model, row.pk)
