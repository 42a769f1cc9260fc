"""Pilots and authors of a sheet may not review, validate or correct it, whatever their rights."""

import html
import re
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.test import RequestFactory

from portal.accounts.enums import RoleKind
from portal.accounts.models import Role
from portal.core.workflow import Refused
from portal.notices.models import Notice
from schema_actions.campaigns import services as campaign_services
from schema_actions.campaigns.notifications import remind_reviewers
from schema_actions.corrections.services import correct
from schema_actions.entries import services as entry_services
from schema_actions.models import Entry, Pilot
from schema_actions.rules import can_validate_entry
from schema_actions.workspace import sheets_to_review
from tests.factories import administrator, manager, pilot
from tests.schema_actions.campaigns import (
    CAMPAIGN_URL,
    assign,
    entry_content,
    get_entry,
    open_campaign,
    post_data,
    submit_entry,
)

ENTRY = f"{CAMPAIGN_URL}fiches/1.1.1/"
KEY = "1.1.1"
ANOTHER_PERSON_NEEDED = "une autre personne doit la relire"


def visible_text(answer) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(html.unescape(text).split())


def also(user, kind: str):
    Role.objects.create(user=user, department_id="45", kind=kind)
    user.clear_rights_cache()
    return user


def everything():
    """A user who is pilot, reviewer and manager of the Loiret."""
    return also(also(manager(), RoleKind.PILOT), RoleKind.REVIEWER)


def agreed(entry: Entry, by) -> Entry:
    return entry_services.agree(entry=entry, version=entry.version, by=by)


def acts(entry: Entry, by) -> dict:
    """The actions on a submitted, then reviewed sheet, by name."""
    same = {"entry": entry, "version": entry.version, "by": by}
    return {
        "agree": lambda: entry_services.agree(**same),
        "disagree": lambda: entry_services.disagree(**same, level=2, reason="Non"),
        "give back": lambda: entry_services.give_back(**same, reason="Complétez"),
        "validate": lambda: entry_services.validate(**same),
    }


# The ways to become an author of the sheet that a colleague submits.
def pilots_today(user, colleague):
    campaign = open_campaign(user, KEY)
    assign(campaign, colleague, KEY)
    return submit_entry(campaign, KEY, colleague)


def handed_it_in(user, colleague):
    campaign = open_campaign(user, KEY)
    submit_entry(campaign, KEY, user)
    assign(campaign, user)
    assign(campaign, colleague, KEY)
    return get_entry(campaign, KEY)


def wrote_a_draft_once(user, colleague):
    campaign = open_campaign(user, KEY)
    entry = get_entry(campaign, KEY)
    entry_services.save_draft(entry=entry, version=1, content=entry_content(done="Un"), by=user)
    assign(campaign, user)
    assign(campaign, colleague, KEY)
    return submit_entry(campaign, KEY, colleague, done="Tout autre chose")


def wrote_as_an_administrator(user, colleague):
    user.is_superuser = True
    user.save()
    campaign = open_campaign(colleague, KEY)
    entry = get_entry(campaign, KEY)
    entry_services.save_draft(entry=entry, version=1, content=entry_content(done="Un"), by=user)
    return submit_entry(campaign, KEY, colleague)


AUTHORS = [pilots_today, handed_it_in, wrote_a_draft_once, wrote_as_an_administrator]


@pytest.mark.django_db
@pytest.mark.usefixtures("loiret")
@pytest.mark.parametrize("became", AUTHORS)
class TestAnAuthor:
    def test_judges_nothing_of_it(self, became):
        user, colleague, other = everything(), pilot(), everything()
        entry = became(user, colleague)
        for name in ("agree", "disagree", "give back"):
            with pytest.raises(Refused) as error:
                acts(entry, user)[name]()
            assert ANOTHER_PERSON_NEEDED in str(error.value.errors)
        entry = agreed(get_entry(entry.evaluation.campaign, KEY), other)
        for name in ("validate", "give back"):
            with pytest.raises(Refused) as error:
                acts(entry, user)[name]()
            assert ANOTHER_PERSON_NEEDED in str(error.value.errors)
        assert acts(get_entry(entry.evaluation.campaign, KEY), other)["validate"]()

    def test_is_offered_no_action_and_sees_why(self, client, became):
        user, other = everything(), everything()
        entry = became(user, pilot())
        for act, permission in (("relire", "review"), ("rendre", "validate")):
            client.force_login(user)
            page = client.get(ENTRY)
            assert f'value="{act}"' not in page.content.decode()
            assert ANOTHER_PERSON_NEEDED in visible_text(page)
            sent = {"acte": act, "version": entry.version, "agrees": "yes", "reason": "Non"}
            refused = client.post(ENTRY, sent)
            assert refused.status_code == 403
            assert ANOTHER_PERSON_NEEDED in visible_text(refused)
            if not user.is_superuser:
                assert not user.has_perm(f"schema_actions.{permission}_entry", entry)
            client.force_login(other)
            page = client.get(ENTRY)
            assert f'value="{act}"' in page.content.decode()
            assert ANOTHER_PERSON_NEEDED not in visible_text(page)
        entry = agreed(get_entry(entry.evaluation.campaign, KEY), other)
        client.force_login(user)
        assert client.post(f"{CAMPAIGN_URL}valider/").status_code == 302
        assert get_entry(entry.evaluation.campaign, KEY).status == "reviewed"
        board = visible_text(client.get(CAMPAIGN_URL))
        assert "Valider la fiche relue" not in board
        assert "Une fiche relue d'accord est la vôtre" in board
        client.force_login(other)
        client.post(f"{CAMPAIGN_URL}valider/")
        assert get_entry(entry.evaluation.campaign, KEY).status == "validated"

    def test_does_not_correct_it_once_frozen(self, client, became):
        user, other = everything(), everything()
        entry = agreed(became(user, pilot()), other)
        entry = entry_services.validate(entry=entry, version=entry.version, by=other)
        campaign = entry.evaluation.campaign
        campaign_services.freeze(campaign=campaign, by=user, leaves_out=True)
        entry = get_entry(campaign, KEY)
        evaluation = entry.evaluation
        sent = post_data(entry, version=str(evaluation.version), level="3")
        sent |= {"done": "Après", "reason": "Erreur"}
        client.force_login(user)
        assert "corriger/" not in client.get(ENTRY).content.decode()
        for refused in (client.get(f"{ENTRY}corriger/"), client.post(f"{ENTRY}corriger/", sent)):
            assert refused.status_code == 403
            assert ANOTHER_PERSON_NEEDED in visible_text(refused)
        with pytest.raises(Refused), transaction.atomic():
            correct(
                evaluation=evaluation,
                version=evaluation.version,
                content=entry_content(3, "Après"),
                reason="Erreur",
                by=user,
            )
        client.force_login(other)
        assert client.post(f"{ENTRY}corriger/", sent).status_code == 302

    def test_gets_no_reminder_to_review_it(self, became):
        user, other = everything(), everything()
        entry = became(user, pilot())
        Notice.objects.all().delete()
        remind_reviewers(entry.evaluation.campaign, entry.evaluation.campaign.due_on)
        recipients = set(Notice.objects.values_list("recipient", flat=True))
        assert other.email in recipients
        assert user.email not in recipients
        for who, count in ((user, 0), (other, 1)):
            assert Entry.objects.not_authored_by(who).filter(pk=entry.pk).count() == count
            request = RequestFactory().get("/espace/")
            request.user = who
            assert len(sheets_to_review(request)["entries"]) == count


