"""Every change increments its app's version, within the same transaction."""

import pytest
from django.db import connection, transaction

from portal.core.caching import data_versions
from portal.core.caching.data_versions import VersionedCache
from teams.models import Team
from tests.factories import AgencyFactory, CommuneFactory, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved():
    """Return a function that returns the apps whose version changed since the test began."""
    before = data_versions.current_versions()

    def compare() -> set[str]:
        return {
            app for app, number in data_versions.current_versions().items() if number != before[app]
        }

    return compare


def test_reading_changes_nothing(loiret, moved, client):
    client.get("/equipes/")
    assert moved() == set()


def test_a_saved_row_is_counted(loiret, moved):
    team = Team.objects.get(slug="olivetaine")
    team.phone = "02 38 11 11 11"
    team.save()
    assert moved() == {"teams"}


def test_an_update_without_save_is_counted(loiret, moved):
    Team.objects.filter(slug="olivetaine").update(phone="02 38 11 11 11")
    assert moved() == {"teams"}


def test_a_deletion_is_counted(db, moved):
    team = TeamFactory()
    between = data_versions.current_versions()["teams"]
    team.delete()
    assert data_versions.current_versions()["teams"] > between


def test_a_link_between_rows_is_counted(loiret, moved):
    CommuneFactory().postal_codes.add("45160")
    assert moved() == {"territory"}


def test_a_line_of_sql_is_counted(loiret, moved):
    with connection.cursor() as cursor:
        cursor.execute("update teams_team set phone = '1' where slug = 'olivetaine'")
    assert moved() == {"teams"}


def test_a_change_undone_is_not_counted(loiret, moved):
    with transaction.atomic():
        AgencyFactory()
        transaction.set_rollback(True)
    assert moved() == set()


def test_the_tables_of_users_are_not_watched():
    shown = {"core", "territory", "teams", "relocations", "accueil", "schema_actions"}
    assert set(data_versions.current_versions()) == shown


def test_a_cached_value_is_rebuilt_only_after_a_change():
    built = []
    cache = VersionedCache(lambda: built.append(1) or len(built), "teams", "territory")
    assert [cache.get({"teams": 1, "accueil": 1}), cache.get({"teams": 1, "accueil": 9})] == [1, 1]
    assert cache.get({"teams": 2, "accueil": 9}) == 2
    assert cache.get({"teams": 2, "territory": 1}) == 3
