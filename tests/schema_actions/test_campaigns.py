"""Services of a hosted campaign, from its preparation to a correction after it is frozen."""

from datetime import date

import pytest

from portal.accounts.enums import RoleKind
from portal.accounts.models import Role
from portal.core.workflow import Refused, Stale
from schema_actions.campaigns import services as campaign_services
from schema_actions.campaigns.progress import campaign_progress
from schema_actions.corrections.services import correct
from schema_actions.entries import services as entry_services
from schema_actions.entries.figures import evaluation_figures, parse_figure
from schema_actions.enums import CampaignStatus
from schema_actions.models import Campaign, Entry, Evaluation, Indicator, IndicatorValue
from tests.factories import manager, pilot
from tests.schema_actions.campaigns import (
    assign,
    entry_content,
    get_entry,
    open_campaign,
    prepare_campaign,
    submit_entry,
    validate_entry,
)
from tests.schema_actions.conftest import PLAN

pytestmark = pytest.mark.django_db
FIGURE = {"name": "Projets d'habitat inclusif", "unit": "projets", "value": "9", "period": ""}


@pytest.fixture
def people(loiret):
    """A pilot, a reviewer and a manager of Loiret."""
    return pilot(), pilot(kind=RoleKind.REVIEWER), manager()


def refusal_text(error) -> str:
    return " ".join(message for result in error.value.errors.values() for message in result)


class TestPreparing:
    def test_each_of_the_54_sheets_has_an_empty_draft(self, loiret):
        campaign = prepare_campaign()
        entries = Entry.objects.filter(evaluation__campaign=campaign)
        assert entries.count() == 54
        assert {entry.status for entry in entries} == {"draft"}
        assert set(campaign.evaluations.values_list("level_status", flat=True)) == {"missing"}
        assert campaign not in Campaign.objects.public()

    def test_a_second_campaign_copies_the_pilots(self, people):
        writer, left, _manager = people
        Role.objects.create(user=left, department_id="45", kind=RoleKind.PILOT)
        first = prepare_campaign()
        assign(first, writer, "1.1.1", "1.3.1-enfance")
        assign(first, left, "1.1.1")
        Role.objects.filter(user=left, kind=RoleKind.PILOT).delete()
        second = prepare_campaign(slug="2028")
        assert get_entry(second, "1.1.1").pilot_users == [writer]
        assert get_entry(second, "1.3.1-enfance").pilot_users == [writer]
        assert get_entry(second, "1.3.1-handicap").pilot_users == []

    def test_not_opened_without_any_pilot(self, loiret):
        campaign = prepare_campaign()
        with pytest.raises(Refused):
            campaign_services.open_to_pilots(campaign=campaign)
        campaign.refresh_from_db()
        assert campaign.status == CampaignStatus.PREPARATION

    def test_nothing_is_written_before_it_opens(self, people):
        campaign = prepare_campaign()
        assign(campaign, people[0], "1.1.1")
        entry = get_entry(campaign, "1.1.1")
        with pytest.raises(Refused):
            entry_services.save_draft(entry=entry, version=1, content=entry_content(), by=people[0])

    def test_sheets_of_another_campaign_are_not_assigned(self, people):
        campaign, other = prepare_campaign(), prepare_campaign(slug="autre")
        foreign = get_entry(other, "1.1.1").pk
        campaign_services.assign(campaign=campaign, user=people[0], entries=[foreign])
        assert not get_entry(other, "1.1.1").pilot_users
        assert not get_entry(campaign, "1.1.1").pilot_users


