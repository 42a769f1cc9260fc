"""How often the right commune comes first, by kind of input, over all the communes of France.

    python -m benchmarks.recall            # reads recall_set.csv and prints
    python -m benchmarks.recall --make     # draws the set again, with a fixed seed
    python -m benchmarks.recall --draw 7   # beginnings and names spelled by ear, of another seed

The expected commune is the one that an input was made from. An input that would name several
communes includes its département or its postal code. Loiret is served. No database is used.
"""

import argparse
import csv
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from accueil.lookup.gazetteer_loader import france_from_rows  # noqa: E402
from accueil.place_search import France, Gazetteer, NameIndex, ParsedText  # noqa: E402
from portal.core.text.normalisation import normalise  # noqa: E402
from portal.territory import reference  # noqa: E402
from portal.territory.reference import CommuneRow, Reference  # noqa: E402

SET = Path(__file__).with_name("recall_set.csv")
SEED = 45_2022
SERVED = frozenset({"45"})
HOW_MANY = {
    "clean": 45,
    "accents": 45,
    "glued": 50,
    "typo": 60,
    "former": 40,
    "postal": 40,
    "address": 55,
    "sentence": 50,
    "department": 35,
    "abbreviation": 45,
    "partial": 35,
}
# Drawn anew from any seed, so that what is measured was never looked at.
DRAWN = {"beginning": 300, "ear": 300}
MIN_LETTERS_OF_BEGINNING = 5
MAX_FAULTS_BY_EAR = 3
# What people write for what they hear: letters, after and before what, and what is written instead.
BY_EAR = [
    *(("eau", "o"), ("au", "o"), ("o(?![uin])", "au"), ("ph", "f"), ("f", "ph")),
    *(("qu", "k"), ("ck", "k"), ("c(?=[aou])", "k"), ("k", "c"), ("c(?=[ei])", "s")),
    *(("ss(?=[ei])", "c"), ("g(?=[ei])", "j"), ("j(?=[ei])", "g"), ("ai(?!n)", "e")),
    *(("ei(?!n)", "ai"), ("e(?=[lrt][aeiou])", "ai"), ("ain", "in"), ("ein", "in")),
    *(("in(?![aeiouyn])", "ain"), ("en(?![aeiouyn])", "an"), ("an(?![aeiouyn])", "en")),
    *(("am(?=[bp])", "an"), ("em(?=[bp])", "an"), ("om(?=[bp])", "on"), ("gn", "ny")),
    *(("y", "i"), ("(?<=[a-z])i(?=[aeiou])", "y"), ("ill(?=[aeiou])", "y"), ("oi", "wa")),
    (r"(?<=[aeiou])([lnrtmfpcs])\1(?=[aeiou])", r"\1"),
    ("(?<=[aeiou])([lnrtm])(?=[aeiou])", r"\1\1"),
    *(("(?<=[aeiouy])s(?=[aeiouy])", "z"), ("z(?=[aeiou])", "s"), (r"\bh", "")),
    *(("(?<=[trl])h", ""), (r"(?<=[a-z]{3})[stdxz]\b", ""), (r"(?<=[a-z]{3})e\b", "")),
    *((r"(?<=[rlt])e?s\b", "e"), (r"(?<=[a-z]{2}[lrn])\b", "e"), ("w", "v")),
]
STREETS = """rue Danton;rue de la République;avenue de Paris;av. Jean Jaurès;bd Victor Hugo
rue d'Orléans;place de la Mairie;rue du 8 mai 1945;impasse des Lilas;chemin du Moulin
rue Saint-Martin;allée des Tilleuls;rue de Lyon;route de Chartres;rue du Général de Gaulle
quai Barentin;rue des Écoles;rue de la Gare;avenue du Maréchal Foch;rue Pasteur"""
SENTENCES = """j'habite à %s;je suis suivie à %s;bonjour je cherche une assistante sociale à %s
Bonjour, %s;je viens d'emménager à %s avec mes enfants;mon rendez-vous est à %s
où est l'équipe de %s ?;j'ai déménagé à %s le mois dernier;%s merci
je voudrais un rdv avec l'assistante sociale de %s svp;mairie de %s
ma mère vit à %s et a besoin d'aide;je ne sais pas où aller, je suis de %s
qui contacter à %s pour le rsa;nous sommes hébergés chez des amis à %s"""


