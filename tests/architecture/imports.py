"""Imports between the modules of the apps, and the floors and rooms that they belong to."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("portal", "teams", "relocations", "schema_actions", "accueil")

# The floors of portal/, from the bottom up: each may import those before it. "portal" is its root:
# settings, Celery, the URL table, the pages that belong to no app.
GROUND = (
    *("portal.core", "portal.registries", "portal.celery", "portal.territory", "portal.accounts"),
    *("portal.notices", "portal.documents", "portal.health", "portal.deploy"),
)

# What each floor may import.
FLOORS: dict[str, tuple[str, ...]] = {floor: GROUND[:at] for at, floor in enumerate(GROUND)}
FLOORS["portal"] = GROUND
FLOORS["teams"] = (*GROUND, "portal")
FLOORS["relocations"] = FLOORS["schema_actions"] = (*GROUND, "portal", "teams")
FLOORS["accueil"] = (*GROUND, "portal", "teams", "relocations")

# The files at the root of an app that assemble its rooms: they are above the rooms.
# The other root files (models, enums, rules…) are below them.
ASSEMBLING = {
    *("admin", "api", "apps", "documents", "demo", "loaders", "signals", "tasks", "urls"),
    *("workspace", "management"),
}


def _modules() -> Iterator[tuple[str, str]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                yield dotted.removesuffix(".__init__"), path.read_text()


# The source of every module of the apps, by its dotted name; migrations left out.
MODULES = dict(_modules())
_PACKAGES = {module.rpartition(".")[0] for module in MODULES} - {""}


def floor_of(module: str) -> str | None:
    """Return the floor of a module of the apps; None for a library."""
    parts = module.split(".")
    return next((floor for floor in (".".join(parts[:2]), parts[0]) if floor in FLOORS), None)


def room_of(module: str) -> str:
    """Return the room of a module: its folder in its app (in `portal.core`, for portal's own).

    For the files at the root, "teams (base)" or, for those that assemble rooms, "teams (top)".
    """
    parts = module.split(".")
    depth = 2 if parts[0] == "portal" else 1
    app, inside = ".".join(parts[:depth]), parts[depth:]
    if not inside or inside[0] in ASSEMBLING:
        return f"{app} (top)"
    if inside[0] != "models" and f"{app}.{inside[0]}" in _PACKAGES:
        return f"{app}.{inside[0]}"
    return f"{app} (base)"


@cache
def all_imports() -> dict[str, set[str]]:
    """Return the imports of each module, by its dotted name."""
    return {module: imports_of(module, source) for module, source in MODULES.items()}


def imports_of(module: str, source: str) -> set[str]:
    """Return the existing modules of the apps that `module`, with the text `source`, imports."""
    package = module if module in _PACKAGES else module.rpartition(".")[0]
    imports = set()
    for dotted in _imported(source, package):
        parts = dotted.split(".")
        prefixes = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
        imports |= {next((name for name in prefixes if name in MODULES), "")} - {"", module}
    return imports


def _imported(source: str, package: str) -> Iterator[str]:
    """Yield every imported dotted name, including names imported from a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = [*(above if node.level else []), *filter(None, [node.module])]
            yield from (".".join([*base, alias.name]) for alias in node.names)
