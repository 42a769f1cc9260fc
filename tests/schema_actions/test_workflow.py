"""Every row of the workflow tables: complete, reachable, applied by the services."""

from datetime import date

import pytest

from portal.accounts.enums import RoleKind
from portal.core.workflow import Refused
from schema_actions.campaigns import services as campaign_services
from schema_actions.campaigns.progress import campaign_progress
from schema_actions.corrections.services import correct
from schema_actions.entries import services
from schema_actions.entries.actions import ACTION_FORMS
from schema_actions.enums import CampaignStatus, EntryAction, EntryStatus
from schema_actions.models import Campaign, Entry
from schema_actions.workflow import (
    CAMPAIGN_STATUSES,
    ENTRY_ACTIONS,
    ENTRY_STATES,
    ENTRY_STATUSES,
    LATE,
    SAVE_DRAFT,
    WITHOUT_PILOT,
)
from tests.factories import manager, pilot
from tests.schema_actions.campaigns import entry_content, get_entry, open_campaign, prepare_campaign

KEY = "1.1.1"
SIGNED_IN_A_CAMPAIGN = [action for action, row in ENTRY_ACTIONS.items() if row.to_status]


def perform(action, entry, by, reason="Une raison"):
    """Perform the action of an open campaign through its service."""
    arguments = {"entry": entry, "version": entry.version, "by": by}
    return {
        EntryAction.SUBMITTED: lambda: services.submit(**arguments, content=entry_content(level=6)),
        EntryAction.TAKEN_BACK: lambda: services.take_back(**arguments),
        EntryAction.AGREED: lambda: services.agree(**arguments, reason=reason),
        EntryAction.DISAGREED: lambda: services.disagree(**arguments, level=2, reason=reason),
        EntryAction.GIVEN_BACK: lambda: services.give_back(**arguments, reason=reason),
        EntryAction.VALIDATED: lambda: services.validate(**arguments, reason=reason),
    }[action]()


@pytest.mark.parametrize(
    ("enum", "table"),
    [
        (CampaignStatus, CAMPAIGN_STATUSES),
        (EntryStatus, ENTRY_STATUSES),
        (EntryAction, ENTRY_ACTIONS),
    ],
)
def test_each_member_has_a_row_in_the_same_order(enum, table):
    assert list(table) == list(enum)


def test_a_campaign_goes_through_every_status_to_the_public():
    statuses = [CampaignStatus.PREPARATION]
    while following := CAMPAIGN_STATUSES[statuses[-1]].next:
        statuses.append(following)
    assert statuses == list(CampaignStatus)
    assert CAMPAIGN_STATUSES[statuses[-1]].is_public


@pytest.mark.parametrize("status", CampaignStatus)
def test_a_status_with_a_next_one_has_its_texts(status):
    row = CAMPAIGN_STATUSES[status]
    texts = [row.next_url_name, row.next_button, row.next_message, row.not_here]
    assert all(texts) if row.next else not any(texts)
    assert not (row.is_open and row.is_frozen)
    assert row.is_frozen or not row.is_public


def test_every_entry_status_is_reached_and_left():
    starts = {status for row in ENTRY_ACTIONS.values() for status in row.from_statuses}
    ends = {row.to_status for row in ENTRY_ACTIONS.values() if row.to_status}
    assert starts == ends == set(EntryStatus)


def test_states_have_their_own_keys_and_are_properties_of_entries():
    states = [*ENTRY_STATES, LATE, WITHOUT_PILOT]
    assert len({state.key for state in states}) == len(states)
    assert all(state.label and state.tone for state in states)
    for row in ENTRY_STATUSES.values():
        assert all(isinstance(getattr(Entry, name), property) for name in row.state_if)


@pytest.mark.parametrize("action", [action for action in EntryAction if action != "left_out"])
def test_each_action_has_its_texts(action):
    row = ENTRY_ACTIONS[action]
    assert row.button
    assert row.message
    assert row.permission.startswith("schema_actions.")


def test_each_form_of_the_page_has_a_row():
    rows = [form.row for form in ACTION_FORMS.values()]
    shared = {EntryAction.DISAGREED}  # The same form as AGREED.
    expected = [ENTRY_ACTIONS[action] for action in SIGNED_IN_A_CAMPAIGN if action not in shared]
    assert rows[0] == SAVE_DRAFT
    assert [row for row in expected if row not in rows] == []
    for name in ("permission", "from_statuses", "to_status", "needs_another_person", "message"):
        agreed, disagreed = (ENTRY_ACTIONS[EntryAction(a)] for a in ("agreed", "disagreed"))
        assert getattr(agreed, name) == getattr(disagreed, name)


