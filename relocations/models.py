"""Moves of teams, and the subscriptions of people who want to hear of them."""

import secrets
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from portal.core import clock
from portal.core.models import Dated, Maintained
from portal.core.periods.period import Period, PeriodError, Precision
from relocations.enums import RelocationKind, RelocationStatus
from relocations.workflow import CLOSED_STATUSES, WORKFLOW, StatusRule
from teams.models import Site, Team

SITE_RELATIONS = (
    "origin__commune",
    "origin__source",
    "destination__commune",
    "destination__source",
)

REASON_MAX_LENGTH = 1000  # characters
PERIOD_MAX_LENGTH = 500  # characters
SILENT_AFTER_DAYS = 30  # days without a report after which agents are reminded of a move
UPCOMING_DAYS = 7  # days before a move when agents are reminded of it
CONFIRMATION_DELAY = timedelta(days=7)  # validity of the link that confirms a subscription
RETENTION_AFTER_DONE = timedelta(days=30)  # of a subscription, after the last move of its team
RETENTION_WITHOUT_MOVE = timedelta(days=546)  # of a subscription: 18 months without any report

UNKNOWN_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)  # stands for an unknown date

UNDATED = Q(period_earliest__isnull=True, period_latest__isnull=True)


class RelocationQuerySet(models.QuerySet["Relocation"]):
    def with_sites(self) -> "RelocationQuerySet":
        """Join the team, both sites and the sources. One query."""
        return self.select_related("team", "source", *SITE_RELATIONS)

    def with_sequels(self) -> "RelocationQuerySet":
        """Annotate what the other moves of the team say of each today: `is_overtaken` of an open
        move whose last day is before a move that is done, `is_origin_only_announced` of a done one
        that leaves a place where an open move led: nobody said that the team was there.
        """
        today = clock.today()
        others = Relocation.objects.filter(team=OuterRef("team"))
        last_day = OuterRef("period_latest")
        later = Q(actual_date__gt=last_day, actual_date__lte=today) | Q(
            actual_date=None, period_latest__gte=last_day, period_latest__lt=today
        )
        is_done = Q(status=RelocationStatus.DONE)
        return self.annotate(
            is_overtaken=~Q(status__in=CLOSED_STATUSES) & Exists(others.filter(later, is_done)),
            is_origin_only_announced=is_done
            & Exists(others.open().filter(destination=OuterRef("origin"))),
        )

    def for_schedule(self) -> "RelocationQuerySet":
        """Order by date, moves without a date last, with all that a row of the schedule shows.

        Two queries: the moves with their team, sites and source, then the phone lines.
        """
        return (
            self.with_sites()
            .with_sequels()
            .select_related("team__agency__department")
            .prefetch_related("team__agency__department__phone_lines")
            .order_by(
                F("period_latest").asc(nulls_last=True),
                F("period_earliest").asc(nulls_last=True),
                "id",
            )
        )

    def open(self) -> "RelocationQuerySet":
        """Filter the moves that are neither done nor cancelled."""
        return self.exclude(status__in=CLOSED_STATUSES)

    def last_done(self) -> "Relocation | None":
        """Return the move done last, by its day or by the end of its period; None if none is."""
        done = self.filter(status=RelocationStatus.DONE)
        return done.order_by(Coalesce("actual_date", "period_latest").desc(), "-pk").first()

    def with_last_change(self) -> "RelocationQuerySet":
        """Annotate `last_change`: the date of the last history record, None without any."""
        records = Relocation.history.filter(id=OuterRef("pk")).order_by("-history_date")
        return self.annotate(last_change=Subquery(records.values("history_date")[:1]))

    def ahead(self, today: date) -> "RelocationQuerySet":
        """Filter the open moves that have a day still to come."""
        return self.open().filter(period_latest__gte=today)

    def during(self, period: Period) -> "RelocationQuerySet":
        """Filter the moves whose period shares a day with `period`.

        An unbounded `period` selects the moves that have no date.
        """
        if not period.is_bounded:
            return self.filter(UNDATED)
        dated = self.exclude(UNDATED)
        if period.latest:
            dated = dated.exclude(period_earliest__gt=period.latest)
        if period.earliest:
            dated = dated.exclude(period_latest__lt=period.earliest)
        return dated


