"""The communes of a street that is typed without its commune: those where sectors bear its name."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from accueil.place_search import ParsedText, Place
from portal.territory.streets import StreetMatch, same_streets, street_keys
from teams.models import Sector

MAX_ROWS = 200  # read: beyond, the street is too common to say where it is


def find_lone_street(
    parsed_text: ParsedText, on: date, communes: Mapping[str, Place]
) -> tuple[ParsedText, StreetMatch]:
    """Return the text with the commune of its lone street, or those to choose from, and the street.

    Unchanged where it has a commune, or where no sector knows the street; only the communes of its
    postal code, if any. One query for a lone street.
    """
    if not parsed_text.is_lone_street:
        return parsed_text, StreetMatch()
    keys = street_keys(parsed_text.street)
    sectors = Sector.objects.valid(on).filter(search_street__in=keys)
    if parsed_text.postal_code:
        sectors = sectors.filter(commune__in=[place.key for place in parsed_text.choices])
    rows = list(sectors.order_by().values_list("street", "commune_id")[:MAX_ROWS])
    names = same_streets(parsed_text.street, [street for street, _ in rows])
    codes = sorted({code for street, code in rows if street in names})
    places = [communes[code] for code in codes if code in communes]
    if not places or len(rows) == MAX_ROWS:
        return parsed_text, StreetMatch()
    if len(places) > 1:
        located = replace(parsed_text, choices=places, is_ambiguous=True)
    else:
        [place] = places
        located = replace(
            parsed_text, place=place, commune=place.commune, choices=[], is_ambiguous=False
        )
    return located, StreetMatch(names)
