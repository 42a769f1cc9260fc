"""`import_sectors`: the file of a département becomes its sectors, all or none."""

import os
import re
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.utils import timezone

from portal.core.models import Source
from teams.management.commands.import_sectors import Command
from teams.models import Sector, Team, TeamName
from teams.sectors.importer import BATCH_SIZE
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    DepartmentFactory,
    SourceFactory,
    TeamFactory,
)

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "data.md"
FLEURY, OLIVET, ORLEANS, PITHIVIERS = "45147", "45232", "45234", "45252"

HEADINGS = "équipe;commune;quartier;rue;du_numero;au_numero;parite;date_debut;date_fin"
EXAMPLE = f"""\
{HEADINGS}
Fleuryssois;Fleury-les-Aubrais;;rue Danton;2;40;pairs;;
abraysiens;45147;;rue Danton;1;41;impairs;01/02/2024;
Olivétaine;Pithiviers;;;;;;2024-02-01;31/12/2024
carmes-madeleine;Orléans;Dunois;;;;;;
carmes-madeleine;Orléans;Dunois;av. de la Bolière;;;;;
"""


def stored():
    """Return everything that an import may change."""
    tables = (Sector, Sector.history.model, Source)
    return [list(model._default_manager.order_by("pk").values()) for model in tables]


def sector(**cells):
    """Return the only sector with these values."""
    return Sector.objects.get(**cells)


def table(*lines: str, columns: str = "team;commune;street;number_from;number_to;parity") -> str:
    return "\n".join([columns, *lines, ""])


@pytest.fixture
def refused(import_sectors):
    """Return the refusal of a file, having checked that the database did not change."""

    def refuse(content, *options, **fields) -> str:
        before = stored()
        with pytest.raises(CommandError) as refusal:
            import_sectors(content, *options, **fields)
        assert stored() == before
        return str(refusal.value)

    return refuse


