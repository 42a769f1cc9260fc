"""The short label of a move's status today."""

from datetime import date

import pytest

from portal.core.periods.period import Period
from relocations.models import Relocation
from relocations.status_labels import status_label
from tests.factories import RelocationFactory


def label_of(period, today="2024-01-10", **fields):
    overtaken = fields.pop("is_overtaken", False)
    move = Relocation(**{"status": "planned", **fields})
    move.is_overtaken = overtaken
    move.period = Period.parse(period)
    label = status_label(move, date.fromisoformat(today))
    return label.tone, label.text


def test_a_move_that_a_later_one_has_overtaken_is_not_waited_for():
    assert label_of("2023", is_overtaken=True) == ("past", "un déménagement plus récent est fait")


OPENING = {"kind": "opening"}


@pytest.mark.parametrize(
    ("period", "fields", "expected"),
    [
        (
            "2023",
            {"status": "done", "actual_date": date(2023, 11, 29)},
            ("sure", "fait le 29 novembre 2023"),
        ),
        ("2023", {"status": "cancelled"}, ("past", "annulé")),
        ("à terme", {"status": "under_study"}, ("doubt", "à l'étude, sans date")),
        ("2023", {"status": "in_progress"}, ("doubt", "date dépassée, à confirmer")),
        ("2024", {"status": "in_progress"}, ("soon", "en cours")),
        ("2024", {}, ("doubt", "jour à préciser")),
        ("10 janvier 2024", {}, ("doubt", "en ce moment")),
        ("11 janvier 2024", {}, ("soon", "demain")),
        ("9 avril 2024", {}, ("soon", "dans 90 jours")),
        ("10 avril 2024", {}, ("soon", "prévu")),
        ("mars 2024", {}, ("soon", "prévu, jour à préciser")),
        ("à partir du 10 janvier 2024", {}, ("doubt", "jour à préciser")),
        ("à partir du 9 janvier 2024", {}, ("doubt", "date passée, sans nouvelles")),
        (
            "2023",
            {**OPENING, "status": "done", "actual_date": date(2024, 1, 2)},
            ("sure", "ouvert le 2 janvier 2024"),
        ),
        (
            "2024",
            {**OPENING, "status": "done", "actual_date": date(2024, 5, 21)},
            ("doubt", "jour à préciser"),
        ),
        ("2023", OPENING, ("doubt", "date dépassée, à confirmer")),
        ("2023", {"status": "done"}, ("sure", "fait, jour non publié")),
        ("2023", {**OPENING, "status": "done"}, ("sure", "ouvert, jour non publié")),
        ("2024", {**OPENING, "status": "done"}, ("doubt", "jour non publié, à confirmer")),
    ],
)
def test_the_first_that_fits(period, fields, expected):
    assert label_of(period, **fields) == expected


def test_an_opening_whose_team_is_there_already_is_not_doubted(db):
    move = RelocationFactory(kind="opening", origin=None, period=Period.parse("2023"))
    move.team.site = move.destination
    label = status_label(move, date(2024, 1, 10))
    assert (label.tone, label.text) == ("sure", "ouvert, jour non publié")
    assert not move.is_overdue(date(2024, 1, 10))
