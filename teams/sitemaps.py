from collections.abc import Iterable

from django.urls import reverse

from portal.registries import sitemaps
from teams.models import Team


@sitemaps.register("teams")
def paths() -> Iterable[str]:
    slugs = Team.objects.order_by("slug").values_list("slug", flat=True)
    return [reverse("team-list"), *(reverse("team-detail", args=[slug]) for slug in slugs)]
