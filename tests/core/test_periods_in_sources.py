"""The dates of the real documents, read from their own folder."""

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from portal.core.periods.period import (
    Period,
    PeriodMatch,
    Precision,
    find_periods,
    periods_of_years,
)

SOURCES = Path(__file__).resolve().parents[2].parent / "shared" / "sources"
LOIRET_DATED = "loiret-2023-demenagements.txt"
LOIRET_UNDATED = "loiret-2023-demenagements.md"
LOIR_ET_CHER = "loir-et-cher-2024-mds.md"
DEUX_SEVRES = "deux-sevres-2025-proches-et-solidaires.txt"
EVALUATION = "loiret-schema-2022-2026-evaluation-2023.md"

# The day of each document; Loir-et-Cher's has none, but it announces the following month.
SOURCE_DAYS = {
    LOIRET_DATED: date(2023, 11, 24),
    LOIRET_UNDATED: date(2023, 11, 24),
    LOIR_ET_CHER: date(2023, 12, 1),
    DEUX_SEVRES: date(2025, 2, 10),
    EVALUATION: date(2023, 6, 15),
}

DAY, MONTH, HALF = Precision.DAY, Precision.MONTH, Precision.HALF
SEASON, YEAR, UNKNOWN = Precision.SEASON, Precision.YEAR, Precision.UNKNOWN

pytestmark = pytest.mark.skipif(
    not SOURCES.is_dir(), reason=f"the real documents are not in {SOURCES}"
)


def read_source(name: str) -> str:
    """Return a document's text without the `<sup>` of "1<sup>er</sup>", which splits a word."""
    return re.sub(r"</?sup>", "", (SOURCES / name).read_text(encoding="utf-8"))


def source_lines(name: str, first: int, last: int) -> str:
    return "\n".join(read_source(name).split("\n")[first - 1 : last])


def half(year: int, number: int) -> tuple[date, date, Precision]:
    first, last = ((1, 1), (6, 30)) if number == 1 else ((7, 1), (12, 31))
    return date(year, *first), date(year, *last), HALF


def whole(first: int, last: int | None = None) -> tuple[date, date, Precision]:
    return date(first, 1, 1), date(last or first, 12, 31), YEAR


def meaning(period: Period) -> tuple[date | None, date | None, Precision]:
    return period.earliest, period.latest, period.precision


# Every date expression.

DATE_WORDS = re.compile(
    r"\b(?:janvier|février|mars|avril|mai|juin|juillet|ao[uû]t|septembre|octobre|novembre|décembre"
    r"|20[12][0-9]|2030|semestres?|trimestres?|printemps|automne|hiver|été(?= 20)"
    r"|[0-3][0-9]/[01][0-9](?:/[0-9]{4})?)\b",
    re.IGNORECASE,
)
NOT_READ = {
    (EVALUATION, 514, "trimestre"): "damaged text, « troisime trimestre 2022 »: only the year is",
}


def unparsed_date_words(
    name: str, text: str, periods: list[PeriodMatch]
) -> set[tuple[str, int, str]]:
    return {
        (name, text.count("\n", 0, word.start()) + 1, word.group())
        for word in DATE_WORDS.finditer(text)
        if not any(f.start <= word.start() and word.end() <= f.end for f in periods)
    }


@pytest.mark.parametrize(
    ("name", "expressions"),
    [
        (LOIRET_DATED, 20),
        (LOIRET_UNDATED, 20),
        (LOIR_ET_CHER, 10),
        (DEUX_SEVRES, 10),
        (EVALUATION, 800),
    ],
)
def test_every_date_expression_of_a_document_is_in_a_period(name, expressions):
    text = read_source(name)
    assert len(DATE_WORDS.findall(text)) >= expressions

    unread = unparsed_date_words(name, text, find_periods(text, source_date=SOURCE_DAYS[name]))

    assert unread == {place for place in NOT_READ if place[0] == name}


def test_damaged_text_is_not_repaired():
    line = source_lines(EVALUATION, 538, 538)
    assert "03 juin au 31 dcembre 2022" in line

    periods = find_periods(line)

    assert [meaning(f.period) for f in periods] == [whole(2022)]