class TestWhatALineSays:
    def test_numbers_of_a_street_and_their_parity(self, import_sectors):
        import_sectors(EXAMPLE)
        even = sector(commune=FLEURY, parity="even")
        assert (even.kind, even.team.slug, even.commune_id) == ("numbers", "fleuryssois", FLEURY)
        assert (even.street, even.search_street) == ("rue Danton", "danton")
        assert (even.number_from, even.number_to) == (2, 40)
        assert (even.valid_from, even.valid_to) == (None, None)
        assert even.name == "rue Danton, numéros pairs 2 à 40"
        assert even.slug == "45147-rue-danton-numeros-pairs-2-a-40"
        assert even.basis == "published"
        assert even.edited_at is None
        odd = sector(commune=FLEURY, parity="odd")
        assert (odd.team.slug, odd.number_from, odd.number_to) == ("abraysiens", 1, 41)

    def test_a_whole_commune_between_two_days(self, import_sectors):
        import_sectors(EXAMPLE)
        whole = sector(commune=PITHIVIERS)
        assert (whole.kind, whole.name, whole.team.slug) == ("commune", "Pithiviers", "olivetaine")
        assert (whole.valid_from, whole.valid_to) == (date(2024, 2, 1), date(2024, 12, 31))
        assert whole.slug == "45252-pithiviers-2024-02-01"
        assert (whole.street, whole.parity, whole.number_from) == ("", "all", None)

    def test_a_quarter_and_a_street_of_it(self, import_sectors):
        import_sectors(EXAMPLE)
        quarter = sector(slug="45234-dunois")
        assert (quarter.kind, quarter.name) == ("quarter", "Dunois")
        street = sector(search_street="boliere")
        assert (street.kind, street.street) == ("street", "av. de la Bolière")
        assert street.name == "av. de la Bolière (Dunois)"

    @pytest.mark.parametrize(
        ("cells", "bounds", "name"),
        [
            ("2;40;", (2, 40, "all"), "rue Danton, numéros 2 à 40"),
            ("2;40;tous", (2, 40, "all"), "rue Danton, numéros 2 à 40"),
            ("2;40;all", (2, 40, "all"), "rue Danton, numéros 2 à 40"),
            ("2;40;even", (2, 40, "even"), "rue Danton, numéros pairs 2 à 40"),
            ("2;40;PAIR", (2, 40, "even"), "rue Danton, numéros pairs 2 à 40"),
            ("1;41;odd", (1, 41, "odd"), "rue Danton, numéros impairs 1 à 41"),
            ("1;41;Impairs", (1, 41, "odd"), "rue Danton, numéros impairs 1 à 41"),
            ("7;7;", (7, 7, "all"), "rue Danton, numéro 7"),
            # An empty end means to the end of the street.
            (";;pairs", (1, 99_999, "even"), "rue Danton, numéros pairs"),
            ("42;;", (42, 99_999, "all"), "rue Danton, numéros à partir de 42"),
            (";41;impairs", (1, 41, "odd"), "rue Danton, numéros impairs 1 à 41"),
            ("007;10;", (7, 10, "all"), "rue Danton, numéros 7 à 10"),
        ],
    )
    def test_numbers_as_people_give_them(self, import_sectors, cells, bounds, name):
        import_sectors(table(f"fleuryssois;{FLEURY};rue Danton;{cells}"))
        row = sector(search_street="danton")
        assert (row.number_from, row.number_to, row.parity) == bounds
        assert (row.kind, row.name) == ("numbers", name)

    @pytest.mark.parametrize(
        ("written", "slug"),
        [
            *(("olivetaine", "olivetaine"), ("Olivétaine", "olivetaine")),
            *(("OLIVETAINE", "olivetaine"), ("Équipe Olivétaine", "olivetaine")),
            ("la source saint-marceau", "la-source-saint-marceau"),
            ("La Source St Marceau", "la-source-saint-marceau"),
            ("Fleurysois", "fleuryssois"),  # The name printed in another version of the document.
        ],
    )
    def test_a_team_by_its_slug_or_one_of_its_names(self, import_sectors, written, slug):
        import_sectors(table(f"{written};Pithiviers;;;;"))
        assert sector(commune=PITHIVIERS).team.slug == slug

    @pytest.mark.parametrize(
        "written", ["45285", "Saint-Jean-de-la-Ruelle", "ST JEAN DE LA RUELLE"]
    )
    def test_a_commune_by_its_code_or_its_name(self, import_sectors, written):
        import_sectors(table(f"olivetaine;{written};rue Neuve;;;"))
        assert sector(search_street="neuve").commune_id == "45285"

    def test_a_commune_whose_code_lost_its_zero_in_a_spreadsheet(self, loiret, tmp_path):
        ain = DepartmentFactory(code="01", name="Ain")
        CommuneFactory(code="01004", name="Ambérieu-en-Bugey", department=ain)
        team = TeamFactory(agency=AgencyFactory(department=ain))
        path = tmp_path / "secteurs.csv"
        path.write_text(table(f"{team.slug};1004;;;;"))
        call_command("import_sectors", str(path), "--department", "01")
        assert sector(team=team).commune_id == "01004"

    @pytest.mark.parametrize(
        ("kind", "cells", "stored_kind"),
        [
            *(("commune", ";", "commune"), ("Commune entière", ";", "commune")),
            ("commune", "Le nord;", "commune"),
            *(("", ";", "commune"), ("", "Pithiviers;", "commune"), ("", "Le nord;", "quarter")),
            *(("quarter", "Le nord;", "quarter"), ("Quartier", "Pithiviers;", "quarter")),
            *(("street", ";rue Neuve", "street"), ("rue", ";rue Neuve", "street")),
        ],
    )
    def test_a_kind_is_given_or_understood(self, import_sectors, kind, cells, stored_kind):
        columns = "team;commune;kind;name;street"
        import_sectors(table(f"olivetaine;{PITHIVIERS};{kind};{cells}", columns=columns))
        assert sector(commune=PITHIVIERS).kind == stored_kind

    def test_all_that_a_sector_has_may_be_given(self, import_sectors):
        columns = (
            "slug;name;kind;team;commune;street;number_from;number_to;parity;valid_from;valid_to;"
            "basis;source;as_printed"
        )
        line = (
            "45252-danton;Danton, bas;numbers;olivetaine;45252;rue Danton;2;8;even;2024-01-01;"
            "2024-12-31;name;45-evaluation-2023;« rue Danton (2-8) »"
        )
        import_sectors(table(line, columns=columns))
        values = Sector.objects.filter(commune=PITHIVIERS).values().get()
        del values["id"]
        assert values == {
            "slug": "45252-danton",
            "name": "Danton, bas",
            "kind": "numbers",
            "team_id": Team.objects.get(slug="olivetaine").pk,
            "commune_id": "45252",
            "street": "rue Danton",
            "search_street": "danton",
            "former_commune": "",
            "number_from": 2,
            "number_from_suffix": "",
            "number_to": 8,
            "number_to_suffix": "",
            "parity": "even",
            "valid_from": date(2024, 1, 1),
            "valid_to": date(2024, 12, 31),
            "basis": "name",
            "source_id": Source.objects.get(key="45-evaluation-2023").pk,
            "as_printed": "« rue Danton (2-8) »",
            "edited_at": None,
            "checked_on": None,
            "field_origins": None,
            "remark": "",
        }

    def test_sectors_of_one_name_have_slugs_of_their_own(self, import_sectors):
        lines = [f"olivetaine;{PITHIVIERS};Le nord;rue {name}" for name in ("A", "B", "C")]
        import_sectors(table(*lines, columns="team;commune;name;street"))
        assert set(Sector.objects.filter(commune=PITHIVIERS).values_list("slug", flat=True)) == {
            *("45252-le-nord", "45252-le-nord-2", "45252-le-nord-3")
        }

    def test_what_a_cell_spreads_over_two_lines_is_one_name(self, import_sectors):
        import_sectors(table('olivetaine;45252;"rue\nDanton";;;'))
        assert sector(commune=PITHIVIERS).street == "rue Danton"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    @pytest.mark.parametrize("separator", [";", ",", "\t"])
    def test_the_file_is_as_a_spreadsheet_saves_it(self, import_sectors, encoding, separator):
        import_sectors(EXAMPLE.replace(";", separator).encode(encoding))
        assert Sector.objects.filter(source__key__startswith="45-secteurs-").count() == 5
        assert Sector.objects.filter(name="av. de la Bolière (Dunois)").exists()

    def test_the_example_of_the_guide_is_imported(self, import_sectors):
        example = GUIDE.read_text().partition("```csv\n")[2].partition("```")[0]
        assert "créés : 3, modifiés : 1" in import_sectors(example)

    def test_english_headings_say_the_same(self, import_sectors):
        import_sectors(EXAMPLE)
        before = stored()
        english = "team;commune;quarter;street;number_from;number_to;parity;valid_from;valid_until"
        source = Source.objects.get(key__startswith="45-secteurs-").key
        output = import_sectors(EXAMPLE.replace(HEADINGS, english), "--source", source)
        assert stored() == before
        assert "inchangés : 5" in output


