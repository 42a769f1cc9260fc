"""What the list of doors was asked, from its address, read strictly."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from accueil.lookup.services import Choice, Town, communes_of, gazetteer, known_towns
from accueil.models import ReceptionPoint
from accueil.reception_points.candidates import WITH, WITHOUT, Wants
from accueil.reception_points.selection import When
from portal.core.caching.data_versions import Versions
from portal.core.http.parameters import page_number
from portal.territory.models import COMMUNE_CODE


@dataclass(frozen=True)
class Asked:
    """`near` is what was typed, or the name of the commune chosen; `town` the commune understood,
    None where none is; `choices` are those that may be meant, the nearest names where nothing was
    understood: then it `is_lost`.
    """

    near: str = ""
    town: Town | None = None
    choices: tuple[Choice, ...] = ()
    is_lost: bool = False
    department: str = ""
    when: When | None = None
    wants: Wants = field(default_factory=Wants)
    page: int = 1

    @property
    def is_near(self) -> bool:
        return self.town is not None

    @property
    def has_more(self) -> bool:
        """Whether more was chosen than a place and a moment."""
        return bool(self.wants.kind or self.wants.appointment or self.department)


def read(request: HttpRequest, served: Collection[str], now: Versions) -> Asked:
    """Raises BadRequest, which names the malformed parameter, and Http404 for a commune that does
    not exist. Anything may be typed as the place.
    """
    when = _one_of(request, "ouvert", [*When])
    return replace(
        _place(request, now),
        department=_one_of(request, "departement", served),
        when=When(when) if when else None,
        wants=Wants(
            kind=_one_of(request, "nature", ReceptionPoint.Kind.values),
            appointment=_one_of(request, "rdv", [WITH, WITHOUT]),
        ),
        page=page_number(request.GET.get("page")),
    )


def _place(request: HttpRequest, now: Versions) -> Asked:
    towns = known_towns(now)
    if code := request.GET.get("commune", ""):
        if not re.fullmatch(COMMUNE_CODE, code):
            said = _("« commune=%s » : un code INSEE de cinq caractères est attendu.")
            raise BadRequest(said % code[:40])
        if code not in towns:
            raise Http404
        return Asked(f"{towns[code].name} ({towns[code].department})", towns[code])
    typed = request.GET.get("pres", "").strip()[:500]
    reading = gazetteer(now).read(typed)
    town = towns.get(reading.commune or "")
    meant = communes_of(reading.choices or reading.closest, towns)
    others = tuple(one for one in meant if not town or one.commune != town.code)
    return Asked(typed, town, others, is_lost=not town and not reading.choices)


def _one_of(request: HttpRequest, name: str, known: Collection[str]) -> str:
    """The value of that parameter, "" without; raises BadRequest unless it is `known`."""
    given = request.GET.get(name, "")
    if given and given not in known:
        said = _("« %(name)s=%(given)s » : on attend %(known)s.")
        told = _(" ou ").join(f"« {one} »" for one in sorted(known))
        raise BadRequest(said % {"name": name, "given": given[:40], "known": told})
    return given
