"""Editing of closures and other special hours: targets, preview, end."""

from datetime import date

import pytest
from django.urls import reverse

from accueil.editing.closures.forms import MAX_UPCOMING
from accueil.models import PhoneLine, ReceptionPoint, SpecialHours
from accueil.rules import editable_special_hours
from teams.models import Agency
from tests.accueil.pages import form_errors, form_fields
from tests.factories import UserFactory, administrator, agent, manager, pilot

pytestmark = pytest.mark.django_db
ORLEANS, NORTH = "ads-orleans-metropole", "ads-nord-loiret"
NEW, LIST = "/espace/accueil/fermetures/nouvelle/", "/espace/accueil/fermetures/"
SAVE = {"enregistrer": "1"}


@pytest.fixture(autouse=True)
def november(today, loiret) -> None:
    today("2026-11-20")


@pytest.fixture
def point() -> ReceptionPoint:
    """Hosted by a team of the agency of Orléans, open every weekday morning."""
    return ReceptionPoint.objects.get(slug="permanence-daccueil-inconditionnel-orleanais")


@pytest.fixture
def agency() -> Agency:
    return Agency.objects.get(slug=ORLEANS)


@pytest.fixture
def orleans(client):
    client.force_login(agent(ORLEANS))
    return client


def closure(**more):
    """Return the posted values of a closure from 30 November to 4 December."""
    days = {"first_day": "2026-11-30", "last_day": "2026-12-04", "effect": "closed"}
    return {**days, "message": "Formation de l'équipe.", **more}


def announce(client, typed):
    """Preview, then save."""
    shown = client.post(NEW, {**typed, "voir": "1"})
    assert shown.status_code == 200, form_errors(shown)
    return client.post(NEW, {**form_fields(shown), **SAVE})


def made(*, points=(), agencies=(), phone_lines=(), **more) -> SpecialHours:
    days = {"first_day": date(2026, 11, 30), "last_day": date(2026, 12, 4), "effect": "closed"}
    row = SpecialHours.objects.create(department_id="45", **{**days, **more})
    row.points.set(points)
    row.agencies.set(agencies)
    row.phone_lines.set(phone_lines)
    return row


class TestAnnouncing:
    def test_what_people_will_read_is_shown_then_saved(self, orleans, point):
        first = orleans.post(NEW, {**closure(points=[point.pk]), **SAVE})
        assert first.status_code == 200, "nothing is announced that nobody has read"
        assert not SpecialHours.objects.exists()
        page = first.content.decode()
        assert "Du 30 novembre 2026 au 4 décembre 2026 : fermé." in page
        assert "Formation de l'équipe." in page
        assert "5 jours concernés" in page
        assert "Annoncé à partir du 20 novembre 2026" in page
        assert "lundi 30 novembre" in page
        assert "mardi 1er décembre" in page
        assert orleans.post(NEW, {**form_fields(first), **SAVE}).status_code == 302
        special = SpecialHours.objects.get()
        assert list(special.points.all()) == [point]
        assert special.edited_at is not None

    def test_it_is_in_the_next_public_answer_then_gone_when_withdrawn(self, orleans, point):
        address = f"/api/v1/reception-points/{point.slug}/?at=2026-12-01T09:00"
        assert orleans.get(address).json()["open_now"] is True
        announce(orleans, closure(points=[point.pk]))
        assert orleans.get(address).json()["open_now"] is False
        special = SpecialHours.objects.get()
        orleans.post(reverse("special-hours-withdraw", args=[special.pk]))
        assert orleans.get(address).json()["open_now"] is True
        assert "retiré" in orleans.get(LIST).content.decode()
        page = orleans.get(reverse("special-hours-update", args=[special.pk]))
        shown = orleans.post(page.request["PATH_INFO"], {**form_fields(page), "voir": "1"})
        orleans.post(page.request["PATH_INFO"], {**form_fields(shown), **SAVE})
        assert orleans.get(address).json()["open_now"] is False, "it is put back"

    def test_mornings_of_some_weekdays(self, orleans, point):
        typed = closure(
            effect="closed_between",
            points=[point.pk],
            only=["Mo", "We"],
            span_1_from="00:00",
            span_1_to="10:00",
        )
        shown = orleans.post(NEW, {**typed, "voir": "1"})
        page = shown.content.decode()
        assert "fermé jusqu'à 10 h" in page
        assert "2 jours concernés (lundi et mercredi)" in page
        assert "de 10 h à 12 h 30" in page
        orleans.post(NEW, {**form_fields(shown), **SAVE})
        special = SpecialHours.objects.get()
        assert (special.spans, special.weekdays) == ("00:00-10:00", "Mo,We")
        again = form_fields(orleans.get(reverse("special-hours-update", args=[special.pk])))
        assert again["only"] == ["Mo", "We"]
        assert (again["span_1_from"], again["span_1_to"]) == (["00:00"], ["10:00"])

    def test_several_points_lines_and_whole_agencies_at_once(self, client, point, agency):
        client.force_login(manager())
        other_points = ReceptionPoint.objects.filter(team=None)[:2]
        line = PhoneLine.objects.get()
        typed = closure(
            agencies=[agency.pk],
            points=[other.pk for other in other_points],
            lines=[line.pk],
        )
        shown = client.post(NEW, {**typed, "voir": "1"})
        assert "4 accueils ou lignes" in shown.content.decode()
        assert point.name in shown.content.decode(), "that of the agency is among them"
        client.post(NEW, {**form_fields(shown), **SAVE})
        special = SpecialHours.objects.get()
        assert set(special.points.all()) == set(other_points)
        assert list(special.agencies.all()) == [agency]

    def test_managers_may_close_the_whole_departement(self, client, orleans):
        refused = orleans.post(NEW, {**closure(whole_department="on"), **SAVE})
        assert refused.status_code == 400
        assert "Seuls les gestionnaires" in form_errors(refused)
        client.force_login(manager())
        assert announce(client, closure(whole_department="on")).status_code == 302
        assert SpecialHours.objects.get().whole_department