class TestSources:
    def test_the_file_itself_dated_by_its_import(self, import_sectors, today):
        today("2024-01-20")
        import_sectors(EXAMPLE, name="Secteurs 2024.csv")
        source = sector(slug="45234-dunois").source
        assert source.title == "Fichier « Secteurs 2024.csv »"
        assert source.publisher == "Département du Loiret"
        assert (str(source.period), source.date) == ("20 janvier 2024", "2024-01-20")

    def test_the_same_content_is_the_same_source_on_any_day(self, import_sectors, today):
        today("2024-01-20")
        import_sectors(EXAMPLE)
        before = stored()
        today("2024-03-20")
        assert "modifiés : 0" in import_sectors(EXAMPLE, name="copie.csv")
        assert stored() == before

    def test_another_content_is_another_source_of_all_that_it_says(self, import_sectors):
        import_sectors(EXAMPLE)
        first = sector(slug="45234-dunois").source
        output = import_sectors(EXAMPLE.replace("av. de la Bolière", "rue Neuve"))
        assert "créés : 1, modifiés : 4 (source seule : 4), inchangés : 0" in output
        assert sector(slug="45234-dunois").source != first
        assert sector(search_street="boliere").source == first

    def test_one_that_exists_may_be_chosen_for_all_the_lines(self, import_sectors):
        SourceFactory(key="arrete-2024")
        before = Source.objects.count()
        import_sectors(EXAMPLE, "--source", "arrete-2024")
        assert Source.objects.count() == before
        assert Sector.objects.filter(source__key="arrete-2024").count() == 5

    def test_a_line_may_have_its_own(self, import_sectors):
        columns = "team;commune;street;source"
        import_sectors(
            table(
                "olivetaine;45252;rue A;45-evaluation-2023",
                "olivetaine;45252;rue B;",
                columns=columns,
            )
        )
        assert sector(street="rue A").source.key == "45-evaluation-2023"
        assert sector(street="rue B").source.key.startswith("45-secteurs-")

    def test_none_is_made_that_nothing_needs(self, import_sectors):
        before = Source.objects.count()
        columns = "team;commune;source"
        import_sectors(table("olivetaine;45252;45-evaluation-2023", columns=columns))
        assert Source.objects.count() == before

    def test_an_unknown_source_is_refused(self, refused):
        assert "Source inconnue, base inchangée : ailleurs." in refused(
            EXAMPLE, "--source", "ailleurs"
        )
        output = refused(table("olivetaine;45252;ailleurs", columns="team;commune;source"))
        assert (
            "secteurs.csv, ligne 2 : source : « ailleurs » n'est pas la clé d'une source." in output
        )


class TestAgain:
    def test_the_same_file_changes_nothing(self, import_sectors, queries):
        import_sectors(EXAMPLE)
        before = stored()
        with queries() as captured:
            output = import_sectors(EXAMPLE)
        assert stored() == before
        assert "créés : 0, modifiés : 0 (source seule : 0), inchangés : 5, laissés : 0." in output
        written = re.compile("INSERT|UPDATE|DELETE")
        assert [query["sql"] for query in captured if written.match(query["sql"])] == []

    def test_an_area_given_to_another_team_keeps_its_slug(self, import_sectors):
        import_sectors(EXAMPLE)
        before = sector(commune=FLEURY, parity="even")
        import_sectors(EXAMPLE.replace("Fleuryssois;Fleury", "Steoruellans;Fleury"))
        after = sector(commune=FLEURY, parity="even")
        assert (after.pk, after.slug) == (before.pk, before.slug)
        assert (before.team.slug, after.team.slug) == ("fleuryssois", "steoruellans")

    def test_what_was_deduced_from_a_name_becomes_published(self, import_sectors, capsys):
        import_sectors(table("abraysiens;Olivet;;;;"))
        olivet = sector(commune=OLIVET)
        assert (olivet.team.slug, olivet.basis) == ("abraysiens", "published")
        before = stored()
        call_command("load_department", "45")
        assert stored() == before, "what is shipped as a deduction does not come back"

    def test_what_the_file_does_not_say_stays(self, import_sectors):
        import_sectors(EXAMPLE)
        import_sectors(table("olivetaine;45252;rue Neuve;;;"))
        assert Sector.objects.filter(commune=FLEURY).count() == 3

    def test_a_sector_ends_and_the_next_one_follows(self, import_sectors):
        columns = "team;commune;date_debut;date_fin"
        output = import_sectors(
            table("olivetaine;Olivet;;31/01/2024", "abraysiens;Olivet;01/02/2024;", columns=columns)
        )
        assert "à vérifier" not in output
        for day, team in ((date(2024, 1, 31), "olivetaine"), (date(2024, 2, 1), "abraysiens")):
            assert Sector.objects.valid(day).get(commune=OLIVET).team.slug == team

    def test_a_slug_corrects_the_place_of_a_sector(self, import_sectors):
        import_sectors(EXAMPLE)
        before = sector(commune=FLEURY, parity="even")
        columns = "slug;team;commune;street;number_from;number_to;parity"
        line = f"{before.slug};fleuryssois;{FLEURY};rue Danton;2;60;pairs"
        assert "créés : 0, modifiés : 1" in import_sectors(table(line, columns=columns))
        assert sector(pk=before.pk).number_to == 60

    def test_a_slug_frees_the_place_for_another_line(self, import_sectors):
        import_sectors(table("olivetaine;45252;rue A;;;"))
        before = sector(commune=PITHIVIERS)
        lines = ["45252-rue-a;olivetaine;45252;rue B", ";abraysiens;45252;rue A"]
        import_sectors(table(*lines, columns="slug;team;commune;street"))
        assert sector(street="rue B").pk == before.pk
        assert sector(street="rue A").slug == "45252-rue-a-2"

    def test_a_slug_that_a_line_gives_is_not_taken_by_another(self, import_sectors):
        lines = [";olivetaine;45252;rue A", "45252-rue-a;olivetaine;45252;rue B"]
        import_sectors(table(*lines, columns="slug;team;commune;street"))
        assert sector(street="rue A").slug == "45252-rue-a-2"
        assert sector(street="rue B").slug == "45252-rue-a"

    def test_of_two_sectors_of_one_place_the_team_s_own_is_meant(self, import_sectors):
        for slug, at in (("abraysiens", 1), ("olivetaine", 2)):
            Sector.objects.create(
                team=Team.objects.get(slug=slug),
                commune_id=PITHIVIERS,
                **{"kind": "commune", "name": "Pithiviers", "basis": "published"},
                slug=f"pithiviers-{at}",
            )
        output = import_sectors(table("olivetaine;45252;;;;"))
        assert sector(slug="pithiviers-1").team.slug == "abraysiens"
        assert "secteurs.csv, ligne 2 : à vérifier : « Pithiviers » reste aussi à" in output


