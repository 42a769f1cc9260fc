"""What one writes points at rows of one's own département, and gives no right over them."""

import pytest
from django.contrib import admin
from django.db.models import ForeignKey, ManyToManyField
from django.urls import reverse

from accueil.models import PhoneLine, ReceptionPoint, SpecialHours, Stop, StopChange
from accueil.rules import editable_points
from portal.core.permissions.admin import RulesAdmin
from portal.core.permissions.ownership import department_of, foreign_rows, is_registered
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
    """A team of Orléans, at a place of its own."""
    orleans = Agency.objects.get(slug=ORLEANS)
    return TeamFactory(agency=orleans, site=SiteFactory(department_id="45"), **fields)


def theirs() -> Team:
    """A team of the Nord, at a place of its own."""
    north = Agency.objects.get(slug=NORTH)
    return TeamFactory(agency=north, site=SiteFactory(department_id="45"))


@pytest.fixture
def elsewhere() -> Team:
    """A team of 41, at a place of its own."""
    agency = AgencyFactory(department_id="41")
    return TeamFactory(agency=agency, site=SiteFactory(department_id="41"))


@pytest.fixture
def desk(client):
    client.force_login(agent(ORLEANS))
    return client


def may_change(user, site: Site) -> bool:
    """Said of the row and of the list alike."""
    by_rule = user.has_perm("teams.change_site", site)
    assert by_rule is Site.objects.filter(editable_sites(user), pk=site.pk).exists()
    return by_rule


def address(row) -> str:
    options = row._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk])


def filled(client, where: str) -> dict:
    """What a form of the administration holds before anybody types."""
    form = client.get(where).context["adminform"].form
    known = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {
        name: [one.pk for one in value] if isinstance(value, list) else getattr(value, "pk", value)
        for name, value in known.items()
        if value is not None
    }


def add(client, model, **typed):
    options = model._meta
    where = reverse(f"admin:{options.app_label}_{options.model_name}_add")
    return client.post(where, {**filled(client, where), **typed})


def change(client, row, **typed):
    return client.post(address(row), {**filled(client, address(row)), **typed})


def errors(answer) -> dict:
    assert answer.status_code == 400
    return dict(answer.context["adminform"].form.errors)


class TestAPlaceOfSeveralAgencies:
    """A move, a team, a door or a stop may point at a place where others are: they share it, and
    the managers of the département alone rewrite it then.
    """

    def points_a_move(self, client, place):
        move = RelocationFactory(team=ours(), destination=None)
        asked = {"to": "planned", "version": 1, "destination": place.pk}
        where = f"/api/v1/relocations/{move.pk}/transition/"
        assert client.post(where, asked, content_type="application/json").status_code == 200

    def points_a_move_by_the_page(self, client, place):
        move = RelocationFactory(team=ours(), destination=None)
        asked = {"geste": "changer", "version": 1, "destination": place.pk}
        where = reverse("relocation-update", args=[move.pk])
        assert client.post(where, asked).status_code == 302

    def points_a_move_by_the_administration(self, client, place):
        move = RelocationFactory(team=ours(), destination=None)
        asked = {"to": "planned", "version": 1, "destination": place.pk}
        assert client.post(address(move), asked).status_code == 302

    def points_a_team(self, client, place):
        assert change(client, ours(), site=place.pk).status_code == 302

    def points_a_door(self, client, place):
        door = ReceptionPointFactory(
            department_id="45", agency=Agency.objects.get(slug=ORLEANS), site=None, kind="itinerant"
        )
        assert change(client, door, site=place.pk, kind="ccas").status_code == 302

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
            points_a_door,
            points_a_stop,
        ],
    )
    def test_to_point_at_it_gives_no_right_over_it(self, desk, point):
        place, user = theirs().site, agent(ORLEANS)
        assert may_change(agent(NORTH), place)
        point(self, desk, place)
        assert not may_change(user, place)
        assert desk.post(address(place), {"address": "1 rue Volée"}).status_code == 403
        assert not may_change(agent(NORTH), place), "it is shared from then on"
        assert may_change(manager(), place)
        assert not may_change(manager("41"), place)
        assert may_change(agent(ORLEANS, NORTH), place), "an agent of both"

    @pytest.mark.parametrize("kind", ["door", "stop", "team's stop", "former agency"])
    def test_whatever_stands_there_counts(self, kind):
        north, place = Agency.objects.get(slug=NORTH), SiteFactory(department_id="45")
        user = agent(ORLEANS)
        assert may_change(user, place), "nobody's"
        if kind == "door":
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

    def test_a_page_of_a_door_writes_a_new_place_beside_a_shared_one(self, desk):
        place = theirs().site
        orleans = Agency.objects.get(slug=ORLEANS)
        door = ReceptionPointFactory(department_id="45", agency=orleans, site=place)
        where = f"/espace/accueil/points/{door.pk}/"
        typed = {"name": door.name, "kind": "ccas", "agency": orleans.pk}
        typed |= {"place-address": "9 rue Neuve", "place-city": "Olivet", "seen": ""}
        before = place.address
        assert desk.post(where, {**typed, "enregistrer": ""}).status_code == 302
        door.refresh_from_db()
        place.refresh_from_db()
        assert (door.site.address, place.address) == ("9 rue Neuve", before)


