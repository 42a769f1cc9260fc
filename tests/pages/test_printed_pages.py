"""What a person prints: one page with the phone, and a code that leads back to the page."""

import subprocess
from pathlib import Path

import pytest

from tests.pages.browser import needs_chromium

pytestmark = needs_chromium


def printed(chromium, address: str, file: Path) -> tuple[int, str]:
    """Print a page; return how many sheets it takes, and their text."""
    page = chromium.new_page()
    page.goto(address)
    page.pdf(path=file, format="A4")
    page.close()
    facts = subprocess.run(["pdfinfo", file], check=True, capture_output=True, text=True).stdout
    [count] = [line.split()[-1] for line in facts.splitlines() if line.startswith("Pages")]
    text = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True)
    return int(count), " ".join(text.stdout.decode().split())


@pytest.mark.parametrize("path", ["/communes/45232/", "/equipes/olivetaine/"])
def test_an_answer_is_one_sheet_with_the_phone_and_the_address_of_the_page(
    portal, chromium, tmp_path, path
):
    count, text = printed(chromium, f"{portal}{path}", tmp_path / "page.pdf")
    assert count == 1
    assert "02 38 25 45 45" in text
    assert "8 rue René Bethelot" in text
    assert f"{portal}{path}" in text


def test_the_code_is_loaded_when_the_page_is_printed(portal, chromium):
    page = chromium.new_page(bypass_csp=True)
    page.goto(f"{portal}/communes/45232/")
    assert not page.locator(".qr").is_visible()
    page.emulate_media(media="print")
    page.wait_for_function("document.querySelector('.qr img').naturalWidth > 0")
    page.close()
