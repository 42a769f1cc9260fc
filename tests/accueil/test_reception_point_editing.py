"""Agents keep doors and phone lines true: a form with a week, its next days, then the save."""

import re
from datetime import date
from time import process_time

import pytest
from django.urls import reverse
from django.utils import timezone

from accueil.models import PhoneLine, ReceptionPoint, SpecialHours
from teams.models import Agency, Site, Team
from tests.accueil.editing import errors, fields
from tests.factories import RelocationFactory, UserFactory, administrator, agent, manager, pilot

pytestmark = pytest.mark.django_db
ORLEANS, NORTH = "ads-orleans-metropole", "ads-nord-loiret"
SAVE, LOOK = {"enregistrer": "1"}, {"voir": "1"}


@pytest.fixture
def door(loiret) -> ReceptionPoint:
    """At a team's of the agency of Orléans, open each morning of the week."""
    return ReceptionPoint.objects.get(slug="permanence-daccueil-inconditionnel-orleanais")


@pytest.fixture
def bonny(loiret) -> ReceptionPoint:
    """On its own site; no agency keeps it, all the département does."""
    return ReceptionPoint.objects.get(slug="france-services-de-bonny-sur-loire")


def address(door) -> str:
    name = "reception-point-update" if isinstance(door, ReceptionPoint) else "phone-line-update"
    return reverse(name, args=[door.pk])


def sign_in(client, user=None):
    client.force_login(user or agent(ORLEANS))


def send(client, door, typed, press=SAVE):
    """The form as it stands, with what is typed, and the button pressed."""
    return client.post(address(door), {**fields(client.get(address(door))), **typed, **press})


def confirm(client, door, typed):
    """Looks at the next days, then saves what was shown."""
    shown = send(client, door, typed, LOOK)
    assert shown.status_code == 200, errors(shown)
    return client.post(address(door), {**fields(shown), **SAVE})


def week(**days):
    """`week(Mo="08:30-12:00,13:30-17:00")`: the boxes of these days, empty for the others."""
    found = {}
    for day in ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"):
        spans = [span.split("-") for span in days.get(day, "").split(",") if span]
        for at in (1, 2):
            start, end = spans[at - 1] if len(spans) >= at else ("", "")
            found |= {f"hours-{day}_{at}_from": start, f"hours-{day}_{at}_to": end}
    return found


class TestWhoMay:
    @pytest.mark.parametrize(
        ("make", "status"),
        [
            (lambda: agent(ORLEANS), 200),
            (lambda: agent(NORTH), 403),
            (manager, 200),
            (lambda: manager("41"), 403),
            (pilot, 403),
            (UserFactory, 403),
            (administrator, 200),
        ],
    )
    def test_a_door_at_a_team_s_opens_to_its_agency(self, client, door, make, status):
        client.force_login(make())
        assert client.get(address(door)).status_code == status
        sent = client.post(reverse("reception-point-mark-checked", args=[door.pk]))
        door.refresh_from_db()
        assert (sent.status_code == 302, door.checked_on is not None) == (
            (True, True) if status == 200 else (False, False)
        )

    def test_nobody_is_led_to_the_sign_in(self, client, door):
        for page in (address(door), "/espace/accueil/", "/espace/accueil/points/nouveau/"):
            assert client.get(page)["Location"].startswith("/connexion/")

    def test_a_door_that_an_agency_keeps_is_closed_to_the_others(self, client, bonny):
        client.force_login(agent(NORTH))
        assert client.get(address(bonny)).status_code == 200
        bonny.agency = Agency.objects.get(slug=ORLEANS)
        bonny.save()
        assert client.get(address(bonny)).status_code == 403
        assert bonny.name not in client.get("/espace/accueil/").content.decode()

    def test_a_door_is_not_given_to_an_agency_that_one_does_not_keep(self, client, bonny):
        sign_in(client)
        theirs = Agency.objects.get(slug=NORTH)
        answer = send(client, bonny, {"agency": theirs.pk})
        assert answer.status_code == 400
        assert "Vous ne tenez pas cette agence." in errors(answer)
        team = Team.objects.filter(agency=theirs).first()
        assert "Vous ne tenez pas cette équipe." in errors(send(client, bonny, {"team": team.pk}))


