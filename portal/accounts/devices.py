"""A browser in plain words: all that is kept of it."""

from django.utils.translation import gettext as _

DEVICE_SESSION_KEY = "device"  # where a session keeps it

# The first that the signature holds: the later ones are named by the earlier too.
_BROWSERS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
]
_SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
]


def describe_device(signature: str) -> str:
    """The browser and the system of a User-Agent: "Firefox sur Windows"; "" where unknown."""
    browser = next((name for mark, name in _BROWSERS if mark in signature), "")
    system = next((name for mark, name in _SYSTEMS if mark in signature), "")
    if browser and system:
        return _("%(browser)s sur %(system)s") % {"browser": browser, "system": system}
    return browser or system
