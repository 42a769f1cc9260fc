"""The doors and lines that are open to somebody whom no team follows yet, and the nearest."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from math import cos, inf, radians
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import F, FloatField, Model, Q, Value
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accueil.models.opening_hours import OpeningHoursModel, validate_hours
from accueil.models.special_hours import SpecialHoursKey
from portal.core import clock
from portal.core.caching.raw_sql import Params, columns, fetch_rows
from portal.core.models import Sourced, TelephoneField
from portal.core.opening_hours.hours import describe
from portal.core.opening_hours.special_days import SpecialDays, closed_from
from portal.core.text.normalisation import normalise
from portal.territory.geometry import great_circle_km
from portal.territory.models import Department
from teams.models import Agency, Site, Team

NAME_MAX_LENGTH = 150
BATCH_SIZE = 500  # rows written by one query
MAX_IDS = 12  # rows that `whole` reads
PASSAGES_AHEAD = timedelta(days=60)  # how far those of an itinerant one are looked for


class PhoneLine(Sourced, OpeningHoursModel):
    """A number that answers first requests in a département; an empty one is not published."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="phone_lines")
    name = models.CharField(_("nom"), max_length=NAME_MAX_LENGTH)
    slug = models.SlugField(_("identifiant"), max_length=NAME_MAX_LENGTH, unique=True)
    number = TelephoneField(_("numéro"), max_length=30, blank=True)
    purpose = models.TextField(_("à quoi elle sert"), blank=True)
    territory = models.CharField(_("territoire"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("ligne téléphonique")
        verbose_name_plural = _("lignes téléphoniques")
        ordering = ["department", "id"]

    def __str__(self) -> str:
        return f"{self.name} : {self.number}" if self.number else self.name

    def clean(self) -> None:
        self.slug = self.slug or slugify(self.name)

    @property
    def special_hours_keys(self) -> Sequence[SpecialHoursKey]:
        return [("line", self.pk)]


def not_permanently_closed(today: date, of: str = "") -> Q:
    """The points that are not closed for good that day; `of` leads to them ("point__")."""
    return Q(**{f"{of}closes_on__isnull": True}) | Q(**{f"{of}closes_on__gt": today})


class ReceptionPointQuerySet(models.QuerySet["ReceptionPoint"]):
    def not_permanently_closed(self, today: date) -> "ReceptionPointQuerySet":
        """Those that are not closed for good that day."""
        return self.filter(not_permanently_closed(today))

    def permanently_closed(self, today: date) -> "ReceptionPointQuerySet":
        """The others, the last closed first."""
        return self.filter(closes_on__lte=today).order_by("-closes_on", "name", "pk")

    def with_places(self) -> "ReceptionPointQuerySet":
        """With their source, place and agency, in the same query."""
        return self.select_related("source", "site", "team__site", "team__agency", "agency")

    def with_stops(self) -> "ReceptionPointQuerySet":
        """With the stops of the itinerant ones and what changed of them, in two more queries."""
        return self.prefetch_related("stops__site__commune", "stops__changes")

    def order_by_distance(self, latitude: float, longitude: float) -> "ReceptionPointQuerySet":
        """By distance, which each then knows; those without a point last."""
        origin = {
            "from_latitude": Value(latitude, FloatField()),
            "from_longitude": Value(longitude, FloatField()),
        }
        return self._order_by_distance(latitude, longitude).annotate(**origin)

    def nearest(
        self, latitude: float, longitude: float, *, department: str, limit: int = 5
    ) -> list["ReceptionPoint"]:
        """The `limit` nearest of the département that are not closed for good, with their places
        and distances, in one query.
        """
        squeeze = cos(radians(latitude))
        aside = WINDOW_DEGREES / max(squeeze, 0.01)
        parameters: Params = {
            **{"department": department, "latitude": latitude, "longitude": longitude},
            "today": clock.today(),
            **{"squeeze": squeeze**2, "enough": WINDOW_DEGREES**2},
            **{"south": latitude - WINDOW_DEGREES, "north": latitude + WINDOW_DEGREES},
            **{"west": longitude - aside, "east": longitude + aside},
        }
        points = [
            _point_from_row(row)
            for row in fetch_rows(_NEAREST.replace(_LIMIT, str(int(limit))), parameters)
        ]
        for point in points:
            point.from_latitude, point.from_longitude = latitude, longitude
        return sorted(points, key=lambda point: (point._kilometres, point.pk))

    def fetch_by_ids(self, ids: Sequence[int]) -> list["ReceptionPoint"]:
        """These, in their order, with their places, in one query; at most `MOST_WHOLE`."""
        keys = [*map(str, ids), *["0"] * MAX_IDS][:MAX_IDS]
        parameters = {f"id{index}": key for index, key in enumerate(keys)}
        points = {
            point.pk: point for point in map(_point_from_row, fetch_rows(_BY_IDS, parameters))
        }
        return [points[pk] for pk in ids if pk in points]

    def _order_by_distance(self, latitude: float, longitude: float) -> "ReceptionPointQuerySet":
        """On a flat map, where it is the order that counts; those without a point last."""
        north = F("latitude") - latitude
        east = (F("longitude") - longitude) * cos(radians(latitude))
        return self.order_by((north * north + east * east).asc(nulls_last=True), "pk")


class ReceptionPoint(Sourced, OpeningHoursModel):
    """A place that receives first requests, at a team's, where that team is, or on its own site;
    an itinerant one has its stops instead.

    `latitude` and `longitude` are copies of the point of that place, or of its commune: so the
    nearest doors are one indexed query. `save` and `refresh_positions` keep them. `hours` are those
    of the open door, `appointment_hours` those when one comes by appointment. A null
    `by_appointment` is unknown; true, one does not come without. `agency` is the one whose agents
    keep a point that no team hosts. An empty `wheelchair` is unknown, `access_url` is its page in
    the national register of accessibility. `closes_on` is the first day when it no longer receives
    anybody, for good; `closing_note` says what replaces it.
    """

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("site du département")
        FRANCE_SERVICES = "france_services", _("France services")
        CCAS = "ccas", _("centre communal d'action sociale")
        TOWN_HALL = "town_hall", _("mairie")
        ITINERANT = "itinerant", _("accueil itinérant")
        OTHER = "other", _("autre lieu")

    class Wheelchair(models.TextChoices):
        YES = "yes", _("accessible en fauteuil roulant")
        LIMITED = "limited", _("accessible en fauteuil roulant avec de l'aide")
        NO = "no", _("pas accessible en fauteuil roulant")

    department = models.ForeignKey(
        Department, models.PROTECT, related_name="reception_points", db_index=False
    )
    name = models.CharField(_("nom"), max_length=NAME_MAX_LENGTH)
    slug = models.SlugField(_("identifiant"), max_length=NAME_MAX_LENGTH, unique=True)
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
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("agence"),
        related_name="reception_points",
    )
    phone = TelephoneField(_("téléphone"), max_length=30, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    by_appointment = models.BooleanField(_("sur rendez-vous seulement"), null=True, blank=True)
    appointment_hours = models.CharField(
        _("horaires sur rendez-vous (OpenStreetMap)"),
        max_length=250,
        blank=True,
        validators=[validate_hours],
    )
    appointment_hours_text = models.CharField(
        _("horaires sur rendez-vous imprimés"), max_length=250, blank=True
    )
    offers = models.TextField(_("ce qu'on y fait"), blank=True)
    documents = models.TextField(
        _("documents à apporter"), blank=True, help_text=_("comme imprimés")
    )
    languages = models.CharField(_("langues parlées"), max_length=200, blank=True)
    wheelchair = models.CharField(
        _("accès en fauteuil roulant"), max_length=10, choices=Wheelchair, blank=True
    )
    access_notes = models.CharField(_("précisions sur l'accès"), max_length=300, blank=True)
    access_url = models.URLField(_("page du registre d'accessibilité"), max_length=300, blank=True)
    closes_on = models.DateField(
        _("premier jour où il ne reçoit plus personne"), null=True, blank=True
    )
    closing_note = models.CharField(
        _("ce qui le remplace"), max_length=200, blank=True, db_default=""
    )
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
        # With all that the nearest are chosen by: no row is read but those that were.
        indexes = [
            models.Index(
                fields=[
                    *("department", "latitude", "longitude", "id"),
                    *("kind", "team", "agency", "hours", "closes_on"),
                ],
                name="accueil_point_nearest",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=True, site__isnull=False)
                | Q(team__isnull=False, site__isnull=True)
                | Q(team__isnull=True, site__isnull=True, kind="itinerant"),
                name="accueil_point_one_place",
                violation_error_message=_(
                    "Un point d'accueil est dans une équipe, ou bien dans un lieu propre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(wheelchair__in=["", "yes", "limited", "no"]),
                name="accueil_point_wheelchair_known",
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

    def get_absolute_url(self) -> str:
        return reverse("reception-point-detail", args=[self.slug])

    def clean(self) -> None:
        self.slug = self.slug or slugify(self.name)

    @property
    def is_itinerant(self) -> bool:
        return self.kind == self.Kind.ITINERANT

    @property
    def managing_agency(self) -> Agency | None:
        """The agency whose agents keep it; None where no agency does."""
        return self.team.agency if self.team else self.agency

    @property
    def special_hours_keys(self) -> Sequence[SpecialHoursKey]:
        agency = self.team.agency_id if self.team else self.agency_id
        return point_special_hours_keys(self.pk, self.kind, self.department_id, agency)

    @property
    def special_days(self) -> list[SpecialDays]:
        return [*super().special_days, *([closed_from(self.closes_on)] if self.closes_on else [])]

    def is_permanently_closed(self, day: date) -> bool:
        return self.closes_on is not None and self.closes_on <= day

    def opening_state(self, at: datetime | None) -> tuple[bool | None, datetime | None]:
        """An itinerant one is open during its passages; unknown while it has none."""
        if not self.is_itinerant or self.hours:
            return super().opening_state(at)
        moment = at or clock.now()
        days = moment.date(), (moment + PASSAGES_AHEAD).date()
        passages = [
            passage
            for stop in self.stops.all()
            for passage in stop.passages(*days)
            if passage.end > moment and not passage.is_cancelled
        ]
        if not passages:
            return (False if self.is_permanently_closed(moment.date()) else None), None
        first = min(passages, key=lambda passage: passage.start)
        is_open = first.start <= moment
        return is_open, first.end if is_open else first.start

    @property
    def appointment_hours_in_french(self) -> str:
        """As printed, else said from the expression; "" when unknown."""
        return self.appointment_hours_text or describe(self.appointment_hours)

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
        city = self.place.city
        if address.endswith(city) or normalise(address).endswith(normalise(city)):
            return address
        return f"{address}, {f'{self.place.postal_code} {city}'.strip()}"

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
        coordinates = [end for end in ends if end is not None]
        return great_circle_km(*coordinates) if len(coordinates) == len(ends) else inf


def point_special_hours_keys(
    pk: int, kind: str, department: str, agency: int | None
) -> list[SpecialHoursKey]:
    """By what special hours concern a point; `agency` is its keeper."""
    keys: list[SpecialHoursKey] = [("point", pk)]
    if agency:
        keys.append(("agency", agency))
    if kind == ReceptionPoint.Kind.DEPARTMENT:
        keys.append(("department", department))
    return keys


# What an answer says of a point, of its place and of its team.
_POINT_COLUMNS = columns(
    ReceptionPoint,
    "id slug name kind department_id agency_id latitude longitude hours hours_text phone email"
    " by_appointment appointment_hours appointment_hours_text documents checked_on source_id"
    " closes_on closing_note",
)
_SITE_COLUMNS = columns(
    Site, "id name address postal_code city commune_id latitude longitude source_id"
)
_TEAM_COLUMNS = columns(Team, "id slug agency_id")
_AGENCY_COLUMNS = columns(Agency, "id slug name")
_DISTANCE = """(latitude - %(latitude)s) * (latitude - %(latitude)s)
    + (longitude - %(longitude)s) * (longitude - %(longitude)s) * %(squeeze)s"""
# In the middle of a query that names the portal's day, which is not always the database's.
NOT_PERMANENTLY_CLOSED_SQL = "(closes_on is null or closes_on > %(today)s)"
# Chosen on the index alone: only those few rows are read. Those in a window of so many degrees
# of latitude are enough when the last of them is nearer than its edge; else the département is
# compared whole. Distances are on a flat map, where it is the order that counts.
WINDOW_DEGREES = 0.07  # 8 km
# Written in the query: as a parameter, PostgreSQL would not know how few, and plan it each time.
_LIMIT = ":limit"
_NEAR_POSITION = f"""
with around as (
  select id, {_DISTANCE} as distance from accueil_receptionpoint
  where department_id = %(department)s and latitude between %(south)s and %(north)s
    and longitude between %(west)s and %(east)s and {NOT_PERMANENTLY_CLOSED_SQL}
  order by 2, 1 limit {_LIMIT}
),
enough as (select count(*) = {_LIMIT} and max(distance) <= %(enough)s as said from around),
near as (
  select id from around where (select said from enough)
  union all
  select id from (
    select id, {_DISTANCE} as distance from accueil_receptionpoint
    where department_id = %(department)s and latitude is not null and {NOT_PERMANENTLY_CLOSED_SQL}
      and not (select said from enough)
    order by 2, 1 limit {_LIMIT}
  ) whole
)
"""  # noqa: S608 (names of columns, written here)
_SELECT_FROM_NEAR = f"""
select {", ".join(f"point.{name}" for name in _POINT_COLUMNS)},
  {", ".join(f"place.{name}" for name in _SITE_COLUMNS)},
  {", ".join(f"team.{name}" for name in _TEAM_COLUMNS)},
  {", ".join(f"agency.{name}" for name in _AGENCY_COLUMNS)}
from near
join accueil_receptionpoint point on point.id = near.id
left join teams_team team on team.id = point.team_id
left join teams_agency agency on agency.id = coalesce(team.agency_id, point.agency_id)
left join teams_site place on place.id = coalesce(team.site_id, point.site_id)
"""  # noqa: S608 (names of columns, written here)
_NEAREST = f"{_NEAR_POSITION}{_SELECT_FROM_NEAR}"
# Always as many parameters, and as texts: integers are of several types, each a query to plan.
_BY_IDS = f"""
with near as (
  select id from accueil_receptionpoint
  where id in ({", ".join(f"cast(%(id{at})s as bigint)" for at in range(MAX_IDS))})
)
{_SELECT_FROM_NEAR}"""  # noqa: S608 (names of parameters, written here)


def _point_from_row(row: Sequence[Any]) -> ReceptionPoint:
    """A point from a row of `_WHOLE`."""
    cells = iter(row)
    point = _model_from_cells(ReceptionPoint, _POINT_COLUMNS, cells)
    site, team, agency = (
        _model_from_cells(model, names, cells)
        for model, names in (
            (Site, _SITE_COLUMNS),
            (Team, _TEAM_COLUMNS),
            (Agency, _AGENCY_COLUMNS),
        )
    )
    point.team = team
    owner = team or point
    owner.site, owner.agency = site, agency
    return point


def _model_from_cells(model: type[Model], names: Sequence[str], cells: Iterator[Any]) -> Any:
    """A row of `model` from the next cells; None where a join found none."""
    values = [next(cells) for _name in names]
    return model.from_db(DEFAULT_DB_ALIAS, names, values) if values[0] is not None else None


def refresh_positions(points: ReceptionPointQuerySet) -> None:
    """Copies to each point the position of its place; writes those that moved, and no other."""
    moved = []
    for point in points.select_related("site__commune", "team__site__commune"):
        position = point._position
        if position != (point.latitude, point.longitude):
            point.latitude, point.longitude = position
            moved.append(point)
    ReceptionPoint.objects.bulk_update(moved, ["latitude", "longitude"], batch_size=BATCH_SIZE)