class TestOneSheet:
    def test_a_draft_accepts_anything_and_is_not_public(self, client, people):
        campaign = open_campaign(people[0], "1.2.3")
        entry = get_entry(campaign, "1.2.3")
        half = entry_content(level=3, done="", figures=[{**FIGURE, "value": "environ neuf"}])
        entry = entry_services.save_draft(entry=entry, version=1, content=half, by=people[0])
        assert (entry.level, entry.version, entry.status) == (3, 2, "draft")
        evaluation = Evaluation.objects.get(pk=entry.evaluation_id)
        assert (evaluation.level, evaluation.level_status) == (None, "missing")
        assert not IndicatorValue.objects.filter(campaign=campaign).exists()

    def test_a_draft_does_not_renew_public_answers(self, people):
        from portal.core.caching import data_versions

        campaign = open_campaign(people[0], "1.1.1")
        entry, before = get_entry(campaign, "1.1.1"), data_versions.current_versions()
        entry_services.save_draft(entry=entry, version=1, content=entry_content(), by=people[0])
        assert data_versions.current_versions() == before

    def test_two_pilots_cannot_undo_each_other(self, people):
        campaign = open_campaign(people[0], "1.1.1")
        entry = get_entry(campaign, "1.1.1")
        entry_services.save_draft(
            entry=entry, version=1, content=entry_content(done="Un"), by=people[0]
        )
        with pytest.raises(Stale):
            entry_services.save_draft(
                entry=entry, version=1, content=entry_content(done="Deux"), by=people[0]
            )
        assert get_entry(campaign, "1.1.1").done == "Un"

    @pytest.mark.parametrize(
        ("content", "field"),
        [
            (entry_services.EntryContent(sections={"done": "Fait"}), "level"),
            (entry_content(done="  "), "done"),
        ],
    )
    def test_what_a_sheet_needs_to_be_handed_in(self, people, content, field):
        campaign = open_campaign(people[0], "1.1.1")
        entry = get_entry(campaign, "1.1.1")
        with pytest.raises(Refused) as error:
            entry_services.submit(entry=entry, version=1, content=content, by=people[0])
        assert list(error.value.errors) == [field]
        assert get_entry(campaign, "1.1.1").status == "draft"

    def test_not_concerned_needs_no_text(self, people):
        campaign = open_campaign(people[0], "1.1.1")
        entry = submit_entry(campaign, "1.1.1", people[0], level=None, done="")
        assert (entry.status, entry.level_status) == ("submitted", "not_concerned")

    def test_a_submitted_sheet_is_read_only_until_taken_back(self, people):
        campaign = open_campaign(people[0], "1.1.1")
        entry = submit_entry(campaign, "1.1.1", people[0])
        with pytest.raises(Refused) as error:
            entry_services.save_draft(
                entry=entry, version=entry.version, content=entry_content(done="x"), by=people[0]
            )
        assert "remise" in refusal_text(error)
        entry = entry_services.take_back(entry=entry, version=entry.version, by=people[0])
        entry = entry_services.save_draft(
            entry=entry, version=entry.version, content=entry_content(done="Mieux"), by=people[0]
        )
        assert entry.done == "Mieux"

    def test_a_reviewer_disagrees_with_a_reason_and_another_level(self, people):
        writer, reviewer, boss = people
        campaign = open_campaign(writer, "1.1.1")
        entry = submit_entry(campaign, "1.1.1", writer, level=6)
        for level, reason, field in (
            (6, "Trop haut", "level"),
            (None, "x", "level"),
            (3, "", "reason"),
        ):
            with pytest.raises(Refused) as error:
                entry_services.disagree(
                    entry=entry, version=entry.version, level=level, reason=reason, by=reviewer
                )
            assert list(error.value.errors) == [field]
        entry = entry_services.disagree(
            entry=entry, version=entry.version, level=3, reason="Pas de résultat", by=reviewer
        )
        assert (entry.status, entry.level, entry.proposed_level) == ("reviewed", 6, 3)
        entry_validated = entry_services.validate(
            entry=entry, version=entry.version, by=boss, takes_proposed=True
        )
        assert (entry_validated.status, entry_validated.level) == ("validated", 3)

    def test_a_manager_may_validate_the_level_of_the_pilot(self, people):
        writer, reviewer, boss = people
        campaign = open_campaign(writer, "1.1.1")
        entry = submit_entry(campaign, "1.1.1", writer, level=6)
        entry = entry_services.disagree(
            entry=entry, version=entry.version, level=3, reason="Non", by=reviewer
        )
        assert entry_services.validate(entry=entry, version=entry.version, by=boss).level == 6

    def test_a_sheet_given_back_is_a_draft_with_its_text(self, people):
        writer, reviewer, boss = people
        campaign = open_campaign(writer, "1.1.1")
        entry = validate_entry(campaign, "1.1.1", writer, reviewer, boss, done="Un début")
        with pytest.raises(Refused):
            entry_services.give_back(entry=entry, version=entry.version, reason=" ", by=boss)
        entry = entry_services.give_back(
            entry=entry, version=entry.version, reason="Ajoutez les chiffres", by=boss
        )
        assert (entry.status, entry.done) == ("draft", "Un début")

    def test_every_action_adds_a_signed_version(self, people):
        writer, reviewer, boss = people
        campaign = open_campaign(writer, "1.1.1")
        validate_entry(campaign, "1.1.1", writer, reviewer, boss, done="Fait")
        versions = get_entry(campaign, "1.1.1").evaluation.signed_versions.order_by("number")
        assert [(row.action, row.signed_by, row.done) for row in versions] == [
            ("submitted", writer, "Fait"),
            ("agreed", reviewer, "Fait"),
            ("validated", boss, "Fait"),
        ]


