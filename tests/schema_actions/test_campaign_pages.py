"""The pages where a campaign is managed, filled, reviewed and corrected."""

import html
import re
from datetime import date
from time import process_time

import pytest

from portal.accounts.enums import RoleKind
from portal.accounts.models import Role
from portal.notices.models import Notice
from schema_actions.campaigns import services as campaign_services
from schema_actions.campaigns.notifications import is_reminder_day, queue_reminders, remind_pilots
from schema_actions.entries import services as entry_services
from schema_actions.models import Campaign, Entry
from tests.factories import UserFactory, administrator, agent, manager, pilot
from tests.schema_actions.campaigns import (
    CAMPAIGN_URL,
    SLUG,
    assign,
    entry_content,
    get_entry,
    open_campaign,
    post_data,
    prepare_campaign,
    submit_entry,
    validate_entry,
)
from tests.schema_actions.conftest import PLAN

pytestmark = pytest.mark.django_db
PREPARE = f"/espace/schemas/{PLAN}/campagnes/"
ENTRY = f"{CAMPAIGN_URL}fiches/1.1.1/"
JSON = {"Accept": "application/json"}


def visible_text(answer):
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(html.unescape(text).split())


@pytest.fixture(autouse=True)
def spring(today):
    today("2027-05-03")


@pytest.fixture
def people(loiret):
    """A pilot, a reviewer and a manager of Loiret."""
    return pilot(name="Pia"), pilot(kind=RoleKind.REVIEWER, name="Rémi"), manager(name="Gaëlle")