class TestHistory:
    def test_the_history_has_each_import(self, import_sectors):
        import_sectors(EXAMPLE, name="janvier.csv")
        import_sectors(EXAMPLE.replace("Fleuryssois;", "Steoruellans;"), name="février.csv")
        history_rows = sector(commune=FLEURY, parity="even").history.order_by("pk")
        report = history_rows.values_list("history_type", "team__slug", "history_change_reason")
        assert list(report) == [
            ("+", "fleuryssois", "Import du fichier « janvier.csv »"),
            ("~", "steoruellans", "Import du fichier « février.csv »"),
        ]

    def test_an_unchanged_sector_has_no_report(self, import_sectors):
        for _again in range(2):
            import_sectors(EXAMPLE)
        assert sector(commune=PITHIVIERS).history.count() == 1

    def test_the_name_of_a_file_may_be_long(self, import_sectors):
        import_sectors(EXAMPLE, name=f"{'secteurs-' * 20}.csv")
        assert sector(commune=PITHIVIERS).history.count() == 1


class TestWhatAPersonEdited:
    def test_is_left_and_counted(self, import_sectors):
        edited = {"name": "Olivet et ses quais", "edited_at": timezone.now()}
        Sector.objects.filter(commune=OLIVET).update(**edited)
        before = stored()
        output = import_sectors(table("abraysiens;Olivet;;;;"))
        assert stored() == before
        assert "laissés : 1." in output
        assert (
            "secteurs.csv, ligne 2 : « Olivet et ses quais » a été modifié par une personne"
            in output
        )

    def test_does_not_keep_the_other_lines_out(self, import_sectors):
        Sector.objects.filter(commune=OLIVET).update(edited_at=timezone.now())
        output = import_sectors(table("abraysiens;Olivet;;;;", "abraysiens;Pithiviers;;;;"))
        assert "créés : 1, modifiés : 0 (source seule : 0), inchangés : 0, laissés : 1." in output
        assert sector(commune=PITHIVIERS).team.slug == "abraysiens"


class TestDryRun:
    def test_it_says_what_would_be_written_and_writes_nothing(self, import_sectors, today):
        today("2024-01-20")
        before = stored()
        output = import_sectors(
            table("abraysiens;Olivet;;;;", "abraysiens;45147;rue Danton;1;41;impairs"), "--dry-run"
        )
        assert stored() == before
        lines = output.splitlines()
        assert lines[0].startswith(
            "Nouvelle source : Fichier « secteurs.csv », Département du Loiret, 20 janvier 2024"
        )
        assert lines[1:] == [
            "Ligne 2, secteur 45232-olivet modifié : équipe « Olivétaine → Abraysiens » ; "
            "fondement « déduit du nom de l'équipe → publié par le département » ; "
            "source « Communiqué « Les équipes sociales du Département déménagent ! » → "
            "Fichier « secteurs.csv » ».",
            "Ligne 3, nouveau secteur 45147-rue-danton-numeros-impairs-1-a-41 : "
            "commune « Fleury-les-Aubrais » ; équipe « Abraysiens » ; "
            "nature « numéros d'une rue » ; nom « rue Danton, numéros impairs 1 à 41 » ; "
            "rue « rue Danton » ; du numéro « 1 » ; au numéro « 41 » ; parité « impairs » ; "
            "fondement « publié par le département » ; source « Fichier « secteurs.csv » ».",
            "Essai, rien n'est écrit.",
            "Secteurs créés : 1, modifiés : 1 (source seule : 0), inchangés : 0, laissés : 0.",
        ]

    def test_days_are_reported_as_displayed(self, import_sectors):
        import_sectors(EXAMPLE)
        output = import_sectors(
            EXAMPLE.replace(";2024-02-01;31/12/2024", ";2024-02-01;"), "--dry-run"
        )
        assert "jusqu'au « 31 décembre 2024 → rien »" in output
        assert "Seule la source change : lignes 2, 3, 5, 6." in output

    def test_what_it_says_is_what_is_then_done(self, import_sectors):
        import_sectors(EXAMPLE)
        other_sector = EXAMPLE.replace(
            "carmes-madeleine;Orléans;Dunois;;", "abraysiens;Orléans;Dunois;;"
        )
        foreseen = import_sectors(other_sector, "--dry-run").splitlines()[-1]
        assert "modifiés : 5 (source seule : 4)" in foreseen
        assert import_sectors(other_sector).splitlines()[-1] == foreseen

    def test_it_refuses_what_the_import_refuses(self, refused):
        assert "ligne 2" in refused(table("inconnue;Olivet;;;;"), "--dry-run")

    def test_an_import_without_change_is_reported(self, import_sectors):
        import_sectors(EXAMPLE)
        assert import_sectors(EXAMPLE, "--dry-run").splitlines() == [
            "Essai, rien n'est écrit.",
            "Secteurs créés : 0, modifiés : 0 (source seule : 0), inchangés : 5, laissés : 0.",
        ]