class TestFreezing:
    def test_what_was_validated_becomes_the_evaluation(self, people):
        writer, reviewer, boss = people
        campaign = open_campaign(writer, "1.2.3", "1.1.1")
        period = {**FIGURE, "value": "9,5", "period": "mai 2027"}
        new = {"name": "Visites", "unit": "", "value": "1 200", "period": "2027"}
        validate_entry(campaign, "1.2.3", writer, reviewer, boss, level=6, figures=[period, new])
        campaign_services.freeze(campaign=campaign, by=boss, leaves_out=True)
        assert campaign.status == "validated"
        evaluation = campaign.evaluations.get(sheet__key="1.2.3")
        assert (evaluation.level, evaluation.done) == (6, "Trois ateliers.")
        values = IndicatorValue.objects.filter(campaign=campaign).order_by("indicator__position")
        assert [(v.indicator.name, str(v.value), v.period_text) for v in values] == [
            (FIGURE["name"], "9.50", "mai 2027"),
            ("Visites", "1200.00", "2027"),
        ]
        assert Indicator.objects.filter(name=FIGURE["name"], sheet=evaluation.sheet).count() == 1

    def test_a_draft_is_left_out_after_confirmation_and_recorded(self, people):
        writer, _reviewer, boss = people
        campaign = open_campaign(writer, "1.1.1")
        entry = get_entry(campaign, "1.1.1")
        entry_services.save_draft(
            entry=entry, version=1, content=entry_content(level=1, done="?"), by=writer
        )
        with pytest.raises(Refused) as error:
            campaign_services.freeze(campaign=campaign, by=boss)
        assert list(error.value.errors) == ["leaves_out"]
        campaign_services.freeze(campaign=campaign, by=boss, leaves_out=True)
        evaluation = campaign.evaluations.get(sheet__key="1.1.1")
        assert (evaluation.level_status, evaluation.done) == ("missing", "")
        assert [(row.action, row.done) for row in evaluation.signed_versions.all()] == [
            ("left_out", "?")
        ]
        assert campaign.synthesis().computed.missing == 54

    @pytest.mark.parametrize("is_reviewed", [True, False])
    def test_freezing_is_refused_while_a_sheet_is_pending(self, people, is_reviewed):
        writer, reviewer, boss = people
        campaign = open_campaign(writer, "1.1.1")
        entry = submit_entry(campaign, "1.1.1", writer)
        if is_reviewed:
            entry_services.agree(entry=entry, version=entry.version, by=reviewer)
        with pytest.raises(Refused) as error:
            campaign_services.freeze(campaign=campaign, by=boss, leaves_out=True)
        assert "1.1.1" in refusal_text(error)
        assert Campaign.objects.get(pk=campaign.pk).is_open

    def test_a_frozen_campaign_refuses_changes(self, people):
        writer, reviewer, boss = people
        campaign = open_campaign(writer, "1.1.1", "1.1.2")
        entry = validate_entry(campaign, "1.1.1", writer, reviewer, boss)
        draft = get_entry(campaign, "1.1.2")
        campaign_services.freeze(campaign=campaign, by=boss, leaves_out=True)
        for change in (
            lambda: entry_services.give_back(
                entry=entry, version=entry.version, reason="x", by=boss
            ),
            lambda: entry_services.save_draft(
                entry=draft, version=1, content=entry_content(), by=writer
            ),
            lambda: assign(campaign, writer, "1.1.3"),
            lambda: campaign_services.freeze(campaign=campaign, by=boss, leaves_out=True),
            lambda: campaign_services.open_to_pilots(campaign=campaign),
            lambda: campaign_services.change_due_date(campaign=campaign, due_on=date(2028, 1, 1)),
        ):
            with pytest.raises(Refused):
                change()

    def test_it_is_public_once_published(self, client, people):
        writer, reviewer, boss = people
        campaign = open_campaign(writer, "1.1.1")
        validate_entry(campaign, "1.1.1", writer, reviewer, boss, level=2, done="Sept réunions.")
        campaign_services.freeze(campaign=campaign, by=boss, leaves_out=True)
        page = f"/schemas/{PLAN}/campagnes/{campaign.slug}/"
        assert client.get(page).status_code == 404
        assert client.get(f"/api/v1/evaluations/?campaign={campaign.slug}").status_code == 400
        campaign_services.publish(campaign=campaign)
        assert client.get(page).status_code == 200
        shown = client.get(f"/schemas/{PLAN}/fiches/1.1.1/?campaign={campaign.slug}")
        assert "Sept réunions." in shown.content.decode()
        assert "validée dans le portail" in shown.content.decode()

    def test_an_import_never_touches_it(self, people):
        from portal.registries.loaders import LoadRefused as ImportRefused
        from schema_actions.importers.campaigns import lock_published_campaign

        campaign = open_campaign(people[0], "1.1.1")
        campaign_services.freeze(campaign=campaign, by=people[2], leaves_out=True)
        campaign_services.publish(campaign=campaign)
        with pytest.raises(ImportRefused):
            lock_published_campaign(PLAN, campaign.slug)


