"""Documents of a plan: a sheet and the report of a campaign in PDF, its sheets in CSV and XLSX."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from portal.core.http.attachments import CSV, PDF, XLSX
from portal.core.tables import spreadsheets
from portal.documents import pdf
from portal.registries.documents import Maker, ProgressCallback, register
from schema_actions.exports.content import HEADER, report_content, sheet_content, table_content
from schema_actions.published.charts import columns
from schema_actions.synthesis import Counts


def _filename(start: str, end: str) -> Any:
    return lambda subject: f"{start}-{subject.replace('/', '-')}.{end}"


def make_sheet(content: dict[str, Any], progress: ProgressCallback) -> bytes:
    return pdf.render_pdf(render_to_string("schema_actions/print/sheet.html", content), progress)


def make_report(content: dict[str, Any], progress: ProgressCallback) -> bytes:
    """Print the whole report; nearly all of the time is spent in `render_pdf`."""
    html = report_html(content)
    progress(15)
    return pdf.render_pdf(html, progress)


def report_html(content: dict[str, Any]) -> str:
    synthesis = content["synthesis"]
    shown = {
        name: columns(Counts(tuple(counts["levels"])))
        for name in ("published", "computed")
        if (counts := synthesis[name])
    }
    return render_to_string("schema_actions/print/report.html", {**content, "columns": shown})


def make_csv(content: list[list[Any]], progress: ProgressCallback) -> bytes:
    return spreadsheets.to_csv(HEADER, content)


def make_xlsx(content: list[list[Any]], progress: ProgressCallback) -> bytes:
    return spreadsheets.to_xlsx(_("Fiches"), HEADER, content)


SHEET = register(
    Maker("sheet-pdf", PDF, _filename("fiche", "pdf"), sheet_content, make_sheet, is_light=True)
)
REPORT = register(
    Maker("report-pdf", PDF, _filename("rapport", "pdf"), report_content, make_report)
)
SHEETS_CSV = register(
    Maker("sheets-csv", CSV, _filename("fiches", "csv"), table_content, make_csv, is_light=True)
)
SHEETS_XLSX = register(
    Maker("sheets-xlsx", XLSX, _filename("fiches", "xlsx"), table_content, make_xlsx, is_light=True)
)
