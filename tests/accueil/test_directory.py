"""What is said of a team is composed once for a day, and again once anything changed."""

from datetime import date

import pytest

from accueil.contacts.cached_contacts import build_contacts, contacts_cache
from portal.core.caching import data_versions
from teams.models import Team

pytestmark = pytest.mark.usefixtures("loiret")
MONDAY, TUESDAY = date(2024, 3, 11), date(2024, 3, 12)


@pytest.fixture
def told() -> list[date]:
    """The days for which something was composed."""
    return []


@pytest.fixture
def tell(told):
    def compose(team: Team, on: date) -> str:
        told.append(on)
        return f"{team.name} {on}"

    return compose


@pytest.fixture
def olivet() -> Team:
    return Team.objects.get(slug="olivetaine")


class TestTold:
    def test_once_for_a_day(self, tell, told, olivet):
        known = build_contacts()
        assert {known.describe_team(tell, olivet, MONDAY) for _ in range(3)} == {
            f"{olivet.name} 2024-03-11"
        }
        assert known.describe_team(tell, olivet, TUESDAY) == f"{olivet.name} 2024-03-12"
        assert told == [MONDAY, TUESDAY]

    def test_again_when_today_is_another_day(self, tell, told, olivet, today):
        known = build_contacts()
        for day in ("2024-03-01", "2024-03-02"):
            today(day)
            known.describe_team(tell, olivet, MONDAY)
        assert told == [MONDAY, MONDAY]

    def test_again_once_the_data_changed(self, tell, told, olivet):
        contacts_cache.get(data_versions.current_versions()).describe_team(tell, olivet, MONDAY)
        olivet.name = "Olivétaine et Val"
        olivet.save()
        said = contacts_cache.get(data_versions.current_versions()).describe_team(
            tell, olivet, MONDAY
        )
        assert said == "Olivétaine et Val 2024-03-11"

    def test_never_more_than_a_bound(self, tell, olivet, monkeypatch):
        monkeypatch.setattr("accueil.contacts.cached_contacts.MAX_DESCRIPTIONS", 5)
        known = build_contacts()
        for day in range(1, 20):
            known.describe_team(tell, olivet, date(2024, 3, day))
        assert len(known._descriptions) <= 5

    def test_two_tellers_do_not_mix(self, tell, olivet):
        known = build_contacts()
        known.describe_team(tell, olivet, MONDAY)
        assert known.describe_team(lambda team, on: team.slug, olivet, MONDAY) == "olivetaine"
