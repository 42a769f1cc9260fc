"""`import_evaluation`: rows written, rows left unchanged, refusals."""

import re
from io import StringIO
from time import process_time

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal.core.text.markdown import to_plain
from portal.registries.loaders import Load, load_department
from schema_actions.entries.figures import format_figure
from schema_actions.importers.evaluations import import_document
from schema_actions.loaders import load_indicators
from schema_actions.models import (
    ActionSheet,
    CalendarPeriod,
    Campaign,
    Evaluation,
    Indicator,
    IndicatorValue,
    Objective,
    Plan,
    Remark,
)
from tests.schema_actions.conftest import CAMPAIGN, PLAN
from tests.schema_actions.factories import CampaignFactory
from tests.schema_actions.samples import DOCUMENT

pytestmark = pytest.mark.django_db

MODELS = [Plan, Objective, ActionSheet, CalendarPeriod, Campaign, Evaluation, Remark]
MODELS += [Indicator, IndicatorValue]


def rows():
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in MODELS}


# Numbers that the document prints in words: "Aucune convention", "une vingtaine", "un mineur".
NUMBERS = {"0": "aucune"}
IN_WORDS = {"vingtaine": "20", "centaine": "100", "cinquantaine": "50", "un mineur": "1"}


def words(text):
    return " ".join(text.split())


def figures_of(text):
    """Return the numbers of a sentence as `format_figure` writes them: "13 500" is 13500."""
    joined = re.sub(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))", "", text).replace(".", ",").lower()
    found = set(re.findall(r"[0-9]+(?:,[0-9]+)?", joined)) | set(re.findall("aucune", joined))
    return found | {number for word, number in IN_WORDS.items() if word in joined}


