"""Editing of reception points and phone lines: a week grid, a preview of the next days, the save."""

import re
from datetime import date
from time import process_time

import pytest
from django.urls import reverse
from django.utils import timezone

from accueil.models import PhoneLine, ReceptionPoint, SpecialHours
from teams.models import Agency, Site, Team
from tests.accueil.pages import form_errors, form_fields
from tests.factories import RelocationFactory, UserFactory, administrator, agent, manager, pilot

pytestmark = pytest.mark.django_db
ORLEANS, NORTH = "ads-orleans-metropole", "ads-nord-loiret"
SAVE, LOOK = {"enregistrer": "1"}, {"voir": "1"}


@pytest.fixture
def point(loiret) -> ReceptionPoint:
    """Hosted by a team of the agency of Orléans, open every weekday morning."""
    point = ReceptionPoint.objects.get(slug="permanence-daccueil-inconditionnel-orleanais")
    point.hours, point.hours_text = "Mo-Fr 08:30-11:30", "8h30-11h30 du lundi au vendredi"
    point.save()
    return point


@pytest.fixture
def bonny(loiret) -> ReceptionPoint:
    """On its own site, without managing agency: editable by the whole département."""
    return ReceptionPoint.objects.get(slug="france-services-de-bonny-sur-loire")


def address(point) -> str:
    name = "reception-point-update" if isinstance(point, ReceptionPoint) else "phone-line-update"
    return reverse(name, args=[point.pk])


def sign_in(client, user=None):
    client.force_login(user or agent(ORLEANS))


def send(client, point, typed, press=SAVE):
    """Post the form as shown, with typed values and the pressed button."""
    return client.post(
        address(point), {**form_fields(client.get(address(point))), **typed, **press}
    )


def confirm(client, point, typed):
    """Preview the next days, then save."""
    shown = send(client, point, typed, LOOK)
    assert shown.status_code == 200, form_errors(shown)
    return client.post(address(point), {**form_fields(shown), **SAVE})


def week(**days):
    """Return the fields of a week: `week(Mo="08:30-12:00,13:30-17:00")`; the other days are empty."""
    boxes = {}
    for day in ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"):
        spans = [span.split("-") for span in days.get(day, "").split(",") if span]
        for at in (1, 2):
            start, end = spans[at - 1] if len(spans) >= at else ("", "")
            boxes |= {f"hours-{day}_{at}_from": start, f"hours-{day}_{at}_to": end}
    return boxes


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
    def test_a_hosted_point_is_editable_by_the_agency_of_its_team(
        self, client, point, make, status
    ):
        client.force_login(make())
        assert client.get(address(point)).status_code == status
        sent = client.post(reverse("reception-point-mark-checked", args=[point.pk]))
        point.refresh_from_db()
        assert (sent.status_code == 302, point.checked_on is not None) == (
            (True, True) if status == 200 else (False, False)
        )

    def test_nobody_is_led_to_the_sign_in(self, client, point):
        for page in (address(point), "/espace/accueil/", "/espace/accueil/points/nouveau/"):
            assert client.get(page)["Location"].startswith("/connexion/")

    def test_a_point_of_an_agency_is_not_editable_by_others(self, client, bonny):
        client.force_login(agent(NORTH))
        assert client.get(address(bonny)).status_code == 200
        bonny.agency = Agency.objects.get(slug=ORLEANS)
        bonny.save()
        assert client.get(address(bonny)).status_code == 403
        assert bonny.name not in client.get("/espace/accueil/").content.decode()

    def test_a_point_cannot_be_moved_to_an_agency_that_the_user_does_not_manage(
        self, client, bonny
    ):
        sign_in(client)
        theirs = Agency.objects.get(slug=NORTH)
        answer = send(client, bonny, {"agency": theirs.pk})
        assert answer.status_code == 400
        assert "Vous ne tenez pas cette agence." in form_errors(answer)
        team = Team.objects.filter(agency=theirs).first()
        assert "Vous ne tenez pas cette équipe." in form_errors(
            send(client, bonny, {"team": team.pk})
        )