class TestAnotherDepartement:
    """Nothing of 45 points at 41, nor goes there: an agent of 45 writes nothing in 41."""

    door = {"name": "Porte", "slug": "porte", "kind": "ccas", "hours_text": ""}

    def test_no_door_is_made_there(self, desk, elsewhere):
        team = ours()
        answer = add(desk, ReceptionPoint, **self.door, department="41", team=team.pk)
        assert "department" in errors(answer)
        answer = add(desk, ReceptionPoint, **self.door, department="45", team=elsewhere.pk)
        assert "team" in errors(answer)
        answer = add(desk, ReceptionPoint, **self.door, department="45", site=elsewhere.site_id)
        assert "site" in errors(answer)
        answer = add(desk, ReceptionPoint, **self.door, department="45", agency=elsewhere.agency_id)
        assert "agency" in errors(answer)
        assert not ReceptionPoint.objects.filter(slug="porte").exists()
        answer = add(desk, ReceptionPoint, **self.door, department="45", team=team.pk)
        assert answer.status_code == 302

    def test_no_door_is_moved_there(self, desk, elsewhere):
        door = ReceptionPointFactory(department_id="45", team=ours(), site=None)
        change(desk, door, department="41")
        door.refresh_from_db()
        assert door.department_id == "45"
        assert "site" in errors(change(desk, door, team="", site=elsewhere.site_id))

    def test_not_by_an_agent_of_both_either(self, client, elsewhere):
        """What stands together is of one département, whoever writes it."""
        user = agent(ORLEANS, elsewhere.agency.slug)
        for who in (user, administrator()):
            client.force_login(who)
            answer = add(client, ReceptionPoint, **self.door, department="41", team=ours().pk)
            assert "même département" in str(errors(answer)["team"])

    def test_nothing_leaves_the_departement_where_it_was_made(self, client, elsewhere):
        """A team that left would leave its place, its sectors, its moves and its doors behind."""
        client.force_login(administrator())
        team = ours()
        RelocationFactory(team=team, destination=None)
        assert "agency" in errors(change(client, team, agency=elsewhere.agency_id))
        bus, far = (
            BusFactory(department_id=one.agency.department_id, agency=one.agency)
            for one in (team, elsewhere)
        )
        stop = StopFactory(point=bus, site=team.site)
        answer = change(client, stop, point=far.pk, site=elsewhere.site_id)
        assert {"point", "site"} <= {*errors(answer)}

    def test_a_door_between_two_is_kept_by_nobody_of_one(self, elsewhere):
        for door in (
            ReceptionPointFactory(department_id="41", team=ours(), site=None),
            BusFactory(department_id="41", agency=ours().agency),
        ):
            for user in (agent(ORLEANS), manager(), manager("41")):
                assert not user.has_perm("accueil.change_receptionpoint", door)
                assert door not in ReceptionPoint.objects.filter(editable_points(user))

    def test_no_line(self, desk):
        typed = {"name": "Ligne", "slug": "ligne", "number": "", "department": "41"}
        assert "department" in errors(add(desk, PhoneLine, **typed))

    def test_no_stop_and_no_passage(self, desk, elsewhere):
        bus = BusFactory(department_id="45", agency=ours().agency)
        far = StopFactory(
            point=BusFactory(department_id="41", agency=elsewhere.agency), site=elsewhere.site
        )
        typed = {"cycle": "1", "site": elsewhere.site_id}
        assert "site" in errors(add(desk, Stop, **typed, point=bus.pk))
        assert "point" in errors(add(desk, Stop, **typed, point=far.point_id))
        assert "stop" in errors(add(desk, StopChange, stop=far.pk, day="24/11/2026"))

    def test_no_closure(self, desk, elsewhere):
        door = ReceptionPointFactory(department_id="41", team=elsewhere, site=None)
        line = PhoneLineFactory(department_id="41")
        typed = {"first_day": "01/12/2026", "last_day": "02/12/2026", "effect": "closed"}
        assert "department" in errors(add(desk, SpecialHours, **typed, department="41"))
        posted_names = {"points": "points", "phone_lines": "lines", "agencies": "agencies"}
        for name, row in zip(posted_names, (door, line, elsewhere.agency), strict=True):
            answer = add(desk, SpecialHours, **typed, department="45", **{name: [row.pk]})
            assert name in errors(answer)
            desk.post(
                "/espace/accueil/fermetures/nouvelle/",
                {
                    **{"first_day": "2026-12-01", "last_day": "2026-12-02", "effect": "closed"},
                    **{posted_names[name]: [row.pk], "enregistrer": ""},
                },
            )
        assert not SpecialHours.objects.exists()

    def test_no_team_place_nor_sector(self, desk, elsewhere):
        team, alone = ours(), {"kind": "proximity", "name": "Val"}
        assert "agency" in errors(add(desk, Team, **alone, agency=elsewhere.agency_id))
        answer = add(desk, Team, **alone, agency=team.agency_id, site=elsewhere.site_id)
        assert "site" in errors(answer)
        assert "site" in errors(change(desk, team, site=elsewhere.site_id))
        typed = {"address": "1 rue Neuve", "department": "41"}
        assert "department" in errors(add(desk, Site, **typed))
        typed = {"kind": "quarter", "name": "Val", "basis": "published"}
        answer = add(desk, Sector, **typed, team=elsewhere.pk, commune="45232")
        assert "team" in errors(answer)

    def test_no_move(self, desk, elsewhere):
        move = RelocationFactory(team=ours(), destination=SiteFactory(department_id="45"))
        asked = {"to": "planned", "version": 1, "destination": elsewhere.site_id}
        where = f"/api/v1/relocations/{move.pk}/transition/"
        answer = desk.post(where, asked, content_type="application/json")
        assert (answer.status_code, [*answer.json()["errors"]]) == (400, ["destination"])
        assert "destination" in errors(desk.post(address(move), asked))
        page = reverse("relocation-update", args=[move.pk])
        answer = desk.post(page, {**asked, "geste": "changer"})
        assert "destination" in answer.context["form"].errors
        typed = {"kind": "move", "period": "2027", "seen": "2027"}
        for team, place, wrong in (
            (elsewhere.pk, "", "team"),
            (ours().pk, elsewhere.site_id, "destination"),
        ):
            answer = desk.post(
                reverse("relocation-create"), {**typed, "team": team, "destination": place}
            )
            assert wrong in answer.context["form"].errors
            answer = add(desk, Relocation, **typed, team=team, destination=place)
            assert wrong in errors(answer)
        move.refresh_from_db()
        assert move.version == 1

    def test_a_move_of_a_colleague_is_not_changed(self, desk):
        move = RelocationFactory(team=theirs(), destination=SiteFactory(department_id="45"))
        where = f"/api/v1/relocations/{move.pk}/transition/"
        answer = desk.post(where, {"to": "planned", "version": 1}, content_type="application/json")
        assert answer.status_code == 403


