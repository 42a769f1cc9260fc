"""What is said of any door or line: open or closed, how far, until when."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from accueil.models import OpeningHoursModel, ReceptionPoint
from accueil.models.special_hours import NOTICE_PERIOD
from portal.core.periods.period import format_day
from portal.core.templatetags.display import moment


def openness_label(is_open: bool | None, change: datetime | None) -> tuple[str, str]:
    """The tone and the words of a door or a line; None is unknown."""
    if is_open is None:
        return "past", _("horaires à renseigner")
    if is_open:
        return "sure", _("ouvert, ferme %s") % moment(change) if change else _("ouvert")
    return "past", _("fermé, ouvre %s") % moment(change) if change else _("fermé")


def distance_label(point: ReceptionPoint) -> str:
    """How far a door is, no finer than its point is known; "" where that is not."""
    distance = point.distance_km
    if distance is None:
        return ""
    if not point.is_approximate:
        return _("à %s km") % f"{distance:.1f}".removesuffix(".0").replace(".", ",")
    if distance >= 1:
        return _("à environ %d km") % round(distance)
    # The very point of the commune asked for; another commune may be a few hundred metres away.
    return _("tout près") if distance else _("dans la commune")


def closing_notice(point: ReceptionPoint, today: date) -> str:
    """That it closes for good, once that is announced, or since when it is, and what replaces it;
    "" when there is nothing to say.
    """
    if point.closes_on is None or today < point.closes_on - NOTICE_PERIOD:
        return ""
    message = (
        _("Ce lieu est fermé depuis le %s.")
        if point.is_permanently_closed(today)
        else _("Ferme définitivement le %s.")
    )
    return f"{message % format_day(point.closes_on)} {point.closing_note}".strip()


def with_openness_label(
    contact: OpeningHoursModel, at: datetime
) -> tuple[OpeningHoursModel, str, str]:
    """A door or a line, the tone and the words of whether it is open."""
    return contact, *openness_label(*contact.opening_state(at))
