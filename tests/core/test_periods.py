"""Dates as people write them: examples of each form with its days, then properties of all periods."""

import itertools
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.core.periods.period import (
    Period,
    PeriodError,
    Precision,
    find_periods,
    format_day,
    periods_of_years,
)

SOURCE_DAY = date(2023, 11, 24)
DAY, MONTH, QUARTER = Precision.DAY, Precision.MONTH, Precision.QUARTER
HALF, SEASON, YEAR = Precision.HALF, Precision.SEASON, Precision.YEAR


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("text", "in_full", "other_text"),
    [
        ("28 et 29 novembre", "mardi 28 et mercredi 29 novembre 2023", "28 et 29 novembre"),
        ("8 janvier", "lundi 8 janvier 2024", "8 janvier"),
        ("du 4 au 22 décembre", "du lundi 4 au vendredi 22 décembre 2023", "du 4 au 22 décembre"),
        (
            *("31 mars et 1er avril 2024", "dimanche 31 mars et lundi 1er avril 2024"),
            "31 mars et 1er avril 2024",
        ),
        (
            *("à partir du 1er mars prochain", "à partir du vendredi 1er mars 2024"),
            "à partir du 1er mars prochain",
        ),
        (
            *("au plus tard le 4 décembre", "au plus tard le lundi 4 décembre 2023"),
            "au plus tard le 4 décembre",
        ),
        ("jeudi 30 novembre 2023", "jeudi 30 novembre 2023", ""),
        ("septembre", "septembre 2024", "septembre"),
        ("courant 2024", "courant 2024", ""),
        ("au plus tard début 2026", "au plus tard début 2026", ""),
        ("à terme", "à terme", ""),
        ("", "", ""),
    ],
)
def test_days_in_full_have_their_weekday_and_their_year(text, in_full, other_text):
    period = Period.parse(text, source_date=SOURCE_DAY)
    assert (period.in_full, period.other_text) == (in_full, other_text)


def meaning(period: Period) -> tuple[date | None, date | None, Precision]:
    return period.earliest, period.latest, period.precision