@dataclass(frozen=True)
class Case:
    kind: str
    text: str
    code: str


def france(files: Reference) -> France:
    """Return the gazetteer's data from the files of the reference."""
    communes = files.communes.values()
    return france_from_rows(
        communes=[(row.code, row.name, row.department_id, row.population) for row in communes],
        former=[(row.code, row.name, row.commune_id) for row in files.former_communes],
        postal_codes=sorted((code, row.code) for row in communes for code in row.postal_codes),
        departments=[(row.code, row.name) for row in files.departments.values()],
    )


# Measuring


def first(parsed: ParsedText) -> str | None:
    """Return the INSEE code of the first result; None without any."""
    if parsed.commune:
        return parsed.commune
    return parsed.choices[0].commune if parsed.choices else None


def measure(cases: list[Case], gazetteer: Gazetteer) -> Iterator[str]:
    """Yield the recall and duration of each kind and of all, then the misses, as text."""
    right: Counter[str] = Counter()
    times: dict[str, list[float]] = defaultdict(list)
    misses = []
    for case in cases:
        start = perf_counter()
        parsed = gazetteer.parse(case.text)
        times[case.kind].append((perf_counter() - start) * 1000)
        if first(parsed) == case.code:
            right[case.kind] += 1
        else:
            misses.append(f"{case.kind}: {case.text!r} is {case.code}, read as {first(parsed)}")
    for kind, spent in times.items():
        yield _line(kind, right[kind], spent)
    yield _line("all", right.total(), [duration for spent in times.values() for duration in spent])
    yield from misses


def _line(kind: str, right: int, spent: list[float]) -> str:
    total = len(spent)
    slow = quantiles(spent, n=100)[98]
    return (
        f"{kind:13} {right:3}/{total:3} {right / total:7.1%}"
        f"   median {median(spent):.2f} ms, p99 {slow:.2f} ms"
    )


# Making


