"""Team descriptions are composed once per day, and again after a change."""

from datetime import date

import pytest

from accueil.contacts.cached_contacts import build_contacts, contacts_cache
from portal.core.caching import data_versions
from teams.models import Team

pytestmark = pytest.mark.usefixtures("loiret")
MONDAY, TUESDAY = date(2024, 3, 11), date(2024, 3, 12)


@pytest.fixture
def calls() -> list[date]:
    """The days for which a description was composed."""
    return []


@pytest.fixture
def describe(calls):
    def compose(team: Team, on: date) -> str:
        calls.append(on)
        return f"{team.name} {on}"

    return compose


@pytest.fixture
def olivet() -> Team:
    return Team.objects.get(slug="olivetaine")


class TestDescriptions:
    def test_once_for_a_day(self, describe, calls, olivet):
        contacts = build_contacts()
        assert {contacts.describe_team(describe, olivet, MONDAY) for _ in range(3)} == {
            f"{olivet.name} 2024-03-11"
        }
        assert contacts.describe_team(describe, olivet, TUESDAY) == f"{olivet.name} 2024-03-12"
        assert calls == [MONDAY, TUESDAY]

    def test_again_when_today_is_another_day(self, describe, calls, olivet, today):
        contacts = build_contacts()
        for day in ("2024-03-01", "2024-03-02"):
            today(day)
            contacts.describe_team(describe, olivet, MONDAY)
        assert calls == [MONDAY, MONDAY]

    def test_again_once_the_data_changed(self, describe, calls, olivet):
        contacts_cache.get(data_versions.current_versions()).describe_team(describe, olivet, MONDAY)
        olivet.name = "Olivétaine et Val"
        olivet.save()
        description = contacts_cache.get(data_versions.current_versions()).describe_team(
            describe, olivet, MONDAY
        )
        assert description == "Olivétaine et Val 2024-03-11"

    def test_never_more_than_a_bound(self, describe, olivet, monkeypatch):
        monkeypatch.setattr("accueil.contacts.cached_contacts.MAX_DESCRIPTIONS", 5)
        contacts = build_contacts()
        for day in range(1, 20):
            contacts.describe_team(describe, olivet, date(2024, 3, day))
        assert len(contacts._descriptions) <= 5

    def test_two_descriptions_do_not_mix(self, describe, olivet):
        contacts = build_contacts()
        contacts.describe_team(describe, olivet, MONDAY)
        assert contacts.describe_team(lambda team, on: team.slug, olivet, MONDAY) == "olivetaine"
