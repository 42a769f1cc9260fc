"""The parameters of the list of reception points."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from accueil.enums import PointKind
from accueil.lookup.services import (
    Choice,
    CommuneSummary,
    commune_choices,
    communes_by_code,
    gazetteer,
)
from accueil.reception_points.candidates import WITH_APPOINTMENT, WITHOUT_APPOINTMENT, Criteria
from accueil.reception_points.selection import OpeningMoment
from portal.core.caching.data_versions import Versions
from portal.core.http.parameters import parse_page_number
from portal.territory.models import TYPED_COMMUNE_CODE


@dataclass(frozen=True)
class PointListQuery:
    """The parsed parameters of the list.

    `near` is the typed place, or the name of the chosen commune; `commune` is the commune
    understood. `choices` are the other places that may be meant; the closest names if
    `is_not_understood`.
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
    def position(self) -> tuple[float, float] | None:
        """Latitude and longitude of the commune, if known."""
        if not self.commune or self.commune.latitude is None or self.commune.longitude is None:
            return None
        return self.commune.latitude, self.commune.longitude

    @property
    def has_filters(self) -> bool:
        """Whether filters other than the place and the opening are set."""
        return bool(self.criteria.kind or self.criteria.appointment or self.department)


def parse_query(
    request: HttpRequest, served: Collection[str], versions: Versions
) -> PointListQuery:
    """Parse the query string. Any text is accepted as a place.

    Raises BadRequest, which names the malformed parameter, or Http404 for a commune that does not
    exist.
    """
    when = _choice_parameter(request, "ouvert", [*OpeningMoment])
    return replace(
        _parse_place(request, versions),
        department=_choice_parameter(request, "departement", served),
        when=OpeningMoment(when) if when else None,
        criteria=Criteria(
            kind=_choice_parameter(request, "nature", PointKind.values),
            appointment=_choice_parameter(request, "rdv", [WITH_APPOINTMENT, WITHOUT_APPOINTMENT]),
        ),
        page=parse_page_number(request.GET.get("page")),
    )


def _parse_place(request: HttpRequest, versions: Versions) -> PointListQuery:
    communes = communes_by_code(versions)
    if code := request.GET.get("commune", ""):
        if not re.fullmatch(TYPED_COMMUNE_CODE, code):
            message = _("« commune=%s » : un code INSEE de cinq caractères est attendu.")
            raise BadRequest(message % code[:40])
        place = gazetteer(versions).france.with_insee_code(code)
        if place is None or place.commune is None:
            raise Http404
        near = communes[place.commune]
        return PointListQuery(f"{near.name} ({near.department})", near)
    typed = request.GET.get("pres", "").strip()[:500]
    parsed = gazetteer(versions).parse(typed)
    commune = communes.get(parsed.commune or "")
    candidates = commune_choices(parsed.choices or parsed.closest, communes)
    choices = tuple(
        choice for choice in candidates if not commune or choice.commune != commune.code
    )
    return PointListQuery(
        typed, commune, choices, is_not_understood=not commune and not parsed.choices
    )


def _choice_parameter(request: HttpRequest, name: str, allowed: Collection[str]) -> str:
    """Return the parameter's value, "" by default. Raises BadRequest unless it is allowed."""
    value = request.GET.get(name, "")
    if value and value not in allowed:
        message = _("« %(name)s=%(given)s » : on attend %(known)s.")
        expected = _(" ou ").join(_("« %s »") % choice for choice in sorted(allowed))
        raise BadRequest(message % {"name": name, "given": value[:40], "known": expected})
    return value