# text, earliest, latest, precision, EDTF, French
WRITTEN = [
    # days
    ("2023-11-28", "2023-11-28", "2023-11-28", DAY, "2023-11-28", "28 novembre 2023"),
    ("28/11/2023", "2023-11-28", "2023-11-28", DAY, "2023-11-28", "28 novembre 2023"),
    ("8/1/2024", "2024-01-08", "2024-01-08", DAY, "2024-01-08", "8 janvier 2024"),
    ("1er décembre 2023", "2023-12-01", "2023-12-01", DAY, "2023-12-01", "1er décembre 2023"),
    ("le 1° mars 2025", "2025-03-01", "2025-03-01", DAY, "2025-03-01", "1er mars 2025"),
    ("1ler mars 2025", "2025-03-01", "2025-03-01", DAY, "2025-03-01", "1er mars 2025"),
    ("JEUDI 30 NOVEMBRE 2023", "2023-11-30", "2023-11-30", DAY, "2023-11-30", "30 novembre 2023"),
    ("29 février 2024", "2024-02-29", "2024-02-29", DAY, "2024-02-29", "29 février 2024"),
    ("23 août de l'année 2022", "2022-08-23", "2022-08-23", DAY, "2022-08-23", "23 août 2022"),
    # months
    ("Décembre 2022", "2022-12-01", "2022-12-31", MONTH, "2022-12", "décembre 2022"),
    ("2022-12", "2022-12-01", "2022-12-31", MONTH, "2022-12", "décembre 2022"),
    ("12/2022", "2022-12-01", "2022-12-31", MONTH, "2022-12", "décembre 2022"),
    ("févr. 2023", "2023-02-01", "2023-02-28", MONTH, "2023-02", "février 2023"),
    ("au mois d’aout 2024", "2024-08-01", "2024-08-31", MONTH, "2024-08", "août 2024"),
    ("début janvier 2024", "2024-01-01", "2024-01-10", MONTH, "2024-01-01/2024-01-10", None),
    ("la mi-janvier 2024", "2024-01-11", "2024-01-20", MONTH, "2024-01-11/2024-01-20", None),
    ("mi janvier 2024", "2024-01-11", "2024-01-20", MONTH, None, "mi-janvier 2024"),
    ("fin février 2024", "2024-02-21", "2024-02-29", MONTH, None, "fin février 2024"),
    ("début du mois de mai 2023", "2023-05-01", "2023-05-10", MONTH, None, "début mai 2023"),
    # quarters, halves, seasons
    ("1er trimestre 2023", "2023-01-01", "2023-03-31", QUARTER, "2023-33", "1er trimestre 2023"),
    ("deuxième trimestre 2022", "2022-04-01", "2022-06-30", QUARTER, "2022-34", None),
    ("3ème trimestre 2023", "2023-07-01", "2023-09-30", QUARTER, "2023-35", "3e trimestre 2023"),
    ("dernier trimestre 2022", "2022-10-01", "2022-12-31", QUARTER, "2022-36", "4e trimestre 2022"),
    ("T2 2025", "2025-04-01", "2025-06-30", QUARTER, "2025-34", "2e trimestre 2025"),
    ("1er semestre 2022", "2022-01-01", "2022-06-30", HALF, "2022-40", "1er semestre 2022"),
    ("1e semestre 2023", "2023-01-01", "2023-06-30", HALF, "2023-40", "1er semestre 2023"),
    ("2ème semestre 2022", "2022-07-01", "2022-12-31", HALF, "2022-41", "2e semestre 2022"),
    ("Second semestre 2023", "2023-07-01", "2023-12-31", HALF, "2023-41", "2e semestre 2023"),
    ("S1 2024", "2024-01-01", "2024-06-30", HALF, "2024-40", "1er semestre 2024"),
    ("premier semestre de l'année 2022", "2022-01-01", "2022-06-30", HALF, "2022-40", None),
    ("horizon 2ème semestre 2025", "2025-07-01", "2025-12-31", HALF, "2025-41", None),
    ("fin du 1er semestre 2023", "2023-05-01", "2023-06-30", MONTH, "2023-05/2023-06", None),
    ("début du 2e trimestre 2023", "2023-04-01", "2023-04-30", MONTH, "2023-04", "avril 2023"),
    ("printemps 2024", "2024-03-21", "2024-06-20", SEASON, "2024-21", "printemps 2024"),
    ("Été 2024", "2024-06-21", "2024-09-22", SEASON, "2024-22", "été 2024"),
    ("à l'automne 2023", "2023-09-23", "2023-12-21", SEASON, "2023-23", "automne 2023"),
    ("hiver 2024", "2024-12-22", "2025-03-20", SEASON, "2024-24", "hiver 2024-2025"),
    ("hiver 2023-2024", "2023-12-22", "2024-03-20", SEASON, "2023-24", "hiver 2023-2024"),
    ("hiver 2023/2024", "2023-12-22", "2024-03-20", SEASON, "2023-24", "hiver 2023-2024"),
    ("fin de l'été 2024", "2024-08-21", "2024-09-22", MONTH, None, "fin de l'été 2024"),
    # years
    ("2024", "2024-01-01", "2024-12-31", YEAR, "2024", "2024"),
    ("courant 2024", "2024-01-01", "2024-12-31", YEAR, "2024", "2024"),
    ("dans le courant de l'année 2024", "2024-01-01", "2024-12-31", YEAR, "2024", "2024"),
    ("au cours de l’année 2024", "2024-01-01", "2024-12-31", YEAR, "2024", "2024"),
    ("à l'horizon 2030", "2030-01-01", "2030-12-31", YEAR, "2030", "2030"),
    ("début 2026", "2026-01-01", "2026-04-30", YEAR, "2026-01-01/2026-04-30", "début 2026"),
    ("mi 2023", "2023-05-01", "2023-08-31", YEAR, "2023-05-01/2023-08-31", "mi-2023"),
    ("fin d'année 2022", "2022-09-01", "2022-12-31", YEAR, "2022-09-01/2022-12-31", "fin 2022"),
    ("fin de l'année 2022", "2022-09-01", "2022-12-31", YEAR, None, "fin 2022"),
    # lists
    ("1 et 2 décembre 2023", "2023-12-01", "2023-12-02", DAY, "2023-12-01/2023-12-02", None),
    ("16 et 17 janvier 2024", "2024-01-16", "2024-01-17", DAY, None, "16 et 17 janvier 2024"),
    ("8, 9, 10, 11 et 12 janvier 2024", "2024-01-08", "2024-01-12", DAY, None, None),
    ("les 8, 9 et 10 janvier 2024", "2024-01-08", "2024-01-10", DAY, None, None),
    (
        *("30 novembre et 1er décembre 2023", "2023-11-30", "2023-12-01", DAY),
        *("2023-11-30/2023-12-01", "30 novembre et 1er décembre 2023"),
    ),
    (
        *("31 décembre et 1er janvier 2024", "2023-12-31", "2024-01-01", DAY),
        *("2023-12-31/2024-01-01", "31 décembre 2023 et 1er janvier 2024"),
    ),
    ("novembre et décembre 2023", "2023-11-01", "2023-12-31", MONTH, "2023-11/2023-12", None),
    ("2023 et 2024", "2023-01-01", "2024-12-31", YEAR, "2023/2024", "de 2023 à 2024"),
    ("1er et 2e trimestres 2024", "2024-01-01", "2024-06-30", QUARTER, None, None),
    # ranges
    (
        *("du 4 au 22 décembre 2023", "2023-12-04", "2023-12-22", DAY),
        *("2023-12-04/2023-12-22", "du 4 au 22 décembre 2023"),
    ),
    (
        *("du lundi 4 au vendredi 22 décembre 2023", "2023-12-04", "2023-12-22", DAY),
        *("2023-12-04/2023-12-22", "du 4 au 22 décembre 2023"),
    ),
    (
        *("du 30 novembre au 2 décembre 2023", "2023-11-30", "2023-12-02", DAY),
        *("2023-11-30/2023-12-02", "du 30 novembre au 2 décembre 2023"),
    ),
    ("du 20 décembre au 5 janvier 2024", "2023-12-20", "2024-01-05", DAY, None, None),
    ("1er septembre 2022 au 31 août 2023", "2022-09-01", "2023-08-31", DAY, None, None),
    ("28-29 novembre 2023", "2023-11-28", "2023-11-29", DAY, None, "28 et 29 novembre 2023"),
    (
        *("de juin à octobre 2022", "2022-06-01", "2022-10-31", MONTH),
        *("2022-06/2022-10", "de juin à octobre 2022"),
    ),
    ("juin à octobre 2022", "2022-06-01", "2022-10-31", MONTH, "2022-06/2022-10", None),
    ("de décembre à mars 2023", "2022-12-01", "2023-03-31", MONTH, "2022-12/2023-03", None),
    ("Mai/ Juin 2023", "2023-05-01", "2023-06-30", MONTH, "2023-05/2023-06", None),
    ("de 2022 à 2026", "2022-01-01", "2026-12-31", YEAR, "2022/2026", "de 2022 à 2026"),
    ("2022-2026", "2022-01-01", "2026-12-31", YEAR, "2022/2026", "de 2022 à 2026"),
    ("2024/2029", "2024-01-01", "2029-12-31", YEAR, "2024/2029", "de 2024 à 2029"),
    ("du 5 mars à avril 2024", "2024-03-05", "2024-04-30", MONTH, "2024-03-05/2024-04-30", None),
    (
        *("du printemps à l'été 2024", "2024-03-21", "2024-09-22", SEASON),
        *("2024-03-21/2024-09-22", "du printemps à l'été 2024"),
    ),
    ("d'avril à l'été 2024", "2024-04-01", "2024-09-22", SEASON, None, None),
    # a day not yet chosen
    (
        *("entre le 5 et le 12 mars 2024", "2024-03-05", "2024-03-12", MONTH),
        *("2024-03-05/2024-03-12", "entre le 5 et le 12 mars 2024"),
    ),
    ("5 ou 12 mars 2024", "2024-03-05", "2024-03-12", MONTH, None, "entre le 5 et le 12 mars 2024"),
    ("12 ou 5 mars 2024", "2024-03-05", "2024-03-12", MONTH, None, "entre le 5 et le 12 mars 2024"),
    (
        *("entre le 1er et le 12 mars 2024", "2024-03-01", "2024-03-12", MONTH),
        *("2024-03-01/2024-03-12", "entre le 1er et le 12 mars 2024"),
    ),
    (
        *("1er semestre 2024, janvier 2024 ou 5 août 2024", "2024-01-01", "2024-08-05", HALF),
        *("2024-01-01/2024-08-05", "du 1er semestre au 5 août 2024"),
    ),
    (
        *("courant 2024 ou début 2025", "2024-01-01", "2025-04-30", YEAR),
        *("2024-01-01/2025-04-30", "de 2024 à début 2025"),
    ),
    # one bound
    ("au plus tard début 2026", None, "2026-04-30", YEAR, "../2026-04-30", None),
    ("d'ici la mi-janvier 2024", None, "2024-01-20", MONTH, "../2024-01-20", None),
    ("d'ici à l'été 2024", None, "2024-09-22", SEASON, None, "au plus tard à l'été 2024"),
    ("jusqu'au 30/04/2023", None, "2023-04-30", DAY, None, "au plus tard le 30 avril 2023"),
    ("jusqu'en octobre 2022", None, "2022-10-31", MONTH, None, "au plus tard en octobre 2022"),
    ("jusque fin 2022", None, "2022-12-31", YEAR, "../2022-12-31", "au plus tard en 2022"),
    ("avant le 1er juillet 2023", None, "2023-06-30", DAY, None, "au plus tard le 30 juin 2023"),
    ("avant fin juin 2024", None, "2024-06-30", MONTH, None, "au plus tard en juin 2024"),
    ("avant l'été 2024", None, "2024-06-20", SEASON, None, "au plus tard au printemps 2024"),
    (
        *("au plus tard à la fin du 1er semestre 2023", None, "2023-06-30", MONTH),
        *("../2023-06-30", "au plus tard en juin 2023"),
    ),
    ("à partir du 1er mars 2025", "2025-03-01", None, DAY, "2025-03-01/..", None),
    ("à partir de 2024", "2024-01-01", None, YEAR, "2024-01-01/..", "à partir de 2024"),
    ("à partir de la fin 2023", "2023-09-01", None, YEAR, None, "à partir de fin 2023"),
    ("à compter d'avril 2024", "2024-04-01", None, MONTH, None, "à partir d'avril 2024"),
    ("dès 2023", "2023-01-01", None, YEAR, None, "à partir de 2023"),
    ("depuis le 1er mars 2022", "2022-03-01", None, DAY, None, "à partir du 1er mars 2022"),
    ("au plus tôt en 2024", "2024-01-01", None, YEAR, None, "à partir de 2024"),
    ("après l'été 2024", "2024-09-23", None, SEASON, None, "à partir de l'automne 2024"),
    ("après le 31 décembre 2024", "2025-01-01", None, DAY, None, "à partir du 1er janvier 2025"),
]


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision", "edtf", "french"),
    WRITTEN,
    ids=[row[0] for row in WRITTEN],
)
def test_a_written_date_means_these_days(text, earliest, latest, precision, edtf, french):
    period = Period.parse(text)

    assert meaning(period) == (day(earliest), day(latest), precision)
    assert period.text == text
    assert period.inferred is False
    if edtf:
        assert period.edtf == edtf
    if french:
        assert str(period) == french