class TestWhatThePortalShips:
    def test_is_what_the_document_prints(self, loiret, import_real):
        """The texts are written; no value of the structure changes."""
        output = import_real(dry_run=True)
        assert "185 valeurs changeraient" in output, "53 + 36 + 52 + 43 sections and a sentence"
        for name in ("title", "summary_title", "calendar", "published_levels", "level_status"):
            assert f", {name}" not in output

    def test_every_sheet_has_a_summary(self, loiret):
        for evaluation in ActionSheet.objects.filter(plan__slug=PLAN):
            assert 20 <= len(evaluation.summary) <= 150, evaluation.key

    def test_the_periods_of_the_calendars(self, loiret):
        def periods(key):
            rows = CalendarPeriod.objects.filter(sheet__plan__slug=PLAN, sheet__key=key)
            return [str(row.period) for row in rows]

        assert periods("1.1.1") == ["de 2022 à 2026"]
        assert periods("1.2.2") == ["2e semestre 2022"]
        assert periods("3.5.6") == ["1er semestre 2022", "2e semestre 2022", "2023"]
        assert periods("3.5.3") == ["2023", "été 2024"]
        assert periods("3.5.5") == periods("4.1.1") == []

    def test_every_figure_is_printed_in_its_sheet(self, evaluated):
        for value in IndicatorValue.objects.select_related("indicator__sheet"):
            sheet = value.indicator.sheet
            texts = sheet.evaluations.get(campaign__slug=CAMPAIGN)
            printed = words(to_plain(texts.results)), words(to_plain(texts.done))
            assert any(value.as_printed in text for text in printed), (sheet.key, value)
            number = format_figure(value.value)
            assert NUMBERS.get(number, number) in figures_of(value.as_printed), (sheet.key, value)

    @pytest.mark.parametrize(
        ("key", "name", "value"),
        [
            ("1.2.3", "Projets d'habitat inclusif", 7),
            ("1.2.3", "Habitants bénéficiant de l'aide à la vie partagée", 88),
            ("3.1.1", "Places créées", 49),
            ("4.3.1", "Saisines des intervenants sociaux", 532),
            ("1.1.1", "Jeunes orientés par le PARI (cohorte 2022-2023)", 155),
            ("1.1.1", "Jeunes accompagnés par le PARI : en colocation AIDAPHI", 61),
            ("2.1.2", "Conventions signées", 0),
            ("2.1.4", "Bénéficiaires du RSA intégrant un dispositif de mobilité", 138),
            ("3.2.2", "Usagers accueillis pour un rendez-vous de niveau 2", 668),
            ("5.5.3", "Demandes qui comptabilisent 2 à 4 problématiques", 80),
        ],
    )
    def test_first_figures(self, loiret, key, name, value):
        indicator = Indicator.objects.get(sheet__plan__slug=PLAN, sheet__key=key, name=name)
        assert [row.value for row in indicator.values.all()] == [value]

    def test_a_series_runs_in_time(self, loiret):
        values = IndicatorValue.objects.public().filter(indicator__sheet__key="4.3.1")
        series = values.filter(indicator__name="Saisines venant des gendarmes")
        assert [(str(row), row.period_text) for row in series] == [
            ("86.60 %", "2021"),
            ("76.00 %", "2022"),
        ]

    def test_a_figure_that_leaves_the_file_leaves_the_portal(self, loiret):
        """Unless a person wrote it; invented figures of the same indicator stay."""
        indicator = Indicator.objects.get(sheet__key="2.1.4", name="Dispositifs de mobilité")
        campaign = Campaign.objects.get(slug=CAMPAIGN)
        old = Indicator.objects.create(sheet=indicator.sheet, slug="ancien", name="Ancien")
        IndicatorValue.objects.create(indicator=old, campaign=campaign, value=1)
        written = {"campaign": campaign, "value": 2, "edited_at": timezone.now()}
        IndicatorValue.objects.create(indicator=indicator, rank=2, **written)
        load_department("45")
        assert not Indicator.objects.filter(slug="ancien").exists()
        assert [row.value for row in indicator.values.order_by("rank")] == [8, 2]

    def test_a_figure_of_two_campaigns_stands_where_its_first_line_does(self, loiret, tmp_path):
        CampaignFactory(plan=Plan.objects.get(slug=PLAN), slug="2024-06")
        lines = [
            "plan;sheet;campaign;name;unit;value;period;as_printed;source",
            *(f"{PLAN};1.1.1;{CAMPAIGN};{name};places;1;;;" for name in ("Ouvertes", "Prévues")),
            f"{PLAN};1.1.1;2024-06;Ouvertes;places;2;;;",
        ]
        (tmp_path / "indicators.csv").write_text("\n".join(lines))
        for _again in range(2):
            load_indicators(load := Load("45", tmp_path))
            assert load.faults == []
            first = Indicator.objects.get(slug="ouvertes")
            assert (first.position, first.values.count()) == (1, 2)

    def test_sheets_that_print_figures_have_some(self, evaluated):
        figures = Evaluation.objects.filter(campaign__slug=CAMPAIGN, results__regex=r"[0-9]")
        without = figures.filter(sheet__indicators=None).values_list("sheet__key", flat=True)
        # A date, a number of an annex, an age or a count of steps is not an indicator.
        assert set(without) == {"1.2.2", "2.3.1", "3.5.4", "5.2.1"}


class TestImport:
    def test_it_writes_the_texts_once(self, import_real):
        assert "54 fiches lues, 185 valeurs écrites." in import_real()
        before = rows()
        assert "54 fiches lues, 0 valeur écrite." in import_real()
        assert rows() == before

    def test_damage_is_printed(self, import_real):
        output = import_real()
        assert "ligne 508, fiche 1.4.1 : Lettres accentuées perdues" in output
        assert "surdit" in output
        remark = Remark.objects.get(evaluation__sheet__key="1.4.1", line=508)
        assert "surdit" in remark.message

    def test_a_dry_run_shows_the_difference_and_writes_nothing(self, import_real):
        before = rows()
        output = import_real(dry_run=True)
        assert rows() == before
        assert "1.2.2, results :\n  +Mise en place du CICAT : 2023" in output

    def test_again_it_brings_back_the_texts_and_never_the_levels(self, import_real):
        import_real()
        chosen = Evaluation.objects.filter(campaign__slug=CAMPAIGN, sheet__key="1.1.1")
        chosen.update(level=6, level_status="evaluated", done="Autre texte")
        version = chosen.get().version
        assert "1.1.1, done :\n  -Autre texte" in import_real(dry_run=True)
        import_real()
        evaluation = chosen.get()
        assert (evaluation.level, evaluation.level_status) == (6, "evaluated")
        assert evaluation.done.startswith("La préconisation")
        assert evaluation.version == version + 1

    def test_a_sheet_that_a_person_edited_stays(self, import_real):
        edited = {"title": "Un titre corrigé", "edited_at": timezone.now()}
        ActionSheet.objects.filter(key="1.1.1").update(**edited)
        import_real()
        assert ActionSheet.objects.get(key="1.1.1").title == "Un titre corrigé"

    def test_a_plan_without_sheets_gets_those_of_the_document(self, import_real, real):
        changed = Plan.objects.get(slug=PLAN)
        changed.pk, changed.slug = None, "autre"
        changed.save()
        Campaign.objects.create(plan=changed, slug="2023-06", title="Essai", status="published")
        done = import_document(real, plan_slug="autre", campaign_slug="2023-06", file="x")
        assert done.sheets == changed.sheets.count() == 54
        assert changed.axes.count() == 5
        assert changed.sheets.get(key="1.3.1-handicap").objective.code == "1.3"

    def test_under_two_seconds(self, import_real):
        """CPU time of this process only: other work of the machine is not counted."""
        started = process_time()
        import_real()
        assert process_time() - started < 2


