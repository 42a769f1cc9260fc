"""Writes the texts of the table in Python, for `makemessages`, which does not read TOML.

python -m accueil.needs.messages > var/needs.py
"""

import sys
from collections.abc import Iterable, Iterator

from accueil.needs.table import Need, load_needs


def messages(needs: Iterable[Need]) -> Iterator[str]:
    """Yield every text that pages show."""
    for need in needs:
        yield from (need.label, need.sentence, need.receives)
        for contact in need.contacts:
            yield from filter(None, (contact.name, contact.hours))


def python_lines(needs: Iterable[Need]) -> Iterator[str]:
    yield "from django.utils.translation import gettext as _\n"
    yield from (f"_({message!r})\n" for message in dict.fromkeys(messages(needs)))


if __name__ == "__main__":
    sys.stdout.writelines(python_lines(load_needs().needs))