@pytest.mark.django_db
@pytest.mark.usefixtures("loiret")
class TestObeyed:
    @pytest.fixture
    def writer(self):
        return pilot()

    @pytest.fixture
    def judge(self):
        return manager()

    @pytest.mark.parametrize("action", SIGNED_IN_A_CAMPAIGN)
    @pytest.mark.parametrize("status", EntryStatus)
    def test_from_its_statuses_alone_and_to_the_next(self, writer, judge, action, status):
        entry = get_entry(open_campaign(writer, KEY), KEY)
        Entry.objects.filter(pk=entry.pk).update(status=status)
        row = ENTRY_ACTIONS[action]
        if status in row.from_statuses:
            assert perform(action, entry, judge).status == row.to_status
            signed = entry.evaluation.signed_versions.get()
            assert (signed.action, signed.signed_by) == (action, judge)
        else:
            with pytest.raises(Refused):
                perform(action, entry, judge)

    @pytest.mark.parametrize("action", SIGNED_IN_A_CAMPAIGN)
    def test_authors_are_refused_where_the_row_needs_another_person(self, writer, action):
        entry = get_entry(open_campaign(writer, KEY), KEY)
        row = ENTRY_ACTIONS[action]
        Entry.objects.filter(pk=entry.pk).update(status=row.from_statuses[0])
        if row.needs_another_person:
            with pytest.raises(Refused):
                perform(action, entry, writer)
        else:
            assert perform(action, entry, writer).status == row.to_status

    @pytest.mark.parametrize("action", SIGNED_IN_A_CAMPAIGN)
    def test_without_a_reason_where_it_is_optional(self, writer, judge, action):
        entry = get_entry(open_campaign(writer, KEY), KEY)
        row = ENTRY_ACTIONS[action]
        Entry.objects.filter(pk=entry.pk).update(status=row.from_statuses[0])
        if row.reason_required:
            with pytest.raises(Refused) as error:
                perform(action, entry, judge, reason=" ")
            assert error.value.errors == {"reason": [str(row.reason_required)]}
        else:
            assert perform(action, entry, judge, reason="").status == row.to_status

    @pytest.mark.parametrize("status", CampaignStatus)
    def test_a_campaign_is_written_while_it_is_open_alone(self, writer, judge, status):
        entry = get_entry(open_campaign(writer, KEY), KEY)
        Campaign.objects.update(status=status)
        if CAMPAIGN_STATUSES[status].is_open:
            assert perform(EntryAction.SUBMITTED, entry, writer).status == EntryStatus.SUBMITTED
        else:
            with pytest.raises(Refused):
                perform(EntryAction.SUBMITTED, entry, writer)

    @pytest.mark.parametrize("status", CampaignStatus)
    def test_a_sheet_is_corrected_while_frozen_alone(self, writer, judge, status):
        campaign = open_campaign(writer, KEY)
        Campaign.objects.filter(pk=campaign.pk).update(status=status)
        evaluation = get_entry(campaign, KEY).evaluation
        arguments = {"version": 1, "content": entry_content(), "reason": "Erreur", "by": judge}
        if CAMPAIGN_STATUSES[status].is_frozen:
            assert correct(evaluation=evaluation, **arguments).level == 5
        else:
            with pytest.raises(Refused):
                correct(evaluation=evaluation, **arguments)

    @pytest.mark.parametrize("status", CampaignStatus)
    def test_public_statuses(self, status):
        campaign = prepare_campaign()
        Campaign.objects.filter(pk=campaign.pk).update(status=status)
        is_public = Campaign.objects.public().filter(pk=campaign.pk).exists()
        assert is_public == CAMPAIGN_STATUSES[status].is_public

    @pytest.mark.parametrize("status", CampaignStatus)
    def test_each_service_leaves_its_status_alone(self, writer, judge, status):
        campaign = open_campaign(writer, KEY)
        freeze = {"by": judge, "leaves_out": True}
        for service, left, arguments in (
            (campaign_services.open_to_pilots, CampaignStatus.PREPARATION, {}),
            (campaign_services.freeze, CampaignStatus.OPEN, freeze),
            (campaign_services.publish, CampaignStatus.VALIDATED, {}),
        ):
            Campaign.objects.filter(pk=campaign.pk).update(status=status)
            campaign.refresh_from_db()
            if status == left:
                service(campaign=campaign, **arguments)
                assert campaign.status == CAMPAIGN_STATUSES[left].next
            else:
                with pytest.raises(Refused) as error:
                    service(campaign=campaign, **arguments)
                assert error.value.messages == [str(CAMPAIGN_STATUSES[left].not_here)]

    @pytest.mark.parametrize("status", EntryStatus)
    def test_freezing_is_refused_while_an_entry_is_pending(self, writer, judge, status):
        campaign = open_campaign(writer, KEY)
        Entry.objects.filter(pk=get_entry(campaign, KEY).pk).update(status=status)
        row = ENTRY_STATUSES[status]
        progress = campaign_progress(campaign, date(2027, 7, 1))
        assert (len(progress.waiting) == 1) == (row.is_handed_in and not row.is_final)
        assert (len(progress.drafts) == 54) == (not row.is_handed_in)
        if progress.waiting:
            with pytest.raises(Refused):
                campaign_services.freeze(campaign=campaign, by=judge, leaves_out=True)
        else:
            campaign_services.freeze(campaign=campaign, by=judge, leaves_out=True)
            assert campaign.is_frozen

    @pytest.mark.parametrize("kind", [RoleKind.REVIEWER, RoleKind.PILOT])
    def test_an_action_needs_its_permission(self, writer, kind):
        user = pilot(kind=kind)
        entry = get_entry(open_campaign(writer, KEY), KEY)
        allowed = {name for name, form in ACTION_FORMS.items() if form.is_allowed(user, entry)}
        assert allowed == ({"relire"} if kind == RoleKind.REVIEWER else set())