def test_the_past_participle_is_not_the_summer():
    periods = find_periods(read_source(EVALUATION), source_date=SOURCE_DAYS[EVALUATION])

    summers = [f.period.text for f in periods if "été" in f.period.text.lower()]
    assert summers == ["Été 2024"]


# The calendars of the action sheets.

CALENDARS = {
    (353, 353): [half(2022, 2)],
    (453, 453): [half(2022, 1), half(2023, 1)],
    (562, 562): [whole(2022), whole(2025)],
    (568, 568): [whole(2022), whole(2023)],
    (915, 915): [half(2023, 1)],
    (1232, 1234): [half(2022, 1), half(2022, 2), half(2023, 1)],
    (1323, 1323): [(date(2022, 1, 1), None, YEAR), whole(2024)],
    (1659, 1660): [half(2022, 1), (date(2022, 12, 1), date(2022, 12, 31), MONTH)],
    (1700, 1701): [half(2022, 1), half(2022, 2)],
    (1765, 1767): [whole(2023), (date(2024, 6, 21), date(2024, 9, 22), SEASON)],
    (1799, 1799): [half(2022, 2)],
    (1831, 1831): [],
    (1882, 1886): [half(2022, 1), half(2022, 2), whole(2023)],
    (1924, 1924): [],
    (2193, 2193): [half(2023, 2)],
}


@pytest.mark.parametrize(("place", "expected"), CALENDARS.items(), ids=str)
def test_a_calendar_written_in_words_is_read_as_a_person_reads_it(place, expected):
    calendar = source_lines(EVALUATION, *place)

    periods = find_periods(calendar, source_date=SOURCE_DAYS[EVALUATION])

    assert [meaning(f.period) for f in periods] == expected
    assert [f.period.text for f in periods if f.period.inferred] == (
        ["2e semestre"] if place == (1882, 1886) else []
    )


def year_grids() -> dict[int, list[int]]:
    """Return the checked years of each grid of years, by the number of its line of X."""
    lines = read_source(EVALUATION).split("\n")
    grids = {}
    for number, (header, row) in enumerate(pairwise(lines), 2):
        if re.fullmatch(r"[\tX]*X[\tX]*", row):
            columns = zip(header.split("\t"), row.split("\t"), strict=True)
            grids[number] = [int(year) for year, cell in columns if cell == "X"]
    return grids


def test_the_39_year_grids_are_each_one_period():
    grids = year_grids()

    assert len(grids) == 39
    for years in grids.values():
        [period] = periods_of_years(years)
        assert meaning(period) == whole(years[0], years[-1])


@pytest.mark.parametrize(
    ("line_number", "expected"),
    [
        (133, "de 2022 à 2026"),
        (205, "de 2022 à 2025"),
        (426, "de 2023 à 2025"),
        (468, "de 2024 à 2025"),
        (493, "2022"),
        (1599, "de 2023 à 2025"),
        (1626, "de 2023 à 2026"),
        (1933, "de 2022 à 2026"),
        (2532, "de 2022 à 2024"),
    ],
)
def test_the_empty_cells_of_a_year_grid_count(line_number, expected):
    assert [str(period) for period in periods_of_years(year_grids()[line_number])] == [expected]


# Announcements of moves and openings.


def test_the_dates_of_the_loiret_schedule():
    rows = [line.split("\t") for line in read_source(LOIRET_UNDATED).split("\n") if "\t" in line]
    periods = [
        Period.parse(cells[2], source_date=SOURCE_DAYS[LOIRET_UNDATED]) for cells in rows[1:]
    ]

    assert [meaning(period) for period in periods] == [
        (date(2023, 11, 28), date(2023, 11, 29), DAY),
        (date(2023, 12, 1), date(2023, 12, 2), DAY),
        (date(2023, 12, 8), date(2023, 12, 9), DAY),
        (date(2023, 12, 15), date(2023, 12, 16), DAY),
        (date(2024, 1, 16), date(2024, 1, 17), DAY),
        *[whole(2024)] * 4,
    ]
    assert [period.inferred for period in periods] == [True] + [False] * 8


