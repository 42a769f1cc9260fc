from collections.abc import Iterable

from django.urls import reverse

from portal.registries import sitemaps
from relocations.models import Relocation


@sitemaps.register("relocations")
def paths() -> Iterable[str]:
    keys = Relocation.objects.order_by("pk").values_list("pk", flat=True)
    return [reverse("relocation-list"), *(reverse("relocation-detail", args=[pk]) for pk in keys)]