@pytest.mark.parametrize("text", [row[0] for row in WRITTEN])
def test_case_accents_and_kind_of_space_do_not_matter(text):
    worn = text.upper().replace("É", "E").replace("È", "E").replace("À", "A").replace("Û", "U")
    worn = worn.replace("’", "'").replace(" ", "\N{NO-BREAK SPACE}")

    assert meaning(Period.parse(worn)) == meaning(Period.parse(text))


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "à terme", "À définir", "à préciser", "date à préciser"),
        *("à déterminer", "À l’étude", "date inconnue"),
    ],
)
def test_a_date_to_come_has_no_bound(text):
    period = Period.parse(text)

    assert period == Period.unknown(text)
    assert meaning(period) == (None, None, Precision.UNKNOWN)
    assert period.edtf == "../.."
    assert str(period) == "date à préciser"
    assert not period.is_bounded


# A missing year.


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("28 et 29 novembre", "2023-11-28", "2023-11-29"),
        ("du 4 au 22 décembre", "2023-12-04", "2023-12-22"),
        ("le 13/03", "2024-03-13", "2024-03-13"),
        ("24 novembre", "2023-11-24", "2023-11-24"),
        ("23 novembre", "2024-11-23", "2024-11-23"),
        ("novembre", "2023-11-01", "2023-11-30"),
        ("d'ici la mi-janvier", None, "2024-01-20"),
        ("à compter de début janvier", "2024-01-01", None),
        ("du 20 décembre au 5 janvier", "2023-12-20", "2024-01-05"),
        ("2e semestre", "2023-07-01", "2023-12-31"),
        ("été", "2024-06-21", "2024-09-22"),
        ("hiver", "2023-12-22", "2024-03-20"),
        ("29 février", "2024-02-29", "2024-02-29"),
        ("1° mars prochain", "2024-03-01", "2024-03-01"),
        ("septembre dernier", "2023-09-01", "2023-09-30"),
        ("novembre dernier", "2022-11-01", "2022-11-30"),
        ("24 novembre dernier", "2022-11-24", "2022-11-24"),
    ],
)
def test_a_missing_year_is_the_nearest_to_the_day_of_the_source(text, earliest, latest):
    period = Period.parse(text, source_date=SOURCE_DAY)

    assert (period.earliest, period.latest) == (day(earliest), day(latest))
    assert period.inferred


