"""Printed pages: tagged, with embedded fonts, without external resources."""

import logging
import re
import sys
import zlib
from decimal import Decimal
from importlib.abc import MetaPathFinder

import pytest

from portal.documents import pdf


def text_of(data: bytes) -> bytes:
    """Return the streams of a PDF, decompressed."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
    out = [data]
    for stream in streams:
        try:
            out.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(out)


PAGE = '<html lang="fr"><head><title>Essai</title></head><body><h1>Bonjour</h1>%s</body></html>'


@pytest.fixture(scope="module")
def printed(printer) -> bytes:
    return text_of(pdf.render_pdf(PAGE % "<p>été, œuvre, « oui » → là</p>"))


def test_it_is_tagged_and_speaks_french(printed):
    assert printed.startswith(b"%PDF-")
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"(fr)", b"pdfuaid:part"):
        assert mark in printed


def test_its_fonts_are_in_it(printed):
    assert b"Atkinson-Hyperlegible" in printed
    assert b"/FontFile" in printed


def test_headings_are_bookmarks(printed):
    assert b"/Outlines" in printed


def test_the_colours_are_those_of_the_day():
    css = pdf._light_styles(pdf._static_path("css/tokens.css"))
    assert "light-dark" not in css
    assert "--brand: #" in css


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/x.png", "file:///etc/passwd", "https://example.org/x.png"]
)
def test_nothing_is_fetched_but_static_files(printer, caplog, address):
    with caplog.at_level(logging.ERROR, "weasyprint"):
        pdf.render_pdf(PAGE % f'<img src="{address}" alt="">')
    assert any("Failed to load image" in record.getMessage() for record in caplog.records)


def test_progress_is_reported(printer):
    percentages: list[Decimal | int] = []
    pdf.render_pdf(PAGE % "", percentages.append)
    assert percentages == [75]


def test_missing_libraries_are_named(monkeypatch):
    class NoPango(MetaPathFinder):
        def find_spec(self, name, path=None, target=None):
            if name.partition(".")[0] == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])
    with pytest.raises(pdf.PrintingUnavailable, match=r"libpango-1\.0-0 et libpangoft2-1\.0-0"):
        pdf.render_pdf(PAGE % "")
