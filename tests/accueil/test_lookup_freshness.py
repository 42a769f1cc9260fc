"""Answers follow each change of the data, and the day."""

import pytest

from accueil.models import PhoneLine, ReceptionPoint
from portal.core.periods.period import Period
from portal.territory.models import Commune, Department
from relocations.models import Relocation
from teams.models import Sector, Site, Team
from tests.accueil.questions import LOOKUP, SUGGEST, ask
from tests.factories import (
    AgencyFactory,
    DepartmentFactory,
)

pytestmark = pytest.mark.django_db


def _new_sector():
    Sector.objects.create(
        team=Team.objects.get(slug="ep-ppnl"),
        commune_id="45252",
        kind="commune",
        name="Pithiviers",
        slug="45252-pithiviers",
        basis="published",
    )


def _saved(model, changes, **key):
    row = model.objects.get(**key)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


# The change, the question, and the text that the answer must then contain.
CHANGES = {
    "a team's phone, by update": (
        lambda: Team.objects.filter(slug="olivetaine").update(phone="02 38 11 11 11"),
        *("Olivet", "02 38 11 11 11"),
    ),
    "a team's phone, by save": (
        lambda: _saved(Team, {"phone": "02 38 11 11 11"}, slug="olivetaine"),
        *("Olivet", "02 38 11 11 11"),
    ),
    "a team's name": (
        lambda: _saved(Team, {"name": "Olivet et Loire"}, slug="olivetaine"),
        *("Olivet", "Olivet et Loire"),
    ),
    "the address of a place": (
        lambda: Site.objects.filter(address__startswith="8 rue René").update(address="9 rue Neuve"),
        *("Olivet", "9 rue Neuve"),
    ),
    "a move, later": (
        lambda: _saved(
            Relocation,
            {"period": Period.parse("T1 2024")},
            team__slug="olivetaine",
        ),
        *("Olivet", "T1 2024"),
    ),
    "a new sector": (_new_sector, "Pithiviers", "EP PPNL"),
    "a new quarter's name": (
        lambda: Sector.objects.filter(slug="45234-la-source").update(name="Zoulou"),
        *("Zoulou", "La Source Saint-Marceau"),
    ),
    "another team for a commune": (
        lambda: Sector.objects.filter(commune="45232").update(
            team=Team.objects.get(slug="abraysiens")
        ),
        *("Olivet", "Abraysiens"),
    ),
    "the number to call": (
        lambda: PhoneLine.objects.update(number="02 38 99 99 99"),
        *("Pithiviers", "02 38 99 99 99"),
    ),
    "the hours of a line": (
        lambda: PhoneLine.objects.update(hours="Sa 09:00-12:00", hours_text="samedi matin"),
        *("Xyzzy", "samedi matin"),
    ),
    "the name of a reception point": (
        lambda: _saved(ReceptionPoint, {"name": "Maison commune"}, site__city="Beaugency"),
        *("Olivet", "Maison commune"),
    ),
    "the name of a département": (
        lambda: Department.objects.filter(code="53").update(name="Maine-et-Mayenne"),
        *("Olivet 53", "Maine-et-Mayenne"),
    ),
    "the name of a commune": (
        lambda: Commune.objects.filter(code="45232").update(name="Olivet-sur-Loiret"),
        *("45160", "Olivet-sur-Loiret"),
    ),
}


class TestFresh:
    @pytest.mark.parametrize("change", CHANGES)
    def test_a_change_by_an_agent_is_in_the_next_answer(self, client, elsewhere, today, change):
        today("2024-03-10")
        make_change, q, text = CHANGES[change]

        def is_shown():
            return [
                text in client.get(address, {"q": q}).content.decode()
                for address in (LOOKUP, "/trouver/")
                for _repetition in range(2)
            ]

        assert not any(is_shown())
        make_change()
        assert all(is_shown())

    def test_a_deleted_sector(self, client, loiret):
        assert ask(client, "Olivet")["outcome"] == "team"
        Sector.objects.filter(commune="45232").delete()
        assert ask(client, "Olivet")["outcome"] == "not_covered"

    def test_a_department_that_starts_to_be_served(self, client, elsewhere):
        assert "Ce portail ne connaît pas les équipes" in ask(client, "Marseille")["message"]
        AgencyFactory(department=DepartmentFactory(code="13"))
        assert "Ce portail ne connaît pas les équipes" not in ask(client, "Marseille")["message"]

    def test_an_unchanged_answer_is_not_sent_twice(self, client, loiret):
        for address in (f"{LOOKUP}?q=Olivet", f"{SUGGEST}?q=ol"):
            first = client.get(address)
            again = client.get(address, headers={"if-none-match": first["ETag"]})
            assert (again.status_code, again.content) == (304, b"")
        Team.objects.filter(slug="olivetaine").update(phone="02 38 11 11 11")
        changed = client.get(f"{LOOKUP}?q=Olivet")
        assert (changed.status_code, changed["ETag"] != first["ETag"]) == (200, True)

    def test_the_next_day_is_another_answer(self, client, loiret, today):
        labels = []
        for day in ("2023-11-27", "2023-11-28", "2023-11-30"):
            today(day)
            answer = ask(client, "Olivet")
            labels.append((answer["on"], answer["teams"][0]["location"]["certainty"]))
        assert labels == [
            ("2023-11-27", "certain"),
            ("2023-11-28", "moving"),
            ("2023-11-30", "to_confirm"),
        ]