def test_the_moves_of_the_orleans_reception_team():
    [line] = [ln for ln in read_source(LOIRET_UNDATED).split("\n") if "Pour l'orléanais" in ln]

    periods = [f.period for f in find_periods(line)]

    assert [meaning(period) for period in periods] == [
        (date(2024, 1, 8), date(2024, 1, 9), DAY),
        (None, None, UNKNOWN),
    ]
    assert [period.text for period in periods] == ["les 8 et 9 janvier 2024", "à terme"]


def test_both_printed_versions_of_the_loiret_schedule_have_the_same_dates():
    dated, undated = (
        [meaning(f.period) for f in find_periods(read_source(name)) if not f.period.inferred]
        for name in (LOIRET_DATED, LOIRET_UNDATED)
    )

    assert dated[0] == (date(2023, 11, 24), date(2023, 11, 24), DAY)
    assert dated[1:] == undated


@pytest.mark.parametrize(
    ("name", "text", "earliest", "latest", "precision", "inferred"),
    [
        (LOIRET_DATED, "d’ici la mi-janvier", None, date(2024, 1, 20), MONTH, True),
        (LOIRET_DATED, "à partir de la fin 2023", date(2023, 9, 1), None, YEAR, False),
        (LOIR_ET_CHER, "A partir du 1er janvier 2024", date(2024, 1, 1), None, DAY, False),
        (LOIR_ET_CHER, "à compter de début janvier", date(2024, 1, 1), None, MONTH, True),
        (LOIR_ET_CHER, "courant 2024", date(2024, 1, 1), date(2024, 12, 31), YEAR, False),
        (LOIR_ET_CHER, "au plus tard début 2026", None, date(2026, 4, 30), YEAR, False),
        (LOIR_ET_CHER, "courant décembre", date(2023, 12, 1), date(2023, 12, 31), MONTH, True),
        (LOIR_ET_CHER, "au plus tard début janvier", None, date(2024, 1, 10), MONTH, True),
        (LOIR_ET_CHER, "en janvier prochain", date(2024, 1, 1), date(2024, 1, 31), MONTH, True),
        (LOIR_ET_CHER, "du 4 au 22 décembre", date(2023, 12, 4), date(2023, 12, 22), DAY, True),
        (LOIR_ET_CHER, "2024/2029", date(2024, 1, 1), date(2029, 12, 31), YEAR, False),
        (LOIR_ET_CHER, "à terme", None, None, UNKNOWN, False),
        (EVALUATION, "le 21 juin prochain", date(2023, 6, 21), date(2023, 6, 21), DAY, True),
        (
            EVALUATION,
            "courant 2024 ou début 2025",
            date(2024, 1, 1),
            date(2025, 4, 30),
            YEAR,
            False,
        ),
    ],
)
def test_a_date_of_a_document_read_alone(name, text, earliest, latest, precision, inferred):
    assert text in read_source(name)

    period = Period.parse(text, source_date=SOURCE_DAYS[name])

    assert period == Period(text, earliest, latest, precision, inferred)


def test_the_dates_of_the_deux_sevres_announcement_through_its_scanning_errors():
    periods = find_periods(read_source(DEUX_SEVRES), source_date=SOURCE_DAYS[DEUX_SEVRES])

    assert [(f.period.text, *meaning(f.period)) for f in periods] == [
        ("lundi 10 février\n2025", date(2025, 2, 10), date(2025, 2, 10), DAY),
        ("des le 1ler mars 2025", date(2025, 3, 1), None, DAY),
        ("en février 2023", date(2023, 2, 1), date(2023, 2, 28), MONTH),
        ("a\npartir du 1° mars prochain", date(2025, 3, 1), None, DAY),
        ("depuis février 2023", date(2023, 2, 1), None, MONTH),
        ("En septembre dernier", date(2024, 9, 1), date(2024, 9, 30), MONTH),
        ("sur le mois de novembre 2024", date(2024, 11, 1), date(2024, 11, 30), MONTH),
    ]
