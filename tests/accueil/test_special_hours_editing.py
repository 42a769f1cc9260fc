"""Agents announce closures and other hours: for whom at once, what people will read, the end."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.html import escape

from accueil.editing.closures.forms import MAX_UPCOMING
from accueil.models import PhoneLine, ReceptionPoint, SpecialHours
from accueil.rules import editable_special_hours
from teams.models import Agency
from tests.accueil.editing import errors, fields
from tests.factories import UserFactory, administrator, agent, manager, pilot

pytestmark = pytest.mark.django_db
ORLEANS, NORTH = "ads-orleans-metropole", "ads-nord-loiret"
NEW, LIST = "/espace/accueil/fermetures/nouvelle/", "/espace/accueil/fermetures/"
SAVE = {"enregistrer": "1"}


@pytest.fixture(autouse=True)
def november(today, loiret) -> None:
    today("2026-11-20")


@pytest.fixture
def door() -> ReceptionPoint:
    """At a team's of the agency of Orléans, open each morning of the week."""
    return ReceptionPoint.objects.get(slug="permanence-daccueil-inconditionnel-orleanais")


@pytest.fixture
def agency() -> Agency:
    return Agency.objects.get(slug=ORLEANS)


@pytest.fixture
def orleans(client):
    client.force_login(agent(ORLEANS))
    return client


def closure(**more):
    """What one types for a closure from 30 November to 4 December."""
    days = {"first_day": "2026-11-30", "last_day": "2026-12-04", "effect": "closed"}
    return {**days, "message": "Formation de l'équipe.", **more}


def announce(client, typed):
    """Looks at what people will read, then saves it."""
    shown = client.post(NEW, {**typed, "voir": "1"})
    assert shown.status_code == 200, errors(shown)
    return client.post(NEW, {**fields(shown), **SAVE})


def made(*, points=(), agencies=(), phone_lines=(), **more) -> SpecialHours:
    days = {"first_day": date(2026, 11, 30), "last_day": date(2026, 12, 4), "effect": "closed"}
    row = SpecialHours.objects.create(department_id="45", **{**days, **more})
    row.points.set(points)
    row.agencies.set(agencies)
    row.phone_lines.set(phone_lines)
    return row


class TestAnnouncing:
    def test_what_people_will_read_is_shown_then_saved(self, orleans, door):
        first = orleans.post(NEW, {**closure(points=[door.pk]), **SAVE})
        assert first.status_code == 200, "nothing is announced that nobody has read"
        assert not SpecialHours.objects.exists()
        page = first.content.decode()
        assert "Du 30 novembre 2026 au 4 décembre 2026 : fermé." in page
        assert "Formation de l&#x27;équipe." in page
        assert "5 jours concernés" in page
        assert "Annoncé à partir du 20 novembre 2026" in page
        assert "lundi 30 novembre" in page
        assert "mardi 1er décembre" in page
        assert orleans.post(NEW, {**fields(first), **SAVE}).status_code == 302
        special = SpecialHours.objects.get()
        assert list(special.points.all()) == [door]
        assert special.edited_at is not None

    def test_it_is_in_the_next_public_answer_then_gone_when_withdrawn(self, orleans, door):
        address = f"/api/v1/reception-points/{door.slug}/?at=2026-12-01T09:00"
        assert orleans.get(address).json()["open_now"] is True
        announce(orleans, closure(points=[door.pk]))
        assert orleans.get(address).json()["open_now"] is False
        special = SpecialHours.objects.get()
        orleans.post(reverse("special-hours-withdraw", args=[special.pk]))
        assert orleans.get(address).json()["open_now"] is True
        assert "retiré" in orleans.get(LIST).content.decode()
        page = orleans.get(reverse("special-hours-update", args=[special.pk]))
        shown = orleans.post(page.request["PATH_INFO"], {**fields(page), "voir": "1"})
        orleans.post(page.request["PATH_INFO"], {**fields(shown), **SAVE})
        assert orleans.get(address).json()["open_now"] is False, "it is put back"

    def test_mornings_of_some_weekdays(self, orleans, door):
        typed = closure(
            effect="closed_between",
            points=[door.pk],
            only=["Mo", "We"],
            span_1_from="00:00",
            span_1_to="10:00",
        )
        shown = orleans.post(NEW, {**typed, "voir": "1"})
        page = shown.content.decode()
        assert "fermé jusqu&#x27;à 10 h" in page
        assert "2 jours concernés (lundi et mercredi)" in page
        assert "de 10 h à 11 h 30" in page
        orleans.post(NEW, {**fields(shown), **SAVE})
        special = SpecialHours.objects.get()
        assert (special.spans, special.weekdays) == ("00:00-10:00", "Mo,We")
        again = fields(orleans.get(reverse("special-hours-update", args=[special.pk])))
        assert again["only"] == ["Mo", "We"]
        assert (again["span_1_from"], again["span_1_to"]) == (["00:00"], ["10:00"])

    def test_several_doors_lines_and_whole_agencies_at_once(self, client, door, agency):
        client.force_login(manager())
        others = ReceptionPoint.objects.filter(team=None)[:2]
        line = PhoneLine.objects.get()
        typed = closure(agencies=[agency.pk], points=[one.pk for one in others], lines=[line.pk])
        shown = client.post(NEW, {**typed, "voir": "1"})
        assert "4 accueils ou lignes" in shown.content.decode()
        assert escape(door.name) in shown.content.decode(), "that of the agency is among them"
        client.post(NEW, {**fields(shown), **SAVE})
        special = SpecialHours.objects.get()
        assert set(special.points.all()) == set(others)
        assert list(special.agencies.all()) == [agency]

    def test_all_the_doors_of_the_departement_are_for_its_managers(self, client, orleans):
        refused = orleans.post(NEW, {**closure(whole_department="on"), **SAVE})
        assert refused.status_code == 400
        assert "Seuls les gestionnaires" in errors(refused)
        client.force_login(manager())
        assert announce(client, closure(whole_department="on")).status_code == 302
        assert SpecialHours.objects.get().whole_department


