"""Chromium's options and the marks of the browser tests."""

import os
import shutil

import pytest

from tests.keyboard import typed

# The shell without windows takes a quarter less processor time for the same pages.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, PROGRAMS)), None)
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

if os.environ.get("CI") and not CHROMIUM:
    raise RuntimeError("Chromium is missing: the browser tests may not be skipped here.")

needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed on this machine"),
]


def page_text(page, selector: str = "main") -> str:
    """Return the visible text of a page that is loaded whole, with the spaces and apostrophes of a
    keyboard: a click returns as soon as the next page begins to arrive.
    """
    page.wait_for_load_state()
    return typed(page.inner_text(selector))
