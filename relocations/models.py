"""The move of a team: from where, when, to where, and how far it is."""

import secrets
from datetime import UTC, date, datetime, timedelta

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from portal.core.models import Dated, Sourced
from portal.core.periods.period import Period, Precision
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
SILENT_AFTER_DAYS = 30  # days without news after which a move is asked about
UPCOMING_DAYS = 7  # days ahead in which a move is prepared
CONFIRMATION_DELAY = timedelta(days=7)  # how long the link lasts that confirms a subscription
RETENTION_AFTER_DONE = timedelta(
    days=30
)  # how long a subscription outlives the last move of its team
RETENTION_WITHOUT_MOVE = timedelta(days=546)  # 18 months: how long one lives while nothing happens

UNKNOWN_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)  # stands for one that nothing tells

UNDATED = Q(period_earliest__isnull=True, period_latest__isnull=True)


class RelocationQuerySet(models.QuerySet["Relocation"]):
    def with_sites(self) -> "RelocationQuerySet":
        """Moves with their team, sites and source, in one query."""
        return self.select_related("team", "source", *SITE_RELATIONS)

    def for_schedule(self) -> "RelocationQuerySet":
        """Moves with their team, sites, source and phone lines; those known soonest first, those
        without a date last."""
        return (
            self.with_sites()
            .select_related("team__agency__department")
            .prefetch_related("team__agency__department__phone_lines")
            .order_by(
                F("period_latest").asc(nulls_last=True),
                F("period_earliest").asc(nulls_last=True),
                "id",
            )
        )

    def open(self) -> "RelocationQuerySet":
        return self.exclude(status__in=CLOSED_STATUSES)

    def with_last_change(self) -> "RelocationQuerySet":
        """Moves with `last_change`, when their history was last written, null without any."""
        records = Relocation.history.filter(id=OuterRef("pk")).order_by("-history_date")
        return self.annotate(last_change=Subquery(records.values("history_date")[:1]))

    def ahead(self, today: date) -> "RelocationQuerySet":
        """Open moves with a day still to come."""
        return self.open().filter(period_latest__gte=today)

    def during(self, period: Period) -> "RelocationQuerySet":
        """Those whose period shares a day with `period`; without a date, those without one."""
        if not period.is_bounded:
            return self.filter(UNDATED)
        dated = self.exclude(UNDATED)
        if period.latest:
            dated = dated.exclude(period_earliest__gt=period.latest)
        if period.earliest:
            dated = dated.exclude(period_latest__lt=period.earliest)
        return dated


class Relocation(Sourced, Dated):
    """A team leaves `origin` for `destination`; a null site is not published or not chosen yet.

    An opening has no origin, a closing no destination. `version` is incremented by each change;
    `reason` and `evidence` are those of the last change, and the history has the others.
    `last_reported_at` is when a person last changed or confirmed it, null since it was loaded.
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

    objects = RelocationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("déménagement")
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
                condition=Q(status=RelocationStatus.DONE, actual_date__isnull=False)
                & (Q(destination__isnull=False) | Q(kind=RelocationKind.CLOSING))
                | ~Q(status=RelocationStatus.DONE) & Q(actual_date__isnull=True),
                name="relocations_done_has_place_and_date",
                violation_error_message=_(
                    "Un déménagement fait, et lui seul, a un lieu d'arrivée et sa date réelle."
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
    def period_label(self) -> str:
        """Its date as written, with the year that was left out: it is read far from its document;
        "" where nothing is said of it.
        """
        if self.period.text and not self.period.inferred:
            return self.period.text
        return str(self.period) if self.period.is_bounded else ""

    @property
    def published_at(self) -> datetime | None:
        """The first moment of its source's date, None where it has none."""
        period = self.source.period if self.source else None
        day = (period.earliest or period.latest) if period else None
        return timezone.make_aware(datetime(day.year, day.month, day.day)) if day else None

    @property
    def changed_at(self) -> datetime:
        """When it last changed in the portal, from `with_last_change`; else its source's date."""
        return getattr(self, "last_change", None) or self.published_at or UNKNOWN_MOMENT

    @property
    def status_rule(self) -> StatusRule:
        """Return the row of its status in the workflow."""
        return WORKFLOW[self.status]

    @property
    def is_open(self) -> bool:
        return self.status not in CLOSED_STATUSES

    @property
    def is_done(self) -> bool:
        return self.status == self.Status.DONE

    @property
    def is_in_progress(self) -> bool:
        return self.status == self.Status.IN_PROGRESS

    @property
    def is_opening(self) -> bool:
        return self.kind == self.Kind.OPENING

    def is_overdue(self, today: date) -> bool:
        """Whether its days are past and nothing says that it is done."""
        return self.is_open and self.period.is_overdue(today) and not self.is_already_open

    @property
    def is_already_open(self) -> bool:
        """An opening whose team is there already, while the day is not published."""
        is_there = self.destination_id is not None and self.team.site_id == self.destination_id
        return self.is_opening and self.is_open and is_there


def new_token() -> str:
    """192 bits that nobody guesses, of the letters of a slug."""
    return secrets.token_urlsafe(24)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def confirmed(self) -> "SubscriptionQuerySet":
        return self.filter(confirmed_at__isnull=False)

    def awaiting_confirmation(self, now: datetime) -> "SubscriptionQuerySet":
        """Those whose link still confirms."""
        return self.filter(confirmed_at=None, created_at__gt=now - CONFIRMATION_DELAY)


class Subscription(models.Model):
    """Somebody who asks to be told when a team moves: an address in lower case, and no more.

    `token`, which only their e-mails hold, confirms and ends it. `created_at` is when they last
    asked and were written to; until `confirmed_at` nothing else is sent to them.
    """

    changes_public_pages = (
        False  # a stranger who subscribes does not make public pages be written again
    )

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
        """What its e-mails are about, for the outbox to forget them by."""
        return "relocations", f"subscription-{self.pk}"
