"""What the documents say of the code: the files, folders and commands that they name exist."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
FILE = re.compile(r"`([\w.-][\w./-]*\.(?:py|html|css|js|csv|svg))`")
FOLDER = re.compile(
    r"`((?:portal|teams|relocations|accueil|schema_actions|tests|benchmarks)/[\w/]*/)`"
)
MODULE = re.compile(r"python -m ((?:tests|benchmarks)[\w.]*)")


def tracked_files() -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(listed.stdout.split())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_names_exists(document):
    files = tracked_files()
    endings = {"/".join(path.split("/")[i:]) for path in files for i in range(path.count("/") + 1)}
    text = document.read_text()
    missing = {name for name in FILE.findall(text) if name not in endings}
    missing |= {name for name in FOLDER.findall(text) if not (ROOT / name).is_dir()}
    missing |= {
        name
        for name in MODULE.findall(text)
        if f"{name.replace('.', '/')}.py" not in files
        and not (ROOT / name.replace(".", "/")).is_dir()
    }
    assert missing == set()