def test_in_the_middle_of_a_winter_the_winter_is_that_one():
    period = Period.parse("hiver", source_date=date(2024, 1, 10))

    assert (period.earliest, period.latest) == (date(2023, 12, 22), date(2024, 3, 20))


def test_29_february_waits_for_the_next_leap_year():
    assert Period.parse("29 février", source_date=date(2025, 1, 1)).earliest == date(2028, 2, 29)


def test_a_missing_year_is_first_that_of_the_preceding_period():
    previous = Period.parse("1er semestre 2022")

    period = Period.parse("2e semestre", previous=previous, source_date=SOURCE_DAY)

    assert (period.earliest, period.latest) == (date(2022, 7, 1), date(2022, 12, 31))
    assert period.inferred


def test_a_preceding_period_without_beginning_gives_the_year_of_its_end():
    previous = Period.parse("au plus tard le 30 juin 2026")

    assert Period.parse("15 juillet", previous=previous).earliest == date(2026, 7, 15)


def test_a_preceding_unknown_period_gives_no_year():
    period = Period.parse("8 janvier", previous=Period.unknown(), source_date=SOURCE_DAY)

    assert period.earliest == date(2024, 1, 8)


def test_prochain_looks_at_the_source_and_not_at_the_preceding_period():
    previous = Period.parse("2019")

    assert Period.parse(
        "janvier prochain", previous=previous, source_date=SOURCE_DAY
    ).earliest == date(2024, 1, 1)


