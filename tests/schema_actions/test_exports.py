"""Documents of sheets and campaigns: their content, made once, served immediately afterwards."""

import csv
import io
from html import unescape

import pytest
from django.core.cache import cache
from django.template.loader import render_to_string
from openpyxl import load_workbook

from portal.documents import services, tasks, views
from portal.documents.models import Job
from portal.registries import demo
from schema_actions import documents
from schema_actions.exports import content as exports_content
from schema_actions.models import Evaluation
from tests.documents.test_pdf import text_of
from tests.schema_actions.conftest import CAMPAIGN, PLAN

pytestmark = pytest.mark.django_db

SHEET = f"/schemas/{PLAN}/fiches/1.2.3/fiche.pdf"
FILES = f"/schemas/{PLAN}/campagnes/{CAMPAIGN}/"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def body(answer) -> bytes:
    """Return the whole body; the file is closed after its last byte."""
    return b"".join(answer.streaming_content)


class TestTheSheet:
    def test_it_is_a_tagged_pdf_made_once(self, client, evaluated, printer, monkeypatch):
        first = client.get(SHEET)
        assert (first.status_code, first["Content-Type"]) == (200, "application/pdf")
        assert "fiche-loiret-2022-2026-2023-06-1.2.3.pdf" in first["Content-Disposition"]
        data = text_of(body(first))
        assert b"/StructTreeRoot" in data
        monkeypatch.setattr(documents.pdf, "render_pdf", lambda *content: pytest.fail("made again"))
        assert body(client.get(SHEET)).startswith(b"%PDF")
        assert Job.objects.get().progress == 100
        again = client.get(SHEET, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_a_change_makes_another_document(self, client, evaluated, printer):
        before = body(client.get(SHEET))
        Evaluation.objects.filter(sheet__key="1.2.3").update(done="Autre chose")
        assert body(client.get(SHEET)) != before

    def test_content(self, evaluated):
        content = exports_content.sheet_content(f"{PLAN}/{CAMPAIGN}/1.2.3")
        assert content["sheet"]["sections"]["results"].startswith("Nombre de projets")
        assert content["sheet"]["years"] == [[year, "on"] for year in range(2022, 2027)]
        assert content["sheet"]["indicators"][1]["values"] == [[88.0, ""]]
        years = exports_content.sheet_content(f"{PLAN}/{CAMPAIGN}/1.2.2")["sheet"]["years"]
        assert years[:2] == [[2022, "part"], [2023, ""]]

    def printed(self, key):
        content = exports_content.sheet_content(f"{PLAN}/{CAMPAIGN}/{key}")
        return render_to_string("schema_actions/print/sheet.html", content)

    def test_damage_and_silence_are_printed_too(self, evaluated):
        page = self.printed("1.4.1")
        assert "Ligne 508 : Lettres accentuées perdues" in page
        assert "Rien n'est écrit" not in page
        assert "Rien n'est écrit dans cette rubrique." in self.printed("1.1.2")

    def test_texts_that_are_not_in_the_portal_yet(self, loiret):
        page = self.printed("1.1.2")
        assert "Les textes de cette campagne ne sont pas encore dans le portail." in page
        assert "Rien n'est écrit" not in page

    @pytest.mark.parametrize(
        "address",
        [
            f"/schemas/{PLAN}/fiches/9.9.9/fiche.pdf",
            "/schemas/nul/fiches/1.1.1/fiche.pdf",
            f"/schemas/{PLAN}/campagnes/nulle/rapport.pdf",
            f"/schemas/{PLAN}/campagnes/nulle/fiches.csv",
            f"/schemas/{PLAN}/campagnes/2024-exemple/rapport.pdf",
        ],
    )
    def test_an_unknown_one_is_a_404(self, client, loiret, address):
        assert client.get(address).status_code == 404
        assert not Job.objects.exists()

    def test_an_unknown_campaign_is_a_400(self, client, loiret):
        assert client.get(f"{SHEET}?campaign=nulle").status_code == 400

    def test_missing_libraries_are_named(self, client, loiret, monkeypatch):
        def missing(*content):
            raise documents.pdf.PrintingUnavailable("installez libpango-1.0-0")

        monkeypatch.setattr(documents.pdf, "render_pdf", missing)
        page = client.get(SHEET)
        assert page.status_code == 503
        assert "installez libpango-1.0-0" in page.content.decode()


class TestTheReport:
    def test_it_is_made_by_a_task_and_followed(self, client, loiret, monkeypatch):
        response = []
        cache.clear()
        monkeypatch.setattr(views, "enqueue", lambda *task: response.append(task))
        page = client.get(f"{FILES}rapport.pdf")
        assert (page.status_code, page["Refresh"], page["Retry-After"]) == (202, "2", "2")
        assert client.get(f"{FILES}rapport.pdf").status_code == 202
        job = Job.objects.get()
        assert response == [("documents.make", job.pk)], "asked for once"
        Job.objects.filter(pk=job.pk).update(status="running", slot=1, progress=40)
        page = client.get(f"{FILES}rapport.pdf?suivre=non")
        assert "40 %" in page.content.decode()
        assert "Refresh" not in page
        Job.objects.filter(pk=job.pk).update(status="waiting", slot=None)
        monkeypatch.setattr(documents.pdf, "render_pdf", lambda html, progress: b"%PDF-1.7")
        tasks.make.apply(args=[job.pk], throw=True)
        served = client.get(f"{FILES}rapport.pdf")
        assert (served.status_code, body(served)) == (200, b"%PDF-1.7")

    def test_what_it_holds(self, evaluated):
        content = exports_content.report_content(f"{PLAN}/{CAMPAIGN}")
        sheets = [
            sheet["key"]
            for axis in content["axes"]
            for objective in axis["objectives"]
            for sheet in objective["sheets"]
        ]
        assert len(sheets) == 54
        assert content["synthesis"]["published"]["levels"] == [4, 8, 11, 7, 9, 8, 6]
        html = documents.report_html(content)
        for key in sheets:
            assert f'id="fiche-{key}"' in html
            assert f'href="#fiche-{key}"' in html
        assert "Aucun des cinq axes structurants" in html
        assert "un positionnement à mi 2023 quant au rythme" in unescape(html)

    def test_its_content_costs_a_constant_number_of_queries(self, evaluated, queries):
        with queries() as made:
            exports_content.report_content(f"{PLAN}/{CAMPAIGN}")
        assert len(made) <= 11

    def test_a_fictitious_campaign_is_marked_on_its_pages(self, loiret, settings):
        settings.PORTAL_DEMO = True
        demo.make_all()
        html = documents.report_html(exports_content.report_content(f"{PLAN}/2024-exemple"))
        assert html.count("EXEMPLE FICTIF") == 1, "in the head that each page repeats"
        assert "tout ce qui suit est inventé" in html


class TestTheTables:
    def test_csv(self, client, evaluated):
        answer = client.get(f"{FILES}fiches.csv")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        text = body(answer).decode("utf-8-sig")
        [header, *rows] = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
        assert header == exports_content.HEADER
        assert len(rows) == 54
        row = dict(zip(header, rows[6], strict=True))
        assert (row["code"], row["axe"], row["fictif"]) == ("1.2.3", "1", "non")
        assert row["etat"] == "niveau non transcrit"
        assert "Nombre de projets d'habitats inclusifs : 7 projets" in row["resultats"]
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]

    def test_xlsx(self, client, evaluated):
        book = load_workbook(io.BytesIO(body(client.get(f"{FILES}fiches.xlsx"))))
        rows = list(book.active.values)
        assert list(rows[0]) == exports_content.HEADER
        assert len(rows) == 55
        assert not [cell for row in book.active for cell in row if cell.data_type == "f"]

    def test_formulas_are_neutralised(self, client, loiret):
        Evaluation.objects.filter(sheet__key="1.1.1").update(done="=HYPERLINK(1)")
        assert "'=HYPERLINK(1)" in body(client.get(f"{FILES}fiches.csv")).decode()

    def test_both_are_jobs_like_the_others(self, client, loiret):
        for name in ("fiches.csv", "fiches.csv", "fiches.xlsx"):
            body(client.get(f"{FILES}{name}"))
        assert sorted(Job.objects.values_list("kind", "status")) == [
            *(("sheets-csv", "done"), ("sheets-xlsx", "done"))
        ]
        assert services.request_job(kind="sheets-csv", subject=f"{PLAN}/{CAMPAIGN}").is_done