COLUMNS = (
    "team;commune;kind;name;quarter;street;number_from;number_to;parity;valid_from;valid_until;"
    "basis;slug"
)


class TestFaultyLines:
    """Each fault is numbered, names its column, and refuses the whole file."""

    @pytest.mark.parametrize(
        ("line", "output"),
        [
            ("inconnue;Olivet;;;;;;;;;;;", "team : « inconnue » n'est pas une équipe du dép"),
            (";Olivet;;;;;;;;;;;", "team : Cette cellule ne peut pas être vide."),
            ("olivetaine;;;;;;;;;;;;", "commune : Cette cellule ne peut pas être vide."),
            ("olivetaine;41018;;;;;;;;;;;", "« 41018 » n'est pas une commune du département 45."),
            ("olivetaine;Blois;;;;;;;;;;;", "« Blois » n'est pas une commune du département 45."),
            ("olivetaine;Oliv;;;;;;;;;;;", "commune : « Oliv » n'est pas une commune"),
            *(
                (f"olivetaine;Olivet;;;;;{numbers};;;;", f"{column} : Des numéros sont donnés sans")
                for numbers, column in (
                    *((("2;40;"), "number_from"), (";40;", "number_to")),
                    (";;pairs", "parity"),
                )
            ),
            ("olivetaine;Olivet;;;;rue A;40;2;;;;;", "number_from : Le premier numéro (40) est ap"),
            ("olivetaine;Olivet;;;;rue A;4;4;odd;;;;", "parity : Aucun numéro de 4 à 4 n'est de"),
            ("olivetaine;Olivet;;;;rue A;2;40;gauche;;;;", "parity : « gauche » n'est pas l'un de"),
            *(
                (f"olivetaine;Olivet;;;;rue A;{number};40;;;;;", "n'est pas un numéro de 0")
                for number in ("-2", "2 chevaux", "2,5", "deux", "100000", "２")
            ),
            *(
                (f"olivetaine;Olivet;;;;;;;;{day};;;", f"valid_from : « {day} » n'est pas une date")
                for day in ("hier", "31/02/2024", "2024-13-01", "01/02/24", "45323", "0000-01-01")
            ),
            ("olivetaine;Olivet;;;;;;;;;30/02/2024;;", "valid_until : « 30/02/2024 » n'est pas"),
            (
                "olivetaine;Olivet;;;;;;;;02/02/2024;2024-02-01;;",
                "valid_until : La fin est avant le début.",
            ),
            ("olivetaine;Olivet;canton;;;;;;;;;;", "kind : « canton » n'est pas l'un de : commune"),
            ("olivetaine;Olivet;rue;;;;;;;;;;", "kind : Il manque la rue."),
            ("olivetaine;Olivet;numéros;;;rue A;;;;;;;", "kind : Il manque les numéros ou la par"),
            ("olivetaine;Olivet;quartier;;;;;;;;;;", "kind : Il manque le nom du quartier."),
            ("olivetaine;Olivet;commune;;;rue A;;;;;;;", "kind : « commune entière » ne va pas"),
            ("olivetaine;Olivet;commune;;Nord;;;;;;;;", "kind : « commune entière » ne va pas"),
            ("olivetaine;Olivet;rue;;;rue A;2;4;;;;;", "kind : « rue » ne va pas"),
            ("olivetaine;Olivet;;;;de la;;;;;;;", "street : « de la » n'est pas un nom de rue."),
            ("olivetaine;Olivet;;;…!;;;;;;;;", "quarter : « …! » n'est pas un nom de quartier"),
            (f"olivetaine;Olivet;;;;{'a' * 121};;;;;;;", "street : Assurez-vous que"),
            (f"olivetaine;Olivet;;{'a' * 121};;;;;;;;;", "name : Assurez-vous que"),
            # Longer in its normalised form than as typed.
            (f"olivetaine;Olivet;;Long;;{'av ' * 41};;;;;;;", "street : Assurez-vous que"),
            ("olivetaine;Olivet;;;;;;;;;;rumeur;", "basis : « rumeur » n'est pas l'un de : publié"),
            ("olivetaine;Olivet;;;;;;;;;;;é à", "slug : "),
            ("olivetaine;Olivet;;;;;;;;;;;olivet", "d'un nouveau secteur commence par « 45232- »"),
            ("olivetaine;Olivet;;;;;;;;;;;45234-bannier", "est le secteur d'une autre commune."),
            ("olivetaine;Olivet;;;;;;;;;;;;x", "14 cellules pour 13 colonnes."),
        ],
    )
    def test_a_wrong_line(self, refused, line, output):
        message = refused(table("olivetaine;Pithiviers;;;;;;;;;;;", line, columns=COLUMNS))
        assert message.startswith("Import refusé, base inchangée :\nsecteurs.csv, ligne 3 : ")
        assert output in message

    def test_the_heading_is_named_as_the_file_writes_it(self, refused):
        output = refused(EXAMPLE.replace(";31/12/2024", ";31/11/2024"))
        assert "secteurs.csv, ligne 4 : date_fin : « 31/11/2024 » n'est pas une date" in output

    def test_all_of_them_at_once_in_their_order(self, refused):
        lines = [
            "olivetaine;Olivet;rue A;40;2;",
            "inconnue;Ailleurs;;;;",
            "olivetaine;45252;rue B;2;4;;;x",
            "olivetaine;45252;;;;",
            "abraysiens;45252;;;;",
        ]
        output = refused(table(*lines))
        assert [int(line) for line in re.findall(r"secteurs\.csv, ligne (\d+) ", output)] == [
            *(2, 3, 3, 4, 6)
        ]

    def test_a_name_that_two_teams_bear(self, refused):
        for slug in ("bleue-nord", "bleue-sud"):
            TeamFactory(name="Bleue", slug=slug, agency__department__code="45")
        output = refused(table("Bleue;Olivet;;;;"))
        assert (
            "« Bleue » est ambigu ; écrivez l'un de ces identifiants : bleue-nord, bleue" in output
        )

    def test_a_name_that_two_communes_bear(self, refused):
        for code in ("45901", "45902"):
            CommuneFactory(code=code, name="Bourg", department_id="45")
        output = refused(table("olivetaine;Bourg;;;;"))
        assert "écrivez l'un de ces identifiants : 45901, 45902." in output

    def test_a_team_of_another_department(self, refused):
        TeamFactory(slug="ailleurs", agency__department__code="41")
        assert "« ailleurs » n'est pas une équipe du département 45" in refused(
            table("ailleurs;Olivet;;;;")
        )

    def test_another_name_of_a_team_is_not_that_of_a_team_of_its_slug(self, import_sectors):
        team = TeamFactory(name="Verte", slug="verte", agency__department__code="45")
        TeamName.objects.create(team=team, name="abraysiens")
        import_sectors(table("abraysiens;45252;;;;"))
        assert sector(commune=PITHIVIERS).team.slug == "abraysiens"


