"""Every row of the workflow table is complete and consistent with its readers."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portal.core.periods.period import Period
from relocations.editing.actions import available_actions
from relocations.editing.forms import ChangeForm
from relocations.enums import RelocationKind, RelocationStatus
from relocations.feeds.calendar import build_calendar
from relocations.history import describe_update
from relocations.models import Relocation
from relocations.status_labels import status_label
from relocations.workflow import CLOSED_STATUSES, WORKFLOW, is_step_back
from teams.models import Site
from tests.factories import RelocationFactory

TODAY = date(2024, 1, 20)
EVERY_STATUS = pytest.mark.parametrize("status", RelocationStatus)


@pytest.fixture(autouse=True)
def day(today):
    today("2024-01-20")


def build_move(status):
    """Return an unsaved move with all that its status requires."""
    rule = WORKFLOW[status]
    move = Relocation(status=status, kind="move", destination=Site(pk=1, name="Gare"))
    move.period = Period.parse("1 et 2 mars 2024")
    move.actual_date = TODAY if rule.needs_actual_date else None
    return move


def test_every_status_has_its_row_in_the_order_of_the_enum():
    assert list(WORKFLOW) == list(RelocationStatus)


@EVERY_STATUS
def test_every_column_is_filled(status):
    rule = WORKFLOW[status]
    assert rule.action_key
    assert rule.action_label
    assert set(rule.fields) <= set(ChangeForm.base_fields)
    assert set(rule.sentences) == set(RelocationKind)
    assert bool(rule.edit_label) is rule.is_open
    assert rule.badge is None or set(rule.badge.texts) == set(RelocationKind)
    assert rule.is_open or rule.badge


def test_action_keys_are_unique():
    keys = [rule.action_key for rule in WORKFLOW.values()]
    assert len({*keys, "changer", "rien"}) == len(keys) + 2


@EVERY_STATUS
def test_every_status_is_reachable_and_leads_back_to_a_start(status):
    assert WORKFLOW[status].is_initial or any(
        status in rule.next_statuses for before, rule in WORKFLOW.items() if before != status
    )
    seen, pending = set(), [status]
    while pending:
        current = pending.pop()
        if current not in seen:
            seen.add(current)
            pending += WORKFLOW[current].next_statuses
    assert any(WORKFLOW[visited].is_initial for visited in seen - {status})


@EVERY_STATUS
def test_an_open_status_may_stay_and_a_closed_one_be_reopened(status):
    rule = WORKFLOW[status]
    assert (status in rule.next_statuses) is rule.is_open
    if not rule.is_open:
        assert all(WORKFLOW[to].reopen_label for to in rule.next_statuses)


@EVERY_STATUS
def test_each_next_status_has_its_button(status):
    actions = available_actions(build_move(status))
    assert {action.to for action in actions} == set(WORKFLOW[status].next_statuses)
    assert all(action.label and action.fields for action in actions)


@pytest.mark.parametrize("kind", RelocationKind)
@EVERY_STATUS
def test_each_kind_has_its_french_texts(status, kind):
    move = build_move(status)
    move.kind = kind
    sentence = describe_update(None, move)[0]
    label = status_label(move, TODAY)
    assert sentence.endswith(".")
    assert "%" not in sentence + label.text
    assert ("20 janvier 2024" in sentence) is WORKFLOW[status].needs_actual_date


@EVERY_STATUS
def test_only_going_back_is_a_step_back(status):
    assert not is_step_back(status, status)
    assert is_step_back(status, RelocationStatus.UNDER_STUDY) is (status != "under_study")


@EVERY_STATUS
def test_the_queryset_and_the_row_agree_on_what_is_open(db, status):
    move = RelocationFactory(
        status=status,
        period=Period.parse("1 et 2 mars 2024"),
        actual_date=TODAY if WORKFLOW[status].needs_actual_date else None,
    )
    assert move.is_open is WORKFLOW[status].is_open is (status not in CLOSED_STATUSES)
    assert Relocation.objects.open().filter(pk=move.pk).exists() is move.is_open


@EVERY_STATUS
def test_the_constraints_require_what_the_row_says(db, status):
    rule = WORKFLOW[status]
    whole = {
        "period": Period.parse("1 et 2 mars 2024"),
        "actual_date": TODAY if rule.needs_actual_date else None,
    }
    other_date = None if rule.needs_actual_date else TODAY
    is_valid_without = {
        "period": (not rule.needs_period, {**whole, "period": Period.unknown()}),
        "days": (not rule.days_error, {**whole, "period": Period.parse("mars 2024")}),
        "destination": (not rule.needs_destination, {**whole, "destination": None}),
        "actual_date": (rule.needs_actual_date, {**whole, "actual_date": other_date}),
        "day or period": (
            status in ("under_study", "cancelled"),
            {"period": Period.unknown(), "actual_date": None},
        ),
        "nothing": (True, whole),
    }
    row = RelocationFactory(status="under_study", period=Period.unknown())
    for name, (is_valid, fields) in is_valid_without.items():
        move = Relocation.objects.get(pk=row.pk)
        move.status = status
        for field, value in fields.items():
            setattr(move, field, value)
        try:
            move.validate_constraints()
        except ValidationError:
            assert not is_valid, name
        else:
            assert is_valid, name


@EVERY_STATUS
def test_the_calendar_gives_its_state(db, client, status):
    move = RelocationFactory(
        status=status,
        period=Period.parse("1 et 2 mars 2024"),
        actual_date=TODAY if WORKFLOW[status].needs_actual_date else None,
    )
    moves = Relocation.objects.with_sites().with_last_change()
    calendar = build_calendar(moves, name="essai", page="/").decode()
    assert f"STATUS:{WORKFLOW[status].calendar_status}\r\n" in calendar
    assert client.get(reverse("relocation-detail", args=[move.pk])).status_code == 200
