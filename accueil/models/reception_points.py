"""The places that receive people whom no team follows yet."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from math import cos, inf, radians
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Expression, F, FloatField, OuterRef, Q, Subquery, Value
from django.db.models.expressions import CombinedExpression
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accueil.enums import AppointmentPolicy, PointKind, WheelchairAccess
from accueil.models.opening_hours import OpeningHoursField, OpeningHoursModel, point_state
from accueil.models.special_hours import SpecialHoursKey
from portal.core import clock
from portal.core.models import Source, TelephoneField
from portal.core.opening_hours.descriptions import describe
from portal.core.opening_hours.hours import UNKNOWN, Day, OpeningState, publish
from portal.core.opening_hours.special_days import Effect, SpecialDays, closed_from, days
from portal.core.provenance import FieldOrigins, Provenance
from portal.core.text.normalisation import normalise
from portal.territory.geometry import great_circle_km
from portal.territory.models import Department
from teams.models import Agency, Site, Team

NAME_MAX_LENGTH = 150
ADDRESS_FIELDS = ("address", "name", "city", "postal_code")  # of a place, the first that says
BATCH_SIZE = 500  # rows written by one query
PASSAGES_AHEAD = timedelta(days=60)  # how far ahead itinerant passages are searched


def not_permanently_closed(today: date | Expression, of: str = "") -> Q:
    """Return the condition of points not closed for good that day; `of` is the path to them."""
    return Q(**{f"{of}closes_on__isnull": True}) | Q(**{f"{of}closes_on__gt": today})


def squared_distance(latitude: Any, longitude: Any, longitude_scale: Any) -> CombinedExpression:
    """Return the expression of the squared distance of a point to an origin, on a flat map.

    Only its order counts. `longitude_scale` is the cosine of the latitude; each may be a number or
    an expression.
    """
    north = F("latitude") - latitude
    east = (F("longitude") - longitude) * longitude_scale
    return north * north + east * east


class ReceptionPointQuerySet(models.QuerySet["ReceptionPoint"]):
    def not_permanently_closed(self, today: date | Expression) -> "ReceptionPointQuerySet":
        """Filter the points not closed for good that day."""
        return self.filter(not_permanently_closed(today))

    def permanently_closed(self, today: date) -> "ReceptionPointQuerySet":
        """Filter the points closed for good that day, the last closed first."""
        return self.filter(closes_on__lte=today).order_by("-closes_on", "name", "pk")

    def with_places(self) -> "ReceptionPointQuerySet":
        """Select the source, place and agency in the same query."""
        return self.select_related("source", "site", "team__site", "team__agency", "agency")

    def with_stops(self) -> "ReceptionPointQuerySet":
        """Prefetch the stops of itinerant points and their changes, in two more queries."""
        return self.prefetch_related("stops__site__commune", "stops__changes")

    def with_appointment(self) -> "ReceptionPointQuerySet":
        """Filter the points that receive by appointment, only so or at some hours."""
        return self.filter(Q(by_appointment=True) | ~Q(appointment_hours=""))

    def without_appointment(self) -> "ReceptionPointQuerySet":
        """Filter the points known to receive without appointment, at all their hours or some."""
        both = Q(by_appointment__isnull=True) & ~Q(hours="") & ~Q(appointment_hours="")
        return self.filter(Q(by_appointment=False) | both)

    def without_stops(self) -> "ReceptionPointQuerySet":
        """Leave out the itinerant points that have stops: those are shown instead.

        Stops are counted on their index, for the itinerant points only: PostgreSQL may read every
        stop for an EXISTS.
        """
        stop_model: Any = self.model._meta.get_field("stops").related_model
        counts = stop_model.objects.filter(point=OuterRef("pk")).order_by().values("point")
        return self.alias(stop_count=Subquery(counts.values(count=Count("pk")))).filter(
            ~Q(kind=PointKind.ITINERANT) | Q(stop_count__isnull=True)
        )

    def order_by_distance(self, latitude: float, longitude: float) -> "ReceptionPointQuerySet":
        """Sort by distance and set the origin from which each row measures its own.

        Points without a position come last.
        """
        distance = squared_distance(latitude, longitude, cos(radians(latitude)))
        return self.order_by(distance.asc(nulls_last=True), "pk").annotate(
            from_latitude=Value(latitude, FloatField()),
            from_longitude=Value(longitude, FloatField()),
        )


class ReceptionPoint(OpeningHoursModel):
    """A place that receives first requests: at its team's site, or at its own; an itinerant point
    has stops instead.

    `latitude` and `longitude` are copied from the place, or from its commune, so that one index
    finds the nearest points; `save` and `refresh_positions` update them. `hours` need no
    appointment, `appointment_hours` do. `by_appointment` is True when an appointment is always
    needed, null when unknown. `agency` manages a point without a team. An empty `wheelchair` is
    unknown; `access_url` is the page in the national accessibility register. `closes_on` is the
    first day of a permanent closing, `closing_note` what replaces the point.
    """

    department = models.ForeignKey(
        Department,
        models.PROTECT,
        verbose_name=_("département"),
        related_name="reception_points",
        db_index=False,
    )
    name = models.CharField(_("nom"), max_length=NAME_MAX_LENGTH)
    slug = models.SlugField(_("identifiant"), max_length=NAME_MAX_LENGTH, unique=True)
    kind = models.CharField(_("nature"), max_length=15, choices=PointKind)
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
    appointment_hours = OpeningHoursField(
        _("horaires sur rendez-vous (OpenStreetMap)"), max_length=250, blank=True
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
        _("accès en fauteuil roulant"), max_length=10, choices=WheelchairAccess, blank=True
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

    # The origin of a query by distance; None after any other query.
    from_latitude: float | None = None
    from_longitude: float | None = None

    objects = ReceptionPointQuerySet.as_manager()
    public_names: ClassVar = {"site": "address"}

    class Meta:
        verbose_name = _("point d'accueil")
        verbose_name_plural = _("points d'accueil")
        ordering = ["department", "name"]
        # Covers every column used to choose the nearest points: only the chosen rows are read.
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
                | Q(team__isnull=True, site__isnull=True, kind=PointKind.ITINERANT),
                name="accueil_point_one_place",
                violation_error_message=_(
                    "Un point d'accueil est dans une équipe, ou bien dans un lieu propre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(wheelchair__in=["", *WheelchairAccess.values]),
                name="accueil_point_wheelchair_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PointKind.values),
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
        """Make its hours those by appointment where one is always needed."""
        self.slug = self.slug or slugify(self.name)
        if not (self.by_appointment and self.hours):
            return
        if not self.appointment_hours:
            self.appointment_hours, self.hours = self.hours, ""
            self.appointment_hours_text, self.hours_text = self.hours_text, ""
        else:
            message = _(
                "Sur rendez-vous seulement : écrivez ces heures dans « Horaires sur rendez-vous »."
            )
            raise ValidationError({"by_appointment": message})

    @property
    def is_itinerant(self) -> bool:
        return self.kind == PointKind.ITINERANT

    @property
    def is_maintained_by_agency(self) -> bool:
        return self.team_id is not None or self.agency_id is not None

    @cached_property
    def origins(self) -> FieldOrigins:
        """The fields that changed since the source; the address may be corrected at its place.

        Cached: an answer of the API reads it four times for each point.
        """
        own, place = super().origins, self.place
        places = place.field_origins if place else None
        if not places:
            return own
        corrected = [places[name] for name in ADDRESS_FIELDS if name in places]
        return {"address": corrected[0], **own} if corrected else own

    @property
    def provenance_by_field(self) -> dict[str, Provenance]:
        """The provenance of each filled field; another source may have published its address."""
        fields, place = super().provenance_by_field, self.place
        if place is None or "address" in fields or (self.checked_on and not fields):
            return fields
        if not fields and place.source_id == self.source_id and not place.checked_on:
            return fields
        address, point = place.provenance, self.source_provenance
        is_other = (address.kind, address.on) != (point.kind, point.on)
        return {**fields, "address": address} if fields or is_other else fields

    @property
    def other_sources(self) -> list[tuple[str, Source]]:
        place = self.place
        if place is None or place.source is None or place.source_id == self.source_id:
            return []
        is_changed = "address" in self.origins or place.checked_on
        return [] if is_changed else [(gettext("Adresse : %(source)s."), place.source)]

    @property
    def managing_agency(self) -> Agency | None:
        """The agency whose agents manage it; None without one."""
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

    @property
    def _hours(self) -> tuple[str, str]:
        """The hours without and with appointment: all are with one where it is always needed."""
        if self.by_appointment and self.hours:
            return "", self.appointment_hours or self.hours
        return self.hours, self.appointment_hours

    def opening_state(self, at: datetime | None) -> OpeningState:
        """Return the state; an itinerant point is open during its passages, unknown without any."""
        if not self.is_itinerant or self.hours:
            minute = (at or clock.now()).replace(second=0, microsecond=0)
            return point_state(*self._hours, self.special_days, minute, self.legal_calendar)
        moment = self.legal_calendar.localise(at or clock.now())
        days = moment.date(), (moment + PASSAGES_AHEAD).date()
        passages = [
            passage
            for stop in self.stops.all()
            for passage in stop.passages(*days)
            if passage.end > moment and not passage.is_cancelled
        ]
        if not passages:
            return OpeningState(False) if self.is_permanently_closed(moment.date()) else UNKNOWN
        first = min(passages, key=lambda passage: passage.start)
        is_open = first.start <= moment
        change = first.end if is_open else first.start
        return OpeningState(is_open, change, until=change)

    def next_days(self, first: date, count: int = 14) -> list[Day]:
        return days(self._hours[0], self.special_days, first, count, self.legal_calendar)

    def next_appointment_days(self, first: date, count: int) -> list[Day]:
        """Return the hours by appointment of each day, none when unknown.

        Special opening hours are those without appointment.
        """
        closures = [special for special in self.special_days if special.effect != Effect.OPEN_ONLY]
        return days(self._hours[1], closures, first, count, self.legal_calendar)

    @property
    def appointment_policy(self) -> AppointmentPolicy:
        """How it receives, from `by_appointment` and from which hours are known."""
        if self.by_appointment:
            return AppointmentPolicy.ONLY
        if self.by_appointment is None and not (self.hours and self.appointment_hours):
            known = bool(self.appointment_hours)
            return AppointmentPolicy.WITH if known else AppointmentPolicy.UNKNOWN
        return AppointmentPolicy.BOTH if self.appointment_hours else AppointmentPolicy.WITHOUT

    @property
    def needs_appointment(self) -> bool | None:
        """Whether an appointment is always needed; None when unknown."""
        return {
            AppointmentPolicy.ONLY: True,
            AppointmentPolicy.BOTH: False,
            AppointmentPolicy.WITHOUT: False,
        }.get(self.appointment_policy)

    @property
    def published_appointment_hours(self) -> str:
        """The hours by appointment for other readers of the syntax; "" if unknown."""
        return publish(self.appointment_hours, self.legal_calendar)

    @property
    def appointment_hours_in_words(self) -> str:
        """As printed, else described from the expression; "" when unknown."""
        return self.appointment_hours_text or describe(self.appointment_hours)

    @property
    def place(self) -> Site | None:
        """Its site, or its team's; None when unknown."""
        return self.team.site if self.team else self.site

    @property
    def address(self) -> str:
        """The printed address, else the name of the place, with its city; "" when unknown.

        "Bâtiment E" alone leads nowhere: the name of the place, which ends with it, stands instead.
        """
        if self.place is None:
            return ""
        is_in_name = self.place.name.endswith(self.place.address)
        address = self.place.name if is_in_name and self.place.name else self.place.address
        city = self.place.city
        if address.endswith(city) or normalise(address).endswith(normalise(city)):
            return address
        return f"{address}, {f'{self.place.postal_code} {city}'.strip()}"

    @property
    def is_approximate(self) -> bool:
        """True when its position, if any, is only that of its commune."""
        return self.place is None or self.place.is_approximate

    @property
    def _position(self) -> tuple[float | None, float | None]:
        return self.place.point if self.place else (None, None)

    @property
    def distance_km(self) -> float | None:
        """The distance as the crow flies, to 100 m; None without an origin or a position."""
        return round(self.kilometres, 1) if self.kilometres < inf else None

    @property
    def kilometres(self) -> float:
        ends = (self.from_latitude, self.from_longitude, self.latitude, self.longitude)
        coordinates = [end for end in ends if end is not None]
        return great_circle_km(*coordinates) if len(coordinates) == len(ends) else inf


def point_special_hours_keys(
    pk: int, kind: str, department: str, agency: int | None
) -> list[SpecialHoursKey]:
    """Return the keys of the special hours that apply to a point managed by `agency`."""
    keys: list[SpecialHoursKey] = [("point", pk)]
    if agency:
        keys.append(("agency", agency))
    if kind == PointKind.DEPARTMENT:
        keys.append(("department", department))
    return keys


def refresh_positions(points: ReceptionPointQuerySet) -> None:
    """Copy to each point the position of its place; writes only the points that moved."""
    moved = []
    for point in points.select_related("site__commune", "team__site__commune"):
        position = point._position
        if position != (point.latitude, point.longitude):
            point.latitude, point.longitude = position
            moved.append(point)
    ReceptionPoint.objects.bulk_update(moved, ["latitude", "longitude"], batch_size=BATCH_SIZE)
