"""Labels of reception points and phone lines: open or closed, distance, closing."""

from datetime import date, datetime

from django.utils.formats import get_format
from django.utils.translation import gettext as _

from accueil.models import OpeningHoursModel, PhoneLine, ReceptionPoint
from accueil.models.special_hours import NOTICE_PERIOD
from portal.core.opening_hours.hours import HOLIDAY_NOTE, OpeningState, describe_note
from portal.core.periods.period import format_day
from portal.core.templatetags.display import moment


def openness_label(state: OpeningState) -> tuple[str, str]:
    """Return the badge tone and the text of an opening state."""
    change, note = state.next_change, describe_note(state.note)
    if state.is_open is None:
        return "past", note or _("horaires à renseigner")
    values = {"note": note, "when": moment(change, change.tzinfo) if change else ""}
    if state.is_open:
        label = _("ouvert (%(note)s)") % values if note else _("ouvert")
        message = _("%(state)s, ferme %(when)s")
    else:
        label = _("fermé")
        if state.note == HOLIDAY_NOTE:
            label = _("fermé, jour férié")
        elif note:
            label = _("fermé (%(note)s)") % values
        message = _("%(state)s, ouvre %(when)s")
    tone = "sure" if state.is_open else "past"
    return tone, message % {**values, "state": label} if change else label


def day_label(contact: OpeningHoursModel, day: date) -> tuple[str, str]:
    """Return the badge tone and the text of its hours on a day that is not today."""
    without = next(iter(contact.next_days(day, 1)), None)
    with_one = None
    if isinstance(contact, ReceptionPoint):
        with_one = next(iter(contact.next_appointment_days(day, 1)), None)
    values = {
        "day": format_day(day, weekday=True),
        "hours": without.in_words if without else "",
        "appointments": with_one.in_words if with_one else "",
    }
    if without and without.spans and with_one and with_one.spans:
        message = _("le %(day)s : %(hours)s ; sur rendez-vous : %(appointments)s")
    elif without and not (with_one and with_one.spans):
        message = _("le %(day)s : %(hours)s")
    elif with_one:
        message = _("le %(day)s, sur rendez-vous : %(appointments)s")
    else:
        message = _("horaires à renseigner")
    return "sure" if without and without.spans else "past", message % values


def distance_label(point: ReceptionPoint) -> str:
    """Return the distance to a point, no more precise than its position; "" when unknown."""
    return distance_in_words(point.distance_km, is_approximate=point.is_approximate)


def distance_in_words(distance: float | None, *, is_approximate: bool) -> str:
    """Return a distance in kilometres; `is_approximate` when it is measured between communes."""
    if distance is None:
        return ""
    if not is_approximate:
        separator = str(get_format("DECIMAL_SEPARATOR"))
        return _("à %s km") % f"{distance:.1f}".removesuffix(".0").replace(".", separator)
    if distance == 0:  # the searched commune itself
        return _("dans la commune")
    return _("à environ %d km") % max(1, round(distance))


def closing_notice(point: ReceptionPoint, today: date) -> str:
    """Return the notice of a permanent closing, past or announced, and what replaces the point.

    "" before the announcement.
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
    contact: OpeningHoursModel, at: datetime, other_day: date | None = None
) -> tuple[OpeningHoursModel, str, str]:
    """Return the contact with the tone and the text of its opening state, or of its hours on
    `other_day`.

    A line whose number is not published cannot be called: its hours are not announced.
    """
    if isinstance(contact, PhoneLine) and not contact.number:
        return contact, "past", _("numéro non publié")
    if other_day:
        return contact, *day_label(contact, other_day)
    return contact, *openness_label(contact.opening_state(at))
