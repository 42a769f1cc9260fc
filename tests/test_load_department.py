"""`load_department`: what it loads of Loiret, and what it refuses."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone

from accueil.models import PhoneLine
from portal.core.models import Source
from relocations.models import Relocation
from teams.models import Agency, FormerAgency, Sector, Site, Statement, Team, TeamName

pytestmark = pytest.mark.django_db

ORLEANS = "reception_points.csv;permanence-daccueil-inconditionnel-orleanais"
MODELS = [Source, Agency, FormerAgency, Site, Team, TeamName, Sector, Statement]
MODELS += [Relocation, PhoneLine]


def rows():
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in MODELS}


class TestWhatIsTrueOfLoiret:
    def test_four_agencies_and_the_structures_they_replace(self, loiret):
        assert set(Agency.objects.values_list("name", flat=True)) == {
            *("ADS Orléans Métropole", "ADS Gien-Montargis", "ADS Beauce à Sologne"),
            "ADS Nord Loiret",
        }
        gien = Agency.objects.get(slug="ads-gien-montargis")
        assert {former.name for former in gien.predecessors.all()} == {
            *("Maison du Département de Gien", "Maison du Département de Montargis"),
        }
        unknown = FormerAgency.objects.get(name="Maison du Département Ouest Orléanais")
        assert not unknown.successors.exists(), "nobody published which agency replaces it"

    def test_the_eleven_named_teams_and_no_other(self, loiret):
        assert set(Team.objects.filter(kind="proximity").values_list("name", flat=True)) == {
            *("Olivétaine", "Bannier Murlins", "Carmes Madeleine", "La Source Saint-Marceau"),
            *("Bourgogne Argonne", "Fleuryssois", "Steoruellans", "Abraysiens"),
            *("EP de Courtenay", "EP Sologne", "EP PPNL"),
        }
        assert Team.objects.get(kind="service").name == "Service Mineurs non accompagnés"

    def test_a_team_has_two_printed_names(self, loiret):
        assert Team.objects.filter(name__startswith="Fleury").count() == 1
        other_name = TeamName.objects.get(name="Fleurysois")
        assert other_name.team.name == "Fleuryssois"
        assert not other_name.source.period.is_bounded, "that version of the text has no date"

    def test_the_line_and_its_hours_as_printed(self, loiret):
        line = PhoneLine.objects.get(department="45")
        assert line.number == "02 38 25 45 45"
        assert line.hours_text == "du lundi au vendredi de 8h30 à 12h et de 13h30 à 17h"

    def test_sectors_deduced_from_names_are_marked(self, loiret):
        sectors = Sector.objects.values_list("team__name", "name", "commune__name", "kind", "basis")
        assert set(sectors) == {
            ("Olivétaine", "Olivet", "Olivet", "commune", "name"),
            ("Fleuryssois", *["Fleury-les-Aubrais"] * 2, "commune", "name"),
            ("Steoruellans", *["Saint-Jean-de-la-Ruelle"] * 2, "commune", "name"),
            ("Abraysiens", *["Saint-Jean-de-Braye"] * 2, "commune", "name"),
            *(
                (team, quarter, "Orléans", "quarter", "name")
                for team, quarters in {
                    "Bannier Murlins": ["Bannier", "Murlins"],
                    "Carmes Madeleine": ["Carmes", "Madeleine"],
                    "La Source Saint-Marceau": ["La Source", "Saint-Marceau"],
                    "Bourgogne Argonne": ["Bourgogne", "Argonne"],
                }.items()
                for quarter in quarters
            ),
        }

    def test_everything_has_its_source(self, loiret):
        for model in MODELS[1:]:
            assert not model.objects.filter(source=None).exists(), model

    def test_contradictory_figures_stand_side_by_side(self, loiret):
        statements = Statement.objects.filter(topic="Demandes d'accueil en 2022")
        assert len(statements) == 2
        assert {"10 900" in statement.text for statement in statements} == {True, False}
        assert {"13 500" in statement.text for statement in statements} == {True, False}

    def test_an_incomplete_address_stays_incomplete(self, loiret):
        site = Site.objects.get(key="45-chats-ferres")
        assert (site.address, site.city, site.postal_code, site.commune) == (
            *("Ex AG2R rue des Chats ferrés", "", "", None),
        )
        assert site.point == (None, None)

    def test_a_site_without_coordinates_uses_its_commune_s_and_is_approximate(self, client, loiret):
        site = Site.objects.get(key="45-danton")
        answer = client.get(f"/api/v1/sites/{site.pk}/").json()
        assert answer["commune"] == "45147"
        assert answer["latitude"] == site.commune.latitude is not None
        assert answer["approximate"] is True


class TestAgain:
    def test_a_second_load_changes_nothing(self, loiret):
        before = rows()
        call_command("load_department", "45", stdout=StringIO())
        assert rows() == before

    def test_a_second_load_leaves_edited_rows(self, loiret):
        edited = {"phone": "02 38 99 99 99", "edited_at": timezone.now()}
        Team.objects.filter(slug="olivetaine").update(**edited)
        Team.objects.filter(slug="abraysiens").update(disciplines="wrong")
        call_command("load_department", "45", stdout=StringIO())
        assert Team.objects.get(slug="olivetaine").phone == "02 38 99 99 99"
        assert Team.objects.get(slug="abraysiens").disciplines.startswith("travailleur social")


class TestRefusals:
    """A file with wrong lines is refused as a whole: lines are numbered, the database is unchanged."""

    @pytest.fixture
    def data(self, tmp_path, monkeypatch) -> Path:
        """Return the root of a copy of the apps' data, which a test may damage."""
        for label in ("territory", "teams", "relocations", "accueil"):
            config = apps.get_app_config(label)
            shutil.copytree(Path(config.path) / "data" / "45", tmp_path / label / "data" / "45")
            monkeypatch.setattr(config, "path", str(tmp_path / label))
        return tmp_path

    def refused(self) -> str:
        before = rows()
        with pytest.raises(CommandError) as refusal:
            call_command("load_department", "45", stdout=StringIO())
        assert rows() == before
        return str(refusal.value)

    @pytest.mark.parametrize(
        ("file", "old", "new", "message"),
        [
            (
                "teams/teams",
                "Olivétaine;proximity",
                "Olivétaine;family",
                "teams.csv, ligne 2 : kind",
            ),
            (
                *(
                    "teams/teams",
                    "Murlins;proximity;ads-orleans-metropole",
                    "Murlins;proximity;ads-x",
                ),
                "teams.csv, ligne 3 : agency : « ads-x » est inconnu.",
            ),
            (
                "teams/teams",
                ";Abraysiens\n",
                "\n",
                "teams.csv, ligne 10 : 7 cellules au lieu de 8.",
            ),
            ("teams/teams", "name;kind", "nom;kind", "teams.csv, ligne 1 : Colonnes attendues"),
            ("teams/sites", ";45147;", ";99999;", "sites.csv, ligne 14 : commune"),
            (
                *("relocations/relocations", "28 et 29 novembre;", "28 et 32 novembre;"),
                "relocations.csv, ligne 2 : period",
            ),
            (
                *("relocations/relocations", "planned;45-communique-2023;2024;45-agence-orleans;;"),
                "confirmed;45-communique-2023;2024;45-agence-orleans;;",
                "relocations.csv, ligne 9 : Un déménagement confirmé a besoin",
            ),
            ("accueil/phone_lines", "Accueil social", "A" * 200, "phone_lines.csv, ligne 2 : name"),
        ],
    )
    def test_a_wrong_line(self, loiret, data, file, old, new, message):
        label, _, name = file.partition("/")
        path = data / label / "data" / "45" / f"{name}.csv"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        assert message in self.refused()

    @pytest.mark.parametrize(
        ("file", "row", "message"),
        [
            (
                *("teams/teams", "Olivétaine;proximity;ads-nord-loiret;;;;45-communique-2023;x"),
                "teams.csv, ligne 19 : slug : Cette ligne répète la ligne 2.",
            ),
            (
                "relocations/relocations",
                ";olivetaine;move;planned;45-communique-2023;2025;;;x",
                "relocations.csv, ligne 12 : key : Cette cellule ne peut pas être vide.",
            ),
            (
                "relocations/relocations",
                '"x;olivetaine;move;planned;45-communique-2023;2025;;;x',
                "relocations.csv, ligne 12 : Cette ligne a un guillemet",
            ),
            ("teams/teams", "\0", "teams.csv, ligne 19 : Le fichier contient un caractère nul."),
        ],
    )
    def test_a_line_too_many(self, loiret, data, file, row, message):
        label, _, name = file.partition("/")
        path = data / label / "data" / "45" / f"{name}.csv"
        path.write_text(f"{path.read_text()}{row}\n")
        assert message in self.refused()

    @pytest.mark.parametrize(
        ("file", "row", "message"),
        [
            (
                *("published", "reception_point.csv;x;hours;45-pavillon;8h"),
                "published.csv, ligne 5 : file : « reception_point.csv » est inconnu.",
            ),
            (
                *("published", "reception_points.csv;permanence;hours;45-pavillon;8h"),
                "published.csv, ligne 5 : key : « permanence » est inconnu.",
            ),
            (
                *("published", f"{ORLEANS};horaires;45-pavillon;8h"),
                "published.csv, ligne 5 : field : « horaires » est inconnu.",
            ),
            (
                *("published", f"{ORLEANS};documents;pavillon;8h"),
                "published.csv, ligne 5 : source : « pavillon » est inconnu.",
            ),
            (
                *("published", f"{ORLEANS};documents;;8h"),
                "published.csv, ligne 5 : source : Cette cellule ne peut pas être vide.",
            ),
            (
                *("published", f"{ORLEANS};hours;45-pavillon;9h"),
                "published.csv, ligne 5 : key : Cette ligne répète la ligne 2.",
            ),
            (
                *("remarks", "sites.csv;45-fs-malherbois;« Martoy » est imprimé."),
                "remarks.csv, ligne 5 : key : « 45-fs-malherbois » est inconnu.",
            ),
            (
                *("remarks", ";45-fs-malesherbois;« Martoy » est imprimé."),
                "remarks.csv, ligne 5 : file : Cette cellule ne peut pas être vide.",
            ),
        ],
    )
    def test_a_line_about_no_datum(self, loiret, data, file, row, message):
        path = data / "accueil" / "data" / "45" / f"{file}.csv"
        path.write_text(f"{path.read_text()}{row}\n")
        assert message in self.refused()

    def test_changes_of_the_valid_files_are_rolled_back(self, loiret, data):
        path = data / "teams" / "data" / "45" / "teams.csv"
        path.write_text(path.read_text().replace("travailleur social", "assistant social"))
        path = data / "accueil" / "data" / "45" / "phone_lines.csv"
        path.write_text(path.read_text().replace("45-communique-2023", "nowhere"))
        assert "phone_lines.csv, ligne 2 : source : « nowhere » est inconnu." in self.refused()

    def test_a_byte_order_mark_and_other_line_ends_are_ignored(self, loiret, data):
        path = data / "teams" / "data" / "45" / "teams.csv"
        text = path.read_text().replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
        before = rows()
        call_command("load_department", "45", stdout=StringIO())
        assert rows() == before

    def test_invisible_characters_make_an_empty_cell(self, loiret, data):
        path = data / "teams" / "data" / "45" / "teams.csv"
        odd = "\u202etravailleur\u2028social\u200b, psychologue"
        text = path.read_text().replace("travailleur social, psychologue", odd)
        assert odd in text
        path.write_text(text)
        before = rows()
        call_command("load_department", "45", stdout=StringIO())
        assert rows() == before

    def test_all_wrong_lines_are_reported_together(self, loiret, data):
        path = data / "teams" / "data" / "45" / "teams.csv"
        path.write_text(path.read_text().replace(";proximity;", ";family;"))
        assert self.refused().count("teams.csv, ligne") == 11

    def test_a_file_that_is_not_utf_8(self, loiret, data):
        path = data / "teams" / "data" / "45" / "teams.csv"
        path.write_bytes(path.read_text().encode("latin-1", "replace"))
        assert "teams.csv, ligne 2 : Le fichier n'est pas en UTF-8." in self.refused()

    def test_an_unknown_department(self, db):
        with pytest.raises(CommandError, match="Aucune donnée pour le département « 99 »"):
            call_command("load_department", "99")
