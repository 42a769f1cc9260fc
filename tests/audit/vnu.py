"""The HTML of every page, read by the checker of the W3C (Nu Html Checker)."""

import json
import re
import shutil
from pathlib import Path

from tests.audit import tools
from tests.audit.database import loaded
from tests.audit.findings import Finding, Result
from tests.audit.pages import visited_pages

TITLE = "HTML of the pages (Nu Html Checker)"
FOLDER = tools.ROOT / "var" / "audit" / "pages"


def check() -> Result:
    folder = tools.node_folder()
    java = tools.program("java")
    addresses = _save_pages()
    jar = folder / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    printed = tools.run(
        [java, "-jar", str(jar), "--format", "json", "--stdout", "--exit-zero-always", str(FOLDER)]
    )
    findings = [
        Finding(addresses[Path(message["url"]).name], _words(message))
        for message in json.loads(printed)["messages"]
    ]
    people = {address.partition(" ")[2] for address in addresses.values()}
    return Result(
        versions=[tools.version(folder, "vnu-jar")],
        tried=f"{len(addresses)} pages were read: each address of the rights table but the administration's, for"
        f" each of the {len(people)} people who may read it, and the public pages of `tests/pages/`.",
        findings=findings,
    )


def _save_pages() -> dict[str, str]:
    """Write each page in a file; return its address and its reader by the file's name."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    addresses = {}
    with loaded():
        for person, address, response in visited_pages():
            if response.headers["Content-Type"].startswith("text/html"):
                name = f"{len(addresses):04}.html"
                (FOLDER / name).write_bytes(response.content)
                addresses[name] = f"{address} ({person})"
    return addresses


def _words(message: dict[str, str]) -> str:
    """Return the kind of a message, its text and the HTML around it."""
    extract = re.sub(r"\s+", " ", message.get("extract", "")).strip().replace("`", "'")
    words = f"{message.get('subType', message['type'])}: {message['message']}"
    return f"{words} In `{extract}`" if extract else words
