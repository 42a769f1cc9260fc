"""Sentences about an opening: they never mention a move."""

from datetime import date

import pytest

from portal.core.periods.period import Period
from teams.models import Site
from teams.sentences import whereabouts_badge, whereabouts_sentence, whereabouts_title
from teams.whereabouts import compute_whereabouts, follow_moved_sites
from tests.teams.test_whereabouts import Move, done, move

OLD = Site(address="1 rue Ancienne")
NEW = Site(name="Blois")
PHONE = "02 00 00 00 00"


def opening(period, destination=NEW):
    return move(period, destination, origin=None, is_opening=True)


def whereabouts_on(on, site=OLD, *, today="2024-01-10"):
    days = {"on": date.fromisoformat(on), "today": date.fromisoformat(today)}
    return compute_whereabouts(site, [], **days)


def text(moves, on, *, today="2024-01-10", site=None, before=None):
    days = {"on": date.fromisoformat(on), "today": date.fromisoformat(today)}
    place = compute_whereabouts(site, moves, predecessor_site=before, **days)
    return whereabouts_sentence(place, phone=PHONE, checked=""), whereabouts_badge(place)[1]


@pytest.mark.parametrize(
    ("period", "on", "sentence", "state"),
    [
        (
            "mars 2024",
            "2024-02-01",
            "Pas encore ouvert. Ouverture annoncée : mars 2024."
            " Lieu : Blois (adresse à renseigner). Appelez le 02 00 00 00 00 avant de venir.",
            "pas encore ouvert",
        ),
        (
            "mars 2024",
            "2024-03-10",
            "Ouverture annoncée, jour à préciser (mars 2024)."
            " Lieu : Blois (adresse à renseigner). Appelez le 02 00 00 00 00 avant de venir.",
            "jour à préciser",
        ),
        (
            "4 et 5 mars 2024",
            "2024-03-04",
            "Appelez le 02 00 00 00 00 avant de venir. L’équipe ouvre"
            " (lundi 4 et mardi 5 mars 2024, annoncé « 4 et 5 mars 2024 »)."
            " Lieu : Blois (adresse à renseigner).",
            "en train d'ouvrir",
        ),
        (
            "mars 2024",
            "2024-04-02",
            "Prévu : l'équipe sera ici : Blois (adresse à renseigner) (ouverture : mars 2024).",
            "prévu",
        ),
        (
            "2023",
            "2024-01-10",
            "Date dépassée, à confirmer : l'ouverture était annoncée (2023)."
            " Lieu : Blois (adresse à renseigner). Appelez le 02 00 00 00 00 avant de venir.",
            "date dépassée, à confirmer",
        ),
    ],
)
def test_an_opening_day_by_day(period, on, sentence, state):
    assert text([opening(period)], on) == (sentence, state)


def test_until_it_opens_the_former_site_is_given():
    sentence, _state = text([opening("mars 2024")], "2024-03-10", before=OLD)
    assert "En attendant : 1 rue Ancienne. Ensuite : Blois (adresse à renseigner)." in sentence


def test_a_day_before_it_opened():
    opened = [done("2024-01-04", NEW, origin=None, is_opening=True)]
    sentence, state = text(opened, "2024-01-03", site=NEW)
    before = "Pas encore ouvert ce jour-là : l’ouverture a eu lieu le jeudi 4 janvier 2024."
    assert sentence.startswith(before)
    assert state == "pas encore ouvert"


def test_a_place_not_chosen_yet():
    sentence, _state = text([opening("mars 2024", None)], "2024-04-02", before=OLD)
    assert sentence.startswith("Ouverture prévue (mars 2024) : lieu pas encore choisi.")


@pytest.mark.parametrize("on", ["2024-06-01", "2025-02-01"])
@pytest.mark.parametrize("kind", [{}, {"origin": None, "is_opening": True}])
def test_a_place_under_study_is_so_on_the_day_when_it_was_said(on, kind):
    study = move("2024", None, announced_on=date(2023, 11, 24), **kind)
    for today in ("2024-01-10", "2026-11-30"):
        sentence, _state = text([study], on, today=today, site=OLD)
        assert "lieu à l’étude le 24 novembre 2023" in sentence
        assert "pas encore choisi" not in sentence