class TestHours:
    def test_the_week_stands_in_the_grid_and_the_syntax_nowhere(self, client, door):
        sign_in(client)
        page = client.get(address(door))
        typed = fields(page)
        assert typed["hours-Mo_1_from"] == ["08:30"]
        assert typed["hours-Fr_1_to"] == ["11:30"]
        assert typed["hours-Sa_1_from"] == [""]
        assert "Mo-Fr 08:30-11:30" not in page.content.decode()

    def test_seven_days_of_midnight_are_open_all_day_and_asked_at_once(self, client, door):
        sign_in(client)
        typed = week(**dict.fromkeys(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), "00:00-00:00"))
        start = process_time()
        assert confirm(client, door, typed).status_code == 302
        page = client.get(door.get_absolute_url())
        spent = process_time() - start
        door.refresh_from_db()
        assert door.hours == "Mo-Su 00:00-24:00"
        assert door.next_change() is None
        assert "toute la journée" in page.content.decode()
        assert spent < 2, "its next change is not sought to the year 9999, several times"

    def test_hours_that_are_not_understood_are_unknown_on_every_page(self, client, door):
        ReceptionPoint.objects.filter(pk=door.pk).update(hours="n'importe quoi")
        answer = client.get(f"/api/v1/reception-points/{door.slug}/").json()
        assert (answer["open_now"], answer["next_change"]) == (None, None)
        for page in (door.get_absolute_url(), "/accueil/?quand=soir", "/trouver/?q=olivet"):
            assert client.get(page).status_code == 200, page

    def test_the_next_days_are_shown_then_saved(self, client, door, today):
        today("2026-12-22")
        sign_in(client)
        typed = week(Tu="14:00-18:00", Fr="14:00-18:00") | {"hours-holidays_off": "on"}
        first = send(client, door, typed)
        assert first.status_code == 200, "hours that nobody saw are shown before they are saved"
        door.refresh_from_db()
        assert door.hours == "Mo-Fr 08:30-11:30"
        said = re.sub(r"<[^>]+>|\s+", " ", first.content.decode())
        said = re.sub(r"\s+", " ", said)
        assert "mardi 22 décembre de 14 h à 18 h" in said
        assert "mercredi 23 décembre fermé" in said
        assert "vendredi 25 décembre jour férié fermé" in said
        assert client.post(address(door), {**fields(first), **SAVE}).status_code == 302
        door.refresh_from_db()
        assert door.hours == "Tu,Fr 14:00-18:00; PH off"
        assert door.hours_text == "", "the French is then said from the hours"
        assert door.hours_in_french.startswith("le mardi et le vendredi de 14 h à 18 h")
        assert door.checked_on == date(2026, 12, 22)
        assert door.edited_at is not None

    def test_what_was_shown_and_changed_since_is_shown_again(self, client, door):
        sign_in(client)
        shown = send(client, door, week(Mo="09:00-12:00"), LOOK)
        again = client.post(address(door), {**fields(shown), **week(Mo="09:00-11:00"), **SAVE})
        assert again.status_code == 200
        door.refresh_from_db()
        assert door.hours == "Mo-Fr 08:30-11:30"

    def test_a_closure_is_in_the_days_shown(self, client, door, today):
        today("2026-11-23")
        closed = SpecialHours.objects.create(
            department_id="45",
            first_day=date(2026, 11, 25),
            last_day=date(2026, 11, 25),
            effect="closed",
            message="Formation de l'équipe.",
        )
        closed.points.add(door)
        sign_in(client)
        page = send(client, door, {}, LOOK).content.decode()
        assert "Formation de l&#x27;équipe." in page

    def test_monday_is_copied_without_script(self, client, door):
        sign_in(client)
        typed = week(Mo="09:00-12:00,14:00-18:00") | {"name": ""}
        page = send(client, door, typed, {"copier": "hours"})
        assert page.status_code == 200
        assert errors(page) == "", "what is not finished is not wrong yet"
        copied = fields(page)
        for day in ("Mo", "Tu", "We", "Th", "Fr"):
            assert copied[f"hours-{day}_2_to"] == ["18:00"], day
        assert copied["hours-Sa_1_from"] == [""]

    def test_what_a_grid_cannot_hold_is_told_and_kept(self, client, door):
        seasonal = "Apr-Sep Mo-Fr 08:00-12:00; Oct-Mar Mo-Fr 09:00-12:00"
        ReceptionPoint.objects.filter(pk=door.pk).update(
            hours=seasonal, hours_text="8h-12h l'été, 9h-12h l'hiver"
        )
        sign_in(client)
        assert "8h-12h l&#x27;été" in client.get(address(door)).content.decode()
        assert send(client, door, {"phone": "02 38 00 00 01"}).status_code == 302
        door.refresh_from_db()
        assert (door.hours, door.hours_text) == (seasonal, "8h-12h l'été, 9h-12h l'hiver")
        assert confirm(client, door, week(Mo="09:00-12:00")).status_code == 302
        door.refresh_from_db()
        assert (door.hours, door.hours_text) == ("Mo 09:00-12:00", "")

    def test_hours_that_do_not_change_keep_their_words(self, client, door):
        sign_in(client)
        assert send(client, door, {"languages": "français, arabe"}).status_code == 302
        door.refresh_from_db()
        assert door.languages == "français, arabe"
        assert door.hours_text == "8h30-11h30 du lundi au vendredi"

    def test_hours_by_appointment_have_their_own_grid(self, client, door):
        sign_in(client)
        typed = {"appointment_hours-We_1_from": "14h", "appointment_hours-We_1_to": "17 h 30"}
        page = send(client, door, typed, LOOK)
        assert "sur rendez-vous : de 14 h à 17 h 30" in page.content.decode()
        assert client.post(address(door), {**fields(page), **SAVE}).status_code == 302
        door.refresh_from_db()
        assert door.appointment_hours == "We 14:00-17:30"
        assert door.hours == "Mo-Fr 08:30-11:30"

    def test_midnight_is_an_end(self, client, door):
        sign_in(client)
        assert confirm(client, door, week(Sa="20:00-00:00")).status_code == 302
        door.refresh_from_db()
        assert door.hours == "Sa 20:00-24:00"
        assert fields(client.get(address(door)))["hours-Sa_1_to"] == ["00:00"]

    def test_a_change_is_in_the_next_public_answer(self, client, door):
        page = f"/api/v1/reception-points/{door.slug}/?at=2026-11-28T10:00"
        assert client.get(page).json()["open_now"] is False
        sign_in(client)
        confirm(client, door, week(Sa="09:00-12:00"))
        client.logout()
        assert client.get(page).json()["open_now"] is True


