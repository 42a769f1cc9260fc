"""What is said of any door or line: open or closed, how far."""

from datetime import datetime

from django.utils.translation import gettext as _

from accueil.models import Open, ReceptionPoint
from portal.core.templatetags.display import moment


def openness(is_open: bool | None, change: datetime | None) -> tuple[str, str]:
    """The tone and the words of a door or a line; None is unknown."""
    if is_open is None:
        return "past", _("horaires à renseigner")
    if is_open:
        return "sure", _("ouvert, ferme %s") % moment(change) if change else _("ouvert")
    return "past", _("fermé, ouvre %s") % moment(change) if change else _("fermé")


def distance(point: ReceptionPoint) -> str:
    """How far a door is, no finer than its point is known; "" where that is not."""
    far = point.distance_km
    if far is None:
        return ""
    if not point.is_approximate:
        return _("à %s km") % f"{far:.1f}".removesuffix(".0").replace(".", ",")
    if far >= 1:
        return _("à environ %d km") % round(far)
    # The very point of the commune asked for; another commune may be a few hundred metres away.
    return _("tout près") if far else _("dans la commune")


def told(door: Open, at: datetime) -> tuple[Open, str, str]:
    """A door or a line, the tone and the words of whether it is open."""
    return door, *openness(*door.openness(at))
