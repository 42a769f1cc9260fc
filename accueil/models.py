"""The doors and lines that are open to somebody whom no team follows yet."""

from collections.abc import Sequence
from datetime import datetime
from math import asin, cos, inf, radians, sin, sqrt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import F, FloatField, Q, Value
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.hours import Hours, HoursError, describe, state
from portal.core.models import Sourced
from portal.core.queries import columns, fetch
from portal.core.text import normalise
from portal.territory.models import Department
from teams.models import Agency, Site, Team

LONG_NAME = 150
EARTH_RADIUS_KM = 6371.0
BATCH = 500  # rows written by one query


def validate_hours(expression: str) -> None:
    try:
        Hours.parse(expression)
    except HoursError as error:
        raise ValidationError(str(error)) from None


class Open(models.Model):
    """What has opening hours: `hours` for the machine, `hours_text` as printed.

    Empty `hours` are unknown: then nothing says whether it is open.
    """

    hours = models.CharField(
        _("horaires (OpenStreetMap)"), max_length=250, blank=True, validators=[validate_hours]
    )
    hours_text = models.CharField(_("horaires imprimés"), max_length=250, blank=True)

    class Meta:
        abstract = True

    def open_now(self, at: datetime | None = None) -> bool | None:
        """Whether it is open at that moment, now by default; None when hours are unknown."""
        return self._openness(at)[0]

    def next_change(self, at: datetime | None = None) -> datetime | None:
        """When it next opens or closes; None when that is unknown or not within 366 days."""
        return self._openness(at)[1]

    def _openness(self, at: datetime | None) -> tuple[bool | None, datetime | None]:
        if not self.hours:
            return None, None
        return state(self.hours, (at or clock.now()).replace(second=0, microsecond=0))

    @property
    def hours_in_french(self) -> str:
        """As printed, else said from the expression; "" when unknown."""
        return self.hours_text or describe(self.hours)