class TestContradictions:
    """Two lines that give the same area to two teams on the same day are both reported."""

    @pytest.mark.parametrize(
        ("row", "other_sector"),
        [
            ("olivetaine;45252;;;;;", "abraysiens;Pithiviers;;;;;"),
            ("olivetaine;45252;rue A;;;;", "abraysiens;45252;r. A;;;;"),
            ("olivetaine;45252;rue A;2;40;;", "abraysiens;45252;rue A;40;60;;"),
            ("olivetaine;45252;rue A;2;40;pairs;", "abraysiens;45252;rue A;1;9;;"),
            ("olivetaine;45252;rue A;;;pairs;", "abraysiens;45252;rue A;8;8;;"),
            ("olivetaine;45252;;;;;01/02/2024", "abraysiens;45252;;;;;"),
            ("olivetaine;45252;rue A;50;60;;", "abraysiens;45252;rue A;1;99;;"),
        ],
    )
    def test_lines_that_overlap(self, refused, row, other_sector):
        columns = "team;commune;street;number_from;number_to;parity;valid_from"
        output = refused(table(row, other_sector, columns=columns))
        assert "secteurs.csv, ligne 3 : La ligne 2 donne déjà « " in output
        assert "à une autre équipe, « Olivétaine »." in output

    @pytest.mark.parametrize(
        ("row", "other_sector"),
        [
            # The finer sector wins: no conflict.
            ("olivetaine;45252;;;;;;", "abraysiens;45252;rue A;;;;;"),
            ("olivetaine;45252;rue A;;;;;", "abraysiens;45252;rue A;2;40;;;"),
            # Distinct numbers, sides, days or communes.
            ("olivetaine;45252;rue A;2;40;;;", "abraysiens;45252;rue A;41;60;;;"),
            ("olivetaine;45252;rue A;2;40;pairs;;", "abraysiens;45252;rue A;1;41;impairs;;"),
            ("olivetaine;45252;rue A;2;40;pairs;;", "abraysiens;45252;rue A;3;3;;;"),
            ("olivetaine;45252;;;;;;31/01/2024", "abraysiens;45252;;;;;01/02/2024;"),
            ("olivetaine;45252;rue A;;;;;", "abraysiens;45302;rue A;;;;;"),
            # The same team: no conflict.
            ("olivetaine;45252;rue A;2;40;;;", "olivetaine;45252;rue A;30;60;;;"),
        ],
    )
    def test_lines_that_live_together(self, import_sectors, row, other_sector):
        columns = "team;commune;street;number_from;number_to;parity;valid_from;valid_until"
        assert "créés : 2" in import_sectors(table(row, other_sector, columns=columns))

    def test_quarters_overlap_by_their_name(self, refused, import_sectors):
        columns = "team;commune;quartier"
        line = "olivetaine;45252;Saint-Éloi"
        output = refused(table(line, "abraysiens;45252;st eloi", columns=columns))
        assert "ligne 3 : La ligne 2 donne déjà « Saint-Éloi »" in output
        import_sectors(table(line, "abraysiens;45252;Gâtinais", columns=columns))

    def test_among_many_numbers_of_a_street_the_two_lines_are_found(self, refused):
        lines = [
            f"{('olivetaine', 'abraysiens')[at % 2]};45252;rue A;{at};{at};" for at in range(1, 200)
        ]
        output = refused(table(*lines, "olivetaine;45252;rue A;101;101;"))
        assert output.splitlines()[1:] == [
            "secteurs.csv, ligne 201 : La ligne 102 donne déjà « rue A, numéro 101 » "
            "à une autre équipe, « Abraysiens »."
        ]

    @pytest.mark.parametrize(
        "second", ["olivetaine;45252;rue A;;;", "Olivétaine;Pithiviers;R. A;;;"]
    )
    def test_a_line_that_repeats_another(self, refused, second):
        output = refused(table("olivetaine;45252;rue A;;;", "olivetaine;45252;rue B;;;", second))
        assert "secteurs.csv, ligne 4 : Cette ligne répète la ligne 2." in output

    def test_two_lines_with_one_slug(self, refused):
        lines = ["45252-x;olivetaine;45252;rue A", "45252-x;olivetaine;45252;rue B"]
        output = refused(table(*lines, columns="slug;team;commune;street"))
        assert "ligne 3 : Cette ligne répète la ligne 2." in output

    def test_a_sector_that_the_file_does_not_name_is_pointed_out(self, import_sectors):
        columns = "team;commune;date_debut"
        for _as_long_as_it_lasts in range(2):
            output = import_sectors(table("abraysiens;Olivet;01/02/2024", columns=columns))
            assert (
                "secteurs.csv, ligne 2 : à vérifier : « Olivet » reste aussi à « Olivétaine » : "
                "dites dans le fichier quand cela finit." in output
            )
        assert Sector.objects.filter(commune=OLIVET).count() == 2

    def test_and_so_is_one_that_a_person_edited(self, import_sectors):
        import_sectors(table("abraysiens;45252;rue A;1;9;"))
        Sector.objects.filter(commune=PITHIVIERS).update(edited_at=timezone.now())
        output = import_sectors(table("olivetaine;45252;rue A;2;4;"))
        assert (
            "ligne 2 : à vérifier : « rue A, numéros 1 à 9 » reste aussi à « Abraysiens »" in output
        )

    def test_or_left_as_a_person_made_it(self, import_sectors):
        import_sectors(table("abraysiens;45252;rue A;1;9;"))
        Sector.objects.filter(commune=PITHIVIERS).update(edited_at=timezone.now())
        output = import_sectors(table("olivetaine;45252;rue A;1;9;", "olivetaine;45252;rue A;2;4;"))
        assert "ligne 2 : « rue A, numéros 1 à 9 » a été modifié par une personne" in output
        assert (
            "ligne 3 : à vérifier : « rue A, numéros 1 à 9 » reste aussi à « Abraysiens »" in output
        )

    def test_what_was_at_odds_without_the_file_is_not_its_doing(self, import_sectors):
        for slug in ("abraysiens", "olivetaine"):
            Sector.objects.create(
                team=Team.objects.get(slug=slug),
                commune_id=PITHIVIERS,
                **{"kind": "commune", "name": "Pithiviers", "basis": "published"},
                slug=f"pithiviers-{slug}",
            )
        assert "à vérifier" not in import_sectors(table("olivetaine;Artenay;;;;"))


