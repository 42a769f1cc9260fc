"""The portal judged by tools of others: `python -m tests.audit [name…]`, all of them without a name.

Each check writes its report in `docs/audit/`. Ends with 1 when a check found something to mend, or could
not run. docs/audit/README.md says what each one needs.
"""

import argparse
import os
import sys
from importlib import import_module
from time import monotonic

# A module of this folder each, with `TITLE` and `check()`; from the shortest to the longest.
NAMES = ("hours", "reading", "spreadsheets", "vnu", "pa11y", "lighthouse", "load", "long", "api")


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.audit.settings"
    os.environ.setdefault("LOG_LEVEL", "ERROR")  # pages that refuse are among those asked
    parser = argparse.ArgumentParser(prog="python -m tests.audit", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(NAMES))
    names = parser.parse_args().names or NAMES
    if unknown := set(names) - set(NAMES):
        parser.error(
            f"no check is named {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}"
        )
    _set_up()
    return max([_run(name) for name in names])


def _set_up() -> None:
    import django
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()


def _run(name: str) -> int:
    """Run a check and write its report; return the exit status of the command."""
    from tests.audit import findings, report

    module = import_module(f"tests.audit.{name}")
    print(f"{module.TITLE}…", flush=True)
    start = monotonic()
    try:
        result = module.check()
    except findings.CannotRun as error:
        print(f"  could not run: {error}")
        return 1
    to_mend, by_reason = findings.sort_out(name, result.findings, findings.acceptances())
    path = report.write(name, module.TITLE, result, to_mend, by_reason)
    print(
        f"  {len(to_mend)} to mend, {sum(map(len, by_reason.values()))} accepted,"
        f" in {monotonic() - start:.0f} s: {path.relative_to(report.FOLDER.parents[1])}"
    )
    return 1 if to_mend else 0


if __name__ == "__main__":
    sys.exit(main())