class PhoneLine(Sourced, Open):
    """A number that answers first requests in a département."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="phone_lines")
    name = models.CharField(_("nom"), max_length=LONG_NAME)
    slug = models.SlugField(_("identifiant"), max_length=LONG_NAME, unique=True)
    number = models.CharField(_("numéro"), max_length=30)

    class Meta:
        verbose_name = _("ligne téléphonique")
        verbose_name_plural = _("lignes téléphoniques")
        ordering = ["department", "id"]

    def __str__(self) -> str:
        return f"{self.name} : {self.number}"

    def clean(self) -> None:
        self.slug = self.slug or slugify(self.name)


class ReceptionPointQuerySet(models.QuerySet["ReceptionPoint"]):
    def with_places(self) -> "ReceptionPointQuerySet":
        """With their source and place, in the same query."""
        return self.select_related("source", "site", "team__site")

    def nearest_first(self, latitude: float, longitude: float) -> "ReceptionPointQuerySet":
        """By distance, which each then knows; those without a point last."""
        whence = {
            "from_latitude": Value(latitude, FloatField()),
            "from_longitude": Value(longitude, FloatField()),
        }
        return self._by_distance(latitude, longitude).annotate(**whence)

    def nearest(
        self, latitude: float, longitude: float, *, department: str, limit: int = 5
    ) -> list["ReceptionPoint"]:
        """The `limit` nearest of the département, with their places and distances, in one query."""
        squeeze = cos(radians(latitude))
        aside = WINDOW / max(squeeze, 0.01)
        given: dict[str, str | float] = {
            **{"department": department, "latitude": latitude, "longitude": longitude},
            **{"squeeze": squeeze**2, "limit": limit, "enough": WINDOW**2},
            **{"south": latitude - WINDOW, "north": latitude + WINDOW},
            **{"west": longitude - aside, "east": longitude + aside},
        }
        points = [_with_place(row) for row in fetch(_NEAREST, given)]
        for point in points:
            point.from_latitude, point.from_longitude = latitude, longitude
        return sorted(points, key=lambda point: (point._kilometres, point.pk))

    def _by_distance(self, latitude: float, longitude: float) -> "ReceptionPointQuerySet":
        """On a flat map, where it is the order that counts; those without a point last."""
        north = F("latitude") - latitude
        east = (F("longitude") - longitude) * cos(radians(latitude))
        return self.order_by((north * north + east * east).asc(nulls_last=True), "pk")


class ReceptionPoint(Sourced, Open):
    """A place that receives first requests, at a team's, where that team is, or on its own site.

    `latitude` and `longitude` are copies of the point of that place, or of its commune: so the
    nearest doors are one indexed query. `save` and `refresh_positions` keep them. A null
    `by_appointment` is unknown.
    """

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("site du département")
        FRANCE_SERVICES = "france_services", _("France services")
        CCAS = "ccas", _("centre communal d'action sociale")
        TOWN_HALL = "town_hall", _("mairie")
        ITINERANT = "itinerant", _("accueil itinérant")
        OTHER = "other", _("autre lieu")

    department = models.ForeignKey(
        Department, models.PROTECT, related_name="reception_points", db_index=False
    )
    name = models.CharField(_("nom"), max_length=LONG_NAME)
    slug = models.SlugField(_("identifiant"), max_length=LONG_NAME, unique=True)
    kind = models.CharField(_("nature"), max_length=15, choices=Kind)
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("équipe qui accueille"),
        related_name="reception_points",
    )
    site = models.ForeignKey(
        Site,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("lieu propre"),
        related_name="reception_points",
    )
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    by_appointment = models.BooleanField(_("sur rendez-vous"), null=True, blank=True)
    documents = models.TextField(
        _("documents à apporter"), blank=True, help_text=_("comme imprimés")
    )
    checked_on = models.DateField(_("vérifié le"), null=True, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, editable=False)
    longitude = models.FloatField(_("longitude"), null=True, editable=False)

    # Whence the queries by distance measure; None after any other.
    from_latitude: float | None = None
    from_longitude: float | None = None

    objects = ReceptionPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("point d'accueil")
        verbose_name_plural = _("points d'accueil")
        ordering = ["department", "name"]
        # With all that `nearest` compares, so that it reads no row but those that it chose.
        indexes = [
            models.Index(
                fields=["department", "latitude", "longitude", "id"], name="accueil_point_nearest"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=True) ^ Q(site__isnull=True),
                name="accueil_point_one_place",
                violation_error_message=_(
                    "Un point d'accueil est dans une équipe, ou bien dans un lieu propre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        *("department", "france_services", "ccas"),
                        *("town_hall", "itinerant", "other"),
                    ]
                ),
                name="accueil_point_kind_known",
                violation_error_message=_("Cette nature n'existe pas."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.latitude, self.longitude = self._position
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "latitude", "longitude"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.slug = self.slug or slugify(self.name)

    @property
    def place(self) -> Site | None:
        """Where it is; None when nobody published where its team is."""
        return self.team.site if self.team else self.site

    @property
    def address(self) -> str:
        """As printed, else the name of the place, with its city; "" when unknown."""
        if self.place is None:
            return ""
        address = self.place.address or self.place.name
        if normalise(address).endswith(normalise(self.place.city)):
            return address
        city = f"{self.place.postal_code} {self.place.city}".strip()
        return f"{address}, {city}"

    @property
    def is_approximate(self) -> bool:
        """True when its point, if any, is only that of its commune."""
        return self.place is None or self.place.is_approximate

    @property
    def _position(self) -> tuple[float | None, float | None]:
        return self.place.point if self.place else (None, None)

    @property
    def distance_km(self) -> float | None:
        """As the crow flies, to 100 m; None where nothing was measured, or no point is known."""
        return round(self._kilometres, 1) if self._kilometres < inf else None

    @property
    def _kilometres(self) -> float:
        ends = (self.from_latitude, self.from_longitude, self.latitude, self.longitude)
        known = [end for end in ends if end is not None]
        return great_circle(*known) if len(known) == len(ends) else inf


# What an answer says of a point, of its place and of its team.
_POINT = columns(
    ReceptionPoint,
    "id slug name kind department_id latitude longitude hours hours_text phone email"
    " by_appointment documents source_id",
)
_PLACE = columns(Site, "id name address postal_code city commune_id latitude longitude source_id")
_TEAM = columns(Team, "id slug")
_DISTANCE = """(latitude - %(latitude)s) * (latitude - %(latitude)s)
    + (longitude - %(longitude)s) * (longitude - %(longitude)s) * %(squeeze)s"""
# Chosen on the index alone: only those few rows are read. Those in a window of so many degrees
# of latitude are enough when the last of them is nearer than its edge; else the département is
# compared whole. Distances are on a flat map, where it is the order that counts.
WINDOW = 0.07  # 8 km
_NEAREST = f"""
with around as (
  select id, {_DISTANCE} as distance from accueil_receptionpoint
  where department_id = %(department)s and latitude between %(south)s and %(north)s
    and longitude between %(west)s and %(east)s
  order by 2, 1 limit %(limit)s
),
enough as (select count(*) = %(limit)s and max(distance) <= %(enough)s as said from around),
near as (
  select id from around where (select said from enough)
  union all
  select id from (
    select id, {_DISTANCE} as distance from accueil_receptionpoint
    where department_id = %(department)s and latitude is not null
      and not (select said from enough)
    order by 2, 1 limit %(limit)s
  ) whole
)
select {", ".join(f"point.{name}" for name in _POINT)},
  {", ".join(f"place.{name}" for name in _PLACE)},
  {", ".join(f"team.{name}" for name in _TEAM)}
