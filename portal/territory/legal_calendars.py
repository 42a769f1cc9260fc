"""The public holidays and the time zone of each département.

Sources: Code du travail, L3133-1 (everywhere), L3134-13 (Bas-Rhin, Haut-Rhin, Moselle), L3422-2
(overseas: the commemoration of the abolition of slavery; the days are those of the decree 83-1003
and of the statutes of Mayotte, Saint-Barthélemy and Saint-Martin); zones as in the IANA database.
Customary days (Good Friday in the Antilles, All Souls' Day) are not public holidays. The own days
of New Caledonia, French Polynesia and Wallis and Futuna are not known here: only the national ones.
"""

from zoneinfo import ZoneInfo

from portal.core.opening_hours.calendars import (
    MAINLAND,
    SECOND_DAY_OF_CHRISTMAS,
    LegalCalendar,
    abolition_of_slavery,
)

ALSACE_MOSELLE = LegalCalendar(own_holidays=(SECOND_DAY_OF_CHRISTMAS,))

_CALENDARS = {
    **dict.fromkeys(("57", "67", "68", "6AE"), ALSACE_MOSELLE),
    "971": LegalCalendar(ZoneInfo("America/Guadeloupe"), (abolition_of_slavery(5, 27),)),
    "972": LegalCalendar(ZoneInfo("America/Martinique"), (abolition_of_slavery(5, 22),)),
    "973": LegalCalendar(ZoneInfo("America/Cayenne"), (abolition_of_slavery(6, 10),)),
    "974": LegalCalendar(ZoneInfo("Indian/Reunion"), (abolition_of_slavery(12, 20),)),
    "975": LegalCalendar(ZoneInfo("America/Miquelon")),
    "976": LegalCalendar(ZoneInfo("Indian/Mayotte"), (abolition_of_slavery(4, 27),)),
    "977": LegalCalendar(ZoneInfo("America/St_Barthelemy"), (abolition_of_slavery(10, 9),)),
    "978": LegalCalendar(ZoneInfo("America/Marigot"), (abolition_of_slavery(5, 28),)),
    "984": LegalCalendar(ZoneInfo("Indian/Kerguelen")),
    "986": LegalCalendar(ZoneInfo("Pacific/Wallis")),
    "987": LegalCalendar(ZoneInfo("Pacific/Tahiti")),
    "988": LegalCalendar(ZoneInfo("Pacific/Noumea")),
}


def legal_calendar(department: str | None) -> LegalCalendar:
    """Return the calendar of a département by its code; that of the mainland by default."""
    return _CALENDARS.get(department or "", MAINLAND)


def has_good_friday(department: str | None) -> bool:
    """Return whether Good Friday is a public holiday in some communes of the département."""
    return legal_calendar(department) is ALSACE_MOSELLE