def test_a_year_written_on_the_left_serves_the_right():
    period = Period.parse("du 20 décembre 2023 au 5 janvier", source_date=date(2030, 1, 1))

    assert (period.earliest, period.latest) == (date(2023, 12, 20), date(2024, 1, 5))
    assert period.inferred


def test_a_year_written_on_the_right_serves_the_left_by_grammar():
    assert not Period.parse("28 novembre et 29 novembre 2023").inferred


# Refusals.


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("31 février 2024", "Le 31 février 2024 n'existe pas."),
        ("29 février 2023", "Le 29 février 2023 n'existe pas."),
        ("31/04/2024", "Le 31 avril 2024 n'existe pas."),
        ("12/13/2024", "Il n'y a pas de mois 13."),
        ("5e trimestre 2024", "Une année a quatre trimestres."),
        ("3e semestre 2024", "Une année a deux semestres."),
        ("0e semestre 2024", "Une année a deux semestres."),
        ("28 novembre", "Il manque l'année."),
        ("mars prochain", "Il manque l'année."),
        ("du 22 au 4 décembre 2023", "La fin précède le début."),
        ("de 2026 à 2022", "La fin précède le début."),
        ("entre le 12 et le 5 mars 2024", "La fin précède le début."),
        ("28 et 30 novembre 2023", "ne se suivent pas"),
        ("2022 et 2024", "ne se suivent pas"),
        ("après 2100", "Les dates vont de 1900 à 2100."),
        ("bientôt", "Date non comprise : « bientôt »."),
        ("2024 environ", "Écrivez par exemple « 16 et 17 janvier 2024 »"),
        ("de juin", "Date non comprise"),
        ("28", "Date non comprise"),
        ("2150", "Date non comprise"),
        ("2" * 501, "trop long"),
    ],
)
def test_what_is_not_a_date_is_refused_with_the_reason(text, message):
    with pytest.raises(PeriodError) as refusal:
        Period.parse(text)

    assert message in str(refusal.value)


def test_a_day_that_no_year_has_is_refused_without_year():
    with pytest.raises(PeriodError, match="Cette date n'existe pas"):
        Period.parse("31 février", source_date=SOURCE_DAY)


def test_a_period_cannot_end_before_it_begins():
    with pytest.raises(ValueError, match="after"):
        Period("", date(2024, 1, 2), date(2024, 1, 1), DAY)


# Methods of a period.


def test_a_day_is_before_around_or_after_a_period():
    period = Period.parse("16 et 17 janvier 2024")
    days = [date(2024, 1, 15), date(2024, 1, 16), date(2024, 1, 17), date(2024, 1, 18)]

    assert [period.relation(d) for d in days] == ["before", "around", "around", "after"]
    assert [period.contains(d) for d in days] == [False, True, True, False]


def test_no_day_is_before_a_period_without_beginning():
    period = Period.parse("au plus tard début 2026")

    assert period.relation(date(1950, 1, 1)) == "around"
    assert period.relation(date(2026, 5, 1)) == "after"


def test_no_day_is_after_a_period_without_end():
    period = Period.parse("à partir de 2024")

    assert period.relation(date(2023, 12, 31)) == "before"
    assert period.relation(date(2099, 1, 1)) == "around"