class TestBadInput:
    @pytest.mark.parametrize(
        ("typed", "box", "said"),
        [
            (week(Mo="12:00-08:30"), "hours-Mo_1_to", "il ferme avant d'ouvrir"),
            (week(Mo="09:00-09:00"), "hours-Mo_1_to", "il ferme avant d'ouvrir"),
            (week(Tu="08:00-12:00,11:00-17:00"), "hours-Tu_2_from", "chevauchent"),
            (week(Tu="14:00-17:00,08:00-15:00"), "hours-Tu_1_from", "chevauchent"),
            ({"hours-Mo_1_to": ""}, "hours-Mo_1_to", "l'heure de la fin"),
            ({"hours-Mo_1_from": "tôt"}, "hours-Mo_1_from", "Écrivez une heure"),
            ({"hours-Mo_1_from": "25:00"}, "hours-Mo_1_from", "Écrivez une heure"),
            ({"kind": "château"}, "kind", "« château » n'est pas une nature connue"),
            ({"team": ""}, "team", "Où est-ce ?"),
            ({"place-address": "1 rue X", "team": ""}, "place-city", "Une adresse sans commune"),
            ({"place-address": "1 rue X", "place-city": "Orléans"}, "team", "l'une des deux"),
            ({"name": ""}, "name", "obligatoire"),
            ({"access_url": "pas une adresse"}, "access_url", "URL"),
        ],
    )
    def test_it_is_said_beside_the_field_and_nothing_is_lost(self, client, door, typed, box, said):
        sign_in(client)
        answer = send(client, door, {"offers": "Un café, des conseils.", **typed})
        assert answer.status_code == 400
        page = answer.content.decode().replace("&#x27;", "'")
        beside = page.split(f'id="id_{box}_error"')[1].split("</ul>")[0]
        assert said in beside
        kept = fields(answer)
        assert kept["offers"] == ["Un café, des conseils."]
        for name, value in typed.items():
            if name != "kind":  # a list shows no choice that it does not have
                assert kept[name] == [value], name
        door.refresh_from_db()
        assert door.hours == "Mo-Fr 08:30-11:30"
        assert door.edited_at is None

    @pytest.mark.parametrize(
        ("point", "said"),
        [
            (("1,91", "47,90"), "semblent inversées"),
            (("46.5", "-5.0"), "pas dans la commune « Bonny-sur-Loire »"),
            (("0", "0"), "pas dans la commune « Bonny-sur-Loire »"),
            (("47.9025", "1.9090"), "pas dans la commune « Bonny-sur-Loire » : il en est à 7"),
            (("95", "2"), "Une latitude va de -90 à 90"),
            (("47,56", ""), "les deux coordonnées"),
            (("au nord", "2"), "Écrivez des degrés"),
        ],
    )
    def test_a_point_in_the_sea_or_turned_around_is_refused(self, client, bonny, point, said):
        if said == "semblent inversées":
            point = (str(bonny.site.commune.longitude), str(bonny.site.commune.latitude))
        sign_in(client)
        typed = {"place-latitude": point[0], "place-longitude": point[1]}
        answer = send(client, bonny, typed)
        assert answer.status_code == 400
        assert said in errors(answer)
        assert fields(answer)["place-latitude"] == [point[0]]

    @pytest.mark.parametrize(
        ("city", "said"),
        [
            ("Olivey", "Vouliez-vous dire Olivet"),
            ("Marseille", "pas une commune du département 45"),
        ],
    )
    def test_a_commune_that_is_not_here_is_refused(self, client, bonny, city, said):
        sign_in(client)
        assert said in errors(send(client, bonny, {"place-city": city}))


