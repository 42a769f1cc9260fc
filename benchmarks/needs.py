"""How well needs are understood, and what sentences are taken for places.

    python -m benchmarks.needs

`needs_sets/dangers.csv` are ways of saying each danger, `needs_sets/sentences.txt` sentences
without danger or place, `needs_sets/fear_*.csv` both, in words of fear, dialect, children and
SMS, `needs_sets/stranger.csv` what somebody who had not seen the table typed. They were written
before the table was tried on them. What they missed at first was then mended:
docs/benchmarks.md has the figures and the misses of the first trials. Loiret is served. No
database is used.
"""

import csv
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from timeit import repeat

from accueil.lookup.understanding import understand
from accueil.needs import Need, need_matcher
from accueil.place_search import Gazetteer, NameIndex
from benchmarks.recall import SERVED, france
from portal.territory import reference

SETS = Path(__file__).with_name("needs_sets")
WAYS = ("dangers.csv", "tuning.csv", "fear_1.csv", "fear_2.csv", "fear_3.csv", "stranger.csv")
FRAME = "bonjour, %s s'il vous plaît"


def read_ways(name: str) -> list[tuple[str, str]]:
    """Return the needs with the texts that name them."""
    with (SETS / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))[1:]
    return [(need, typed) for need, typed in rows]


def read_sentences(name: str) -> list[str]:
    return (SETS / name).read_text(encoding="utf-8").splitlines()


def slug_of(need: Need | None) -> str:
    return need.slug if need else ""


def lines(gazetteer: Gazetteer) -> Iterator[str]:
    """Yield the measures, each followed by its misses."""
    find = need_matcher().find
    for name in WAYS:
        ways = read_ways(name)
        misses = [
            f"  {typed!r}: {slug or 'none'}, not {need or 'none'}"
            for need, typed in ways
            for slug in [slug_of(understand(typed, gazetteer)[0])]
            if slug != need
        ]
        yield f"{name}: {len(ways) - len(misses)} of {len(ways)}"
        yield from misses
    sentences = read_sentences("sentences.txt")
    alarms = [text for text in sentences if (match := find(text)) and match.need.urgent]
    yield f"false alarms: {len(alarms)} of {len(sentences)}"
    yield from (f"  {text!r}: {find(text)}"[:120] for text in alarms)
    texts = [
        *sentences,
        *(FRAME % text for text in sentences),
        *(typed for _, typed in read_ways("dangers.csv")),
    ]
    villages = [(text, understand(text, gazetteer)[1]) for text in texts]
    guessed = [(text, parsed) for text, parsed in villages if parsed.places or parsed.closest]
    yield f"villages guessed: {len(guessed)} of {len(texts)}"
    for text, parsed in guessed:
        near = "" if parsed.places else "near "
        yield f"  {text!r}: {near}{[place.name for place in parsed.places or parsed.closest][:3]}"
    durations = []
    for text in texts:
        durations.append(min(repeat(partial(find, text), number=1, repeat=5)) * 1000)
    yield f"median {median(durations):.2f} ms, p99 {quantiles(durations, n=100)[98]:.2f} ms"


def main() -> None:
    files = reference.read_reference(reference.FOLDER)
    gazetteer = Gazetteer(france(files), NameIndex([], SERVED))
    gazetteer.parse("Olivet")
    sys.stdout.writelines(f"{line}\n" for line in lines(gazetteer))


if __name__ == "__main__":
    main()
