from collections.abc import Iterable

from django.urls import reverse

from portal.registries import sitemaps
from schema_actions.models import Plan


@sitemaps.register("plans")
def paths() -> Iterable[str]:
    yield reverse("plan-list")
    for plan in Plan.objects.order_by("slug"):
        yield plan.get_absolute_url()
        yield reverse("sheet-list", args=[plan.slug])
        yield from (sheet.get_absolute_url() for sheet in plan.sheets.in_order())
        yield from (campaign.get_absolute_url() for campaign in plan.campaigns.public())