@pytest.mark.django_db
@pytest.mark.usefixtures("loiret")
class TestWhoElse:
    def test_a_former_pilot_who_wrote_nothing_may_review_and_validate(self):
        user, colleague = everything(), pilot()
        campaign = open_campaign(user, KEY)
        assign(campaign, user)
        assign(campaign, colleague, KEY)
        entry = agreed(submit_entry(campaign, KEY, colleague), user)
        assert (
            entry_services.validate(entry=entry, version=entry.version, by=user).status
            == "validated"
        )

    def test_a_reviewer_may_also_validate(self):
        judge, writer = everything(), pilot()
        entry = agreed(submit_entry(open_campaign(writer, KEY), KEY, writer), judge)
        assert (
            entry_services.validate(entry=entry, version=entry.version, by=judge).status
            == "validated"
        )

    def test_the_reviewer_who_proposed_a_level_may_not_take_it(self, client):
        judge, other, writer = everything(), everything(), pilot()
        entry = submit_entry(open_campaign(writer, KEY), KEY, writer, level=6)
        same = {"entry": entry, "version": entry.version, "reason": "Trop haut"}
        entry = entry_services.disagree(**same, level=3, by=judge)
        client.force_login(judge)
        sent = {"acte": "valider", "version": entry.version, "level": "reviewer"}
        refused = client.post(ENTRY, sent)
        assert refused.status_code == 400
        assert "Vous avez proposé ce niveau" in visible_text(refused)
        client.force_login(other)
        assert client.post(ENTRY, sent).status_code == 302
        assert get_entry(entry.evaluation.campaign, KEY).level == 3

    def test_the_reviewer_who_proposed_a_level_may_validate_the_pilots(self):
        judge, writer = everything(), pilot()
        entry = submit_entry(open_campaign(writer, KEY), KEY, writer, level=6)
        same = {"entry": entry, "version": entry.version, "reason": "Trop haut"}
        entry = entry_services.disagree(**same, level=3, by=judge)
        assert entry_services.validate(entry=entry, version=entry.version, by=judge).level == 6

    def test_an_administrator_validates_where_the_only_manager_is_the_pilot(self):
        alone, boss = everything(), administrator()
        reviewer = pilot(kind=RoleKind.REVIEWER)
        entry = agreed(submit_entry(open_campaign(alone, KEY), KEY, alone), reviewer)
        assert not alone.has_perm("schema_actions.validate_entry", entry)
        assert boss.has_perm("schema_actions.validate_entry", entry)
        assert (
            entry_services.validate(entry=entry, version=entry.version, by=boss).status
            == "validated"
        )


@pytest.mark.usefixtures("emptied_afterwards")
@pytest.mark.django_db(transaction=True)
def test_assigning_and_validating_at_the_same_time():
    """The pilots are being changed when the sheet is validated: the second transaction is refused."""
    user, writer, outcome, begun = everything(), pilot(), [], Event()
    entry = agreed(submit_entry(open_campaign(writer, KEY), KEY, writer), everything())

    def validate() -> None:
        try:
            begun.set()
            entry_services.validate(entry=entry, version=entry.version, by=user)
            outcome.append("validated")
        except Refused as refused:
            outcome.append(str(refused.errors))
        finally:
            connection.close()

    thread = Thread(target=validate)
    with transaction.atomic():
        assign(entry.evaluation.campaign, user, KEY)
        assert Pilot.objects.filter(user=user).exists()
        thread.start()
        assert begun.wait(10)
    thread.join()
    assert [ANOTHER_PERSON_NEEDED in message for message in outcome] == [True]
    assert not can_validate_entry(user, get_entry(entry.evaluation.campaign, KEY))