class Maker:
    """Draws communes, half of them in served départements, and writes them as people type them."""

    def __init__(self, files: Reference, seed: int = SEED) -> None:
        self.random = Random(seed)
        self.files = files
        communes = list(files.communes.values())
        self.served = [row for row in communes if row.department_id in SERVED]
        self.elsewhere = [row for row in communes if row.department_id not in SERVED]
        self.homonyms = Counter(_glued(row.name) for row in communes)
        self.homonyms.update(
            _glued(row.name)
            for row in files.former_communes
            if _glued(row.name) != _glued(files.communes[row.commune_id].name)
        )
        self.names = [(normalise(row.name), row.department_id) for row in communes]
        self.names += [
            (normalise(row.name), files.communes[row.commune_id].department_id)
            for row in files.former_communes
        ]
        self.glued = list(self.homonyms)
        self.streets = re.split("[;\n]", STREETS)
        self.sentences = re.split("[;\n]", SENTENCES)

    def cases(self, how_many: Mapping[str, int] = HOW_MANY) -> Iterator[Case]:
        for kind, wanted in how_many.items():
            made: dict[str, Case] = {}
            write: Callable[[CommuneRow], str] = getattr(self, f"_{kind}")
            while len(made) < wanted:
                is_served = self.random.random() < 0.5
                row = self.random.choice(self.served if is_served else self.elsewhere)
                if text := write(row):
                    made[text] = Case(kind, text, row.code)
            yield from made.values()

    # Each method returns the typed text for a commune, "" when the kind does not apply to its name.

    def _clean(self, row: CommuneRow) -> str:
        return self._disambiguated(row.name, row)

    def _accents(self, row: CommuneRow) -> str:
        text = normalise(row.name)
        if text == row.name.lower():
            return ""
        return self._disambiguated(self.random.choice([text, text.upper(), text.title()]), row)

    def _glued(self, row: CommuneRow) -> str:
        parts = normalise(row.name).split()
        if len("".join(parts)) < 5:
            return ""
        if len(parts) == 1:
            cut = self.random.randrange(2, len(parts[0]) - 1)
            text = parts[0][:cut] + self.random.choice("- ") + parts[0][cut:]
        else:
            joins = [self.random.choice(["", "", "-", " "]) for _ in parts[1:]]
            joins[self.random.randrange(len(joins))] = ""
            text = parts[0] + "".join(map("".join, zip(joins, parts[1:], strict=True)))
        return self._disambiguated(text, row)

    def _typo(self, row: CommuneRow) -> str:
        text = normalise(row.name)
        if len(text) < 5:
            return ""
        typed = self._with_typo(text)
        return self._disambiguated(typed, row, also=self._is_near_others(typed, row))

    def _former(self, row: CommuneRow) -> str:
        names = [
            former.name
            for former in self.files.former_communes
            if former.commune_id == row.code and "Arrondissement" not in former.name
        ]
        names = [name for name in names if _glued(name) != _glued(row.name)]
        if not names:
            return ""
        name = self.random.choice(names)
        return f"{name} {row.department_id}" if self._is_shared(name, row) else name

    def _postal(self, row: CommuneRow) -> str:
        if not row.postal_codes:
            return ""
        code = self.random.choice(row.postal_codes)
        name = self.random.choice([row.name, normalise(row.name)])
        return self.random.choice([f"{code} {name}", f"{name} {code}", f"{name}, {code}"])

    def _address(self, row: CommuneRow) -> str:
        number = self.random.choice(["", "3 ", "12 bis ", "12, ", "145 ", "7b "])
        street = self.random.choice(self.streets)
        name = self.random.choice([row.name, normalise(row.name)])
        if row.postal_codes and self.random.random() < 0.4:
            return f"{number}{street} {self.random.choice(row.postal_codes)} {name}"
        return self._disambiguated(f"{number}{street}{self.random.choice([', ', ' '])}{name}", row)

    def _sentence(self, row: CommuneRow) -> str:
        name = self.random.choice([row.name, normalise(row.name)])
        if self._is_shared(row.name, row):
            name = f"{name} ({row.department_id})"
        return self.random.choice(self.sentences) % name

    def _department(self, row: CommuneRow) -> str:
        name = self.random.choice([row.name, normalise(row.name)])
        department = self.files.departments[row.department_id].name
        return self.random.choice(
            [f"{name} {row.department_id}", f"{name} ({row.department_id})", f"{name} {department}"]
        )

    def _abbreviation(self, row: CommuneRow) -> str:
        text = row.name
        for full, short in (
            (r"\bSaint\b", "St"),
            (r"\bSainte\b", "Ste"),
            (r"[- ]sur[- ]", self.random.choice([" s/", " s ", "/"])),
            (r"[- ]lès[- ]", self.random.choice([" les ", "-lez-"])),
            (r"[- ]sous[- ]", " s/s "),
        ):
            text = re.sub(full, short, text)
        return self._disambiguated(text, row) if text != row.name else ""

    def _beginning(self, row: CommuneRow) -> str:
        """The first letters of a name, with its département where other names begin so."""
        text = normalise(row.name)
        if len(text) <= MIN_LETTERS_OF_BEGINNING:
            return ""
        start = text[: self.random.randrange(MIN_LETTERS_OF_BEGINNING, len(text))].rstrip()
        matches = [code for name, code in self.names if name.startswith(start)]
        if matches.count(row.department_id) > 1:
            return ""
        return start if len(matches) == 1 else f"{start} {row.department_id}"

    def _ear(self, row: CommuneRow) -> str:
        """A name as it is heard, with its département where another name is as close."""
        text = typed = normalise(row.name)
        for _ in range(self.random.randrange(1, MAX_FAULTS_BY_EAR + 1)):
            pattern, heard = self.random.choice(BY_EAR)
            places = list(re.finditer(pattern, typed))
            if places:
                place = self.random.choice(places)
                typed = typed[: place.start()] + place.expand(heard) + typed[place.end() :]
        if typed.replace(" ", "") == text.replace(" ", "") or len(text) < 5:
            return ""
        return self._disambiguated(typed, row, also=self._is_near_others(typed, row))

    def _partial(self, row: CommuneRow) -> str:
        parts = normalise(row.name).split()
        start = " ".join(parts[: self.random.randrange(1, max(2, len(parts)))])
        if len(parts) < 2 or len(start) < 5:
            return ""
        matches = [(name, code) for name, code in self.names if f"{name} ".startswith(f"{start} ")]
        if sum(code == row.department_id for _, code in matches) > 1:
            return ""
        return start if len(matches) == 1 else f"{start} {row.department_id}"

    # Ambiguous names

    def _disambiguated(self, text: str, row: CommuneRow, *, also: bool = False) -> str:
        return f"{text} {row.department_id}" if also or self._is_shared(row.name, row) else text

    def _is_shared(self, name: str, row: CommuneRow) -> bool:
        """Return whether the name is another commune's too, or the start of a served one's."""
        if row.department_id in SERVED:
            return False
        start = f"{normalise(name)} "
        near = any(other.startswith(start) and code in SERVED for other, code in self.names)
        return near or self.homonyms[_glued(name)] > 1

    def _with_typo(self, text: str) -> str:
        """Return the text with a letter missing, added or changed, or two letters swapped."""
        letters = "abcdefghijklmnopqrstuvwxyz"
        while True:
            index = self.random.randrange(1, len(text) - 1)
            letter = self.random.choice(letters)
            typed = self.random.choice(
                [
                    text[:index] + text[index + 1 :],
                    text[:index] + letter + text[index:],
                    text[:index] + letter + text[index + 1 :],
                    text[:index] + text[index + 1] + text[index] + text[index + 2 :],
                ]
            )
            if typed.replace(" ", "") != text.replace(" ", ""):
                return typed

    def _is_near_others(self, typed: str, row: CommuneRow) -> bool:
        """Return whether the typed text is as close to another name."""
        key = typed.replace(" ", "")
        return any(
            abs(len(name) - len(key)) < 2
            and name != _glued(row.name)
            and _is_single_typo(key, name)
            for name in self.glued
        )


