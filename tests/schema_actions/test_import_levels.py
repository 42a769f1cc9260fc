"""`import_levels`: manually transcribed levels, compared with the published totals."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from schema_actions.models import ActionSheet, Evaluation
from tests.schema_actions.conftest import CAMPAIGN, PLAN

pytestmark = pytest.mark.django_db

PUBLISHED = (4, 8, 11, 7, 9, 8, 6)


def levels_file(path, counts=PUBLISHED, encoding="utf-8", separator=";"):
    """Return a table of levels for the 53 sheets, with these counts; any sheet may have any level."""
    keys = ActionSheet.objects.filter(plan__slug=PLAN).exclude(key="1.3.1-handicap")
    levels = [level for level, count in enumerate(counts, 1) for _ in range(count)]
    lines = [separator.join(("code", "variant", "level"))]
    for sheet, level in zip(keys, levels, strict=False):
        lines.append(separator.join((sheet.code, sheet.variant, str(level))))
    path.write_text("\n".join(lines), encoding=encoding)
    return path


@pytest.fixture
def run(loiret):
    def command(path, **options):
        output = StringIO()
        call_command("import_levels", path, plan=PLAN, campaign=CAMPAIGN, stdout=output, **options)
        return output.getvalue()

    return command


def known():
    return list(
        Evaluation.objects.order_by("pk").values("sheet", "level", "level_status", "version")
    )


def test_53_levels_agree_with_the_published_totals(run, tmp_path):
    path = levels_file(tmp_path / "niveaux.csv")
    output = run(path)
    assert "53 niveaux lus, 53 écrits." in output
    assert "Les totaux sont ceux qui ont été publiés." in output
    assert Evaluation.objects.filter(campaign__slug=CAMPAIGN, level=3).count() == 11


def test_again_it_changes_nothing(run, tmp_path):
    path = levels_file(tmp_path / "niveaux.csv")
    run(path)
    before = known()
    assert "53 niveaux lus, 0 écrit." in run(path)
    assert known() == before


def test_totals_that_differ_are_named(run, tmp_path):
    output = run(levels_file(tmp_path / "niveaux.csv", (5, 7, 11, 7, 9, 8, 6)))
    assert "Niveau 1 (très en retard) : 4 publiées, 5 calculées." in output
    assert "Niveau 2 (en retard) : 8 publiées, 7 calculées." in output


def test_partial_levels(run, tmp_path):
    output = run(levels_file(tmp_path / "niveaux.csv", (4, 8, 11, 7, 9, 8, 5)))
    assert "1 fiche n'a pas encore son niveau transcrit" in output
    assert "Niveau" not in output


def test_a_dry_run_writes_nothing(run, tmp_path):
    before = known()
    output = run(levels_file(tmp_path / "niveaux.csv"), dry_run=True)
    assert "fiche 1.1.1 : – → 1" in output
    assert "rien n'est écrit" in output
    assert known() == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_the_encodings_of_spreadsheets(run, tmp_path, encoding):
    assert "53 écrits" in run(levels_file(tmp_path / "niveaux.csv", encoding=encoding))


@pytest.mark.parametrize(
    ("line", "output"),
    [
        ("1.1.1;;8", "ligne 2 : « 8 » n'est pas un niveau"),
        ("1.1.1;;0", "ligne 2 : « 0 » n'est pas un niveau"),
        ("1.1.1;;", "ligne 2 : «  » n'est pas un niveau"),
        ("1.1.1;;²", "ligne 2 : « ² » n'est pas un niveau"),
        ("9.9.9;;3", "ligne 2 : la fiche « 9.9.9 » n'est pas dans ce schéma."),
        ("1.3.1;;3", "ligne 2 : la fiche 1.3.1 est imprimée deux fois"),
        ("1.3.1;handicap;3", "ligne 2 : la fiche 1.3.1-handicap, non concernée"),
        ("1.1.1;;3\n1.1.1;;3", "ligne 3 : cette ligne répète la ligne 2."),
        ("1.1.1;;3;x", "ligne 2"),
    ],
)
def test_a_faulty_line_refuses_the_file(run, tmp_path, line, output):
    path = tmp_path / "niveaux.csv"
    path.write_text(f"code;variant;level\n{line}\n1.1.2;;4\n")
    before = known()
    with pytest.raises(CommandError) as refusal:
        run(path)
    assert output in str(refusal.value)
    assert known() == before


def test_a_folder_is_refused(run, tmp_path):
    with pytest.raises(CommandError, match="est un dossier"):
        run(tmp_path)