class TestCorrecting:
    @pytest.fixture
    def frozen(self, people):
        writer, reviewer, boss = people
        campaign = open_campaign(writer, "1.2.3")
        validate_entry(campaign, "1.2.3", writer, reviewer, boss, level=5, figures=[FIGURE])
        campaign_services.freeze(campaign=campaign, by=boss, leaves_out=True)
        return campaign.evaluations.get(sheet__key="1.2.3"), boss

    def test_a_correction_adds_a_signed_version(self, frozen):
        evaluation, boss = frozen
        content = entry_content(level=4, done="Deux ateliers.", figures=[{**FIGURE, "value": "8"}])
        correct(
            evaluation=evaluation,
            version=evaluation.version,
            content=content,
            reason="Un atelier compté deux fois",
            by=boss,
        )
        evaluation.refresh_from_db()
        assert (evaluation.level, evaluation.done) == (4, "Deux ateliers.")
        last, before = evaluation.signed_versions.all()[:2]
        assert (last.action, last.signed_by, last.reason) == (
            "corrected",
            boss,
            "Un atelier compté deux fois",
        )
        assert (before.action, before.level, before.done) == ("validated", 5, "Trois ateliers.")
        assert before.figures == [FIGURE]
        assert str(IndicatorValue.objects.get(campaign=evaluation.campaign).value) == "8.00"

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_never_without_a_reason(self, frozen, reason):
        evaluation, boss = frozen
        with pytest.raises(Refused):
            correct(
                evaluation=evaluation, version=1, content=entry_content(), reason=reason, by=boss
            )

    def test_not_on_an_older_version_nor_when_nothing_changes(self, frozen):
        evaluation, boss = frozen
        same = entry_services.content_of(evaluation, evaluation_figures(evaluation))
        version = evaluation.version
        with pytest.raises(Refused):
            correct(evaluation=evaluation, version=version, content=same, reason="x", by=boss)
        with pytest.raises(Stale):
            correct(
                evaluation=evaluation,
                version=version + 1,
                content=entry_content(2),
                reason="x",
                by=boss,
            )

    def test_refused_in_a_campaign_from_a_document(self, people, evaluated):
        evaluation = Evaluation.objects.get(campaign__slug="2023-06", sheet__key="1.1.1")
        with pytest.raises(Refused):
            correct(
                evaluation=evaluation,
                version=evaluation.version,
                content=entry_content(),
                reason="x",
                by=people[2],
            )


class TestProgress:
    def test_sheets_not_started_and_late(self, people):
        writer, reviewer, boss = people
        campaign = open_campaign(writer, "1.1.1", "1.1.2", "1.1.3")
        entry = get_entry(campaign, "1.1.2")
        entry_services.save_draft(entry=entry, version=1, content=entry_content(), by=writer)
        validate_entry(campaign, "1.1.3", writer, reviewer, boss)
        states = {
            row.entry.evaluation.sheet.key: row
            for row in campaign_progress(campaign, date(2027, 6, 30)).rows
        }
        assert [states[key].state.key for key in ("1.1.1", "1.1.2", "1.1.3")] == [
            "pas-commencee",
            "en-cours",
            "validee",
        ]
        assert not any(row.is_late for row in states.values()), "the day itself is in time"
        late_pilots = [
            row for row in campaign_progress(campaign, date(2027, 7, 1)).rows if row.is_late
        ]
        assert len(late_pilots) == 53
        assert len([row for row in states.values() if not row.has_pilot]) == 51

    def test_a_constant_number_of_queries(self, people, queries):
        campaign = open_campaign(people[0], "1.1.1")
        with queries() as few:
            campaign_progress(campaign, date(2027, 6, 1)).rows[0].entry.pilot_users  # noqa: B018
        for _n in range(3):
            assign(campaign, pilot(), *(f"1.1.{n}" for n in range(1, 5)))
        with queries() as many:
            campaign_progress(campaign, date(2027, 6, 1)).rows[0].entry.pilot_users  # noqa: B018
        assert len(many) == len(few) <= 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [("155", "155"), ("13 500", "13500"), ("7,5", "7.5"), ("0", "0"), ("-3", "-3"), ("88 ", "88")],
)
def test_a_number_as_it_is_typed(text, expected):
    assert str(parse_figure(text)) == expected


@pytest.mark.parametrize("text", ["", "neuf", "1e5", "NaN", "²", "1.2.3", "9" * 13, "0,125", "--1"])
def test_what_is_no_number(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_figure(text)
