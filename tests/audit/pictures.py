"""Take the pictures of the documents anew: `python -m tests.audit.pictures`, or `make pictures`.

The portal is served on the day of a replay, so that the pictures change only when the pages do. Each
picture is reduced to a palette of 64 colours, which is enough for flat pages.
"""

import sys
from pathlib import Path
from typing import NamedTuple

from tests.architecture import picture
from tests.audit.findings import CannotRun
from tests.audit.served import served_portal
from tests.audit.tools import chromium
from tests.pages.browser import FLAGS

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
DAY = "2023-11-24"
COLOURS = 64


class Picture(NamedTuple):
    """A page as it opens in a window of this size, in CSS pixels."""

    name: str
    address: str
    width: int
    height: int


PICTURES = (
    Picture("team-360.png", "/equipes/olivetaine/?le=2024-01-20", 360, 1000),
    Picture("schedule-1280.png", "/demenagements/", 1280, 1200),
)


def main() -> int:
    try:
        take(chromium())
    except CannotRun as error:
        print(error)
        return 1
    (FOLDER / "rooms.svg").write_text(picture.picture())
    return 0


def take(executable: str) -> None:
    from playwright.sync_api import sync_playwright

    with served_portal(PORTAL_TODAY=DAY) as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        for name, address, width, height in PICTURES:
            page = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme="light",
                reduced_motion="reduce",
                locale="fr-FR",
            )
            page.goto(portal + address)
            page.wait_for_load_state("networkidle")
            path = FOLDER / name
            page.screenshot(path=path)
            _reduce(path)
            print(f"{path.name}: {path.stat().st_size // 1000} kB")
        browser.close()


def _reduce(path: Path) -> None:
    from PIL import Image

    with Image.open(path) as image:
        reduced = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    reduced.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
