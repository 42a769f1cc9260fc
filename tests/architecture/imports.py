"""What imports what, read from the code: the floors, the rooms on them, and their arrows."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("portal", "teams", "relocations", "schema_actions", "accueil")

# The floors of the ground, from the bottom up: each may use those before it. "portal" alone is its
# root: settings, Celery, the URL table, the pages that belong to no app.
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

# The files at the root of an app that put its rooms together, found by their name: above the rooms.
# The others (models, enums, rules…) are below them.
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
    """The floor of a dotted module of ours; None for a library's."""
    parts = module.split(".")
    return next((floor for floor in (".".join(parts[:2]), parts[0]) if floor in FLOORS), None)


def room_of(module: str) -> str:
    """The room of a module: the folder of its app (of `portal.core`, for the ground's own) that
    holds it; for the files at the root, "teams (base)" or, for those that assemble, "teams (top)".
    """
    parts = module.split(".")
    depth = 2 if parts[0] == "portal" else 1
    app, inside = ".".join(parts[:depth]), parts[depth:]
    if not inside or inside[0] in ASSEMBLING:
        return f"{app} (top)"
    if inside[0] != "models" and f"{app}.{inside[0]}" in _PACKAGES:
        return f"{app}.{inside[0]}"
    return f"{app} (base)"


def imports_of(module: str, source: str) -> set[str]:
    """The modules of ours that `source`, the text of `module`, imports: as far as they exist."""
    package = module if module in _PACKAGES else module.rpartition(".")[0]
    imports = set()
    for dotted in _imported(source, package):
        parts = dotted.split(".")
        prefixes = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
        imports |= {next((name for name in prefixes if name in MODULES), "")} - {"", module}
    return imports


def _imported(source: str, package: str) -> Iterator[str]:
    """Every dotted name that is imported, names imported from a module included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = [*(above if node.level else []), *filter(None, [node.module])]
            yield from (".".join([*base, alias.name]) for alias in node.names)
