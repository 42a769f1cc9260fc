from collections.abc import Iterable

from django.urls import reverse

from accueil.models import ReceptionPoint
from accueil.needs.matcher import need_matcher
from portal.core import clock
from portal.registries import sitemaps
from teams.models import Sector


@sitemaps.register("places")
def paths() -> Iterable[str]:
    """The communes that a team covers, the reception points open to all, the needs."""
    names = ("home", "reception-point-list", "need-list", "figure-list", "gap-list")
    yield from (reverse(name) for name in names)
    communes = Sector.objects.valid(clock.today()).order_by("commune")
    codes = communes.values_list("commune", flat=True).distinct()
    yield from (reverse("commune-detail", args=[code]) for code in codes)
    points = ReceptionPoint.objects.not_permanently_closed(clock.today()).order_by("slug")
    slugs = points.values_list("slug", flat=True)
    yield from (reverse("reception-point-detail", args=[slug]) for slug in slugs)
    yield from (reverse("need-detail", args=[slug]) for slug in need_matcher().needs)