@pytest.fixture
def signed_in(client):
    """A client signed in as this user."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


class TestPreparing:
    TYPED = {"title": "Évaluation de 2027", "period": "juin 2027", "due_on": "2027-06-30"}

    def test_from_nothing_to_open(self, signed_in, people):
        writer, _reviewer, boss = people
        browser = signed_in(boss)
        assert "Préparer une campagne" in visible_text(browser.get("/espace/"))
        done = browser.post(PREPARE, self.TYPED)
        assert done["Location"] == f"{CAMPAIGN_URL}pilotes/"
        campaign = Campaign.objects.get(slug=SLUG)
        page = browser.get(f"{CAMPAIGN_URL}pilotes/")
        assert "54 fiches sans pilote" in visible_text(page)
        entry_ids = [get_entry(campaign, key).pk for key in ("1.1.1", "2.1.1")]
        browser.post(f"{CAMPAIGN_URL}pilotes/{writer.pk}/", {"entries": entry_ids})
        assert "52 fiches sans pilote" in visible_text(browser.get(f"{CAMPAIGN_URL}pilotes/"))
        browser.post(f"{CAMPAIGN_URL}ouvrir/")
        campaign.refresh_from_db()
        assert campaign.is_open
        notice = Notice.objects.get(recipient=writer.email)
        assert f"{CAMPAIGN_URL}fiches/2.1.1/" in notice.body
        assert "30 juin 2027" in notice.body
        assert "Vos fiches action" in visible_text(signed_in(writer).get("/espace/"))

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("title", ""),
            ("period", "bientôt"),
            ("period", ""),
            ("due_on", "2027-05-02"),
            ("due_on", "demain"),
        ],
    )
    def test_errors_are_shown_and_typed_values_preserved(self, signed_in, people, field, value):
        page = signed_in(people[2]).post(PREPARE, {**self.TYPED, field: value})
        assert page.status_code == 400
        assert page.context["form"].errors.keys() == {field}
        assert not Campaign.objects.filter(is_hosted=True).exists()

    def test_the_same_period_twice_has_two_addresses(self, signed_in, people):
        browser = signed_in(people[2])
        browser.post(PREPARE, self.TYPED)
        browser.post(PREPARE, self.TYPED)
        slugs = Campaign.objects.filter(is_hosted=True).values_list("slug", flat=True)
        assert sorted(slugs) == [SLUG, f"{SLUG}-2"]

    def test_a_sheet_that_is_not_in_the_campaign(self, signed_in, people):
        prepare_campaign()
        page = signed_in(people[2]).post(
            f"{CAMPAIGN_URL}pilotes/{people[0].pk}/", {"entries": ["0"]}
        )
        assert page.status_code == 400

    def test_users_who_are_not_pilots_are_not_found(self, signed_in, people):
        prepare_campaign()
        for user in (people[1], pilot("41"), UserFactory()):
            assert signed_in(people[2]).get(f"{CAMPAIGN_URL}pilotes/{user.pk}/").status_code == 404


class TestRights:
    @pytest.fixture
    def campaign(self, people):
        return open_campaign(people[0], "1.1.1")

    @pytest.mark.parametrize(
        ("make", "reads_board", "reads_entry"),
        [
            (manager, 200, 200),
            (lambda: pilot(kind=RoleKind.REVIEWER), 200, 200),
            (administrator, 200, 200),
            (pilot, 403, 403),
            (lambda: manager("41"), 403, 403),
            (lambda: pilot("41", kind=RoleKind.REVIEWER), 403, 403),
            (lambda: agent("ads-orleans-metropole"), 403, 403),
            (UserFactory, 403, 403),
        ],
    )
    def test_readers(self, signed_in, campaign, make, reads_board, reads_entry):
        browser = signed_in(make())
        assert browser.get(CAMPAIGN_URL).status_code == reads_board
        assert browser.get(ENTRY).status_code == reads_entry

    def test_a_pilot_reads_and_writes_only_assigned_sheets(self, signed_in, campaign, people):
        browser = signed_in(people[0])
        assert browser.get(ENTRY).status_code == 200
        assert browser.get(f"{CAMPAIGN_URL}fiches/1.1.2/").status_code == 403
        other = get_entry(campaign, "1.1.2")
        answer = browser.post(f"{CAMPAIGN_URL}fiches/1.1.2/", post_data(other, done="Pas à moi"))
        assert answer.status_code == 403
        assert get_entry(campaign, "1.1.2").done == ""
        assert browser.get(CAMPAIGN_URL).status_code == 403

    def test_anonymous_readers_sign_in(self, client, campaign):
        for address in (CAMPAIGN_URL, ENTRY, PREPARE, f"{CAMPAIGN_URL}pilotes/"):
            assert "/connexion/" in client.get(address)["Location"]

    @pytest.mark.parametrize(
        "action", ["ouvrir", "date", "relancer", "valider", "figer", "publier"]
    )
    def test_a_reviewer_does_not_manage_the_campaign(self, signed_in, campaign, people, action):
        assert signed_in(people[1]).post(f"{CAMPAIGN_URL}{action}/").status_code == 403
        campaign.refresh_from_db()
        assert campaign.is_open

    def test_each_action_is_for_its_role(self, signed_in, campaign, people):
        writer, reviewer, boss = people
        entry = submit_entry(campaign, "1.1.1", writer)
        review = {"acte": "relire", "version": entry.version, "agrees": "yes", "reason": ""}
        assert signed_in(writer).post(ENTRY, review).status_code == 403
        assert signed_in(boss).post(ENTRY, review).status_code == 403
        assert signed_in(reviewer).post(ENTRY, review).status_code == 302
        entry = get_entry(campaign, "1.1.1")
        validate = {"acte": "valider", "version": entry.version}
        assert signed_in(reviewer).post(ENTRY, validate).status_code == 403
        assert signed_in(boss).post(ENTRY, validate).status_code == 302
        assert signed_in(boss).post(ENTRY, {"acte": "voler"}).status_code == 404

    def test_a_pilot_does_not_review_an_assigned_sheet(self, signed_in, people):
        both = pilot()
        Role.objects.create(user=both, department_id="45", kind=RoleKind.REVIEWER)
        campaign = open_campaign(both, "1.1.1")
        entry = submit_entry(campaign, "1.1.1", both)
        assert both.has_perm("schema_actions.view_entry", entry)
        assert not both.has_perm("schema_actions.review_entry", entry)
        other = get_entry(campaign, "1.1.2")
        assert both.has_perm("schema_actions.review_entry", other)

    def test_sheets_are_lost_with_the_role(self, signed_in, campaign, people):
        Role.objects.filter(user=people[0]).delete()
        assert signed_in(people[0]).get(ENTRY).status_code == 403


class TestWriting:
    @pytest.fixture
    def campaign(self, people):
        return open_campaign(people[0], "1.1.1", "1.2.3")

    def test_a_draft_then_handed_in(self, signed_in, campaign, people):
        browser = signed_in(people[0])
        entry = get_entry(campaign, "1.1.1")
        sent = post_data(entry, level="5", done="**Gras** <script>alert(1)</script>")
        assert browser.post(ENTRY, sent).status_code == 302
        entry = get_entry(campaign, "1.1.1")
        assert (entry.level, entry.edited_by) == (5, people[0])
        assert browser.post(ENTRY, post_data(entry, acte="remettre", level="5")).status_code == 302
        page = browser.get(ENTRY)
        assert "<strong>Gras</strong>" in page.content.decode()
        assert "<script>alert" not in page.content.decode()
        assert "Enregistrer le brouillon" not in visible_text(page)

    def test_what_is_handed_in_is_checked_and_nothing_typed_is_lost(
        self, signed_in, campaign, people
    ):
        entry = get_entry(campaign, "1.1.1")
        figure = {
            "figures-TOTAL_FORMS": "1",
            "figures-0-name": "Jeunes",
            "figures-0-value": "environ cent",
            "figures-0-unit": "jeunes",
            "figures-0-period": "un jour",
        }
        sent = post_data(entry, acte="remettre", level="4", done="Déjà écrit", **figure)
        page = signed_in(people[0]).post(ENTRY, sent)
        assert page.status_code == 400
        text = visible_text(page)
        assert "Déjà écrit" in text
        assert "Un nombre est attendu" in text
        assert 'value="environ cent"' in page.content.decode()
        assert 'value="4"' in page.content.decode()
        assert get_entry(campaign, "1.1.1").status == "draft"

    def test_a_level_of_8(self, signed_in, campaign, people):
        entry = get_entry(campaign, "1.1.1")
        page = signed_in(people[0]).post(ENTRY, post_data(entry, level="8", done="Texte"))
        assert page.status_code == 400
        assert "Texte" in visible_text(page)
        assert get_entry(campaign, "1.1.1").level is None

    def test_known_figures_are_shown_with_their_previous_value(self, signed_in, campaign, people):
        text = visible_text(signed_in(people[0]).get(f"{CAMPAIGN_URL}fiches/1.2.3/"))
        assert "Projets d'habitat inclusif" in text
        assert "avant : 7 projets" in text

    def test_autosave(self, signed_in, campaign, people):
        browser = signed_in(people[0])
        entry = get_entry(campaign, "1.1.1")
        first = browser.post(ENTRY, post_data(entry, done="Un"), headers=JSON)
        assert first.json()["version"] == 2
        again = browser.post(ENTRY, post_data(entry, version="2", done="Un, deux"), headers=JSON)
        assert again.json()["version"] == 3
        assert get_entry(campaign, "1.1.1").done == "Un, deux"

    def test_autosave_does_not_submit(self, signed_in, campaign, people):
        entry = get_entry(campaign, "1.1.1")
        sent = post_data(entry, acte="remettre", level="4", done="Fait")
        assert signed_in(people[0]).post(ENTRY, sent, headers=JSON).status_code == 400
        assert get_entry(campaign, "1.1.1").status == "draft"

    def test_on_an_older_version_both_texts_are_shown(self, signed_in, people):
        other = pilot(name="Zoé")
        campaign = open_campaign(people[0], "1.1.1")
        assign(campaign, other, "1.1.1")
        entry = get_entry(campaign, "1.1.1")
        entry_services.save_draft(
            entry=entry, version=1, content=entry_content(done="De Zoé"), by=other
        )
        browser = signed_in(people[0])
        late = post_data(entry, done="De Pia")
        assert browser.post(ENTRY, late, headers=JSON).status_code == 409
        page = browser.post(ENTRY, late)
        assert page.status_code == 409
        text = visible_text(page)
        assert "Zoé a changé cette fiche" in text
        assert "De Zoé" in text
        assert "De Pia" in text
        assert get_entry(campaign, "1.1.1").done == "De Zoé"
        version = re.search(r'name="version" value="(\d+)"', page.content.decode())[1]
        assert browser.post(ENTRY, {**late, "version": version}).status_code == 302
        assert get_entry(campaign, "1.1.1").done == "De Pia"

    def test_handed_in_meanwhile_by_another_pilot(self, signed_in, people):
        other = pilot(name="Zoé")
        campaign = open_campaign(people[0], "1.1.1")
        assign(campaign, other, "1.1.1")
        late = post_data(get_entry(campaign, "1.1.1"), done="Ma phrase")
        submit_entry(campaign, "1.1.1", other)
        browser = signed_in(people[0])
        page = browser.post(ENTRY, late)
        assert page.status_code == 409
        assert "Ma phrase" in visible_text(page)
        again = {**late, "version": str(get_entry(campaign, "1.1.1").version)}
        page = browser.post(ENTRY, again)
        assert page.status_code == 400
        assert "Ma phrase" in visible_text(page)
        assert get_entry(campaign, "1.1.1").done == "Trois ateliers."

    @pytest.mark.parametrize(
        "broken",
        [
            {"figures-TOTAL_FORMS": "x"},
            {"figures-TOTAL_FORMS": "4000"},
            {"version": ""},
            {"version": "x"},
            {"done": "x" * 40_001},
            {"done": "\0"},
        ],
    )
    def test_broken_forms_are_a_400(self, signed_in, campaign, people, broken):
        sent = post_data(get_entry(campaign, "1.1.1"), **broken)
        browser = signed_in(people[0])
        assert browser.post(ENTRY, sent).status_code == 400
        assert browser.post(ENTRY, sent, headers=JSON).status_code == 400

    def test_thousands_of_figures_are_refused_without_being_looked_at(
        self, signed_in, campaign, people
    ):
        """In less than 0.2 s; the page shown again contains what was typed."""
        sent = post_data(get_entry(campaign, "1.1.1"), done="Déjà écrit")
        sent |= {"figures-TOTAL_FORMS": "4000"}
        sent |= {f"figures-{n}-value": str(n) for n in range(900)}
        browser = signed_in(people[0])
        browser.get(ENTRY)
        start = process_time()
        page = browser.post(ENTRY, sent)
        assert process_time() - start < 0.2
        assert page.status_code == 400
        assert "Une fiche tient 40 chiffres au plus" in visible_text(page)
        assert "Revenez en arrière" in visible_text(page)
        draft = browser.post(ENTRY, sent, headers=JSON)
        assert "40 chiffres au plus" in draft.json()["detail"]

    def test_some_figures_too_many_are_shown_again(self, signed_in, campaign, people):
        sent = post_data(get_entry(campaign, "1.1.1"), done="Déjà écrit")
        sent |= {"figures-TOTAL_FORMS": "41", "figures-40-value": "77"}
        page = signed_in(people[0]).post(ENTRY, sent)
        assert page.status_code == 400
        assert "Déjà écrit" in visible_text(page)
        assert 'value="77"' in page.content.decode()

    def test_more_fields_than_any_page_has_are_not_read(self, signed_in, campaign, people):
        sent = post_data(get_entry(campaign, "1.1.1"))
        sent |= {f"figures-{n}-value": str(n) for n in range(4000)}
        browser = signed_in(people[0])
        start = process_time()
        page = browser.post(ENTRY, sent)
        assert process_time() - start < 0.2
        assert page.status_code == 400
        assert "Ce formulaire est trop long" in visible_text(page)

    def test_a_refused_draft_shows_its_errors(self, signed_in, campaign, people):
        """Errors by field for an API client, sentences for a page."""
        entry = get_entry(campaign, "1.1.1")
        wrong = {"figures-TOTAL_FORMS": "1", "figures-0-name": "n" * 201}
        sent = post_data(entry, done="x" * 40_001, **wrong)
        answer = signed_in(people[0]).post(ENTRY, sent, headers=JSON)
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == ["done"]
        text = answer.json()["detail"]
        assert "Ce qui a été fait : " in text
        assert "40000 caractères" in text
        assert "Ce qui est compté : " in text
        assert "gardé dans ce navigateur" in text

    def test_constant_queries(self, signed_in, campaign, people, queries):
        browser = signed_in(people[0])
        browser.get(ENTRY)
        with queries() as few:
            browser.get(ENTRY)
        for _n in range(3):
            assign(campaign, pilot(), "1.1.1")
        with queries() as many:
            browser.get(ENTRY)
        assert len(many) == len(few) <= 25


class TestHolding:
    def test_the_board_shows_sheets_not_started_and_late(self, signed_in, people, today):
        writer, _reviewer, boss = people
        campaign = open_campaign(writer, "1.1.1", "1.1.2", "1.1.3")
        submit_entry(campaign, "1.1.2", writer)
        browser = signed_in(boss)
        page = browser.get(CAMPAIGN_URL)
        text = visible_text(page)
        assert "2 % des fiches sont remises." in text
        assert "pas commencée : 53" in text
        assert "remise, à relire : 1" in text
        assert "sans pilote : 51" in text
        assert "etat=en-retard" not in page.content.decode()
        today("2027-07-01")
        assert "en retard : 53" in visible_text(browser.get(CAMPAIGN_URL))
        late = browser.get(f"{CAMPAIGN_URL}?etat=en-retard").content.decode()
        assert "fiches/1.1.1/" in late
        assert "fiches/1.1.2/" not in late
        assert browser.get(f"{CAMPAIGN_URL}?etat=nimporte").status_code == 200

    def test_constant_queries(self, signed_in, people, queries):
        campaign = open_campaign(people[0], "1.1.1")
        browser = signed_in(people[2])
        browser.get(CAMPAIGN_URL)
        with queries() as few:
            browser.get(CAMPAIGN_URL)
        for key in ("1.1.1", "1.1.2", "1.1.3", "1.1.4"):
            assign(campaign, pilot(), key)
            submit_entry(campaign, key, people[0])
        with queries() as many:
            browser.get(CAMPAIGN_URL)
        assert len(many) == len(few) <= 15

    def test_all_that_is_agreed_is_validated_at_once(self, signed_in, people):
        writer, reviewer, boss = people
        campaign = open_campaign(writer, "1.1.1", "1.1.2", "1.1.3")
        for key in ("1.1.1", "1.1.2", "1.1.3"):
            entry = submit_entry(campaign, key, writer)
            same = {"entry": entry, "version": entry.version, "by": reviewer}
            if key == "1.1.3":
                entry_services.disagree(**same, level=2, reason="Non")
            else:
                entry_services.agree(**same)
        signed_in(boss).post(f"{CAMPAIGN_URL}valider/")
        result = Entry.objects.filter(status="validated").values_list(
            "evaluation__sheet__key", flat=True
        )
        assert sorted(result) == ["1.1.1", "1.1.2"]

    def test_freezing_with_drafts_needs_confirmation(self, signed_in, people):
        writer, reviewer, boss = people
        campaign = open_campaign(writer, "1.1.1")
        validate_entry(campaign, "1.1.1", writer, reviewer, boss)
        browser = signed_in(boss)
        page = browser.post(f"{CAMPAIGN_URL}figer/")
        assert page.status_code == 400
        assert "53 fiches non remises resteront" in visible_text(page)
        assert browser.post(f"{CAMPAIGN_URL}figer/", {"leaves_out": "on"}).status_code == 302
        assert "validée" in visible_text(browser.get(CAMPAIGN_URL))
        browser.post(f"{CAMPAIGN_URL}publier/")
        assert Campaign.objects.get(slug=SLUG).status == "published"

    def test_a_new_due_day(self, signed_in, people):
        campaign = open_campaign(people[0], "1.1.1")
        browser = signed_in(people[2])
        assert browser.post(f"{CAMPAIGN_URL}date/", {"due_on": "2020-01-01"}).status_code == 400
        assert browser.post(f"{CAMPAIGN_URL}date/", {"due_on": "2027-09-01"}).status_code == 302
        campaign.refresh_from_db()
        assert campaign.due_on == date(2027, 9, 1)

    def test_a_campaign_from_a_document_has_no_board(self, signed_in, people):
        address = f"/espace/schemas/{PLAN}/campagnes/2023-06/"
        assert signed_in(people[2]).get(address).status_code == 404
        assert signed_in(people[2]).post(f"{address}figer/").status_code == 404


class TestCorrecting:
    @pytest.fixture
    def frozen(self, people):
        writer, reviewer, boss = people
        campaign = open_campaign(writer, "1.1.1")
        validate_entry(campaign, "1.1.1", writer, reviewer, boss, level=5, done="Avant")
        campaign_services.freeze(campaign=campaign, by=boss, leaves_out=True)
        campaign_services.publish(campaign=campaign)
        return campaign.evaluations.get(sheet__key="1.1.1")

    def test_signed_with_its_reason(self, client, signed_in, frozen, people):
        browser = signed_in(people[2])
        address = f"{ENTRY}corriger/"
        assert browser.get(address).status_code == 200
        sent = post_data(
            get_entry(frozen.campaign, "1.1.1"), version=str(frozen.version), level="3"
        )
        page = browser.post(address, {**sent, "done": "Après", "reason": ""})
        assert page.status_code == 400
        assert "Après" in visible_text(page)
        done = browser.post(address, {**sent, "done": "Après", "reason": "Erreur de date"})
        assert done.status_code == 302
        history = visible_text(browser.get(ENTRY))
        assert "corrigée" in history
        assert "Gaëlle" in history
        assert "Avant" in history
        client.logout()
        public = visible_text(client.get(f"/schemas/{PLAN}/fiches/1.1.1/?campaign={SLUG}"))
        assert "Erreur de date" in public
        assert "Après" in public
        assert "Gaëlle" not in public, "the public reads why, not who"

    def test_two_corrections_at_once(self, signed_in, frozen, people):
        browser = signed_in(people[2])
        sent = post_data(
            get_entry(frozen.campaign, "1.1.1"), version=str(frozen.version), level="3"
        )
        browser.post(f"{ENTRY}corriger/", {**sent, "done": "Un", "reason": "a"})
        page = browser.post(f"{ENTRY}corriger/", {**sent, "done": "Deux", "reason": "b"})
        assert page.status_code == 409
        assert "Deux" in visible_text(page)
        frozen.refresh_from_db()
        assert frozen.done == "Un"

    def test_only_by_a_manager(self, signed_in, frozen, people):
        for user in people[:2]:
            assert signed_in(user).get(f"{ENTRY}corriger/").status_code == 403

    def test_not_before_it_is_frozen(self, signed_in, people):
        open_campaign(people[0], "1.1.1")
        assert signed_in(people[2]).get(f"{ENTRY}corriger/").status_code == 404


class TestReminders:
    @pytest.mark.parametrize(
        ("left", "expected"),
        [(15, False), (14, True), (7, True), (1, True), (0, False), (-1, False), (-7, True)],
    )
    def test_the_days(self, left, expected):
        assert is_reminder_day(left) is expected

    def test_each_pilot_of_a_draft_once_a_day(self, people):
        other = pilot()
        campaign = open_campaign(people[0], "1.1.1", "1.1.2")
        assign(campaign, other, "1.1.2")
        submit_entry(campaign, "1.1.2", other)
        Notice.objects.all().delete()
        for _n in range(2):
            queue_reminders(date(2027, 6, 23))
        notice = Notice.objects.get()
        assert notice.recipient == people[0].email
        assert "1.1.1" in notice.body
        assert "1.1.2" not in notice.body
        queue_reminders(date(2027, 6, 24))
        assert Notice.objects.count() == 1

    def test_reviewers_on_monday_except_of_their_own_sheets(self, people):
        writer, reviewer, _boss = people
        Role.objects.create(user=writer, department_id="45", kind=RoleKind.REVIEWER)
        campaign = open_campaign(writer, "1.1.1")
        submit_entry(campaign, "1.1.1", writer)
        Notice.objects.all().delete()
        for day in (date(2027, 5, 9), date(2027, 5, 10), date(2027, 5, 10), date(2027, 5, 11)):
            queue_reminders(day)
        notice = Notice.objects.get()
        assert (notice.recipient, notice.subject) == (reviewer.email, "1 fiche à relire")
        assert ENTRY in notice.body

    def test_from_the_board(self, signed_in, people):
        campaign = open_campaign(people[0], "1.1.1")
        Notice.objects.all().delete()
        for _n in range(2):
            signed_in(people[2]).post(f"{CAMPAIGN_URL}relancer/")
        assert Notice.objects.count() == 1
        assert remind_pilots(campaign, date(2027, 5, 4)) == 1
        assert Notice.objects.count() == 2

    def test_pilots_are_notified_of_a_sheet_given_back(self, signed_in, people):
        campaign = open_campaign(people[0], "1.1.1")
        entry = submit_entry(campaign, "1.1.1", people[0])
        Notice.objects.all().delete()
        sent = {"acte": "rendre", "version": entry.version, "reason": "Ajoutez les dates"}
        signed_in(people[2]).post(ENTRY, sent)
        assert "Ajoutez les dates" in Notice.objects.get().body
        page = visible_text(signed_in(people[0]).get(ENTRY))
        assert "Cette fiche vous est rendue : Ajoutez les dates" in page

    def test_a_pilot_assigned_later_is_notified(self, people):
        campaign = open_campaign(people[0], "1.1.1")
        other = pilot()
        assign(campaign, other, "1.1.2")
        assert Notice.objects.filter(recipient=other.email).count() == 1
        assert Notice.objects.filter(recipient=people[0].email).count() == 1


class TestTheWorkspace:
    def test_each_role_sees_its_pending_sheets(self, signed_in, people):
        writer, reviewer, boss = people
        campaign = open_campaign(writer, "1.1.1", "1.1.2")
        submit_entry(campaign, "1.1.2", writer)
        content = signed_in(writer).get("/espace/").content.decode()
        assert content.index("fiches/1.1.1/") < content.index("fiches/1.1.2/"), "drafts come first"
        waiting = signed_in(reviewer).get("/espace/").content.decode()
        assert "fiches/1.1.2/" in waiting
        assert "fiches/1.1.1/" not in waiting
        assert "1 fiche remise sur 54" in visible_text(signed_in(boss).get("/espace/"))
        stranger = signed_in(manager("41")).get("/espace/").content.decode()
        assert CAMPAIGN_URL not in stranger