class TestPlaces:
    def test_a_place_of_its_own_is_corrected(self, client, bonny):
        site = bonny.site
        sign_in(client)
        typed = {"place-address": "2 rue du Pont", "place-latitude": "47,5603"}
        typed |= {"place-longitude": "2,8401", "place-city": site.commune_id}
        assert send(client, bonny, typed).status_code == 302
        bonny.refresh_from_db()
        assert bonny.site == site
        assert (bonny.site.address, bonny.site.city) == ("2 rue du Pont", "Bonny-sur-Loire")
        assert (bonny.latitude, bonny.longitude) == (47.5603, 2.8401)
        assert bonny.site.edited_at is not None

    def test_a_place_where_others_are_is_left_to_them(self, client, bonny):
        site = bonny.site
        RelocationFactory(destination=site)
        sign_in(client)
        assert send(client, bonny, {"place-address": "2 rue du Pont"}).status_code == 302
        bonny.refresh_from_db()
        assert bonny.site != site
        assert bonny.site.address == "2 rue du Pont"
        assert Site.objects.get(pk=site.pk).address == site.address

    def test_a_place_that_does_not_change_is_not_written(self, client, bonny):
        sign_in(client)
        assert send(client, bonny, {"phone": "02 38 00 00 02"}).status_code == 302
        site = Site.objects.get(pk=bonny.site_id)
        assert site.edited_at is None


class TestTwoAtOnce:
    def test_the_second_is_told_and_loses_nothing(self, client, door):
        sign_in(client)
        theirs = fields(client.get(address(door)))
        assert send(client, door, {"phone": "02 38 00 00 03"}).status_code == 302
        late = client.post(address(door), {**theirs, "phone": "02 38 00 00 04", **SAVE})
        assert late.status_code == 409
        assert "Quelqu'un a changé cette fiche" in errors(late)
        assert fields(late)["phone"] == ["02 38 00 00 04"]
        door.refresh_from_db()
        assert door.phone == "02 38 00 00 03"
        assert client.post(address(door), {**fields(late), **SAVE}).status_code == 302
        door.refresh_from_db()
        assert door.phone == "02 38 00 00 04"