def test_every_day_is_around_an_unknown_period():
    assert Period.unknown("à terme").relation(date(2024, 1, 1)) == "around"


def test_a_period_is_overdue_the_day_after_its_last_one():
    period = Period.parse("28 et 29 novembre 2023")

    assert not period.is_overdue(date(2023, 11, 29))
    assert period.is_overdue(date(2023, 11, 30))
    assert not Period.parse("à partir de 2020").is_overdue(date(2023, 11, 30))
    assert not Period.unknown("à terme").is_overdue(date(2023, 11, 30))


@pytest.mark.parametrize(
    ("first_text", "second_text", "expected"),
    [
        ("du 1er au 5 mars 2024", "5 mars 2024", True),
        ("du 1er au 5 mars 2024", "6 mars 2024", False),
        ("au plus tard 2024", "à partir de 2024", True),
        ("au plus tard 2023", "à partir de 2024", False),
        ("à terme", "1999", True),
    ],
)
def test_periods_overlap_when_they_share_a_day(first_text, second_text, expected):
    first, second = Period.parse(first_text), Period.parse(second_text)

    assert first.overlaps(second) is expected
    assert second.overlaps(first) is expected


def test_periods_sort_by_their_first_day_then_their_last():
    texts = [
        "à terme",
        "au plus tard 2022",
        "2023",
        "début 2023",
        "janvier 2023",
        "à partir de 2023",
    ]
    in_time = ["au plus tard 2022", "à terme", "janvier 2023", "début 2023", "2023"]

    assert [p.text for p in sorted(map(Period.parse, texts))] == [*in_time, "à partir de 2023"]


def test_a_period_is_served_as_json():
    assert Period.parse("d'ici la mi-janvier", source_date=SOURCE_DAY).to_dict() == {
        "text": "d'ici la mi-janvier",
        "edtf": "../2024-01-20",
        "earliest": None,
        "latest": "2024-01-20",
        "precision": "month",
        "inferred": True,
    }


def test_days_in_french():
    assert format_day(date(2023, 11, 30), weekday=True) == "jeudi 30 novembre 2023"
    assert format_day(date(2023, 12, 1)) == "1er décembre 2023"
    assert format_day(date(2023, 12, 1), year=False) == "1er décembre"


def test_years_make_one_period_for_each_run():
    periods = periods_of_years([2026, 2022, 2023, 2025, 2023])

    assert [str(p) for p in periods] == ["de 2022 à 2023", "de 2025 à 2026"]
    assert periods_of_years([]) == []
    assert periods_of_years([2024]) == [Period("2024", date(2024, 1, 1), date(2024, 12, 31), YEAR)]


def test_precisions_go_from_the_finest_to_the_coarsest():
    by_rank = sorted(Precision, key=lambda precision: precision.rank)

    assert by_rank == [DAY, MONTH, QUARTER, SEASON, HALF, YEAR, Precision.UNKNOWN]


def test_a_period_made_by_hand_has_a_name_even_if_no_unit_fits_it():
    period = Period("", date(2024, 1, 5), date(2024, 2, 7), YEAR)

    assert str(period) == "entre le 5 janvier et le 7 février 2024"
    assert str(Period("", date.min, date.max, YEAR)).startswith("entre le 1er janvier")


def test_a_season_that_leaves_the_years_read_is_not_named():
    period = Period.parse("du 22 janvier 1900 à l'hiver 1900-1901")

    assert str(period) == "du 22 janvier 1900 à l'hiver 1900-1901"


# Periods found in prose.


def periods_in(text: str, source_date: date | None = None) -> list[tuple[str, str]]:
    periods = find_periods(text, source_date=source_date)
    assert all(text[p.start : p.end] == p.period.text for p in periods)
    return [(p.period.text, str(p.period)) for p in periods]


def test_the_longest_date_is_found_at_each_place():
    text = "Ouverture du 4 au 22 décembre 2023, puis d’ici l’été 2024."

    assert periods_in(text) == [
        ("du 4 au 22 décembre 2023", "du 4 au 22 décembre 2023"),
        ("d’ici l’été 2024", "au plus tard à l'été 2024"),
    ]


def test_offsets_are_right_with_decomposed_accents_and_line_breaks():
    text = "à déménager le 28 \nde\u0301cembre 2023 au soir"

    assert periods_in(text) == [("le 28 \nde\u0301cembre 2023", "28 décembre 2023")]


