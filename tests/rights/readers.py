"""Who reads which page: for tests that read every page of the rights table once."""

from tests.rights.table import RULES, Rule

# From the most rights to the least.
_SIGNED_IN = (
    *("administrator", "manager", "agent", "reviewer", "pilot"),
    *("agent_elsewhere", "manager_elsewhere"),
)


def reader(rule: Rule) -> str:
    """Return who reads a page: anonymous where it is public, else whoever has most rights."""
    people = ("anonymous", *_SIGNED_IN)
    return next(person for person in people if person in rule.allowed)


READABLE = [rule for rule in RULES if rule.method == "GET" and rule.allowed]