class TestOtherFiles:
    """The command ends with a message and an exit code, never a traceback."""

    @pytest.fixture
    def run(self, capsys):
        """Run the command as from a shell; return its stderr."""

        def run_from_shell(path, *options) -> str:
            command = ["manage.py", "import_sectors", str(path), *options]
            with pytest.raises(SystemExit) as stopped:
                Command().run_from_argv(command)
            assert stopped.value.code
            output = capsys.readouterr()
            assert output.out == ""
            assert "Traceback" not in output.err
            return output.err

        return run_from_shell

    def test_a_missing_file(self, run, loiret, tmp_path):
        output = run(tmp_path / "absent.csv", "--department", "45")
        assert f"Le fichier « {tmp_path / 'absent.csv'} » n'existe pas." in output

    def test_a_folder(self, run, loiret, tmp_path):
        assert "est un dossier, pas un fichier." in run(tmp_path, "--department", "45")

    def test_what_is_not_a_plain_file(self, run, loiret):
        assert "n'est pas un fichier ordinaire" in run("/dev/zero", "--department", "45")

    def test_a_name_that_is_too_long(self, run, loiret, tmp_path):
        assert "ne peut pas être lu" in run(tmp_path / ("x" * 300), "--department", "45")

    @pytest.mark.parametrize("code", ["99", "4X", "", "045", "Loiret"])
    def test_an_unknown_department(self, run, loiret, tmp_path, code):
        path = tmp_path / "secteurs.csv"
        path.write_text(EXAMPLE)
        assert f"Département inconnu, base inchangée : {code}." in run(path, "--department", code)

    def test_a_department_without_teams(self, run, loiret, tmp_path):
        path = tmp_path / "secteurs.csv"
        path.write_text(table("olivetaine;Olivet;;;;"))
        output = run(path, "--department", "41")
        assert "« olivetaine » n'est pas une équipe du département 41." in output

    @pytest.mark.parametrize("missing", [[], ["--dry-run"]])
    def test_no_department(self, run, loiret, tmp_path, missing):
        assert "--department" in run(tmp_path / "secteurs.csv", *missing)

    @pytest.mark.parametrize(
        ("content", "output"),
        [
            (b"", "secteurs.csv, ligne 1 : Le fichier est vide."),
            ("# Un autre document\n\nDu texte, ici.\n", "ligne 1 : « # Un autre document » n'est"),
            (b"PK\x03\x04\x14\0", "ligne 1 : C'est un classeur"),
            (b"\x7fELF\x02\x01\x01\0\0\0", "ligne 1 : Ce n'est pas du texte"),
            ("team;commune\n", "Il n'y a rien sous les titres des colonnes."),
            ("team;street\nx;y\n", "ligne 1 : Colonnes qui manquent : commune"),
            ('team;commune\nolivetaine;"Olivet\n', "ligne 2 : Cette ligne a un guillemet"),
            ("team;commune\nolivetaine;\0\n", "ligne 2 : Ce n'est pas du texte."),
            ("team;commune\nolivetaine;Orléans\n".encode("mac-roman"), "Des accents sont illis"),
        ],
    )
    def test_a_file_that_is_something_else(self, refused, content, output):
        assert output in refused(content)

    def test_another_document(self, refused):
        output = refused(GUIDE.read_bytes())
        assert "ligne 1 : « # Data » n'est pas un titre de colonne" in output

    def test_a_name_that_is_not_in_utf_8(self, import_sectors):
        import_sectors(EXAMPLE, name=os.fsdecode(b"secteurs-\xe9.csv"))
        assert sector(slug="45234-dunois").source.title == "Fichier « secteurs-\ufffd.csv »"

    def test_a_failure_of_the_database_half_way(self, refused, monkeypatch):
        bulk_create = QuerySet.bulk_create

        def breaking(self, rows, *args, **kwargs):
            bulk_create(self, rows, *args, **kwargs)
            if rows:
                raise DatabaseError("rompu")

        monkeypatch.setattr(QuerySet, "bulk_create", breaking)
        assert "La base ne répond pas comme prévu" in refused(EXAMPLE)