def test_a_year_is_carried_from_the_preceding_date_of_the_text():
    text = "1er semestre 2022 : appel à projet\n\n2e semestre : analyse des offres"

    assert periods_in(text, SOURCE_DAY) == [
        ("1er semestre 2022", "1er semestre 2022"),
        ("2e semestre", "2e semestre 2022"),
    ]
    assert [p.period.inferred for p in find_periods(text)] == [False, True]


def test_a_date_without_year_is_left_out_when_nothing_gives_one():
    assert periods_in("Le 28 novembre, ou en mars prochain.") == []


def test_dates_of_a_list_that_do_not_follow_each_other_are_found_apart():
    assert periods_in("les 8, 9 et 12 janvier 2024") == [
        ("les 8, 9", "8 et 9 janvier 2024"),
        ("12 janvier 2024", "12 janvier 2024"),
    ]
    assert periods_in("juin 2023 et janvier 2024") == [
        ("juin 2023", "juin 2023"),
        ("janvier 2024", "janvier 2024"),
    ]


def test_cells_and_paragraphs_are_not_read_together():
    assert [text for text, _ in periods_in("2022\t2023\t2024")] == ["2022", "2023", "2024"]
    assert [text for text, _ in periods_in("mars\n\n2023", SOURCE_DAY)] == ["mars", "2023"]
    assert [text for text, _ in periods_in(f"mai{' ' * 18}2025", SOURCE_DAY)] == ["mai", "2025"]


@pytest.mark.parametrize(
    "prose",
    [
        "Le Département a été retenu, sept grands principes l'ont été aussi.",
        "un logement de type T2 pour 3 personnes",
        "au 02.38.25.45.45 du lundi au vendredi de 8h30 à 12h",
        "ouvert 24/7, 2/3 des usagers",
        "45200 AMILLY, 2 012 euros, fiche 1.3.1",
        "le 31/02/2024, article 5.2022",
        "un lieu à définir, un budget à l'étude",
    ],
)
def test_prose_without_date_has_no_period(prose):
    assert periods_in(prose, SOURCE_DAY) == []


def test_a_plural_article_is_not_a_beginning():
    assert periods_in("bilan des mois de juin et juillet 2023", SOURCE_DAY) == [
        ("mois de juin et juillet 2023", "de juin à juillet 2023")
    ]


def test_a_footnote_mark_does_not_hide_a_year():
    assert [str(f.period) for f in find_periods("ouverture en 2023² à Orléans")] == ["2023"]


def test_a_term_without_date_is_found_as_unknown():
    text = "dans le bâtiment E et à terme dans le pavillon"

    assert [p.period for p in find_periods(text)] == [Period.unknown("à terme")]


# Properties, on texts generated from the grammar.

MONTH_NAMES = ["janvier", "février", "mars", "avr.", "Mai", "juin", "juillet", "août"]
MONTH_NAMES += ["sept.", "octobre", "novembre", "DÉCEMBRE"]
ORDINALS = ["1er", "2e", "2ème", "3e", "4ème", "premier", "deuxième", "second", "dernier"]

years = st.integers(1900, 2100).map(str) | st.integers(2020, 2027).map(str)
some_years = years.map(lambda year: f" {year}") | st.just("")
thirds = st.sampled_from(["", "", "début ", "mi-", "fin ", "début du mois de "])
long_thirds = st.sampled_from(["", "", "début du ", "mi-", "fin de l'", "fin du "])
days = st.builds(
    "{}{} {}".format, st.integers(1, 31), st.sampled_from(["", "er"]), st.sampled_from(MONTH_NAMES)
)
units = st.one_of(
    st.builds("{}{}".format, days, some_years),
    st.dates(date(1900, 1, 1), date(2100, 12, 31)).map(date.isoformat),
    st.dates(date(2020, 1, 1), date(2027, 12, 31)).map(lambda d: f"{d:%d/%m/%Y}"),
    st.dates(date(2020, 1, 1), date(2027, 12, 31)).map(lambda d: f"{d:%d/%m}"),
    st.builds("{}{}{}".format, thirds, st.sampled_from(MONTH_NAMES), some_years),
    st.builds("{}{} trimestre{}".format, long_thirds, st.sampled_from(ORDINALS), some_years),
    st.builds("{}{} semestre{}".format, long_thirds, st.sampled_from(ORDINALS), some_years),
    st.builds(
        "{}{}{}".format,
        long_thirds,
        st.sampled_from(["printemps", "été", "automne", "hiver"]),
        some_years,
    ),
    st.builds("{}{}".format, st.sampled_from(["", "début ", "mi-", "fin d'année "]), years),
    st.integers(1900, 2099).map(lambda year: f"hiver {year}-{year + 1}"),
)
numbers = st.integers(1, 31).map(str)
openings = st.sampled_from(
    [
        *("", "le ", "courant ", "au plus tard ", "d'ici ", "jusqu'en ", "avant "),
        *("à partir de ", "dès ", "depuis ", "au plus tôt ", "après l'", "à la "),
    ]
)
texts = st.one_of(
    st.builds("{}{}".format, openings, units),
    st.builds("du {} au {}".format, units | numbers, units),
    st.builds("de {} à {}".format, units, units),
    st.builds("{}-{}".format, units | numbers, units),
    st.builds("entre le {} et le {}".format, units | numbers, units),
    st.builds("{} et {}".format, units | numbers, units),
    st.builds("{}, {} et {}".format, units | numbers, numbers, units),
    st.builds("{} ou {}".format, units | numbers, units),
)
source_days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@st.composite
def accepted(draw: st.DrawFn) -> Period:
    try:
        return Period.parse(draw(texts), source_date=draw(source_days))
    except PeriodError:
        assume(False)
        raise


