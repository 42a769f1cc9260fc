"""Variables, arguments, functions and classes have names that say what they are."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.imports import APPS, ROOT

VAGUE = {
    *("one", "said", "told", "kept", "held", "mine", "whence", "teller"),
    *("town", "towns", "door", "doors", "desk", "gesture", "gestures", "story", "outlook", "tell"),
}


def vague_names(tree: ast.AST) -> Iterator[str]:
    """Yield "line: name" of each vague name that the code binds."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                pass
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                pass
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                pass
            case _:
                continue
        if name.lower() in VAGUE:
            yield f"{node.lineno}: {name}"


@pytest.mark.parametrize("folder", [*APPS, "tests", "benchmarks"])
def test_names_are_nouns(folder):
    vague = [
        f"{path.relative_to(ROOT)}:{name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
        for name in vague_names(ast.parse(path.read_text()))
    ]
    assert vague == [], "Use the noun of what is named: `team`, `commune`, `message`, `row`…"


@pytest.mark.parametrize(
    "source",
    [
        "said = 1",
        "for one in rows: pass",
        "[kept for kept in rows]",
        "def told(): pass",
        "class Teller: pass",
        "lambda door: None",
        "if (held := 1): pass",
        "try: pass\nexcept ValueError as mine: pass",
    ],
)
def test_vague_names_are_found(source):
    assert len(list(vague_names(ast.parse(source)))) == 1


@pytest.mark.parametrize("source", ["row.said", "call(one=1)", "door_number = 1", "one + 1"])
def test_other_names_are_fine(source):
    assert list(vague_names(ast.parse(source))) == []
