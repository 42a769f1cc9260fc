"""What the list of doors was asked, from its address, read strictly."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from accueil.lookup.services import (
    Choice,
    CommuneSummary,
    commune_choices,
    communes_by_code,
    gazetteer,
)
from accueil.models import ReceptionPoint
from accueil.reception_points.candidates import WITH_APPOINTMENT, WITHOUT_APPOINTMENT, Criteria
from accueil.reception_points.selection import OpeningMoment
from portal.core.caching.data_versions import Versions
from portal.core.http.parameters import parse_page_number
from portal.territory.models import COMMUNE_CODE


@dataclass(frozen=True)
class PointListQuery:
    """`near` is what was typed, or the name of the commune chosen; `town` the commune understood,
    None where none is; `choices` are those that may be meant, the nearest names where nothing was
    understood: then it `is_lost`.
    """

    near: str = ""
    commune: CommuneSummary | None = None
    choices: tuple[Choice, ...] = ()
    is_not_understood: bool = False
    department: str = ""
    when: OpeningMoment | None = None
    criteria: Criteria = field(default_factory=Criteria)
    page: int = 1

    @property
    def is_near(self) -> bool:
        return self.commune is not None

    @property
    def has_filters(self) -> bool:
        """Whether more was chosen than a place and a moment."""
        return bool(self.criteria.kind or self.criteria.appointment or self.department)


def parse_query(request: HttpRequest, served: Collection[str], now: Versions) -> PointListQuery:
    """Raises BadRequest, which names the malformed parameter, and Http404 for a commune that does
    not exist. Anything may be typed as the place.
    """
    when = _choice_parameter(request, "ouvert", [*OpeningMoment])
    return replace(
        _parse_place(request, now),
        department=_choice_parameter(request, "departement", served),
        when=OpeningMoment(when) if when else None,
        criteria=Criteria(
            kind=_choice_parameter(request, "nature", ReceptionPoint.Kind.values),
            appointment=_choice_parameter(request, "rdv", [WITH_APPOINTMENT, WITHOUT_APPOINTMENT]),
        ),
        page=parse_page_number(request.GET.get("page")),
    )


def _parse_place(request: HttpRequest, now: Versions) -> PointListQuery:
    towns = communes_by_code(now)
    if code := request.GET.get("commune", ""):
        if not re.fullmatch(COMMUNE_CODE, code):
            said = _("« commune=%s » : un code INSEE de cinq caractères est attendu.")
            raise BadRequest(said % code[:40])
        if code not in towns:
            raise Http404
        return PointListQuery(f"{towns[code].name} ({towns[code].department})", towns[code])
    typed = request.GET.get("pres", "").strip()[:500]
    reading = gazetteer(now).parse(typed)
    town = towns.get(reading.commune or "")
    meant = commune_choices(reading.choices or reading.closest, towns)
    others = tuple(one for one in meant if not town or one.commune != town.code)
    return PointListQuery(typed, town, others, is_not_understood=not town and not reading.choices)


def _choice_parameter(request: HttpRequest, name: str, known: Collection[str]) -> str:
    """The value of that parameter, "" without; raises BadRequest unless it is `known`."""
    given = request.GET.get(name, "")
    if given and given not in known:
        said = _("« %(name)s=%(given)s » : on attend %(known)s.")
        told = _(" ou ").join(f"« {one} »" for one in sorted(known))
        raise BadRequest(said % {"name": name, "given": given[:40], "known": told})
    return given
