"""Responses that browsers save as files."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from portal.core.text.cleaning import printable_line

PDF = "application/pdf"
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ICS = "text/calendar; charset=utf-8"


def attachment(content: bytes, *, filename: str, content_type: str) -> HttpResponse:
    """Return a response saved under `filename`, which may have any letters."""
    response = HttpResponse(content, content_type=content_type)
    header = content_disposition_header(as_attachment=True, filename=printable_line(filename))
    response["Content-Disposition"] = header
    return response