class TestBadInput:
    @pytest.mark.parametrize(
        ("typed", "box", "said"),
        [
            ({"last_day": ""}, "last_day", "Une fermeture a une fin"),
            ({"last_day": "2026-11-29"}, "last_day", "avant le premier"),
            ({"last_day": "2028-01-01"}, "last_day", "Plus d'un an"),
            ({"last_day": "2026-02-31"}, "last_day", "date valide"),
            ({"first_day": "2026-01-01", "last_day": "2026-01-02"}, "last_day", "sont passés"),
            ({"effect": "ferme"}, "effect", "n'est pas un effet connu"),
            ({"effect": "closed_between"}, "span_1_from", "Donnez les heures"),
            ({"span_1_from": "09:00", "span_1_to": "10:00"}, "span_1_from", "toute la journée"),
            (
                {"effect": "open_only", "span_1_from": "12:00", "span_1_to": "09:00"},
                "span_1_to",
                "il ferme avant d'ouvrir",
            ),
            (
                {
                    **{"effect": "open_only", "span_1_from": "09:00", "span_1_to": "12:00"},
                    **{"span_2_from": "11:00", "span_2_to": "15:00"},
                },
                "span_2_from",
                "chevauchent",
            ),
            ({"points": []}, "points", "Dites qui est concerné"),
            ({"points": ["999999"]}, "points", "Vous ne tenez pas cet accueil"),
            ({"points": ["abc"]}, "points", "pas une valeur correcte"),
        ],
    )
    def test_it_is_said_beside_the_field_and_nothing_is_lost(self, orleans, door, typed, box, said):
        sent = closure(points=[str(door.pk)]) | typed
        answer = orleans.post(NEW, {**sent, **SAVE})
        assert answer.status_code == 400
        page = answer.content.decode().replace("&#x27;", "'")
        assert said in page.split(f'id="id_{box}_error"')[1].split("</ul>")[0]
        kept = fields(answer)
        assert kept["message"] == ["Formation de l'équipe."]
        assert kept["first_day"] == [sent["first_day"]]
        assert kept["last_day"] == [sent["last_day"]]
        assert not SpecialHours.objects.exists()

    def test_a_target_of_an_agency_that_one_does_not_keep_is_refused(self, orleans, agency):
        theirs = Agency.objects.get(slug=NORTH)
        answer = orleans.post(NEW, {**closure(agencies=[theirs.pk]), **SAVE})
        assert answer.status_code == 400
        assert "Vous ne tenez pas cette agence." in errors(answer)