class Relocation(Maintained, Dated):
    """A team leaves `origin` for `destination`; a null site is not published or not chosen yet.

    An opening has no origin, a closing no destination. A done move has its `actual_date`; where
    nobody published the day, its period is what a source attests, and ends. `version` is
    incremented by each change; `reason` and `evidence` are those of the last change, and the
    history has the others. `last_reported_at` is when a person last changed or confirmed it,
    null since it was loaded.
    """

    Kind = RelocationKind
    Status = RelocationStatus

    key = models.SlugField(_("clé"), max_length=80, unique=True, null=True, blank=True)
    team = models.ForeignKey(
        Team, models.PROTECT, verbose_name=_("équipe"), related_name="relocations"
    )
    kind = models.CharField(_("nature"), max_length=8, choices=Kind, default=Kind.MOVE)
    status = models.CharField(_("statut"), max_length=12, choices=Status)
    origin = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, verbose_name=_("départ"), related_name="+"
    )
    destination = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, verbose_name=_("arrivée"), related_name="+"
    )
    actual_date = models.DateField(_("fait le"), null=True, blank=True)
    version = models.PositiveIntegerField(
        _("version"), default=1, validators=[MinValueValidator(1)], editable=False
    )

    reason = models.TextField(
        _("pourquoi ce changement"), max_length=REASON_MAX_LENGTH, blank=True, editable=False
    )
    evidence = models.TextField(
        _("d'où vient l'information"), max_length=REASON_MAX_LENGTH, blank=True
    )
    last_reported_at = models.DateTimeField(_("dernières nouvelles"), null=True, editable=False)

    # Set by `with_sequels`.
    is_overtaken = False
    is_origin_only_announced = False

    objects = RelocationQuerySet.as_manager()
    history = HistoricalRecords()
    field_labels: ClassVar = {"period": _("date")}

    class Meta:
        verbose_name = _("déménagement")
        verbose_name_plural = _("déménagements")
        ordering = ["id"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=RelocationKind.values),
                name="relocations_kind_known",
                violation_error_message=_("Cette nature n'existe pas."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=RelocationStatus.values),
                name="relocations_status_known",
                violation_error_message=_("Ce statut n'existe pas."),
            ),
            models.CheckConstraint(
                condition=~Q(
                    status__in=[status for status, rule in WORKFLOW.items() if rule.needs_period]
                )
                | Q(period_earliest__isnull=False)
                | Q(period_latest__isnull=False),
                name="relocations_planned_has_period",
                violation_error_message=_("Un déménagement prévu a besoin d'une période."),
            ),
            models.CheckConstraint(
                condition=~Q(status=RelocationStatus.CONFIRMED)
                | Q(period_precision=Precision.DAY)
                & (Q(destination__isnull=False) | Q(kind=RelocationKind.CLOSING)),
                name="relocations_confirmed_has_place_and_days",
                violation_error_message=_(
                    "Un déménagement confirmé a besoin d'un lieu d'arrivée et de jours précis."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status=RelocationStatus.DONE)
                & (Q(actual_date__isnull=False) | Q(period_latest__isnull=False))
                & (Q(destination__isnull=False) | Q(kind=RelocationKind.CLOSING))
                | ~Q(status=RelocationStatus.DONE) & Q(actual_date__isnull=True),
                name="relocations_done_has_place_and_date",
                violation_error_message=_(
                    "Un déménagement fait a un lieu d’arrivée, et son jour, ou une période finie."
                    " Lui seul a un jour réel."
                ),
            ),
            models.CheckConstraint(
                condition=(~Q(kind=RelocationKind.OPENING) | Q(origin__isnull=True))
                & (~Q(kind=RelocationKind.CLOSING) | Q(destination__isnull=True)),
                name="relocations_opening_closing_one_site",
                violation_error_message=_(
                    "Une ouverture n'a pas de départ, une fermeture pas d'arrivée."
                ),
            ),
            models.CheckConstraint(
                condition=Q(origin__isnull=True)
                | Q(destination__isnull=True)
                | ~Q(origin=F("destination")),
                name="relocations_goes_somewhere_else",
                violation_error_message=_("Le départ et l'arrivée sont le même lieu."),
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="relocations_version_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} ({self.period_text or self.get_status_display()})"

    def get_absolute_url(self) -> str:
        return reverse("relocation-detail", args=[self.pk])

    @property
    def is_maintained_by_agency(self) -> bool:
        return True

    @property
    def printed_period(self) -> str:
        """The date that its source printed; "" where it printed none."""
        origin = (self.field_origins or {}).get("period")
        if origin:
            return origin["printed"] or ""
        return self.period.text if self.source_id else ""

    @property
    def period_label(self) -> str:
        """Its days in full, with their year; without any, its text: "à terme", or ""."""
        return self.period.in_full

    @property
    def published_at(self) -> datetime | None:
        """The start of the date of its source, or of a later publication; None without any.

        A source without a date has the day when it was done.
        """
        period = self.source.period if self.source else None
        day = self.provenance.on or ((period.earliest or period.latest) if period else None)
        day = day or self.actual_date
        return timezone.make_aware(datetime(day.year, day.month, day.day)) if day else None

    @property
    def changed_at(self) -> datetime:
        """When it last changed here, else the date of its source. Needs `with_last_change`."""
        return getattr(self, "last_change", None) or self.published_at or UNKNOWN_MOMENT

    @property
    def status_rule(self) -> StatusRule:
        """The row of its status in the workflow."""
        return WORKFLOW[self.status]

    @property
    def is_open(self) -> bool:
        return self.status not in CLOSED_STATUSES

    @property
    def is_done(self) -> bool:
        return self.status == self.Status.DONE

    @property
    def is_done_without_a_day(self) -> bool:
        """Whether it is done, on a day that nobody published."""
        return self.is_done and self.actual_date is None

    @property
    def is_in_progress(self) -> bool:
        return self.status == self.Status.IN_PROGRESS

    @property
    def is_opening(self) -> bool:
        return self.kind == self.Kind.OPENING

    @property
    def announced_on(self) -> date | None:
        """The day of the last word on it; None where it is not known to the day."""
        return self.provenance.on

    def period_on(self, day: date) -> Period:
        """Return its date as announced on that day: a later publication leads from its own."""
        origin = (self.field_origins or {}).get("period")
        if not origin or "source" not in origin or not (origin["printed"] and origin["on"]):
            return self.period
        if day >= date.fromisoformat(origin["on"]):
            return self.period
        return _printed_period(origin["printed"], self.source and self.source.period.earliest)

    def is_overdue(self, today: date) -> bool:
        """Return whether its days are past while it is open, and not known to be open already."""
        return self.is_open and self.period.is_overdue(today) and not self.is_already_open

    @property
    def is_already_open(self) -> bool:
        """Whether it is an open opening whose team is already there: only the day is unknown."""
        is_there = self.destination_id is not None and self.team.site_id == self.destination_id
        return self.is_opening and self.is_open and is_there


@lru_cache(maxsize=1024)
def _printed_period(text: str, source_date: date | None) -> Period:
    """Parse the date that a document printed; an unknown period if it is none."""
    try:
        return Period.parse(text, source_date=source_date)
    except PeriodError:
        return Period.unknown(text)


def new_token() -> str:
    """Return 192 random bits, in the letters of a slug."""
    return secrets.token_urlsafe(24)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def confirmed(self) -> "SubscriptionQuerySet":
        return self.filter(confirmed_at__isnull=False)

    def awaiting_confirmation(self, now: datetime) -> "SubscriptionQuerySet":
        """Filter the subscriptions whose confirmation link is still valid."""
        return self.filter(confirmed_at=None, created_at__gt=now - CONFIRMATION_DELAY)


class Subscription(models.Model):
    """An address, in lower case, to be notified of the moves of a team.

    `token` confirms and ends it: only its e-mails contain it. `created_at` is when it was last
    requested and written to; until `confirmed_at` it receives nothing else.
    """

    changes_public_pages = False  # a subscription does not invalidate cached pages

    team = models.ForeignKey(
        Team, models.CASCADE, verbose_name=_("équipe"), related_name="subscriptions"
    )
    email = models.EmailField(_("adresse électronique"))
    token = models.CharField(
        _("jeton"), max_length=32, unique=True, default=new_token, editable=False
    )
    created_at = models.DateTimeField(_("demandé le"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmé le"), null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande d'être prévenu")
        verbose_name_plural = _("demandes d'être prévenu")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "team", Lower("email"), name="relocations_subscription_once_per_team"
            )
        ]

    def __str__(self) -> str:
        return f"{self.team_id}, {self.pk}"

    @property
    def subject(self) -> tuple[str, str]:
        """The subject of its notices: the outbox erases them by it."""
        return "relocations", f"subscription-{self.pk}"
