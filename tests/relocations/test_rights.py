"""Who may change a move and read its history."""

import pytest
from django.contrib.auth.models import AnonymousUser

from relocations.models import Relocation
from relocations.rules import editable_relocations
from tests.factories import UserFactory, administrator, agent, manager, pilot

pytestmark = pytest.mark.django_db


@pytest.fixture
def move(loiret):
    return Relocation.objects.filter(team__slug="olivetaine").first()


@pytest.mark.parametrize(
    ("make", "changes", "reads"),
    [
        (lambda: agent("ads-orleans-metropole"), True, True),
        (lambda: agent("ads-nord-loiret"), False, True),
        (manager, True, True),
        (lambda: manager("41"), False, False),
        (administrator, True, True),
        (pilot, False, False),
        (UserFactory, False, False),
        (AnonymousUser, False, False),
    ],
)
def test_who_changes_a_move_and_who_reads_its_history(move, make, changes, reads):
    user = make()
    assert user.has_perm("relocations.change_relocation", move) is changes
    assert user.has_perm("relocations.view_history", move) is reads


def test_a_list_says_what_the_rule_says_of_each_move(loiret):
    moves = list(Relocation.objects.all())
    for user in (agent("ads-orleans-metropole"), agent("ads-nord-loiret"), manager(), pilot()):
        listed = set(Relocation.objects.filter(editable_relocations(user)))
        permission = {m for m in moves if user.has_perm("relocations.change_relocation", m)}
        assert listed == permission