class TestHours:
    def test_the_week_stands_in_the_grid_and_the_syntax_nowhere(self, client, point):
        sign_in(client)
        page = client.get(address(point))
        typed = form_fields(page)
        assert typed["hours-Mo_1_from"] == ["08:30"]
        assert typed["hours-Fr_1_to"] == ["11:30"]
        assert typed["hours-Sa_1_from"] == [""]
        assert "Mo-Fr 08:30-11:30" not in page.content.decode()

    def test_seven_days_of_midnight_are_open_all_day(self, client, point):
        sign_in(client)
        typed = week(**dict.fromkeys(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), "00:00-00:00"))
        start = process_time()
        assert confirm(client, point, typed).status_code == 302
        page = client.get(point.get_absolute_url())
        spent = process_time() - start
        point.refresh_from_db()
        assert point.hours == "Mo-Su 00:00-24:00"
        assert point.next_change() is None
        assert "toute la journée" in page.content.decode()
        assert spent < 2, "its next change is not sought to the year 9999, several times"

    def test_hours_that_are_not_understood_are_unknown_on_every_page(self, client, point):
        ReceptionPoint.objects.filter(pk=point.pk).update(hours="n'importe quoi")
        answer = client.get(f"/api/v1/reception-points/{point.slug}/").json()
        assert (answer["open_now"], answer["next_change"]) == (None, None)
        for page in (point.get_absolute_url(), "/accueil/?quand=soir", "/trouver/?q=olivet"):
            assert client.get(page).status_code == 200, page

    def test_the_next_days_are_shown_then_saved(self, client, point, today):
        today("2026-12-22")
        sign_in(client)
        typed = week(Tu="14:00-18:00", Fr="14:00-18:00")
        first = send(client, point, typed)
        assert first.status_code == 200, "hours that nobody saw are shown before they are saved"
        point.refresh_from_db()
        assert point.hours == "Mo-Fr 08:30-11:30"
        message = re.sub(r"<[^>]+>|\s+", " ", first.content.decode())
        message = re.sub(r"\s+", " ", message)
        assert "mardi 22 décembre de 14 h à 18 h" in message
        assert "mercredi 23 décembre fermé" in message
        assert "vendredi 25 décembre Noël fermé, jour férié" in message
        assert client.post(address(point), {**form_fields(first), **SAVE}).status_code == 302
        point.refresh_from_db()
        assert point.hours == "Tu,Fr 14:00-18:00"
        assert point.hours_text == "", "the French is then said from the hours"
        assert point.hours_in_words.startswith("le mardi et le vendredi de 14 h à 18 h")
        assert point.checked_on == date(2026, 12, 22)
        assert point.edited_at is not None

    def test_what_was_shown_and_changed_since_is_shown_again(self, client, point):
        sign_in(client)
        shown = send(client, point, week(Mo="09:00-12:00"), LOOK)
        again = client.post(
            address(point), {**form_fields(shown), **week(Mo="09:00-11:00"), **SAVE}
        )
        assert again.status_code == 200
        point.refresh_from_db()
        assert point.hours == "Mo-Fr 08:30-11:30"

    def test_a_closure_is_in_the_days_shown(self, client, point, today):
        today("2026-11-23")
        closed = SpecialHours.objects.create(
            department_id="45",
            first_day=date(2026, 11, 25),
            last_day=date(2026, 11, 25),
            effect="closed",
            message="Formation de l'équipe.",
        )
        closed.points.add(point)
        sign_in(client)
        page = send(client, point, {}, LOOK).content.decode()
        assert "Formation de l'équipe." in page

    def test_monday_is_copied_without_script(self, client, point):
        sign_in(client)
        typed = week(Mo="09:00-12:00,14:00-18:00") | {"name": ""}
        page = send(client, point, typed, {"copier": "hours"})
        assert page.status_code == 200
        assert form_errors(page) == "", "what is not finished is not wrong yet"
        copied = form_fields(page)
        for day in ("Mo", "Tu", "We", "Th", "Fr"):
            assert copied[f"hours-{day}_2_to"] == ["18:00"], day
        assert copied["hours-Sa_1_from"] == [""]

    def test_hours_that_do_not_fit_the_grid_are_shown_and_stay(self, client, point):
        seasonal = "Apr-Sep Mo-Fr 08:00-12:00; Oct-Mar Mo-Fr 09:00-12:00"
        ReceptionPoint.objects.filter(pk=point.pk).update(
            hours=seasonal, hours_text="8h-12h l'été, 9h-12h l'hiver"
        )
        sign_in(client)
        assert "8 h-12 h l'été" in client.get(address(point)).content.decode()
        assert send(client, point, {"phone": "02 38 00 00 01"}).status_code == 302
        point.refresh_from_db()
        assert (point.hours, point.hours_text) == (seasonal, "8h-12h l'été, 9h-12h l'hiver")
        assert confirm(client, point, week(Mo="09:00-12:00")).status_code == 302
        point.refresh_from_db()
        assert (point.hours, point.hours_text) == ("Mo 09:00-12:00", "")

    def test_hours_of_the_past_are_not_in_the_grid_and_stay(self, client, point, today):
        today("2026-11-23")
        dated = "2024 Jan 01-2026 Feb 28 Mo-Fr 08:30-11:30; 2026 Mar 01-9999 Dec 31 Mo 09:00-12:00"
        ReceptionPoint.objects.filter(pk=point.pk).update(hours=dated)
        sign_in(client)
        typed = form_fields(client.get(address(point)))
        assert (typed["hours-Mo_1_from"], typed["hours-Tu_1_from"]) == (["09:00"], [""])
        assert send(client, point, {"languages": "français"}).status_code == 302
        point.refresh_from_db()
        assert point.hours == dated

    def test_the_printed_text_of_unchanged_hours_stays(self, client, point):
        sign_in(client)
        assert send(client, point, {"languages": "français, arabe"}).status_code == 302
        point.refresh_from_db()
        assert point.languages == "français, arabe"
        assert point.hours_text == "8h30-11h30 du lundi au vendredi"

    def test_hours_by_appointment_have_their_own_grid(self, client, point):
        sign_in(client)
        typed = {"appointment_hours-We_1_from": "14h", "appointment_hours-We_1_to": "17 h 30"}
        page = send(client, point, typed, LOOK)
        assert "sur rendez-vous : de 14 h à 17 h 30" in page.content.decode()
        assert client.post(address(point), {**form_fields(page), **SAVE}).status_code == 302
        point.refresh_from_db()
        assert point.appointment_hours == "We 14:00-17:30"
        assert point.hours == "Mo-Fr 08:30-11:30"

    def test_midnight_is_an_end(self, client, point):
        sign_in(client)
        assert confirm(client, point, week(Sa="20:00-00:00")).status_code == 302
        point.refresh_from_db()
        assert point.hours == "Sa 20:00-24:00"
        assert form_fields(client.get(address(point)))["hours-Sa_1_to"] == ["00:00"]

    def test_a_change_is_in_the_next_public_answer(self, client, point):
        page = f"/api/v1/reception-points/{point.slug}/?at=2026-11-28T10:00"
        assert client.get(page).json()["open_now"] is False
        sign_in(client)
        confirm(client, point, week(Sa="09:00-12:00"))
        client.logout()
        assert client.get(page).json()["open_now"] is True