def _glued(name: str) -> str:
    return normalise(name).replace(" ", "")


def _is_single_typo(left: str, right: str) -> bool:
    """Return whether at most one letter is missing, added or changed, or two are swapped."""
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    left, right = left[start:], right[start:]
    return (
        left[1:] == right
        or left == right[1:]
        or left[1:] == right[1:]
        or (left[:2] == right[:2][::-1] and left[2:] == right[2:])
    )


# Files


def read_set() -> list[Case]:
    with SET.open(encoding="utf-8", newline="") as file:
        return [Case(*row) for row in list(csv.reader(file, delimiter=";"))[1:]]


def write_set(cases: Iterator[Case]) -> None:
    with SET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(["kind", "input", "expected"])
        writer.writerows((case.kind, case.text, case.code) for case in cases)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make", action="store_true", help="draw the inputs again")
    parser.add_argument("--draw", type=int, metavar="SEED", help="draw beginnings, and by ear")
    options = parser.parse_args()
    files = reference.read_reference(reference.FOLDER)
    if options.make:
        write_set(Maker(files).cases())
    gazetteer = Gazetteer(france(files), NameIndex([], SERVED))
    gazetteer.parse("Olivet")
    drawn = options.draw is not None
    cases = list(Maker(files, options.draw).cases(DRAWN)) if drawn else read_set()
    sys.stdout.writelines(f"{line}\n" for line in measure(cases, gazetteer))


if __name__ == "__main__":
    main()
