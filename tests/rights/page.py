"""The rights table as a page: python -m tests.rights.page > docs/rights.md"""

from collections.abc import Iterator

from tests.rights.table import PEOPLE, RULES, leads_to_the_sign_in

HEAD = """# Who may do what

Every address of the site and of the API, and who may go there. Made from `tests/rights/table.py`, which the
tests compare with the URL configuration and try as each of these people; change it there, then run
`python -m tests.rights.page > docs/rights.md`.

The rows named in braces are of one agency of the Loiret: the agent is one of that agency, the agent
elsewhere of another one of the Loiret, pilot, reviewer and manager are those of the Loiret, the manager
elsewhere that of another département. ● may; ○ is led to the sign-in; · is refused.

"""


def page() -> str:
    return HEAD + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "| | " + " | ".join(name.replace("_", " ") for name in PEOPLE) + " |"
    yield "|---" * (len(PEOPLE) + 1) + "|"
    for rule in RULES:
        cells = [_cell(rule.address, who, who in rule.may) for who in PEOPLE]
        yield f"| `{rule}` | " + " | ".join(cells) + " |"


def _cell(address: str, who: str, may: bool) -> str:
    if may:
        return "●"
    return "○" if who == "anonymous" and leads_to_the_sign_in(address) else "·"


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201