class TestWhoMay:
    PEOPLE = {
        "agent": lambda: agent(ORLEANS),
        "colleague": lambda: agent(NORTH),
        "manager": manager,
        "manager of 41": lambda: manager("41"),
        "pilot": pilot,
        "administrator": administrator,
        "nobody": UserFactory,
    }

    def may(self, row) -> set[str]:
        users = {name: make() for name, make in self.PEOPLE.items()}
        able = {
            name
            for name, user in users.items()
            if user.has_perm("accueil.change_specialhours", row)
        }
        listed = {
            name
            for name, user in users.items()
            if SpecialHours.objects.filter(editable_special_hours(user), pk=row.pk).exists()
        }
        assert listed | {"administrator"} == able | {"administrator"}
        return able

    def test_who_keeps_all_that_they_concern(self, door, agency):
        theirs = Agency.objects.get(slug=NORTH)
        orphan = ReceptionPoint.objects.filter(team=None, agency=None).first()
        mine = {"agent", "manager", "administrator"}
        assert self.may(made(points=[door])) == mine
        assert self.may(made(agencies=[agency])) == mine
        assert self.may(made(points=[orphan])) == mine | {"colleague"}
        assert self.may(made(points=[orphan, door])) == mine
        assert self.may(made(agencies=[agency, theirs])) == {"manager", "administrator"}
        assert self.may(made(whole_department=True)) == {"manager", "administrator"}
        assert self.may(made(phone_lines=[PhoneLine.objects.get()])) == mine | {"colleague"}

    @pytest.mark.parametrize(
        ("make", "status"),
        [(lambda: agent(ORLEANS), 200), (lambda: agent(NORTH), 403), (pilot, 403)],
    )
    def test_the_page_asks_the_rule(self, client, door, make, status):
        row = made(points=[door])
        client.force_login(make())
        assert client.get(reverse("special-hours-update", args=[row.pk])).status_code == status
        sent = client.post(reverse("special-hours-withdraw", args=[row.pk]))
        row.refresh_from_db()
        assert (sent.status_code == 302) is (status == 200) is (row.withdrawn_at is not None)

    def test_a_colleague_reads_what_is_announced(self, client, door):
        row = made(points=[door], message="Travaux.")
        client.force_login(agent(NORTH))
        page = client.get(LIST).content.decode()
        assert "Travaux." in page
        assert reverse("special-hours-update", args=[row.pk]) not in page
        client.logout()
        assert client.get(LIST)["Location"].startswith("/connexion/")


class TestAdministration:
    def test_targets_are_chosen_among_what_one_keeps(self, client, door, agency):
        row = made(points=[door])
        client.force_login(agent(ORLEANS))
        page = client.get(reverse("admin:accueil_specialhours_change", args=[row.pk]))
        form = page.context["adminform"].form
        assert list(form.fields["agencies"].queryset) == [agency]
        client.force_login(agent(NORTH))
        refused = client.get(reverse("admin:accueil_specialhours_change", args=[row.pk]))
        assert refused.status_code == 403
        assert client.get(reverse("admin:accueil_specialhours_changelist")).status_code == 200


class TestTwoAtOnce:
    def test_the_second_is_told_and_loses_nothing(self, orleans, door):
        row = made(points=[door])
        address = reverse("special-hours-update", args=[row.pk])
        theirs = fields(orleans.get(address))
        orleans.post(reverse("special-hours-withdraw", args=[row.pk]))
        late = orleans.post(address, {**theirs, "message": "Travaux.", **SAVE})
        assert late.status_code == 409
        assert fields(late)["message"] == ["Travaux."]
        shown = orleans.post(address, {**fields(late), **SAVE})
        assert orleans.post(address, {**fields(shown), **SAVE}).status_code == 302
        row.refresh_from_db()
        assert row.message == "Travaux."


class TestLists:
    def test_past_ones_are_no_longer_told(self, orleans, door):
        made(
            points=[door], message="Passé.", first_day=date(2026, 11, 2), last_day=date(2026, 11, 3)
        )
        made(points=[door], message="Demain.", first_day=date(2026, 11, 21))
        made(points=[door], message="Loin.", first_day=date(2027, 2, 1), last_day=date(2027, 2, 2))
        page = orleans.get(LIST).content.decode()
        assert "Passé." not in page
        assert "Demain." in page
        assert "pas encore annoncé" in page
        panel = orleans.get("/espace/").content.decode()
        assert "Demain." in panel
        assert "Loin." not in panel

    def test_a_door_has_no_more_special_hours_than_can_be_read(self, orleans, door):
        row = made(points=[door])
        for _ in range(MAX_UPCOMING - 2):
            made(points=[door])
        made(points=[door], first_day=date(2026, 11, 2), last_day=date(2026, 11, 3))
        assert announce(orleans, closure(points=[door.pk])).status_code == 302
        answer = orleans.post(NEW, {**closure(points=[door.pk]), **SAVE})
        assert answer.status_code == 400
        assert "a déjà 60 horaires exceptionnels à venir" in errors(answer)
        again = orleans.get(reverse("special-hours-update", args=[row.pk]))
        shown = orleans.post(again.wsgi_request.path, {**fields(again), "voir": "1"})
        assert shown.status_code == 200, "those that are known can still be changed"

    def test_as_many_queries_for_one_as_for_many(self, orleans, door, agency, queries):
        made(points=[door])
        orleans.get(LIST)
        with queries() as few:
            orleans.get(LIST)
        for at in range(5):
            made(points=[door], agencies=[agency], message=f"{at}")
        with queries() as many:
            orleans.get(LIST)
        assert len(many) == len(few)

    def test_a_preview_asks_as_much_for_one_door_as_for_many(self, client, door, agency, queries):
        client.force_login(manager())
        one = {**closure(points=[door.pk]), "voir": "1"}
        client.post(NEW, one)
        with queries() as few:
            client.post(NEW, one)
        doors = [row.pk for row in ReceptionPoint.objects.exclude(kind="itinerant")]
        with queries() as many:
            page = client.post(NEW, {**one, "points": doors})
        assert page.status_code == 200
        assert len(many) == len(few)
