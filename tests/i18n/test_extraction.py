"""`makemessages` finds the messages of Python by the names of Django's functions, and by `_`."""

import ast

from tests.architecture.imports import APPS, ROOT


def test_functions_that_translate_have_the_names_that_makemessages_knows():
    unknown = [
        f"{path.relative_to(ROOT)}: {name.name} as {name.asname}"
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if "gettext" in name.name and name.asname not in (None, "_")
    ]
    assert unknown == []
