"""The profile of a served département: loaded from its file, edited in the administration afterwards."""

from pathlib import Path

import pytest
from django.utils import timezone

from portal import territory
from portal.registries.loaders import Load
from portal.territory.loaders import PROFILE_COLUMNS, load_profile
from portal.territory.models import Department, DepartmentProfile

pytestmark = pytest.mark.usefixtures("nothing_loaded")


SHIPPED = Path(territory.__file__).parent / "data" / "45"


def load(folder: Path = SHIPPED) -> Load:
    """Load the profile of Loiret from `folder`."""
    done = Load("45", folder)
    load_profile(done)
    return done


@pytest.fixture
def only_loiret(nothing_loaded) -> Department:
    return Department.objects.create(code="45", name="Loiret", region_code="24")


def test_the_profile_of_loiret_says_what_is_published_and_nothing_more(only_loiret):
    load()
    profile = DepartmentProfile.objects.get(department=only_loiret)
    assert profile.portal_name == "Solidarités du Loiret"
    assert profile.name_with_article == "du Loiret"
    assert profile.website == "https://www.loiret.fr"
    assert profile.publisher == "Département du Loiret"
    unknown = [
        *("publisher_address", "publication_director", "host"),
        *("privacy_contact", "accessibility_contact"),
    ]
    assert {name: getattr(profile, name) for name in unknown} == dict.fromkeys(unknown, "")
    assert list(Department.objects.served()) == [only_loiret]


def test_a_profile_is_loaded_again_over_itself(only_loiret):
    load()
    load()
    assert DepartmentProfile.objects.count() == 1


def test_a_profile_that_a_person_edited_is_left(only_loiret):
    load()
    DepartmentProfile.objects.update(host="Hébergeur", edited_at=timezone.now())
    load()
    assert DepartmentProfile.objects.get().host == "Hébergeur"


def test_a_department_not_loaded_yet_is_refused_with_what_to_do():
    [fault] = load().faults
    assert (fault.file, fault.line) == ("profile.csv", 2)
    assert "lancez d'abord « load_territory »" in fault.message
    assert not DepartmentProfile.objects.exists()


def test_a_department_without_a_profile_is_not_served(only_loiret, tmp_path):
    done = load(tmp_path)
    assert (done.faults, done.counts) == ([], {})
    assert not Department.objects.served().exists()


def test_a_faulty_profile_is_refused_by_its_line(only_loiret, tmp_path):
    header = PROFILE_COLUMNS.replace(" ", ";")
    (tmp_path / "profile.csv").write_text(f"{header}\n;du Loiret;loiret;;;;;;\n")
    faults = load(tmp_path).faults
    assert {(fault.file, fault.line) for fault in faults} == {("profile.csv", 2)}
    assert {fault.message.partition(" :")[0] for fault in faults} == {
        "portal_name",
        "website",
    }
