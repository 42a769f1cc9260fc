"""Refusals, and version locks."""

import pytest
from django import forms

from portal.core.workflow import Refused, Stale, lock_version
from relocations.models import Relocation
from tests.factories import RelocationFactory


class NameForm(forms.Form):
    name = forms.CharField()


def test_a_refusal_gathers_messages_by_field():
    faults = Refused()
    faults.raise_if_any()
    faults.add("name", "Trop long.")
    faults.add("name", "Déjà pris.")
    faults.add("", "Fermé.")
    assert faults.messages == ["Trop long.", "Déjà pris.", "Fermé."]
    with pytest.raises(Refused) as error:
        faults.raise_if_any()
    assert error.value.errors == {"name": ["Trop long.", "Déjà pris."], "": ["Fermé."]}


def test_a_refusal_with_one_message():
    assert Refused.with_message("Fermé.").errors == {"": ["Fermé."]}
    assert Refused.with_message("Trop long.", "name").errors == {"name": ["Trop long."]}


def test_messages_of_fields_that_the_form_has_not_are_about_the_form():
    form = NameForm({"name": "Nord"})
    faults = Refused({"name": ["Trop long."], "day": ["Trop tôt."], "": ["Fermé."]})
    faults.add_to(form)
    assert form.errors == {"name": ["Trop long."], "__all__": ["Trop tôt.", "Fermé."]}


@pytest.mark.django_db
class TestLockVersion:
    def test_the_row_comes_back_in_its_next_version(self, django_assert_num_queries):
        move = RelocationFactory()
        rows = Relocation.objects.select_related("team")
        with django_assert_num_queries(2):
            row = lock_version(rows, pk=move.pk, version=move.version)
            assert row.team == move.team
        assert (row.pk, row.version) == (move.pk, move.version + 1)

    def test_another_version_is_stale_and_nothing_is_written(self):
        move = RelocationFactory()
        for version in (move.version - 1, move.version + 1):
            with pytest.raises(Stale):
                lock_version(Relocation.objects.all(), pk=move.pk, version=version)
        assert Relocation.objects.get(pk=move.pk).version == move.version

    def test_an_absent_row_is_stale(self):
        with pytest.raises(Stale):
            lock_version(Relocation.objects.all(), pk=0, version=1)
