"""Both rights tables as a page: python -m tests.rights.page > docs/rights.md"""

import os
from collections.abc import Iterator

from tests.rights.table import PEOPLE, RULES, redirects_to_sign_in

HEAD = """# Who may do what

Every address of the site and of the API, and who may go there. Made from `tests/rights/table.py`, which the
tests compare with the URL configuration and try as each of these people; change it there, then run
`python -m tests.rights.page > docs/rights.md`.

The rows named in braces are of one agency of the Loiret: the agent is one of that agency, the agent
elsewhere of another one of the Loiret, pilot, reviewer and manager are those of the Loiret, the manager
elsewhere that of another département. ● may; ○ is led to the sign-in; · is refused.

"""
ROWS_HEAD = """
## Who may write which kind of row

What the rules answer (`<app>/rules.py`), asked by `tests/rights/row_permissions.py` of a row of each kind, which is of
the agency and of the département of these people: ● may; · is refused. Pages, API and administration ask the
same rules; an agency's rows that one points at are left to those who may write them, and nothing points at
another département (`portal/core/permissions/ownership.py`). A right without a line is an administrator's alone, in the
administration. They have every right; the services of a campaign still ask for another hand than the author's.

"""
MODELS_WITHOUT_RULE = """
Of what no rule speaks:

"""


def page() -> str:
    """Asks the rules of rows that it makes in the database, and leaves none."""
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
    """The page, from a database in memory that is migrated for it."""
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return page()


if __name__ == "__main__":
    print(_in_an_empty_database(), end="")  # noqa: T201
