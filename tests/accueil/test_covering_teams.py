"""From a place to its teams: the finer sector wins, and a street never loses what was found."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accueil.contacts.cached_contacts import build_contacts
from accueil.lookup.covering_teams import (
    MAX_SECTORS,
    AddressQuery,
    Outcome,
    find_covering_teams,
    select_finest_sectors,
)
from accueil.place_search import Kind, Place
from portal.territory.house_numbers import HouseNumber
from portal.territory.streets import match_street, street_key
from teams.models import FormerAgency, Sector, Team
from tests.factories import RelocationFactory, TeamFactory

FLEURY, ORLEANS, PITHIVIERS = "45147", "45234", "45252"
TEAMS = {name: Team(pk=at, slug=name) for at, name in enumerate("ABCDEFG", start=1)}


def sector(kind, team, name, *, numbers=(None, None), parity="all"):
    """Return an unsaved sector whose slug is its name."""
    street = name.partition(",")[0] if kind in ("street", "numbers") else ""
    return Sector(
        team=TEAMS[team],
        commune_id=FLEURY,
        kind=kind,
        name=name,
        slug=name,
        street=street,
        search_street=street_key(street),
        number_from=numbers[0],
        number_to=numbers[1],
        parity=parity,
    )


WHOLE = sector("commune", "A", "Fleury")
QUARTER = sector("quarter", "B", "Lignerolles")
OTHER_QUARTER = sector("quarter", "C", "Clos-de-la-Grande-Salle")
HOCHE = sector("street", "D", "rue Hoche")
EVEN = sector("numbers", "E", "rue Danton, pairs", numbers=(2, 40), parity="even")
ODD = sector("numbers", "F", "rue Danton, impairs", numbers=(1, 41), parity="odd")
ALL = sector("numbers", "G", "rue Danton, le bas", numbers=(50, 60))
DANTON = sector("street", "D", "rue Danton")

EVERY_KIND = [WHOLE, QUARTER, OTHER_QUARTER, HOCHE, EVEN, ODD, ALL]
WITHOUT_WHOLE = [QUARTER, OTHER_QUARTER, HOCHE, EVEN, ODD, ALL]


def names(covering):
    return [team.slug for team in covering.teams]


def found_at(sectors, street="", number=None, chosen="", former_commune=""):
    query = AddressQuery(
        place=None,
        commune=FLEURY,
        on=date(2024, 1, 20),
        street=street,
        number=None if number is None else HouseNumber.parse(str(number)),
        sector=chosen,
        former_commune=former_commune,
    )
    names = [sector.street for sector in sectors if sector.street]
    return select_finest_sectors(sectors, query, match_street(street, names))


class TestTheFinerWins:
    @pytest.mark.parametrize(
        ("street", "number", "chosen", "team"),
        [
            ("", None, "", "A"),
            ("", None, "Lignerolles", "B"),
            ("", None, "Fleury", "A"),
            ("", 12, "", "A"),
            ("rue Hoche", None, "", "D"),
            ("rue Hoche", 12, "", "D"),
            ("rue Hoche", None, "Lignerolles", "D"),
            ("rue Danton", 12, "Lignerolles", "E"),
            ("rue Danton", 12, "", "E"),
            ("rue Danton", 13, "", "F"),
            # The ends are in it.
            ("rue Danton", 2, "", "E"),
            ("rue Danton", 40, "", "E"),
            ("rue Danton", 1, "", "F"),
            ("rue Danton", 41, "", "F"),
            ("rue Danton", 50, "", "G"),
            ("rue Danton", 51, "", "G"),
            ("rue Danton", 60, "", "G"),
            # Beyond them, or on the other side of the street, it is the commune's.
            ("rue Danton", 42, "", "A"),
            ("rue Danton", 43, "", "A"),
            ("rue Danton", 49, "", "A"),
            ("rue Danton", 61, "", "A"),
            ("rue Danton", 61, "Lignerolles", "B"),
            ("rue inconnue", 12, "Lignerolles", "B"),
        ],
    )
    def test_in_a_commune_cut_in_every_way(self, street, number, chosen, team):
        for sectors in (EVERY_KIND, EVERY_KIND[::-1]):
            covering = found_at(sectors, street, number, chosen)
            assert (covering.outcome, names(covering)) == (Outcome.TEAM, [team])

    @pytest.mark.parametrize(("number", "team"), [(12, "E"), (13, "F"), (43, "D"), (99, "D")])
    def test_the_rest_of_a_street_is_the_street_s(self, number, team):
        covering = found_at([WHOLE, DANTON, EVEN, ODD], "rue Danton", number)
        assert names(covering) == [team]

    def test_the_sectors_that_name_the_team_are_listed(self):
        assert found_at(EVERY_KIND, "rue Danton", 12).sectors == [EVEN]
        assert found_at(EVERY_KIND).sectors == [WHOLE]

    def test_a_covered_commune_offers_its_quarters_too(self):
        assert found_at(EVERY_KIND).sector_choices == [QUARTER, OTHER_QUARTER]


class TestNothingDecides:
    def test_nothing_is_known(self):
        assert found_at([]).outcome is Outcome.NOT_COVERED
        assert found_at([], "rue Danton", 12).outcome is Outcome.NOT_COVERED

    def test_a_commune_in_quarters_offers_them_with_their_teams(self):
        covering = found_at(WITHOUT_WHOLE)
        assert covering.outcome is Outcome.CHOOSE_SECTOR
        assert [(choice.name, choice.team.slug) for choice in covering.sector_choices] == [
            ("Lignerolles", "B"),
            ("Clos-de-la-Grande-Salle", "C"),
        ]
        assert names(covering) == []

    def test_without_quarters_its_streets_are_offered(self):
        covering = found_at([HOCHE, EVEN])
        assert (covering.outcome, list(covering.sector_choices)) == (
            Outcome.CHOOSE_SECTOR,
            [HOCHE, EVEN],
        )

    def test_a_chosen_quarter_that_is_unknown_changes_nothing(self):
        assert names(found_at(EVERY_KIND, chosen="ailleurs")) == ["A"]


class TestAStreetThatIsNotKnown:
    """It is never answered as if it were; its closest names come first among the choices."""

    @pytest.mark.parametrize("number", [None, 12, 13, "12 bis", 0])
    @pytest.mark.parametrize("street", ["rue Denton", "impasse Danton", "rue Danton prolongée"])
    def test_the_commune_s_team_does_not_answer(self, street, number):
        covering = found_at([WHOLE, HOCHE, EVEN, ODD], street, number)
        assert covering.outcome is Outcome.CHOOSE_SECTOR
        assert covering.is_street_unknown
        assert list(covering.sector_choices) == [EVEN, ODD, WHOLE, HOCHE]

    def test_quarters_are_offered_before_other_streets(self):
        covering = found_at(EVERY_KIND, "rue inconnue")
        assert list(covering.sector_choices)[:3] == [QUARTER, OTHER_QUARTER, WHOLE]

    def test_in_a_commune_that_no_street_cuts_the_team_answers(self):
        assert names(found_at([WHOLE], "rue Denton", 12)) == ["A"]
        assert names(found_at([WHOLE, QUARTER], "rue Denton", 12)) == ["A"]

    def test_beyond_the_numbers_of_a_known_street_it_is_the_commune_s(self):
        assert names(found_at([WHOLE, EVEN, ODD], "rue Danton", 99)) == ["A"]


class TestStreetsOfOneName:
    IN_MALESHERBES = sector("street", "D", "Rue de l'Église")
    IN_MANCHECOURT = sector("street", "E", "RUE DE L'EGLISE")
    IN_MALESHERBES.former_commune, IN_MANCHECOURT.former_commune = "45191", "45192"
    BOTH = [IN_MALESHERBES, IN_MANCHECOURT]

    def test_the_former_commune_tells_them_apart(self):
        assert names(found_at(self.BOTH, "rue de l'église", former_commune="45191")) == ["D"]
        assert names(found_at(self.BOTH, "rue de l'église", former_commune="45192")) == ["E"]

    def test_without_it_both_are_offered_and_one_may_be_chosen(self):
        covering = found_at(self.BOTH, "3 rue de l'église".removeprefix("3 "), 3)
        assert covering.outcome is Outcome.CHOOSE_SECTOR
        assert list(covering.sector_choices) == self.BOTH
        chosen = self.IN_MANCHECOURT.slug
        assert names(found_at(self.BOTH, "rue de l'église", 3, chosen)) == ["E"]

    def test_a_name_that_leaves_small_words_out_may_be_two_streets(self):
        wood, woods = sector("street", "D", "Rue du Bois"), sector("street", "E", "Rue des Bois")
        assert names(found_at([wood, woods], "R DU BOIS")) == ["D"]
        assert names(found_at([wood, woods], "rue des bois")) == ["E"]
        assert names(found_at([wood], "R BOIS")) == ["D"]
        assert found_at([wood], "rue des bois").is_street_unknown
        covering = found_at([wood, woods], "R BOIS")
        assert (covering.outcome, list(covering.sector_choices)) == (
            Outcome.CHOOSE_SECTOR,
            [wood, woods],
        )


class TestNumbersWithSuffixes:
    LOW = sector("numbers", "E", "rue Danton, 1 à 12 bis", numbers=(1, 12))
    HIGH = sector("numbers", "F", "rue Danton, 12 ter à 40", numbers=(12, 40))
    LOW.number_to_suffix, HIGH.number_from_suffix = "bis", "ter"

    @pytest.mark.parametrize(
        ("number", "team"),
        [
            *((0, "E"), (1, "E"), (12, "E"), ("12 bis", "E"), ("12B", "E"), ("12a", "E")),
            *(("12 ter", "F"), ("12t", "F"), ("12 quater", "F"), (13, "F"), ("40 bis", "F")),
            (41, "A"),
        ],
    )
    def test_the_suffix_decides(self, number, team):
        assert names(found_at([WHOLE, self.LOW, self.HIGH], "rue Danton", number)) == [team]


class TestTheNumberIsMissing:
    """On a street shared by numbers, the person chooses: nothing is guessed, nothing is lost."""

    def test_the_numbers_and_the_whole_commune_are_offered(self):
        covering = found_at([WHOLE, EVEN, ODD], "rue Danton")
        assert covering.outcome is Outcome.CHOOSE_SECTOR
        assert list(covering.sector_choices) == [EVEN, ODD, WHOLE]

    def test_another_street_that_is_known_asks_nothing(self):
        assert names(found_at([WHOLE, HOCHE, EVEN, ODD], "rue Hoche")) == ["D"]

    def test_the_quarters_of_an_uncovered_commune_are_offered(self):
        covering = found_at([QUARTER, OTHER_QUARTER, EVEN], "rue Danton")
        assert covering.outcome is Outcome.CHOOSE_SECTOR
        assert list(covering.sector_choices) == [EVEN, QUARTER, OTHER_QUARTER]

    def test_the_quarter_that_was_named_is_not_lost(self):
        covering = found_at([QUARTER, OTHER_QUARTER, EVEN], "rue Danton", chosen="Lignerolles")
        assert QUARTER.team in covering.teams or QUARTER in covering.sector_choices

    @pytest.mark.parametrize(
        ("chosen", "team"), [(EVEN.slug, "E"), (ODD.slug, "F"), (WHOLE.slug, "A")]
    )
    def test_what_was_offered_can_be_chosen(self, chosen, team):
        assert names(found_at([WHOLE, EVEN, ODD], "rue Danton", chosen=chosen)) == [team]


class TestManyTeams:
    def test_two_teams_on_one_commune(self):
        covering = found_at([WHOLE, sector("commune", "B", "Fleury encore")])
        assert (covering.outcome, names(covering)) == (Outcome.TEAM, ["A", "B"])

    def test_two_teams_on_the_same_numbers(self):
        covering = found_at(
            [WHOLE, EVEN, sector("numbers", "G", "rue Danton", numbers=(1, 20))], "rue Danton", 12
        )
        assert names(covering) == ["E", "G"]

    def test_a_team_with_two_sectors_is_listed_once(self):
        covering = found_at([WHOLE, sector("commune", "A", "Fleury encore")])
        assert (names(covering), len(covering.sectors)) == (["A"], 2)


@given(
    st.sets(st.sampled_from(range(len(EVERY_KIND)))),
    st.sampled_from(["rue Hoche", "rue Danton", "rue inconnue", "place Hoche"]),
    st.one_of(st.none(), st.integers(1, 70)),
)
def test_adding_a_street_never_loses_what_the_commune_found(selected, street, number):
    sectors = [EVERY_KIND[at] for at in sorted(selected)]
    alone, at_street = found_at(sectors), found_at(sectors, street, number)
    if alone.outcome is Outcome.NOT_COVERED:
        assert sectors == []
    elif at_street.outcome is not Outcome.TEAM:
        assert at_street.outcome is Outcome.CHOOSE_SECTOR
        assert set(names(alone)) <= {choice.team.slug for choice in at_street.sector_choices}


@pytest.mark.django_db
class TestInTheDatabase:
    def ask(self, commune=PITHIVIERS, on="2024-01-20", place=None, contacts=None, **kwargs):
        query = AddressQuery(place=place, commune=commune, on=date.fromisoformat(on), **kwargs)
        return find_covering_teams(query, contacts or build_contacts())

    @pytest.mark.parametrize(
        ("since", "until", "on", "is_used"),
        [
            (None, None, "2024-01-20", True),
            # It starts next month.
            ("2024-02-01", None, "2024-01-20", False),
            ("2024-02-01", None, "2024-01-31", False),
            ("2024-02-01", None, "2024-02-01", True),
            # It ended yesterday.
            (None, "2024-01-19", "2024-01-20", False),
            (None, "2024-01-19", "2024-01-19", True),
            (None, "2024-01-19", "2023-06-01", True),
            # It lasts a day.
            ("2024-01-20", "2024-01-20", "2024-01-20", True),
            ("2024-01-20", "2024-01-20", "2024-01-21", False),
        ],
    )
    def test_a_sector_counts_on_its_days_only(self, covers, since, until, on, is_used):
        covers(PITHIVIERS, "commune", "Pithiviers", valid_from=since, valid_to=until)
        covering = self.ask(on=on)
        assert covering.outcome is (Outcome.TEAM if is_used else Outcome.NOT_COVERED)

    def test_one_team_takes_over_from_another(self, covers):
        before = covers(PITHIVIERS, "commune", "Avant", valid_to=date(2024, 1, 31))
        after = covers(PITHIVIERS, "commune", "Après", valid_from=date(2024, 2, 1))
        assert self.ask(on="2024-01-31").teams == [before.team]
        assert self.ask(on="2024-02-01").teams == [after.team]

    def test_a_street_that_starts_next_month_leaves_the_commune_to_its_team(self, covers):
        covers(FLEURY, "street", "rue Danton", valid_from=date(2024, 2, 1))
        query = {"commune": FLEURY, "street": "rue Danton"}
        assert names(self.ask(**query)) == ["fleuryssois"]
        assert names(self.ask(**query, on="2024-02-01")) != ["fleuryssois"]

    @pytest.mark.parametrize(
        "typed",
        ["Avenue de la République", "av. de la republique", "AV REPUBLIQUE", "avenue République"],
    )
    def test_a_street_however_it_is_written(self, covers, typed):
        team = covers(FLEURY, "street", "Avenue de la République").team
        assert self.ask(FLEURY, street=typed).teams == [team]

    @pytest.mark.parametrize(
        "typed", ["rue de la République", "avenue de la Républiques", "avenue"]
    )
    def test_another_street_is_not_taken_for_it(self, covers, typed):
        known = covers(FLEURY, "street", "Avenue de la République")
        covering = self.ask(FLEURY, street=typed)
        assert (covering.outcome, covering.street.names) == (Outcome.CHOOSE_SECTOR, ())
        choices = [choice.team.slug for choice in covering.sector_choices]
        assert sorted(choices) == sorted(["fleuryssois", known.team.slug])

    def test_a_street_of_another_commune_is_not_used(self, covers):
        covers("45285", "street", "rue Danton")
        assert names(self.ask(FLEURY, street="rue Danton")) == ["fleuryssois"]

    def test_a_street_is_found_among_very_many(self, covers):
        team = TeamFactory()
        for at in range(130):
            covers(PITHIVIERS, "street", f"rue {at:03}", team=team)
        last = covers(PITHIVIERS, "street", "rue Zola").team
        assert self.ask(street="rue Zola").teams == [last]
        assert len(self.ask().sector_choices) == MAX_SECTORS

    def test_a_chosen_sector_is_found_among_very_many(self, covers):
        team = TeamFactory()
        for at in range(130):
            covers(PITHIVIERS, "quarter", f"Quartier {at:03}", team=team, slug=f"q-{at:03}")
        last = covers(PITHIVIERS, "quarter", "Zola", slug="zola").team
        assert self.ask(sector="zola").teams == [last]

    def test_a_named_team_is_the_answer_whatever_it_covers(self, loiret):
        place = Place(Kind.TEAM, "Équipe Olivétaine", "olivetaine", "45232", "45")
        covering = self.ask("45232", place=place)
        assert (covering.outcome, names(covering)) == (Outcome.TEAM, ["olivetaine"])

    def test_a_former_agency_gives_no_team_that_nobody_says_covers_its_town(self, loiret):
        old = FormerAgency.objects.get(name="Maison du Département de Pithiviers")
        place = Place(Kind.FORMER_AGENCY, old.name, str(old.pk), PITHIVIERS, "45")
        covering = self.ask(PITHIVIERS, place=place)
        assert (covering.outcome, covering.teams) == (Outcome.NOT_COVERED, [])

    def test_a_deleted_team_is_not_an_answer(self, loiret):
        place = Place(Kind.TEAM, "Équipe partie", "partie", None, "45")
        assert self.ask(None, place=place).outcome is Outcome.NOT_COVERED

    @pytest.mark.parametrize("size", [1, 12])
    def test_one_query_loads_all_that_the_answer_shows(
        self, covers, size, django_assert_num_queries
    ):
        for at in range(size):
            covers(PITHIVIERS, "commune", f"Pithiviers {at}")
        for team in Team.objects.filter(sectors__commune=PITHIVIERS):
            RelocationFactory(team=team)
        contacts = build_contacts()
        with django_assert_num_queries(1):
            for team in self.ask(contacts=contacts).teams:
                assert team.describe_whereabouts(team.whereabouts(date(2024, 1, 20)))
                assert team.public_phone == "02 38 25 45 45"
