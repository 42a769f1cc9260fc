"""The answer in one sentence, and the one place to show, for each certainty."""

from datetime import date

import pytest

from teams.models import Site
from teams.short_answers import short_answer
from teams.whereabouts import compute_whereabouts
from tests.teams.test_whereabouts import done, move

OLD = Site(address="1 rue Ancienne, Blois", city="Blois")
NEW = Site(address="2 rue Nouvelle, Blois", city="Blois")
CITY = Site(name="Blois", city="Blois")
NOTE = Site(name="Agence de Blois", address="Installées dans les agences")


def answer(moves, on, *, site=OLD, today="2024-01-10", has_phone=True, checked=""):
    days = {"on": date.fromisoformat(on), "today": date.fromisoformat(today)}
    place = compute_whereabouts(site, moves, **days)
    return short_answer(place, has_phone=has_phone, checked=checked)


@pytest.mark.parametrize(
    ("moves", "on", "sentence", "site", "label"),
    [
        ([], "2024-01-10", "Voici l’adresse d’aujourd’hui.", OLD, ""),
        ([], "2024-02-01", "Voici l’adresse du jeudi 1er février 2024.", OLD, ""),
        (
            [move("2023", NEW)],
            "2024-01-10",
            "Appelez avant de venir : nous ne savons pas si le déménagement est fait.",
            NEW,
            "Nouvelle adresse annoncée (2023)",
        ),
        (
            [move("2023", NEW)],
            "2024-01-02",
            "Nous ne savons pas si le déménagement était fait ce jour-là.",
            NEW,
            "Nouvelle adresse annoncée (2023)",
        ),
        (
            [move("2023", None)],
            "2024-01-10",
            "Appelez avant de venir : nous ne savons pas si le déménagement est fait.",
            OLD,
            "Adresse avant le déménagement (2023)",
        ),
        (
            [move("4 et 5 mars 2024", NEW)],
            "2024-03-04",
            "Appelez avant de venir : le déménagement est en cours ce jour-là.",
            NEW,
            "Nouvelle adresse annoncée (lundi 4 et mardi 5 mars 2024)",
        ),
        (
            [move("mars 2024", NEW)],
            "2024-03-04",
            "Appelez avant de venir : le jour du déménagement n’est pas publié.",
            OLD,
            "Adresse avant le déménagement (mars 2024)",
        ),
        (
            [move("mars 2024", NEW)],
            "2024-05-02",
            "Ce sera à la nouvelle adresse, si le déménagement a lieu comme prévu.",
            NEW,
            "Nouvelle adresse annoncée (mars 2024)",
        ),
        (
            [move("mars 2024", None)],
            "2024-05-02",
            "Appelez avant de venir : le nouveau lieu n’est pas encore choisi.",
            None,
            "",
        ),
    ],
)
def test_what_to_do_and_the_one_place_to_show(moves, on, sentence, site, label):
    shown = answer(moves, on)
    assert (shown.sentence, shown.site, shown.site_label) == (sentence, site, label)
    assert shown.is_doubtful == ("Voici" not in sentence and "comme prévu" not in sentence)


def test_a_known_place_comes_with_the_day_of_its_last_check():
    shown = answer([], "2024-01-10", checked="9 janvier 2024")
    assert "(dernière vérification : 9 janvier 2024)" in shown.sentence


@pytest.mark.parametrize(
    ("site", "what"), [(CITY, "nous savons la ville, pas la rue"), (NOTE, "pas l’adresse")]
)
def test_a_town_or_a_note_is_not_an_address(site, what):
    shown = answer([], "2024-01-10", site=site)
    assert what in shown.sentence
    assert shown.is_doubtful
    assert site.directions == []


def test_nobody_is_asked_to_call_without_a_number():
    shown = answer([move("2023", NEW)], "2024-01-10", has_phone=False)
    assert shown.sentence == "Nous ne savons pas si le déménagement est fait."


def test_an_opening_never_mentions_a_move():
    opening = move("2023", NEW, origin=None, is_opening=True)
    shown = answer([opening], "2024-01-10", site=None)
    assert "si l’ouverture a eu lieu" in shown.sentence
    assert shown.site_label == "Adresse annoncée (2023)"


def test_once_moved_the_new_address_is_the_one_of_today():
    shown = answer([done("2023-12-01", NEW)], "2024-01-10", site=NEW)
    assert (shown.sentence, shown.site) == ("Voici l’adresse d’aujourd’hui.", NEW)


def test_the_links_of_an_address_name_its_town_once():
    names = dict(NEW.directions)
    assert names["OpenStreetMap"].endswith("query=2+rue+Nouvelle%2C+Blois")