class TestASiteThatMoved:
    HALL = Site(name="Pavillon", address="3 bis avenue Neuve", city="Orléans")
    AGENCY = Site(
        **{"name": "Agence", "address": "1 rue Ancienne", "city": "Orléans"},
        **{"moved_to": HALL, "moved_on": date(2024, 10, 24)},
    )

    def place(self, on, moves=(), today="2026-11-30"):
        days = {"on": date.fromisoformat(on), "today": date.fromisoformat(today)}
        return follow_moved_sites(compute_whereabouts(self.AGENCY, moves, **days))

    @pytest.mark.parametrize(
        ("on", "site", "sentence"),
        [
            ("2024-10-23", AGENCY, "L’équipe était ici : Agence."),
            ("2024-10-24", HALL, "était ici : Agence (depuis le 24 octobre 2024 : Pavillon)."),
            ("2026-11-30", HALL, "est ici : Agence (depuis le 24 octobre 2024 : Pavillon)."),
        ],
    )
    def test_a_team_is_where_its_site_has_moved_from_that_day_on(self, on, site, sentence):
        place = self.place(on)
        assert place.site is site
        assert sentence in whereabouts_sentence(place, phone=PHONE, checked="")

    @pytest.mark.parametrize(
        ("on", "before"),
        [("2024-02-01", "Agence"), ("2025-02-01", "Agence (depuis le 24 octobre 2024 : Pavillon)")],
    )
    def test_so_is_a_team_that_was_to_leave_it(self, on, before):
        place = self.place(on, [move("2023", OLD, origin=self.AGENCY)])
        sentence = whereabouts_sentence(place, phone=PHONE, checked="")
        assert f"Avant : {before}. Après : 1 rue Ancienne." in sentence

    def test_so_is_a_team_that_was_to_arrive_there(self):
        assert self.place("2024-02-01", [move("2023", self.AGENCY)]).next_site is self.AGENCY
        assert self.place("2025-02-01", [move("2023", self.AGENCY)]).next_site is self.HALL


def test_an_opening_under_study():
    study = Move(Period.parse("à terme"), NEW, origin=None, status="under_study", is_opening=True)
    sentence, _state = text([study], "2024-02-01", before=OLD)
    assert "Une ouverture est à l'étude (Blois (adresse à renseigner), à terme)." in sentence


def test_an_inferred_year_is_written():
    soon = Move(Period.parse("à partir du 1er mars prochain", source_date=date(2024, 2, 1)), NEW)
    sentence, _state = text([soon], "2024-06-01", today="2024-06-01", site=OLD)
    period = "(à partir du vendredi 1er mars 2024, annoncé « à partir du 1er mars prochain »)"
    assert period in sentence


def test_a_team_whose_first_place_is_not_published_and_that_moves():
    sentence, state = text([move("mars 2024", OLD, origin=None)], "2024-02-01")
    assert sentence.startswith(
        "Le lieu de cette équipe n'est pas publié."
        " Nouveau lieu : 1 rue Ancienne (déménagement : mars 2024)."
    )
    assert state == "lieu non publié"


def test_a_town_is_not_an_address():
    sentence, state = text([], "2024-02-01", site=Site(name="Blois", city="Blois"))
    assert sentence == (
        "Nous savons la ville, pas la rue : Blois. Appelez le 02 00 00 00 00 avant de venir."
    )
    assert state == "ville connue, adresse inconnue"


@pytest.mark.parametrize(
    ("on", "sentence", "of_a_team", "of_a_house"),
    [
        ("2024-01-09", "L’équipe était ici", "Où était l’équipe le", "Où était ce service le"),
        ("2024-01-10", "L'équipe est ici", "Où est l'équipe auj", "Où est ce service auj"),
        ("2027-01-10", "L’équipe sera ici", "Où sera l’équipe le", "Où sera ce service le"),
    ],
)
def test_the_tense_is_that_of_the_day(on, sentence, of_a_team, of_a_house):
    place = whereabouts_on(on)
    assert whereabouts_sentence(place, phone=PHONE, checked="").startswith(sentence)
    assert whereabouts_title(place, is_team=True).startswith(of_a_team)
    assert whereabouts_title(place, is_team=False).startswith(of_a_house)


def test_nobody_calls_before_a_day_that_is_past():
    commune_site = Site(name="Blois", city="Blois")
    past = whereabouts_sentence(whereabouts_on("2024-01-09", commune_site), phone=PHONE, checked="")
    assert past == "Nous savons la ville, pas la rue : Blois."


def test_without_a_phone_the_authority_is_named_and_nobody_is_supposed_to_have_a_referent():
    sentence = whereabouts_sentence(
        whereabouts_on("2024-01-10", Site(name="Blois", city="Blois")),
        phone="",
        checked="",
        authority="Adressez-vous à votre mairie.",
    )
    assert sentence.endswith("Renseignez-vous avant de venir. Adressez-vous à votre mairie.")