class TestBadInput:
    @pytest.mark.parametrize(
        ("typed", "box", "message"),
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
    def test_an_error_is_shown_beside_the_field_and_nothing_is_lost(
        self, client, point, typed, box, message
    ):
        sign_in(client)
        answer = send(client, point, {"offers": "Un café, des conseils.", **typed})
        assert answer.status_code == 400
        page = answer.content.decode()
        beside = page.split(f'id="id_{box}_error"')[1].split("</ul>")[0]
        assert message in beside
        shown_fields = form_fields(answer)
        assert shown_fields["offers"] == ["Un café, des conseils."]
        for name, value in typed.items():
            if name != "kind":  # a list shows no choice that it does not have
                assert shown_fields[name] == [value], name
        point.refresh_from_db()
        assert point.hours == "Mo-Fr 08:30-11:30"
        assert point.edited_at is None

    @pytest.mark.parametrize(
        ("point", "message"),
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
    def test_a_point_in_the_sea_or_turned_around_is_refused(self, client, bonny, point, message):
        if message == "semblent inversées":
            point = (str(bonny.site.commune.longitude), str(bonny.site.commune.latitude))
        sign_in(client)
        typed = {"place-latitude": point[0], "place-longitude": point[1]}
        answer = send(client, bonny, typed)
        assert answer.status_code == 400
        assert message in form_errors(answer)
        assert form_fields(answer)["place-latitude"] == [point[0]]

    @pytest.mark.parametrize(
        ("city", "message"),
        [
            ("Olivey", "Vouliez-vous dire Olivet"),
            ("Marseille", "pas une commune du département 45"),
        ],
    )
    def test_a_commune_that_is_not_here_is_refused(self, client, bonny, city, message):
        sign_in(client)
        assert message in form_errors(send(client, bonny, {"place-city": city}))


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

    def test_a_shared_site_is_not_changed(self, client, bonny):
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
    def test_the_second_of_two_gets_a_409_and_loses_nothing(self, client, point):
        sign_in(client)
        theirs = form_fields(client.get(address(point)))
        assert send(client, point, {"phone": "02 38 00 00 03"}).status_code == 302
        second = client.post(address(point), {**theirs, "phone": "02 38 00 00 04", **SAVE})
        assert second.status_code == 409
        assert "Quelqu'un a changé cette fiche" in form_errors(second)
        assert form_fields(second)["phone"] == ["02 38 00 00 04"]
        point.refresh_from_db()
        assert point.phone == "02 38 00 00 03"
        assert client.post(address(point), {**form_fields(second), **SAVE}).status_code == 302
        point.refresh_from_db()
        assert point.phone == "02 38 00 00 04"


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
        assert shown.status_code == 200, form_errors(shown)
        assert client.post(self.NEW, {**form_fields(shown), **SAVE}).status_code == 302
        point = ReceptionPoint.objects.get(slug="ccas-dolivet")
        assert (point.department_id, point.site.commune_id) == ("45", "45232")
        assert point.latitude == point.site.commune.latitude
        again = client.post(self.NEW, {**typed, **SAVE})
        assert again.status_code == 400
        assert "Ce nom est déjà pris" in form_errors(again)

    def test_not_in_another_departement(self, client, loiret):
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
    def test_still_true_is_a_single_button(self, client, point, today):
        today("2026-11-20")
        sign_in(client)
        assert "jamais vérifié" in client.get("/espace/accueil/?q=orléanais").content.decode()
        client.post(reverse("reception-point-mark-checked", args=[point.pk]))
        page = client.get("/espace/accueil/?q=orléanais").content.decode()
        assert "vérifié le 20 novembre 2026" in page
        point.refresh_from_db()
        assert point.edited_at is None, "a load may still correct what nobody changed"
        today("2027-05-30")
        assert "à revérifier" in client.get("/espace/accueil/?q=orléanais").content.decode()

    def test_the_workspace_shows_what_is_missing(self, client, point, bonny, today):
        today("2026-11-20")
        ReceptionPoint.objects.update(checked_on=date(2026, 11, 1))
        ReceptionPoint.objects.update(hours="Mo 09:00-12:00")
        ReceptionPoint.objects.filter(pk=bonny.pk).update(hours="")
        sign_in(client)
        page = client.get("/espace/").content.decode()
        assert "1 accueil sans horaires" in page
        assert "vérifié depuis 6 mois" not in page
        ReceptionPoint.objects.filter(pk=point.pk).update(checked_on=date(2026, 5, 1))
        page = client.get("/espace/").content.decode()
        assert "1 accueil que personne n'a vérifié depuis 6 mois" in page

    def test_as_many_queries_for_one_point_as_for_all(self, client, point, queries):
        sign_in(client, manager())
        client.get("/espace/accueil/")
        with queries() as few:
            client.get("/espace/accueil/?q=orléanais")
        with queries() as many:
            page = client.get("/espace/accueil/")
        assert page.content.decode().count("Toujours vrai") > 10
        assert len(many) == len(few)

    def test_the_form_has_as_many_queries_whatever_the_size_of_the_departement(
        self, client, point, queries
    ):
        sign_in(client, manager())
        client.get(address(point))
        with queries() as before:
            client.get(address(point))
        for at in range(5):
            Team.objects.create(
                agency=Agency.objects.get(slug=NORTH),
                name=f"Équipe {at}",
                slug=f"equipe-{at}",
                kind="proximity",
            )
        with queries() as after:
            client.get(address(point))
        assert len(after) == len(before)

    def test_a_load_leaves_what_an_agent_wrote(self, client, point):
        sign_in(client)
        confirm(client, point, week(Sa="09:00-12:00"))
        from tests.loaded_database import load

        load()
        point.refresh_from_db()
        assert point.hours == "Sa 09:00-12:00"
        assert point.edited_at < timezone.now()