from near
join accueil_receptionpoint point on point.id = near.id
left join teams_team team on team.id = point.team_id
left join teams_site place on place.id = coalesce(team.site_id, point.site_id)
"""  # noqa: S608 (names of columns, written here)


def _with_place(row: Sequence[Any]) -> ReceptionPoint:
    """A point from a row of `_NEAREST`."""
    point = ReceptionPoint.from_db(DEFAULT_DB_ALIAS, _POINT, row[: len(_POINT)])
    place, team = row[len(_POINT) : -len(_TEAM)], row[-len(_TEAM) :]
    site = Site.from_db(DEFAULT_DB_ALIAS, _PLACE, place) if place[0] is not None else None
    point.team = Team.from_db(DEFAULT_DB_ALIAS, _TEAM, team) if team[0] is not None else None
    if point.team:
        point.team.site = site
    else:
        point.site = site
    return point


def refresh_positions(points: ReceptionPointQuerySet) -> None:
    """Copies to each point the position of its place; writes those that moved, and no other."""
    moved = []
    for point in points.select_related("site__commune", "team__site__commune"):
        position = point._position
        if position != (point.latitude, point.longitude):
            point.latitude, point.longitude = position
            moved.append(point)
    ReceptionPoint.objects.bulk_update(moved, ["latitude", "longitude"], batch_size=BATCH)


def great_circle(
    latitude: float, longitude: float, to_latitude: float, to_longitude: float
) -> float:
    """Kilometres between two points in degrees."""
    phi, to_phi = radians(latitude), radians(to_latitude)
    half_north = sin((to_phi - phi) / 2) ** 2
    half_east = sin(radians(to_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half_north + cos(phi) * cos(to_phi) * half_east))


class ReportQuerySet(models.QuerySet["Report"]):
    def waiting(self) -> "ReportQuerySet":
        return self.filter(handled_at__isnull=True)


class Report(models.Model):
    """What a reader says is wrong on a page. Nothing of the reader is kept.

    `agency` is the one whose agents can mend it, `department` where it lies: null when the page
    tells of none. `handled_by` is who said that it is dealt with.
    """

    page = models.CharField(_("page"), max_length=200)
    message = models.TextField(_("message"), max_length=1000)
    agency = models.ForeignKey(
        Agency,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("agence"),
        related_name="reports",
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("département"),
        related_name="+",
    )
    created_at = models.DateTimeField(_("reçu le"), auto_now_add=True)
    handled_at = models.DateTimeField(_("traité le"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("traité par"),
        related_name="+",
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("signalement")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(handled_by__isnull=True) | Q(handled_at__isnull=False),
                name="accueil_report_handled_once_dated",
            )
        ]

    def __str__(self) -> str:
        return self.page

    def handle(self, *, by: Any) -> bool:
        """Says that `by` dealt with it, now; False where somebody did before."""
        waiting = Report.objects.waiting().filter(pk=self.pk)
        return bool(waiting.update(handled_at=timezone.now(), handled_by=by))
