"""`/chiffres/`: published figures with source, date and perimeter; contradictions side by side."""

import csv
from html import unescape
from io import StringIO

import pytest

from accueil.figures.comparison import Comparison, compare_figures
from accueil.models import Figure, Principle
from portal.core.periods.period import Period
from tests.conftest import also_loaded
from tests.factories import DepartmentFactory, SourceFactory

pytestmark = pytest.mark.django_db


def figure(value, perimeter="", period="", **more):
    row = Figure(value=value, perimeter=perimeter, subject="demandes", **more)
    row.period = Period.parse(period)
    return row


@pytest.mark.parametrize(
    ("figures", "message", "is_doubtful"),
    [
        ([figure("10 900", "les équipes", "2022")], "", False),
        (
            [figure("10 900", "les équipes", "2022"), figure("13 500", "", "2022")],
            "Deux chiffres publiés pour la même chose : le périmètre n'est pas dit.",
            True,
        ),
        (
            [figure("2024/2029", "le schéma"), figure("2024-2028", "le schéma")],
            "Deux chiffres publiés pour la même chose : ils se contredisent.",
            True,
        ),
        (
            [figure("278", "une direction"), figure("600", "tous les agents")],
            "Deux chiffres publiés, qui ne comptent pas la même chose.",
            False,
        ),
        (
            [figure("47", "tous les lieux"), figure("47", "ceux des partenaires")],
            "Le même chiffre, mais il ne compte pas la même chose.",
            False,
        ),
        (
            [figure("5", period="2023"), figure("12", period="2024"), figure("13", period="2026")],
            "Trois chiffres publiés, chacun pour sa date.",
            False,
        ),
    ],
)
def test_the_sentence_of_a_comparison(figures, message, is_doubtful):
    result = Comparison(figures)
    assert (result.sentence, result.is_contradictory) == (message, is_doubtful)


def test_figures_of_no_subject_stay_alone():
    alone = [Figure(key="a", value="1"), Figure(key="b", value="2")]
    assert [len(figure.figures) for figure in compare_figures(alone, {})] == [1, 1]


def test_what_only_a_picture_shows_is_to_be_filled_in(loiret, client):
    row = Figure.objects.get(key="45-demandes-mensuelles")
    assert row.value == ""
    page = unescape(client.get("/chiffres/?topic=requests").content.decode())
    assert "à renseigner : le document n'en montre qu'une image" in page


def test_a_period_or_a_perimeter_not_printed_is_shown_as_such(loiret, client):
    page = client.get("/chiffres/?topic=requests").content.decode()
    assert "<dt>Ce qui est compté</dt><dd>non dit</dd>" in page
    assert "<dt>Période</dt><dd>non dite</dd>" in page


def test_the_table_runs_no_formula(loiret, client):
    Figure.objects.filter(key="45-agences").update(label='=HYPERLINK("x")', value="-4")
    answer = client.get("/chiffres/chiffres.csv?topic=organisation")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="chiffres.csv"'
    lines = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(lines) == 1 + Figure.objects.filter(topic="organisation").count()
    assert lines[0][:4] == ["département", "sujet", "ce qui est compté", "chiffre"]
    assert lines[1][2:4] == ['\'=HYPERLINK("x")', "'-4"]


def test_a_figure_without_source_or_of_no_topic_is_refused(loiret):
    row = Figure.objects.get(key="45-agences")
    for wrong in ({"source": None}, {"topic": "météo"}):
        changed = Figure.objects.get(pk=row.pk)
        for name, value in wrong.items():
            setattr(changed, name, value)
        with pytest.raises(Exception, match=r"Dites où|n’est pas un choix"):
            changed.full_clean()


def test_the_site_leads_to_them(client, loiret):
    assert 'href="/chiffres/"' in client.get("/plan-du-site/").content.decode()


@pytest.fixture(scope="class")
def three(django_db_setup, django_db_blocker):
    """The three départements as shipped."""
    with django_db_blocker.unblock(), also_loaded("41", "79"):
        yield


