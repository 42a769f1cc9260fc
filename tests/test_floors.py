"""The floors: what may import what. An arrow points down, never up, never to a neighbour."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent

# What each room may use. "portal" alone is its root: registries, settings, URL table; "accueil" alone
# is its top: addresses, administration, loaders, panels of the workspace.
BELOW = {
    "portal.core": [],
    "portal": ["portal.core"],
    "portal.territory": ["portal.core", "portal"],
    "portal.accounts": ["portal.core", "portal", "portal.territory"],
    "portal.notices": ["portal.core", "portal", "portal.territory", "portal.accounts"],
    "portal.documents": [
        *("portal.core", "portal", "portal.territory", "portal.accounts", "portal.notices")
    ],
    "portal.health": [
        *("portal.core", "portal", "portal.territory", "portal.accounts", "portal.notices"),
        "portal.documents",
    ],
}
PORTAL = [*BELOW]
BELOW["teams"] = PORTAL
BELOW["relocations"] = [*PORTAL, "teams"]
BELOW["schema_actions"] = [*PORTAL, "teams"]
UNDER = [*PORTAL, "teams", "relocations"]
MODELS = [*UNDER, "accueil.models"]
BELOW["accueil.models"] = UNDER
BELOW["accueil.rules"] = MODELS
BELOW["accueil.place_search"] = ["portal.core"]
BELOW["accueil.contacts"] = MODELS
BELOW["accueil.lookup"] = [*MODELS, "accueil.place_search", "accueil.contacts"]
BELOW["accueil.reception_points"] = [*MODELS, "accueil.contacts", "accueil.lookup"]
for folder in ("keeping", "activity", "reporting", "figures"):
    BELOW[f"accueil.{folder}"] = [*MODELS, "accueil.rules"]
BELOW["accueil"] = [*UNDER, *(room for room in BELOW if room.startswith("accueil."))]


def room_of(module: str) -> str | None:
    """The room of a dotted module of ours, None for a library's."""
    parts = module.split(".")
    return next((room for room in (".".join(parts[:2]), parts[0]) if room in BELOW), None)


def imported(source: str, package: str) -> Iterator[str]:
    """Every dotted module that the source imports, names imported from a package included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def climbs(module: str, source: str) -> list[str]:
    """The imports of `module` that its room may not use."""
    room = room_of(module)
    assert room
    package = module.rpartition(".")[0] or module
    targets = {room_of(target): target for target in imported(source, package)}
    return [
        f"{module} imports {target}"
        for other, target in targets.items()
        if other and other != room and other not in BELOW[room]
    ]


def modules() -> Iterator[tuple[str, str]]:
    for top in ("portal", "teams", "relocations", "accueil", "schema_actions"):
        for path in sorted((ROOT / top).rglob("*.py")):
            dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield dotted.removesuffix(".__init__"), path.read_text()


def test_no_module_climbs_a_floor():
    assert [wrong for module, source in modules() for wrong in climbs(module, source)] == []


def test_every_room_is_read():
    assert {room_of(module) for module, _source in modules()} == {*BELOW}


def test_every_folder_of_the_front_desk_is_a_room():
    folders = {path.parent.name for path in (ROOT / "accueil").glob("*/__init__.py")}
    assert {f"accueil.{name}" for name in folders - {"migrations"}} <= {*BELOW}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("portal.core.clock", "from portal import territory"),
        ("portal.core.clock", "import portal.territory.models"),
        ("portal.core.clock", "from ..territory import models"),
        ("portal.core.models", "def late():\n    from teams.models import Team"),
        ("portal.registries.loaders", "from portal.territory.models import Commune"),
        ("portal.urls", "from teams import views"),
        ("teams.models", "from relocations.models import Relocation"),
        ("relocations.models", "import schema_actions"),
        ("relocations.models", "from accueil.models import PhoneLine"),
        ("schema_actions.models", "from relocations import models"),
        ("accueil.models.reception_points", "from accueil.rules import keeps_point"),
        ("accueil.place_search.name_index", "from accueil.models import ReceptionPoint"),
        ("accueil.contacts.next_stops", "from accueil.lookup.services import answer"),
        ("accueil.lookup.views", "from accueil.reception_points import maps"),
        ("accueil.editing.permissions", "from accueil import urls"),
    ],
)
def test_a_climbing_import_is_seen(module, source):
    assert climbs(module, source)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("teams.models", "from portal import territory"),
        ("accueil.lookup.views", "from teams.models import Team\nimport relocations.models"),
        ("accueil.reception_points.views", "from accueil.lookup.services import answer"),
        ("accueil.urls", "from accueil.reception_points import views"),
        ("portal.territory.api", "from portal.registries.api import router"),
        ("portal.territory.api", "from . import models"),
    ],
)
def test_an_import_that_goes_down_is_fine(module, source):
    assert climbs(module, source) == []


def test_foreign_keys_go_down_too():
    wrong = [
        f"{model.__module__}.{model.__name__}.{field.name}"
        for model in apps.get_models()
        if (room := room_of(model.__module__))
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if field.remote_field
        if (other := room_of(field.remote_field.model.__module__))
        if other != room and other not in BELOW[room]
    ]
    assert wrong == []