class TestAdding:
    NEW = "/espace/accueil/points/nouveau/"

    def test_a_point_of_the_departement_is_added(self, client, loiret):
        sign_in(client)
        typed = {
            "name": "CCAS d'Olivet",
            "kind": "ccas",
            "place-address": "283 rue du Général de Gaulle",
            "place-city": "Olivet",
            **week(Mo="09:00-12:00"),
        }
        shown = client.post(self.NEW, {**typed, **SAVE})
        assert shown.status_code == 200, errors(shown)
        assert client.post(self.NEW, {**fields(shown), **SAVE}).status_code == 302
        door = ReceptionPoint.objects.get(slug="ccas-dolivet")
        assert (door.department_id, door.site.commune_id) == ("45", "45232")
        assert door.latitude == door.site.commune.latitude
        again = client.post(self.NEW, {**typed, **SAVE})
        assert again.status_code == 400
        assert "Ce nom est déjà pris" in errors(again)

    def test_not_where_one_does_not_work(self, client, loiret):
        sign_in(client)
        assert client.get(f"{self.NEW}?departement=41").status_code == 404
        assert client.get(f"{self.NEW}?departement=45").status_code == 200


class TestLines:
    def test_a_line_has_its_week_and_its_territory(self, client, loiret):
        line = PhoneLine.objects.get()
        sign_in(client)
        typed = {"territory": "l'Orléanais", **week(Mo="09:00-12:00")}
        assert confirm(client, line, typed).status_code == 302
        line.refresh_from_db()
        assert (line.hours, line.territory) == ("Mo 09:00-12:00", "l'Orléanais")
        assert line.number == "02 38 25 45 45"

    def test_a_line_is_added_without_a_number_that_nobody_published(self, client, loiret):
        sign_in(client)
        answer = client.post("/espace/accueil/lignes/nouvelle/", {"name": "Numéro unique", **SAVE})
        assert answer.status_code == 302
        assert PhoneLine.objects.get(slug="numero-unique").number == ""


class TestLists:
    def test_still_true_is_one_button(self, client, door, today):
        today("2026-11-20")
        sign_in(client)
        assert "jamais vérifié" in client.get("/espace/accueil/?q=orléanais").content.decode()
        client.post(reverse("reception-point-mark-checked", args=[door.pk]))
        page = client.get("/espace/accueil/?q=orléanais").content.decode()
        assert "vérifié le 20 novembre 2026" in page
        door.refresh_from_db()
        assert door.edited_at is None, "a load may still correct what nobody changed"
        today("2027-05-30")
        assert "à revérifier" in client.get("/espace/accueil/?q=orléanais").content.decode()

    def test_the_workspace_tells_what_lacks(self, client, door, bonny, today):
        today("2026-11-20")
        ReceptionPoint.objects.update(checked_on=date(2026, 11, 1))
        ReceptionPoint.objects.update(hours="Mo 09:00-12:00")
        ReceptionPoint.objects.filter(pk=bonny.pk).update(hours="")
        sign_in(client)
        page = client.get("/espace/").content.decode()
        assert "1 accueil sans horaires" in page
        assert "vérifié depuis 6 mois" not in page
        ReceptionPoint.objects.filter(pk=door.pk).update(checked_on=date(2026, 5, 1))
        page = client.get("/espace/").content.decode()
        assert "1 accueil que personne n'a vérifié depuis 6 mois" in page

    def test_as_many_queries_for_one_door_as_for_all(self, client, door, queries):
        sign_in(client, manager())
        client.get("/espace/accueil/")
        with queries() as few:
            client.get("/espace/accueil/?q=orléanais")
        with queries() as many:
            page = client.get("/espace/accueil/")
        assert page.content.decode().count("Toujours vrai") > 10
        assert len(many) == len(few)

    def test_the_form_of_a_door_asks_as_much_whatever_the_departement_has(
        self, client, door, queries
    ):
        sign_in(client, manager())
        client.get(address(door))
        with queries() as before:
            client.get(address(door))
        for at in range(5):
            Team.objects.create(
                agency=Agency.objects.get(slug=NORTH),
                name=f"Équipe {at}",
                slug=f"equipe-{at}",
                kind="proximity",
            )
        with queries() as after:
            client.get(address(door))
        assert len(after) == len(before)

    def test_a_load_leaves_what_an_agent_wrote(self, client, door):
        sign_in(client)
        confirm(client, door, week(Sa="09:00-12:00"))
        from tests.conftest import load

        load()
        door.refresh_from_db()
        assert door.hours == "Sa 09:00-12:00"
        assert door.edited_at < timezone.now()
