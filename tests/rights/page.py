"""Write both rights tables as a page: python -m tests.rights.page > docs/rights.md"""

import os
from collections.abc import Iterator

from tests.rights.table import PEOPLE, RULES, redirects_to_sign_in

HEAD = """# Who may do what

Every address of the site and of the API, and who may use it. This page is generated from
`tests/rights/table.py`. The tests compare the table with the URL configuration, and try each address as
each of these people. To change it, edit the table, then run `python -m tests.rights.page > docs/rights.md`.

Names in braces are rows of one agency of the Loiret. The agent is of that agency, the agent elsewhere
of another agency of the Loiret. Pilot, reviewer and manager are of the Loiret, the manager elsewhere of
another département. ● allowed; ○ redirected to the sign-in page; · refused.

"""
ROWS_HEAD = """
## Who may write which kind of row

The answers of the rules (`<app>/rules.py`), which `tests/rights/row_permissions.py` checks on a row of each
kind, of the agency and département of these people: ● allowed; · refused. Pages, API and administration
use the same rules. A relation to a row gives no right over it, and no relation crosses départements
(`portal/core/permissions/ownership.py`). Permissions without a row in this table belong to administrators
alone, in the administration. Administrators have every permission, but the services of a campaign still
require a person other than the author.

"""
MODELS_WITHOUT_RULE = """
Models without a rule:

"""


def page() -> str:
    """Return the page in Markdown. The rows that it creates in the database are rolled back."""
    return (
        HEAD
        + "\n".join(_address_table())
        + "\n"
        + ROWS_HEAD
        + "\n".join(_row_table())
        + "\n"
        + MODELS_WITHOUT_RULE
        + _models_without_rule()
    )


def _address_table() -> Iterator[str]:
    yield from _header("")
    for rule in RULES:
        cells = [_cell(rule.address, person, person in rule.allowed) for person in PEOPLE]
        yield f"| `{rule}` | " + " | ".join(cells) + " |"


def _header(first: str) -> Iterator[str]:
    yield f"| {first} | " + " | ".join(name.replace("_", " ") for name in PEOPLE) + " |"
    yield "|---" * (len(PEOPLE) + 1) + "|"


def _cell(address: str, person: str, allowed: bool) -> str:
    if allowed:
        return "●"
    return "○" if person == "anonymous" and redirects_to_sign_in(address) else "·"


def _row_table() -> Iterator[str]:
    from tests.rights.row_permissions import row_permissions

    yield from _header("")
    for permission in row_permissions():
        cells = ["●" if person in permission.allowed else "·" for person in PEOPLE]
        yield f"| {permission} | " + " | ".join(cells) + " |"


def _models_without_rule() -> str:
    from tests.rights.row_permissions import WITHOUT_RULE

    lines = [
        f"- {title}: {', '.join(f'`{label}`' for label in sorted(labels.split()))}."
        for title, labels in WITHOUT_RULE.items()
    ]
    return "\n".join(lines) + "\n"


def _in_an_empty_database() -> str:
    """Return the page, using a migrated in-memory database."""
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return page()


if __name__ == "__main__":
    print(_in_an_empty_database(), end="")  # noqa: T201