@pytest.mark.usefixtures("three")
class TestTheThreeDepartements:
    @pytest.mark.parametrize(
        ("department", "values"),
        [
            (
                "45",
                "10 900|13 500|2 700|plus de 2 500|4,5 %|47|1 900|78|80|19|4|6|3|20 km|20|1 600|21|9 705",
            ),
            (
                "41",
                "5|12|11|13|278|plus de 600|une trentaine|1 pour 550|2024/2029|2024-2028|depuis 1994",
            ),
            (
                "79",
                "82 %|84 %|40 %|5|6|44|moins de 30 minutes|trois mois|7|10 février 2025|février 2023|raccourci",
            ),
        ],
    )
    def test_every_figure_that_the_documents_print_is_there(self, department, values):
        result = Figure.objects.filter(department=department)
        assert set(values.split("|")) <= set(result.values_list("value", flat=True))

    @pytest.mark.parametrize(
        ("subject", "sources"),
        [
            ("demandes", {"45-communique-2023": "10 900", "45-evaluation-2023": "13 500"}),
            ("appels", {"45-communique-2023": "2 700", "45-evaluation-2023": "plus de 2 500"}),
            ("lieux", {"45-communique-2023": "47", "45-evaluation-2023": "47"}),
            ("schema", {"41-mds": "2024/2029", "41-schema-2028": "2024-2028"}),
        ],
    )
    def test_each_contradiction_stands_side_by_side_with_both_sources(
        self, client, subject, sources
    ):
        figures = Figure.objects.filter(subject=subject).select_related("source")
        assert {figure.source.key: figure.value for figure in figures} == sources
        page = unescape(client.get("/chiffres/").content.decode())
        sentence = Comparison(list(figures.order_by("position"))).sentence
        label = f"<h4>{figures.order_by('position')[0].label}</h4>"
        before, _label, after = page.partition(label)
        message = before[max(before.rfind("</ul>"), before.rfind("</h3>")) :]
        group = f"{message}{label}{after[: after.index('</ul>')]}"
        assert sentence in group
        for figure in figures:
            assert figure.value in group
            assert figure.source.title in group

    def test_every_figure_is_as_in_its_document(self):
        """The printed text contains the figure."""
        letters = {
            "5": "inq",
            "6": "ix",
            "7": "sept",
            "12": "12|douze",
            "11": "onze",
            "13": "treize",
        }
        letters |= {"44": "quarante-quatre"}
        for figure in Figure.objects.exclude(value=""):
            printed = figure.as_printed.replace(" ", "").replace("’", "'").casefold()
            forms = [figure.value, *letters.get(figure.value, figure.value).split("|")]
            if figure.key in ("79-maisons-inaugurees", "45-bus-communes", "41-ratio"):
                continue  # counted in words: the fourth, "20 communes", "un professionnel pour 550"
            assert any(form.replace(" ", "").casefold() in printed for form in forms), figure.key

    def test_the_principles_stand_with_the_figures_that_they_serve(self, client):
        page = client.get("/chiffres/?department=45&topic=answers").content.decode()
        assert "La délégation de signature" in page
        assert "Le dossier social unique" in page
        assert "Ne nous le dites qu'une fois" in page
        assert page.index("4,5 %") < page.index("La délégation de signature")
        assert "Le « dernier kilomètre »" not in page
        # Seven, one door to push, and four conclusions and decisions.
        assert Principle.objects.filter(department="79").count() == 12

    @pytest.mark.parametrize(
        ("department", "words"),
        [
            ("41", ["depuis 1994"]),
            ("45", ["Toutes les offres sont sur recrutement.loiret.fr."]),
            (
                "79",
                [
                    *("10 février 2025", "février 2023", "Des délais de réponse abaissés"),
                    *("Renforcer l'équipe autonomie", "Le tableau des emplois"),
                    "La protection maternelle infantile (PMI) et l'aide sociale à l'enfance (ASE)",
                ],
            ),
        ],
    )
    def test_what_else_the_documents_say(self, client, department, words):
        page = unescape(client.get(f"/chiffres/?department={department}").content.decode())
        for word in words:
            assert word in page

    def test_filters_and_their_faults(self, client):
        page = client.get("/chiffres/?department=79").content.decode()
        assert "84 %" in page
        assert "10 900" not in page
        for wrong in ("department=99", "topic=zz"):
            answer = client.get(f"/chiffres/?{wrong}")
            assert answer.status_code == 400
            assert "errorlist" in answer.content.decode()
            assert client.get(f"/chiffres/chiffres.csv?{wrong}").status_code == 400
            assert client.get(f"/api/v1/figures/?{wrong}").status_code == 400

    def test_the_api_gives_them_all_with_source_date_and_perimeter(self, client):
        result = client.get("/api/v1/figures/?department=45&topic=requests&page_size=100").json()
        by_key = {figure["key"]: figure for figure in result["results"]}
        assert by_key["45-demandes-communique"] == {
            "key": "45-demandes-communique",
            "department": "45",
            "topic": "requests",
            "subject": "demandes",
            "label": "Sollicitations",
            "value": "10 900",
            "unit": "sollicitations",
            "period": "2022",
            "perimeter": "auprès des équipes d'accueil inconditionnel",
            "as_printed": (
                "10 900 sollicitations auprès des équipes d'accueil inconditionnel en 2022"
            ),
            "source": "Communiqué « Les équipes sociales du Département déménagent ! »",
            "source_date": "2023-11-24",
            "source_url": "",
        }
        assert client.get("/api/v1/figures/45-agences/").json()["value"] == "4"
        assert client.get("/api/v1/figures/rien/").status_code == 404

    def test_one_query_more_for_no_figure(self, client, queries):
        def count_queries(address):
            client.get(address)  # fill the caches
            with queries() as captured:
                assert client.get(address).status_code == 200
            return len(captured)

        few = {path: count_queries(path) for path in ("/chiffres/", "/chiffres/chiffres.csv")}
        department, source = DepartmentFactory(), SourceFactory()
        for at in range(20):
            row = figure(
                str(at), key=f"essai-{at}", department=department, source=source, topic="plan"
            )
            row.save()
        assert {path: count_queries(path) for path in few} == few
