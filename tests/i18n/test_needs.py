"""The texts of the needs are in TOML: `makemessages` finds them in what this module writes."""

import subprocess
import sys
import tomllib

from django.conf import settings

from accueil.needs.table import FILE

SHOWN = ("label", "sentence", "receives", "name", "hours")


def test_every_text_of_a_need_is_written_as_python():
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    rows = [*table["need"], *table["contact"].values()]
    texts = {row[name] for row in rows for name in SHOWN if row.get(name)}
    written = subprocess.run(
        [sys.executable, "-m", "accueil.needs.messages"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    first, *others = written.splitlines()
    assert first == "from django.utils.translation import gettext as _"
    assert sorted(others) == sorted(f"_({text!r})" for text in texts)
