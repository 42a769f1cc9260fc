"""Imports go down the floors, without cycles between rooms, nor between two files."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import pytest
from django.apps import apps

from tests.architecture.imports import (
    FLOORS,
    MODULES,
    ROOT,
    all_imports,
    floor_of,
    imports_of,
    room_of,
)
from tests.architecture.picture import picture

_INCLUDED = re.compile(r'{% (?:include|extends) "(\w+)/')


def climbing(module: str, targets: Iterable[str]) -> list[str]:
    """Return the imports of `module` from floors that its own may not import."""
    floor = floor_of(module)
    return [
        f"{module} imports {target}"
        for target in targets
        if (target_floor := floor_of(target))
        and target_floor != floor
        and target_floor not in FLOORS[floor]
    ]


def circles(edges: Mapping[str, set[str]]) -> list[str]:
    """Return the names that can be reached from themselves along the edges."""

    def reached(start: str) -> set[str]:
        reachable: set[str] = set()
        ahead = [start]
        while ahead:
            for name in edges.get(ahead.pop(), set()) - reachable:
                reachable.add(name)
                ahead.append(name)
        return reachable

    return sorted(name for name in edges if name in reached(name))


def test_no_module_climbs_a_floor():
    assert [
        wrong for module, targets in all_imports().items() for wrong in climbing(module, targets)
    ] == []


def test_every_module_is_on_a_floor():
    assert [module for module in MODULES if floor_of(module) is None] == []


def test_every_floor_has_modules():
    assert {floor_of(module) for module in MODULES} == {*FLOORS}


def test_no_two_files_import_each_other():
    pairs = {
        tuple(sorted([module, target]))
        for module, targets in all_imports().items()
        for target in targets
        if module in all_imports().get(target, ())
    }
    assert pairs == set()


def test_rooms_are_in_no_circle():
    edges: dict[str, set[str]] = defaultdict(set)
    for module, targets in all_imports().items():
        room = room_of(module)
        edges[room] |= {room_of(target) for target in targets} - {room}
    assert circles(edges) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("portal.core.clock", "from portal import territory"),
        ("portal.core.clock", "import portal.territory.models"),
        ("portal.core.clock", "from ..territory import models"),
        ("portal.core.models", "def late():\n    from teams.models import Team"),
        ("portal.registries.loaders", "from portal.territory.models import Commune"),
        ("portal.territory.models", "from portal.accounts.models import User"),
        ("portal.notices.models", "from portal.documents.models import Job"),
        ("portal.health.checks", "from portal.deploy import server"),
        ("teams.models", "from relocations.models import Relocation"),
        ("relocations.models", "import schema_actions.models"),
        ("relocations.models", "from accueil.models import PhoneLine"),
        ("schema_actions.models.plans", "from relocations import models"),
    ],
)
def test_a_climbing_import_is_seen(module, source):
    assert climbing(module, imports_of(module, source))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("teams.models", "from portal.territory import models"),
        ("accueil.lookup.views", "from teams.models import Team\nimport relocations.models"),
        ("portal.territory.api", "from portal.registries.api import router"),
        ("portal.territory.api", "from . import models"),
    ],
)
def test_an_import_that_goes_down_is_fine(module, source):
    targets = imports_of(module, source)
    assert targets
    assert climbing(module, targets) == []


def test_a_circle_is_seen():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c"]
    assert circles({"a": {"b", "c"}, "b": {"c"}}) == []


def test_foreign_keys_go_down_too():
    wrong = [
        f"{model.__module__}.{model.__name__}.{field.name}"
        for model in apps.get_models()
        if (floor := floor_of(model.__module__))
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if field.remote_field
        if (target_floor := floor_of(field.remote_field.model.__module__))
        if target_floor != floor and target_floor not in FLOORS[floor]
    ]
    assert wrong == []


def test_templates_include_those_of_lower_floors_only():
    folder, wrong = ROOT / "templates", []
    for path in folder.rglob("*.html"):
        floor = path.relative_to(folder).parts[0]
        for target in _INCLUDED.findall(path.read_text()):
            known = FLOORS.get(floor, FLOORS["portal"])
            if target in FLOORS and target != floor and target not in known:
                wrong.append(f"{path.relative_to(folder)} includes {target}/")
    assert wrong == []


def test_the_picture_is_that_of_the_imports():
    drawn = (ROOT / "docs" / "pictures" / "rooms.svg").read_text()
    assert drawn == picture(), "Run: python -m tests.architecture.picture > docs/pictures/rooms.svg"
