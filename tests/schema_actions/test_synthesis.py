"""Counts of a campaign: computed, published, compared, changed."""

import pytest

from schema_actions.enums import LevelStatus
from schema_actions.levels import LEVELS, Pace, levels_of, pace_of
from schema_actions.synthesis import (
    Counts,
    Synthesis,
    compare_levels,
    compute_counts,
)

PUBLISHED = Counts((4, 8, 11, 7, 9, 8, 6))


def rows(counts, not_concerned=0, not_transcribed=0, missing=0):
    for level, count in zip(LEVELS, counts, strict=True):
        yield from [(LevelStatus.EVALUATED, level)] * count
    yield from [(LevelStatus.NOT_CONCERNED, None)] * not_concerned
    yield from [(LevelStatus.NOT_TRANSCRIBED, None)] * not_transcribed
    yield from [(LevelStatus.MISSING, None)] * missing


def test_the_seven_steps_and_their_pace():
    assert [pace_of(level) for level in LEVELS] == [
        *[Pace.LATE] * 3,
        Pace.ON_PACE,
        *[Pace.AHEAD] * 3,
    ]
    assert levels_of(Pace.AHEAD) == [5, 6, 7]


def test_the_published_counts_and_their_percents_as_printed():
    assert (PUBLISHED.late, PUBLISHED.on_pace, PUBLISHED.ahead, PUBLISHED.total) == (23, 7, 23, 53)
    assert PUBLISHED.percents == (8, 15, 21, 13, 17, 15, 11)
    assert Counts((1, 1, 0, 0, 0, 0, 0)).percents[:2] == (50, 50)
    assert Counts((0,) * 7).percents == (0,) * 7
    assert Counts((1, 199, 0, 0, 0, 0, 0)).percents[:2] == (1, 100), "a half goes up"


def test_a_sheet_without_level_is_never_red():
    counts = compute_counts(rows((0,) * 7, not_concerned=1, not_transcribed=50, missing=3))
    assert counts.levels == (0,) * 7
    assert (counts.not_concerned, counts.not_transcribed, counts.missing) == (1, 50, 3)
    assert (counts.late, counts.total, counts.sheets) == (0, 0, 54)


class TestPublishedBesideComputed:
    def test_they_agree(self):
        both = Synthesis(PUBLISHED, compute_counts(rows(PUBLISHED.levels, not_concerned=1)))
        assert both.agrees is True
        assert both.differences == []

    def test_no_difference_while_levels_are_not_transcribed(self):
        both = Synthesis(PUBLISHED, compute_counts(rows((0,) * 7, not_transcribed=53)))
        assert both.agrees is None
        assert both.differences == [
            "53 fiches n'ont pas encore leur niveau transcrit : le calcul est partiel."
        ]

    def test_but_a_level_already_too_many_is(self):
        both = Synthesis(PUBLISHED, compute_counts(rows((5, 0, 0, 0, 0, 0, 0), not_transcribed=48)))
        assert both.agrees is None
        assert "Niveau 1 (très en retard) : 4 publiées, 5 calculées." in both.differences

    def test_each_difference_is_named(self):
        both = Synthesis(PUBLISHED, compute_counts(rows((4, 8, 11, 7, 9, 7, 6), missing=1)))
        assert both.agrees is False
        assert both.differences == [
            "Niveau 6 (en avance) : 8 publiées, 7 calculées.",
            "Total : 53 fiches publiées, 52 calculées.",
        ]

    def test_without_publication_there_is_nothing_to_compare(self):
        both = Synthesis(None, compute_counts(rows(PUBLISHED.levels)))
        assert both.agrees is None
        assert both.differences == []
        assert both.to_dict()["published"] is None

    def test_as_the_contract_writes_it(self):
        both = Synthesis(PUBLISHED, compute_counts(rows(PUBLISHED.levels, not_concerned=1)))
        published = {
            "levels": [4, 8, 11, 7, 9, 8, 6],
            **{"late": 23, "on_pace": 7, "ahead": 23, "total": 53},
        }
        assert both.to_dict() == {
            "published": published,
            "computed": {**published, "not_concerned": 1, "not_transcribed": 0, "missing": 0},
            "agrees": True,
            "differences": [],
        }


class TestMovement:
    BEFORE = {"a": 2, "b": 5, "c": 4, "d": None, "e": 3, "gone": 3}
    AFTER = {"a": 6, "b": 4, "c": 4, "d": 5, "e": None, "new": 1}

    def test_gains_and_losses(self):
        changes = compare_levels(self.BEFORE, self.AFTER)
        assert [(change.key, change.steps) for change in changes.gained] == [("a", 4)]
        assert [(change.key, change.steps) for change in changes.fell] == [("b", -1)]
        assert [change.key for change in changes.same] == ["c"]

    def test_a_sheet_not_evaluated_is_not_compared(self):
        changes = compare_levels(self.BEFORE, self.AFTER)
        assert {change.key for change in changes.not_compared} == {"d", "e", "new", "gone"}
        assert all(change.steps is None for change in changes.not_compared)

    @pytest.mark.parametrize("order", [1, -1])
    def test_the_greatest_change_first(self, order):
        keys = "xyz"[::order]
        changes = compare_levels(dict.fromkeys(keys, 1), {"x": 2, "y": 7, "z": 4})
        assert [change.key for change in changes.gained] == ["y", "z", "x"]