periods_by_hand = st.builds(
    lambda first, second, precision, inferred: Period(
        "",
        min(first, second) if first and second else first,
        max(first, second) if first and second else second,
        precision,
        inferred,
    ),
    st.none() | st.dates(),
    st.none() | st.dates(),
    st.sampled_from(Precision),
    st.booleans(),
)


@given(accepted())
def test_printed_periods_parse_back_equal(period):
    again = Period.parse(str(period))

    assert meaning(again) == meaning(period)
    assert str(again) == str(period)
    assert not again.inferred


@given(accepted())
def test_bounds_are_in_order_and_an_accepted_text_has_one_at_least(period):
    assert period.is_bounded
    if period.earliest and period.latest:
        assert period.earliest <= period.latest
        assert period.contains(period.earliest)
        assert period.contains(period.latest)
        assert not period.contains(period.latest + timedelta(days=1))


@given(accepted())
def test_a_date_is_found_in_prose_as_it_is_read_alone(period):
    in_prose = find_periods(f"Prévu : {period} ; sans changement.")

    assert [meaning(f.period) for f in in_prose] == [meaning(period)]


# Days, months and years; quarters, halves and seasons are numbered from 21 on.
EDTF_BY_CALENDAR = re.compile(r"\d{4}(-(0\d|1[0-2])(-\d\d)?)?")


@given(accepted())
def test_edtf_gives_the_days_back(period):
    parts = period.edtf.split("/")
    assume(all(EDTF_BY_CALENDAR.fullmatch(part) for part in parts))

    assert first_day_of(parts[0]) == period.earliest
    assert last_day_of(parts[-1]) == period.latest


def first_day_of(edtf: str) -> date:
    return date.fromisoformat((edtf + "-01-01")[:10])


def last_day_of(edtf: str) -> date:
    if len(edtf) == 10:
        return date.fromisoformat(edtf)
    year, _, month = edtf.partition("-")
    after = int(year) * 12 + (int(month) if month else 12)
    return date(after // 12, after % 12 + 1, 1) - timedelta(days=1)


@given(st.lists(accepted() | periods_by_hand, min_size=2, max_size=5), st.randoms())
def test_the_order_of_periods_is_total(periods, random):
    shuffled = random.sample(periods, len(periods))

    assert sorted(shuffled) == sorted(periods)
    for first, second in itertools.combinations(periods, 2):
        assert [first < second, second < first, first == second].count(True) == 1
    for first, second, third in itertools.permutations(periods, 3):
        if first < second < third:
            assert first < third


@given(accepted() | periods_by_hand)
def test_equal_periods_are_one_in_a_set(period):
    assert len({period, replace(period)}) == 1


@given(periods_by_hand)
def test_any_period_has_a_name_and_a_code(period):
    assert str(period)
    assert "/" in period.edtf or period.is_bounded


@given(st.text() | texts | st.text(alphabet="0123456789 -/etdumarsoulé'’,.\n\t"), source_days)
def test_any_text_is_read_as_written_or_refused(text, source_day):
    try:
        period = Period.parse(text, source_date=source_day)
    except PeriodError:
        return
    assert period.text == text


@given(st.lists(st.text(max_size=8) | texts | st.sampled_from([" ", "\n", ", ", " et "])))
def test_what_is_found_in_prose_is_in_order_and_in_place(pieces):
    text = "".join(pieces)
    position = 0
    for f in find_periods(text, source_date=SOURCE_DAY):
        assert position <= f.start < f.end <= len(text)
        assert text[f.start : f.end] == f.period.text
        position = f.end
