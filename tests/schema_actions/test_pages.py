"""The public pages of plans, sheets and campaigns."""

import html
import re
from io import StringIO

import pytest
from django.core.management import call_command

from portal.registries import demo
from schema_actions.models import ActionSheet, Campaign, Evaluation, Plan
from tests.schema_actions.conftest import CAMPAIGN, PLAN
from tests.schema_actions.factories import CampaignFactory, SheetFactory

pytestmark = pytest.mark.django_db

HOME = f"/schemas/{PLAN}/"
SHEETS = f"{HOME}fiches/"
EXAMPLE = "2024-exemple"


def visible_text(answer):
    """Return the visible text: no tags, single spaces."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(html.unescape(text).split())


def keys(answer):
    """Return the sheets of a list, in order."""
    return re.findall(rf'href="{SHEETS}([^/"]+)/', answer.content.decode())


@pytest.fixture
def demonstration(loiret, settings):
    settings.PORTAL_DEMO = True
    demo.make_all()


class TestAtAGlance:
    def test_the_published_totals_and_the_54_sheets(self, client, loiret):
        page = client.get(HOME)
        text = visible_text(page)
        assert "Loiret : 5 axes, 54 fiches action." in text
        assert "23 en retard 7 au rythme prévu 23 en avance" in text
        assert "Niveau 3, un peu en retard : 11 3 21 %" in text
        assert len(keys(page)) == 54
        assert "Axe 4 La prévention un investissement mobilisateur" in text

    @pytest.mark.parametrize("address", [HOME, f"{HOME}campagnes/{CAMPAIGN}/"])
    def test_the_method_stands_beside_the_synthesis(self, client, loiret, address):
        text = visible_text(client.get(address))
        assert "La flèche dit le rythme vers l'objectif, pas le résultat." in text
        assert "sont ceux du portail : le document montre sept couleurs" in text
        assert "Cette auto-évaluation s'entend comme un positionnement à mi 2023" in text

    def test_before_and_after_the_document_is_imported(self, client, loiret, import_real):
        sentence = "Aucun des cinq axes structurants du schéma ne présentent"
        assert sentence not in visible_text(client.get(HOME))
        import_real()
        assert sentence in visible_text(client.get(HOME))

    def test_an_unknown_plan_or_campaign(self, client, loiret):
        assert client.get("/schemas/nul/").status_code == 404
        page = client.get(f"{HOME}?campaign=nulle")
        assert page.status_code == 400
        assert "campaign=nulle" in visible_text(page)

    def test_the_list_of_plans(self, client, loiret):
        assert "Schéma départemental de cohésion sociale 2022-2026" in visible_text(
            client.get("/schemas/")
        )

    def test_no_plan_yet(self, client, db):
        ActionSheet.objects.all().delete()
        Plan.objects.all().delete()
        assert "Aucun schéma n'est publié ici." in visible_text(client.get("/schemas/"))

    def test_a_plan_without_campaign_nor_sheet(self, client, db):
        plan = SheetFactory().plan
        assert client.get(plan.get_absolute_url()).status_code == 200
        assert client.get(f"{plan.get_absolute_url()}fiches/1.1.1/").status_code == 200


class TestTheList:
    def test_54_sheets_with_their_summary(self, client, loiret):
        page = client.get(SHEETS)
        assert len(keys(page)) == 54
        text = visible_text(page)
        for sheet in ActionSheet.objects.filter(plan__slug=PLAN):
            assert sheet.summary in text

    def test_filters(self, client, evaluated):
        for query, expected_keys in (
            ("axis=4", ["4.1.1", "4.2.1", "4.3.1", "4.4.1"]),
            ("objective=1.3", ["1.3.1-enfance", "1.3.1-handicap"]),
            ("axis=1&year=2026&objective=1.5", ["1.5.1"]),
            ("q=surdit", ["1.4.1"]),
            ("q=mediatheque", ["1.4.2", "2.3.1"]),
            ("q=SAINT-marceau", ["2.3.1"]),
            ("objective=5.5&vigilance=yes", ["5.5.4"]),
            ("objective=5.5&vigilance=no", ["5.5.1", "5.5.2", "5.5.3"]),
            ("updated=no", []),
            ("pilot=-&axis=4", ["4.1.1", "4.2.1", "4.3.1", "4.4.1"]),
            ("level=3", []),
        ):
            page = client.get(f"{SHEETS}?{query}")
            assert (page.status_code, keys(page)) == (200, expected_keys), query
            assert ("Aucune fiche ne correspond." in visible_text(page)) == (not expected_keys)

    def test_by_level_and_pace(self, client, demonstration):
        rows = Evaluation.objects.filter(campaign__slug=EXAMPLE, level__lt=4)
        expected = set(rows.values_list("sheet__key", flat=True))
        assert set(keys(client.get(f"{SHEETS}?campaign={EXAMPLE}&pace=late"))) == expected
        assert keys(client.get(f"{SHEETS}?pace=late")) == [], "another campaign"

    def test_the_pilot(self, client, loiret):
        ActionSheet.objects.filter(key="1.1.1").update(pilot="Direction de l'enfance")
        assert keys(client.get(SHEETS, {"pilot": "Direction de l'enfance"})) == ["1.1.1"]
        assert len(keys(client.get(f"{SHEETS}?pilot=-"))) == 53

    @pytest.mark.parametrize(
        "query",
        [
            *("level=8", "level=x", "axis=9", "objective=1.9", "year=1999", "pace=fast"),
            *("vigilance=oui", "updated=peut-etre", "pilot=personne"),
        ],
    )
    def test_a_malformed_filter_is_a_400_with_its_error(self, client, loiret, query):
        name = query.partition("=")[0]
        page = client.get(f"{SHEETS}?{query}&q=gardé")
        assert page.status_code == 400
        assert f'id="id_{name}_error"' in page.content.decode()
        assert 'value="gardé"' in page.content.decode()

    @pytest.mark.parametrize("query", ["vue=x", "campaign=x", "page=x"])
    def test_other_malformed_parameters_are_a_400(self, client, loiret, query):
        assert client.get(f"{SHEETS}?{query}").status_code == 400

    @pytest.mark.parametrize(
        "text",
        [
            "%",
            "_",
            "'",
            '"><script>',
            "\\",
            "é" * 3000,
            "\x00",
            " ",
            " ".join(f"m{n}" for n in range(2000)),
        ],
    )
    def test_anything_may_be_searched(self, client, loiret, text):
        page = client.get(SHEETS, {"q": text})
        assert page.status_code == 200
        assert client.get("/api/v1/action-sheets/", {"q": text}).status_code == 200
        assert "<script>" not in page.content.decode()

    def test_matches_are_shown_in_context(self, client, evaluated):
        page = client.get(f"{SHEETS}?q=plaine+nord").content.decode()
        assert "<mark>Plaine</mark> <mark>Nord</mark> Loire" in page

    def test_the_form_keeps_the_choices_and_escapes_their_labels(self, client, loiret):
        ActionSheet.objects.filter(key="1.1.1").update(pilot='<b>"Enfance"</b>')
        body = client.get(f"{SHEETS}?axis=4").content.decode()
        assert '<option value="4" selected>' in body
        assert body.count(" selected>") == 1 + body.count('<option value="" selected>')
        assert '<option value="&lt;b&gt;&quot;Enfance&quot;&lt;/b&gt;">' in body
        assert "<b>" not in body.split("<form")[1].split("</form>")[0]

    def test_the_calendar(self, client, loiret):
        page = client.get(f"{SHEETS}?vue=calendrier&objective=3.5")
        assert keys(page) == ["3.5.1", "3.5.2", "3.5.3", "3.5.4", "3.5.5", "3.5.6"]
        assert "Été 2024 : ouverture du village" in visible_text(page)
        body = page.content.decode()
        assert '<rect class="on" x="0.0%"' in body
        assert body.count('<text x="') == 6 * 5

    def test_54_sheets_in_a_constant_number_of_queries(self, client, loiret, queries):
        addresses = [SHEETS, f"{SHEETS}?vue=calendrier", f"{SHEETS}?q=habitat", HOME]
        counts = []
        for more in (0, 30):
            objective = ActionSheet.objects.get(plan__slug=PLAN, key="1.1.1").objective
            for n in range(more):
                SheetFactory(objective=objective, code=f"1.1.{n + 10}", title="habitat")
            CampaignFactory(plan=objective.axis.plan)
            client.get(SHEETS)
            for address in addresses:
                with queries() as made:
                    assert client.get(f"{address}{'&' if '?' in address else '?'}x={more}")
                counts.append(len(made))
        assert counts[:4] == counts[4:]
        assert max(counts) <= 10


class TestOneSheet:
    def test_the_template(self, client, evaluated):
        text = visible_text(client.get(f"{SHEETS}1.2.3/"))
        assert "1.2.3 Mettre en œuvre l'aide à la vie partagée" in text
        for part in (
            *("Avancement", "niveau non transcrit", "Calendrier initial", "Ce qui a été fait"),
            *("Résultats observés", "Ce qui est prévu", "Points de vigilance", "Chiffres suivis"),
            *("88 habitants", "3 073 000", "Service pilote : à renseigner", "de 2022 à 2026"),
        ):
            assert part in text

    def test_before_the_document_is_imported(self, client, loiret):
        text = visible_text(client.get(f"{SHEETS}1.2.3/"))
        assert "Les textes de cette campagne ne sont pas encore dans le portail." in text
        assert "88 habitants" in text, "its figures are shipped"

    def test_a_level_is_a_number_words_and_an_arrow(self, client, loiret):
        Evaluation.objects.filter(sheet__key="1.1.1").update(level=2, level_status="evaluated")
        page = client.get(f"{SHEETS}1.1.1/")
        assert "2 sur 7, en retard" in visible_text(page)
        assert '<li class="lv-2" aria-current="true">2</li>' in page.content.decode()
        assert "#i-late" in page.content.decode()

    def test_not_concerned(self, client, loiret):
        page = client.get(f"{SHEETS}1.3.1-handicap/")
        assert "non concernée" in visible_text(page)
        assert 'aria-current="true">1<' not in page.content.decode()

    def test_damage_has_a_remark(self, client, evaluated):
        text = visible_text(client.get(f"{SHEETS}1.4.1/"))
        assert "remarques sur ce qui est imprimé" in text
        assert "ligne 508 du document" in text

    def test_the_films_are_links(self, client, evaluated):
        page = client.get(f"{SHEETS}5.5.4/").content.decode()
        assert '<a href="https://vimeo.com/771160013/a0f2926e5c"' in page

    @pytest.mark.parametrize("key", ["9.9.9", "1.3.1", "1.1.1-x", "1.1.1 ", "%00", "x" * 200])
    def test_an_unknown_sheet_is_a_404_with_links(self, client, loiret, key):
        page = client.get(f"{SHEETS}{key}/")
        assert page.status_code == 404
        assert 'href="/"' in page.content.decode()

    def test_a_number_printed_on_two_sheets_names_both(self, client, loiret):
        page = client.get(f"{SHEETS}1.3.1/")
        assert page.status_code == 404
        for key in ("1.3.1-enfance", "1.3.1-handicap"):
            assert f'href="{SHEETS}{key}/"' in page.content.decode()
        assert "1.3.1-enfance" not in client.get(f"{SHEETS}9.9.9/").content.decode()

    @pytest.mark.parametrize(
        ("key", "words"),
        [
            ("3.2.2", ("porterait sur", "temporisée")),
            ("1.5.1", ("seul le lancement d’un appel à projet est prévu",)),
            ("1.3.1-handicap", ("le démarrage est prévu en 2024",)),
        ],
    )
    def test_a_summary_says_whose_words_it_is_and_asserts_no_more_than_the_document(
        self, client, loiret, key, words
    ):
        text = visible_text(client.get(f"{SHEETS}{key}/"))
        (summary,) = re.findall(r"([^.]*\. )Résumé écrit pour ce portail", text)
        assert all(word.replace("’", "'") in summary.replace("’", "'") for word in words)

    def test_scripts_in_a_text_are_neutralised(self, client, loiret):
        evil = "<script>alert(1)</script> [x](javascript:alert(1))"
        Evaluation.objects.filter(sheet__key="1.1.1").update(done=evil)
        page = client.get(f"{SHEETS}1.1.1/").content.decode()
        assert "<script>alert" not in page
        assert 'href="javascript' not in page

    def test_constant_queries(self, client, loiret, queries):
        client.get(f"{SHEETS}3.1.1/")
        with queries() as few:
            client.get(f"{SHEETS}3.1.1/?x=1")
        plan = Plan.objects.get(slug=PLAN)
        sheet = plan.sheets.get(key="3.1.1")
        for n in range(5):
            campaign = CampaignFactory(plan=plan, slug=f"c-{n}")
            Evaluation.objects.create(
                campaign=campaign, sheet=sheet, level=3, level_status="evaluated"
            )
        with queries() as many:
            client.get(f"{SHEETS}3.1.1/?x=2")
        assert len(many) == len(few) <= 20


class TestACampaign:
    def test_published_beside_computed(self, client, evaluated):
        text = visible_text(client.get(f"{HOME}campagnes/{CAMPAIGN}/"))
        assert "Publiée, pour 53 fiches" in text
        assert "Calculée, sur 0 des 54 fiches" in text
        assert "53 fiches n'ont pas encore leur niveau transcrit" in text

    def test_the_difference_is_named(self, client, loiret):
        rows = Evaluation.objects.filter(level_status="not_transcribed")
        rows.update(level=4, level_status="evaluated")
        text = visible_text(client.get(f"{HOME}campagnes/{CAMPAIGN}/"))
        assert "Niveau 4 (au rythme prévu) : 7 publiées, 53 calculées." in text

    def test_gains_losses_and_sheets_not_evaluated(self, client, demonstration):
        Campaign.objects.filter(slug=EXAMPLE).update(is_fictitious=False)
        for key, level in (("1.1.1", 1), ("1.1.2", 7), ("1.5.1", 3)):
            Evaluation.objects.filter(campaign__slug=CAMPAIGN, sheet__key=key).update(
                level=level, level_status="evaluated"
            )
        text = visible_text(client.get(f"{HOME}campagnes/{EXAMPLE}/?avec={CAMPAIGN}"))
        gained, _, rest = text.partition("Ont gagné")[2].partition("Ont reculé")
        assert "1.1.1" in gained
        fell, _, not_compared = rest.partition("ne peuvent pas être comparées")
        assert "1.1.2" in fell
        assert "1.5.1" not in fell, "not evaluated is not a fall"
        assert "1.5.1" in not_compared

    def test_it_is_compared_with_an_earlier_one_only(self, client, demonstration):
        Campaign.objects.filter(slug=EXAMPLE).update(is_fictitious=False)
        later = visible_text(client.get(f"{HOME}campagnes/{EXAMPLE}/"))
        assert "Ce qui a changé depuis : Évaluation de juin 2023" in later
        assert "Ce qui a changé" not in visible_text(client.get(f"{HOME}campagnes/{CAMPAIGN}/"))
        assert client.get(f"{HOME}campagnes/{CAMPAIGN}/?avec={EXAMPLE}").status_code == 400

    def test_a_real_one_is_never_compared_with_an_invented_one(self, client, demonstration):
        for slug in (CAMPAIGN, EXAMPLE):
            text = visible_text(client.get(f"{HOME}campagnes/{slug}/"))
            assert "Ce qui a changé" not in text
        assert client.get(f"{HOME}campagnes/{EXAMPLE}/?avec={CAMPAIGN}").status_code == 400

    def test_no_line_joins_a_real_figure_to_an_invented_one(self, client, demonstration):
        """Sheet 1.2.3 has one value in each of the two campaigns."""
        real = visible_text(client.get(f"{SHEETS}1.2.3/"))
        invented = visible_text(client.get(f"{SHEETS}1.2.3/?campaign={EXAMPLE}"))
        assert "7 projets" in real
        assert "9 projets" not in real
        assert "9 projets" in invented
        assert "7 projets" not in invented
        assert "voir les valeurs" not in real + invented, "no line through a single value"

    def test_an_unknown_one(self, client, loiret):
        assert client.get(f"{HOME}campagnes/nulle/").status_code == 404
        page = client.get(f"{HOME}campagnes/{CAMPAIGN}/?avec=nulle")
        assert page.status_code == 400


class TestTheInventedCampaign:
    ADDRESSES = [
        *(f"{HOME}?campaign={EXAMPLE}", f"{SHEETS}?campaign={EXAMPLE}"),
        *(f"{SHEETS}?campaign={EXAMPLE}&vue=calendrier", f"{SHEETS}1.4.1/?campaign={EXAMPLE}"),
        *(f"{SHEETS}?campaign={EXAMPLE}&q=atelier", f"{HOME}campagnes/{EXAMPLE}/"),
    ]

    def test_it_is_marked_on_every_page(self, client, demonstration):
        for address in self.ADDRESSES:
            page = client.get(address)
            assert page.status_code == 200, address
            text = visible_text(page)
            assert "Exemple fictif : les niveaux, les textes et les chiffres" in text, address

    def test_it_is_nowhere_without_demonstration(self, client, demonstration, settings):
        settings.PORTAL_DEMO = False  # As another process would serve it.
        for address in self.ADDRESSES:
            assert client.get(address).status_code in (400, 404), address
        sheet = visible_text(client.get(f"{SHEETS}1.2.3/"))
        assert "2024" not in sheet.partition("Chiffres suivis")[2]

    def test_it_is_never_the_default_campaign(self, client, demonstration):
        assert "Où en est-on ? Évaluation de juin 2023" in visible_text(client.get(HOME))

    def test_making_it_twice_changes_nothing(self, demonstration):
        before = list(Evaluation.objects.order_by("pk").values())
        demo.make_all()
        assert list(Evaluation.objects.order_by("pk").values()) == before
        rows = Evaluation.objects.filter(campaign__slug=EXAMPLE)
        assert rows.filter(level__isnull=False).count() == 48
        assert rows.filter(level_status="missing").count() == 5

    def test_its_texts_are_marked_as_fictitious(self, demonstration):
        for row in Evaluation.objects.filter(campaign__slug=EXAMPLE, level__isnull=False):
            assert row.done.startswith("Exemple inventé")
            assert row.planned.startswith("Exemple inventé")

    def test_setup_demo_makes_it_only_where_it_is_asked_for(self, loiret, settings, monkeypatch):
        monkeypatch.setattr(
            "portal.registries.loaders.available_departments", list
        )  # Already loaded.
        call_command("setup_demo", departments=["45"], stdout=StringIO())
        assert not Campaign.objects.filter(slug=EXAMPLE).exists()
        settings.PORTAL_DEMO = True
        call_command("setup_demo", departments=["45"], stdout=StringIO())
        assert Campaign.objects.get(slug=EXAMPLE).is_fictitious
