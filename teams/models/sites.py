"""The sites of a département: places with an address."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from portal.core.models import Maintained
from portal.territory.directions import directions
from portal.territory.models import Commune, Department

NAME_MAX_LENGTH = 150  # characters

# What an answer shows of a site, and of where it has moved.
SITE_RELATIONS = ("commune", "source", "moved_to__commune", "moved_to__source")


def _plain(name: str) -> str:
    """Return a name without what only its writing changes, cheaper than `normalise`."""
    return name.replace("’", "'").casefold()


class SiteQuerySet(models.QuerySet["Site"]):
    def with_relations(self) -> "SiteQuerySet":
        """Join the commune and the source of each site, and of the site where it has moved."""
        return self.select_related(*SITE_RELATIONS)


class Site(Maintained):
    """A place with its address as printed; `city`, `postal_code` and `commune` where certain.

    `name` is set only where the printed address does not say what the place is. The point is null
    where nobody measured it: the point of the commune then stands for it, approximately.
    `moved_to` is where all that it held went on the day `moved_on`, both null where nobody
    published that it moved.
    """

    key = models.SlugField(_("clé"), max_length=80, unique=True, null=True, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("département"), related_name="sites"
    )
    name = models.CharField(_("nom"), max_length=NAME_MAX_LENGTH, blank=True)
    address = models.CharField(_("adresse imprimée"), max_length=250, blank=True)
    postal_code = models.CharField(_("code postal"), max_length=5, blank=True)
    city = models.CharField(_("ville"), max_length=80, blank=True)
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("commune"),
        related_name="+",
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    moved_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("a déménagé vers"),
        related_name="+",
    )
    moved_on = models.DateField(_("a déménagé le"), null=True, blank=True)

    objects = SiteQuerySet.as_manager()

    history = HistoricalRecords()

    field_labels: ClassVar = {"name": _("nom du lieu"), "address": _("adresse")}

    class Meta:
        verbose_name = _("lieu")
        verbose_name_plural = _("lieux")
        ordering = ["department", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="teams_site_point_whole",
            ),
            models.CheckConstraint(
                condition=~Q(name="", address=""), name="teams_site_named_or_addressed"
            ),
            models.CheckConstraint(
                condition=Q(moved_to__isnull=True, moved_on__isnull=True)
                | Q(moved_to__isnull=False, moved_on__isnull=False) & ~Q(moved_to=models.F("id")),
                name="teams_site_moved_elsewhere_on_a_day",
                violation_error_message=_(
                    "Un lieu qui a déménagé a un autre lieu d’arrivée, et le jour."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_maintained_by_agency(self) -> bool:
        return True

    @property
    def label(self) -> str:
        """One line by which a person finds the place; it says when no address is published."""
        if not self.address:
            return gettext("%s (adresse à renseigner)") % self.name
        return self.name or self.address

    def on(self, day: date) -> "Site":
        """Return where it stands on that day: itself, or the site where it has moved by then."""
        if self.moved_to and self.moved_on and self.moved_on <= day:
            return self.moved_to
        return self

    @property
    def is_only_a_town(self) -> bool:
        """Whether only the name of the town is published."""
        return _plain(self.address or self.name) == _plain(self.city)

    @property
    def has_address(self) -> bool:
        """Whether what is printed leads there: a street, and not the words of a note."""
        return bool(self.address) and bool(self.city or not self.name)

    @property
    def leads_there(self) -> bool:
        """Whether more than the town or a note is published."""
        return self.has_address and not self.is_only_a_town

    @property
    def directions(self) -> list[tuple[str, str]]:
        """Names and URLs of map services that lead there; none without a published address."""
        if not self.leads_there:
            return []
        is_town_said = self.city.casefold() in self.address.casefold()
        address = self.address if is_town_said else f"{self.address}, {self.city}"
        return directions(address, None if self.is_approximate else self.point)

    @property
    def is_approximate(self) -> bool:
        """Whether its point, if any, is only that of its commune."""
        return self.latitude is None

    @property
    def point(self) -> tuple[float | None, float | None]:
        """Latitude and longitude, those of the commune where its own are unknown."""
        if self.is_approximate and self.commune:
            return self.commune.latitude, self.commune.longitude
        return self.latitude, self.longitude
