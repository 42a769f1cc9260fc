"""Links to map services that lead to a place. Pure: nothing is asked of them."""

from urllib.parse import urlencode

from django.utils.translation import gettext as _


def directions(
    address: str, point: tuple[float | None, float | None] | None = None
) -> list[tuple[str, str]]:
    """Return names and URLs of map services that lead to a printed address; none without one.

    They use `point`, its latitude and longitude, where it was measured.
    """
    if not address:
        return []
    target = f"{point[0]},{point[1]}" if point else address
    geo = f"geo:{target if point else '0,0'}?{urlencode({'q': target})}"
    openstreetmap = (
        f"https://www.openstreetmap.org/?mlat={point[0]}&mlon={point[1]}"
        f"#map=18/{point[0]}/{point[1]}"
        if point
        else f"https://www.openstreetmap.org/search?{urlencode({'query': target})}"
    )
    google = urlencode({"api": 1, "destination": target})
    return [
        (_("Application de cartes de ce téléphone"), geo),
        ("OpenStreetMap", openstreetmap),
        ("Google Maps", f"https://www.google.com/maps/dir/?{google}"),
        ("Apple Plans", f"https://maps.apple.com/?{urlencode({'daddr': target})}"),
    ]
