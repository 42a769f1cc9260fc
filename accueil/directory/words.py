"""What is said of any door or line: open or closed, how far."""

from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accueil.models import ReceptionPoint
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
        return _("à %s km") % number_format(far)
    return _("à environ %s km") % round(far) if far >= 1 else _("dans la commune")