class TestBadInput:
    @pytest.mark.parametrize(
        ("typed", "box", "message"),
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
    def test_an_error_is_shown_beside_the_field_and_nothing_is_lost(
        self, orleans, point, typed, box, message
    ):
        sent = closure(points=[str(point.pk)]) | typed
        answer = orleans.post(NEW, {**sent, **SAVE})
        assert answer.status_code == 400
        page = answer.content.decode()
        assert message in page.split(f'id="id_{box}_error"')[1].split("</ul>")[0]
        shown_fields = form_fields(answer)
        assert shown_fields["message"] == ["Formation de l'équipe."]
        assert shown_fields["first_day"] == [sent["first_day"]]
        assert shown_fields["last_day"] == [sent["last_day"]]
        assert not SpecialHours.objects.exists()

    def test_a_target_of_an_agency_of_others_is_refused(self, orleans, agency):
        theirs = Agency.objects.get(slug=NORTH)
        answer = orleans.post(NEW, {**closure(agencies=[theirs.pk]), **SAVE})
        assert answer.status_code == 400
        assert "Vous ne tenez pas cette agence." in form_errors(answer)


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

    def test_editors_may_edit_all_the_targets(self, point, agency):
        theirs = Agency.objects.get(slug=NORTH)
        orphan = ReceptionPoint.objects.filter(team=None, agency=None).first()
        editors = {"agent", "manager", "administrator"}
        assert self.may(made(points=[point])) == editors
        assert self.may(made(agencies=[agency])) == editors
        assert self.may(made(points=[orphan])) == editors | {"colleague"}
        assert self.may(made(points=[orphan, point])) == editors
        assert self.may(made(agencies=[agency, theirs])) == {"manager", "administrator"}
        assert self.may(made(whole_department=True)) == {"manager", "administrator"}
        assert self.may(made(phone_lines=[PhoneLine.objects.get()])) == editors | {"colleague"}

    @pytest.mark.parametrize(
        ("make", "status"),
        [(lambda: agent(ORLEANS), 200), (lambda: agent(NORTH), 403), (pilot, 403)],
    )
    def test_the_page_asks_the_rule(self, client, point, make, status):
        row = made(points=[point])
        client.force_login(make())
        assert client.get(reverse("special-hours-update", args=[row.pk])).status_code == status
        sent = client.post(reverse("special-hours-withdraw", args=[row.pk]))
        row.refresh_from_db()
        assert (sent.status_code == 302) is (status == 200) is (row.withdrawn_at is not None)

    def test_a_colleague_reads_what_is_announced(self, client, point):
        row = made(points=[point], message="Travaux.")
        client.force_login(agent(NORTH))
        page = client.get(LIST).content.decode()
        assert "Travaux." in page
        assert reverse("special-hours-update", args=[row.pk]) not in page
        client.logout()
        assert client.get(LIST)["Location"].startswith("/connexion/")


class TestAdministration:
    def test_targets_are_chosen_among_editable_rows(self, client, point, agency):
        row = made(points=[point])
        client.force_login(agent(ORLEANS))
        page = client.get(reverse("admin:accueil_specialhours_change", args=[row.pk]))
        form = page.context["adminform"].form
        assert list(form.fields["agencies"].queryset) == [agency]
        client.force_login(agent(NORTH))
        refused = client.get(reverse("admin:accueil_specialhours_change", args=[row.pk]))
        assert refused.status_code == 403
        assert client.get(reverse("admin:accueil_specialhours_changelist")).status_code == 200


class TestTwoAtOnce:
    def test_the_second_of_two_gets_a_409_and_loses_nothing(self, orleans, point):
        row = made(points=[point])
        address = reverse("special-hours-update", args=[row.pk])
        theirs = form_fields(orleans.get(address))
        orleans.post(reverse("special-hours-withdraw", args=[row.pk]))
        second = orleans.post(address, {**theirs, "message": "Travaux.", **SAVE})
        assert second.status_code == 409
        assert form_fields(second)["message"] == ["Travaux."]
        shown = orleans.post(address, {**form_fields(second), **SAVE})
        assert orleans.post(address, {**form_fields(shown), **SAVE}).status_code == 302
        row.refresh_from_db()
        assert row.message == "Travaux."


class TestLists:
    def test_past_special_hours_are_no_longer_shown(self, orleans, point):
        made(
            points=[point],
            message="Passé.",
            first_day=date(2026, 11, 2),
            last_day=date(2026, 11, 3),
        )
        made(points=[point], message="Demain.", first_day=date(2026, 11, 21))
        made(points=[point], message="Loin.", first_day=date(2027, 2, 1), last_day=date(2027, 2, 2))
        page = orleans.get(LIST).content.decode()
        assert "Passé." not in page
        assert "Demain." in page
        assert "pas encore annoncé" in page
        panel = orleans.get("/espace/").content.decode()
        assert "Demain." in panel
        assert "Loin." not in panel

    def test_upcoming_special_hours_of_a_contact_are_limited(self, orleans, point):
        row = made(points=[point])
        for _ in range(MAX_UPCOMING - 2):
            made(points=[point])
        made(points=[point], first_day=date(2026, 11, 2), last_day=date(2026, 11, 3))
        assert announce(orleans, closure(points=[point.pk])).status_code == 302
        answer = orleans.post(NEW, {**closure(points=[point.pk]), **SAVE})
        assert answer.status_code == 400
        assert "a déjà 60 horaires exceptionnels à venir" in form_errors(answer)
        again = orleans.get(reverse("special-hours-update", args=[row.pk]))
        shown = orleans.post(again.wsgi_request.path, {**form_fields(again), "voir": "1"})
        assert shown.status_code == 200, "those that are known can still be changed"

    def test_as_many_queries_for_one_as_for_many(self, orleans, point, agency, queries):
        made(points=[point])
        orleans.get(LIST)
        with queries() as few:
            orleans.get(LIST)
        for at in range(5):
            made(points=[point], agencies=[agency], message=f"{at}")
        with queries() as many:
            orleans.get(LIST)
        assert len(many) == len(few)

    def test_a_preview_has_as_many_queries_for_one_point_as_for_many(
        self, client, point, agency, queries
    ):
        client.force_login(manager())
        data = {**closure(points=[point.pk]), "voir": "1"}
        client.post(NEW, data)
        with queries() as few:
            client.post(NEW, data)
        points = [row.pk for row in ReceptionPoint.objects.exclude(kind="itinerant")]
        with queries() as many:
            page = client.post(NEW, {**data, "points": points})
        assert page.status_code == 200
        assert len(many) == len(few)