def many(count: int, teams: tuple[str, str] = ("olivetaine", "abraysiens")) -> str:
    """A file of that many lines: two sides of each street."""
    return table(
        *(
            f"{teams[at % 2]};45252;rue de l'Essai {at // 2};{1 + at % 2};99;"
            f"{('impairs', 'pairs')[at % 2]}"
            for at in range(count)
        )
    )


class TestManyLines:
    @pytest.fixture
    def count(self, queries, import_sectors):
        """Import that many lines; return the number of queries that write sectors, and of those that do not."""

        def counted(*fields) -> tuple[int, int]:
            with queries() as captured:
                import_sectors(many(*fields))
            output = [query["sql"] for query in captured]
            writing = [sql for sql in output if sql.startswith('INSERT INTO "teams_sector"')]
            history_rows = [
                sql for sql in output if sql.startswith('INSERT INTO "teams_historicalsector"')
            ]
            assert len(history_rows) <= 2 * len(writing)
            return len(writing), len([sql for sql in output if not sql.startswith("INSERT")])

        return counted

    @pytest.fixture
    def batch(self) -> int:
        """Return the largest number of rows of a query: SQLite accepts fewer values than PostgreSQL."""
        fields = Sector._meta.concrete_fields
        return min(BATCH_SIZE, connection.ops.bulk_batch_size(fields, range(BATCH_SIZE)))

    def test_new_sectors_cost_a_query_a_batch(self, count, batch):
        assert Sector.objects.filter(commune=PITHIVIERS).delete()[0] == 0
        writing, other_sectors = count(4)
        assert writing == 1
        Sector.objects.filter(commune=PITHIVIERS).delete()
        more, same = count(4 * batch)
        assert (more - writing, same) == (3, other_sectors)
        assert other_sectors <= 20

    def test_changes_cost_a_query_a_batch(self, count, batch, import_sectors):
        import_sectors(many(4 * batch))
        teams = ("fleuryssois", "steoruellans")
        writing, other_sectors = count(batch, teams)
        more, same = count(4 * batch, teams)
        # The last three batches change teams, the first has only a new source.
        assert (more - writing, same) == (3, other_sectors)
        assert Sector.objects.filter(team__slug="fleuryssois", street__gt="").count() == 2 * batch
        assert Sector.objects.filter(commune=PITHIVIERS).count() == 4 * batch

    def test_nothing_to_change_costs_the_same_whatever_the_size(self, count):
        costs = set()
        for lines in (4, 400):
            count(lines)
            costs.add(count(lines))
        assert len(costs) == 1
        assert costs.pop()[0] == 0

    def test_a_long_street_is_compared_in_one_pass(self, import_sectors, monkeypatch):
        """Each number is a separate line: lines are not compared pairwise."""
        compared = []
        contains = Sector.contains_number

        def counting(self, number):
            compared.append(number)
            return contains(self, number)

        monkeypatch.setattr(Sector, "contains_number", counting)
        teams = ("olivetaine", "abraysiens")
        import_sectors(table(*(f"{teams[at % 2]};45252;rue A;{at};{at};" for at in range(1, 1000))))
        assert len(compared) < 10_000