class TestEveryForm:
    """The mechanism holds for what comes next too."""

    def fields(self):
        """Every relation that a form of the administration may write, with its model."""
        for model, page in admin.site._registry.items():
            if isinstance(page, RulesAdmin):
                for field in [*model._meta.fields, *model._meta.many_to_many]:
                    if isinstance(field, ForeignKey | ManyToManyField) and field.editable:
                        is_asked = page.fields is None or field.name in page.fields
                        if is_asked and field.name not in page.readonly_fields:
                            yield model, field

    def test_every_row_pointed_at_is_of_a_kind_that_the_rules_know(self):
        found = list(self.fields())
        assert len(found) > 15
        unknown = {str(field) for _model, field in found if not is_registered(field.related_model)}
        assert not unknown, f"Say in rules.py whose rows these are (belong): {unknown}"

    def test_every_row_of_the_administration_has_a_departement(self):
        nowhere = {
            model.__name__
            for model, page in admin.site._registry.items()
            if isinstance(page, RulesAdmin) and not is_registered(model)
        }
        assert not nowhere

    def test_the_published_data_stand_together(self):
        for model in (Team, Site, Sector, Relocation, ReceptionPoint, Stop):
            for row in model.objects.all():
                assert department_of(row) == "45"
                names = [field.name for field in model._meta.fields if field.is_relation]
                pointed = {name: getattr(row, name) for name in names}
                assert foreign_rows(row, pointed) == [], (model, row.pk)