class TestRefusals:
    """A refusal gives the reason, the line and an exit code, and leaves the database unchanged."""

    def refused(self, path, plan=PLAN, campaign=CAMPAIGN) -> str:
        before = rows()
        with pytest.raises(CommandError) as refusal:
            call_command("import_evaluation", path, plan=plan, campaign=campaign, stdout=StringIO())
        assert rows() == before
        return str(refusal.value)

    @pytest.mark.parametrize(
        ("content", "output"),
        [
            (b"", "essai.md : le fichier est vide."),
            (b"\x89PNG\r\n\x1a\n\0", "essai.md, ligne 1 : "),
            ("été".encode("utf-16"), "essai.md, ligne 1 : "),
            ("Bonjour\nà tous".encode("cp1252"), "essai.md, ligne 2 : "),
            (b"# Un autre document", "essai.md, ligne 1 : ce document n'est pas une évaluation"),
        ],
        ids=["empty", "binary", "utf-16", "cp1252", "another"],
    )
    def test_a_file_that_is_something_else(self, loiret, tmp_path, content, output):
        path = tmp_path / "essai.md"
        path.write_bytes(content)
        assert output in self.refused(path)

    @pytest.mark.parametrize("lines", [600, 1000, 1300, 2400, 2560, 2567])
    def test_the_document_cut_after_a_line(self, loiret, real_file, tmp_path, lines):
        path = tmp_path / "essai.md"
        path.write_bytes(b"\n".join(real_file.read_bytes().split(b"\n")[:lines]))
        assert "tronqué" in self.refused(path)

    @pytest.mark.parametrize("lost", [4, 20, 150, 2000])
    def test_the_document_cut_in_its_last_line(self, loiret, real_file, tmp_path, lost):
        path = tmp_path / "essai.md"
        path.write_bytes(real_file.read_bytes()[:-lost])
        output = self.refused(path)
        assert f"essai.md, ligne {2568 if lost < 2000 else 2567} : fiche 5.7.1" in output
        assert "tronqué" in output

    def test_a_folder_and_an_absent_file(self, loiret, tmp_path):
        assert "est un dossier" in self.refused(tmp_path)
        assert "n'existe pas" in self.refused(tmp_path / "absent.md")

    def test_the_sheets_of_another_plan(self, loiret, tmp_path):
        path = tmp_path / "essai.md"
        path.write_text(DOCUMENT)
        assert "le document n'a pas ces fiches du schéma : 1.1.3" in self.refused(path)
        path.write_text(DOCUMENT.replace("2.1.1", "2.9.1"))
        line = DOCUMENT.split("\n").index("#### **ACTION 2.1.1 : Planter des arbres**") + 1
        assert f"essai.md, ligne {line} : la fiche 2.9.1" in self.refused(path)

    def test_an_unknown_plan_or_campaign(self, loiret, real_file):
        assert "schéma « x » inconnu. Connus : loiret-2022-2026." in self.refused(real_file, "x")
        assert "campagne « x » inconnue" in self.refused(real_file, campaign="x")

    def test_a_campaign_without_document(self, loiret, real_file):
        plan = Plan.objects.get(slug=PLAN)
        invented = Campaign.objects.create(
            plan=plan, slug="invente", title="x", status="published", is_fictitious=True
        )
        assert "n'est pas celle d'un document publié" in self.refused(real_file, campaign="invente")
        Campaign.objects.filter(pk=invented.pk).update(is_fictitious=False, status="validated")
        assert "n'est pas celle d'un document publié" in self.refused(real_file, campaign="invente")
