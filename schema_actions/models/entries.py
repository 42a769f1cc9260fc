"""Entries: sheets being filled in a campaign hosted in the portal, their people and signatures.

No public page shows an entry. When the campaign is frozen, each validated entry is written to the
evaluation of its sheet.
"""

from datetime import date

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from schema_actions.enums import CampaignStatus, EntryAction, EntryStatus
from schema_actions.levels import level_label
from schema_actions.models.abstract import AbstractEvaluation, level_validators
from schema_actions.workflow import (
    ACTIONS_WITH_REASON,
    ENTRY_ACTIONS,
    ENTRY_STATUSES,
    EntryActionRow,
    EntryState,
    EntryStatusRow,
)

REASON_MAX_LENGTH = 2000


class EntryQuerySet(models.QuerySet["Entry"]):
    def in_order(self) -> "EntryQuerySet":
        """Order by number of the sheet in the plan."""
        sheet = "evaluation__sheet"
        return self.order_by(
            f"{sheet}__objective__axis__number",
            f"{sheet}__objective__number",
            f"{sheet}__rank",
            "pk",
        )

    def for_page(self) -> "EntryQuerySet":
        """Prefetch all that a page or a rule needs, in a constant number of queries."""
        return self.select_related(
            "evaluation__campaign__plan__department",
            "evaluation__sheet__objective__axis",
            "edited_by",
        ).prefetch_related("pilots__user", "writers")

    def of_open_campaigns(self) -> "EntryQuerySet":
        return self.filter(evaluation__campaign__status=CampaignStatus.OPEN)

    def not_authored_by(self, user: User) -> "EntryQuerySet":
        """Filter entries for which `Entry.is_authored_by` is false."""
        is_author = Q(pilots__user=user) | Q(writers__user=user) | Q(edited_by=user)
        return self.exclude(pk__in=Entry.objects.filter(is_author).values("pk"))

    def piloted_by(self, user: User) -> "EntryQuerySet":
        """Filter entries assigned to this user in départements where they still are a pilot."""
        return self.filter(
            pilots__user=user,
            evaluation__campaign__plan__department__in=user.departments_with_role("pilot"),
        )


class Entry(AbstractEvaluation):
    """One sheet in a campaign hosted in the portal, from its draft to its validation.

    `figures` are its figures as typed: `{"name", "unit", "value", "period"}`, all text.
    `proposed_level` is that of a reviewer who disagrees. `edited_at` is null until a pilot saves a
    draft. `version` is incremented by each change, to refuse one decided on an earlier version.
    """

    changes_public_pages = False

    evaluation = models.OneToOneField(
        "schema_actions.Evaluation",
        models.CASCADE,
        related_name="entry",
        verbose_name=_("évaluation"),
    )
    status = models.CharField(
        _("statut"), max_length=10, choices=EntryStatus, default=EntryStatus.DRAFT
    )
    figures = models.JSONField(_("chiffres"), default=list, blank=True)
    proposed_level = models.PositiveSmallIntegerField(
        _("niveau proposé"), null=True, blank=True, validators=level_validators
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    edited_at = models.DateTimeField(_("écrite le"), null=True, blank=True, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("écrite par"),
        related_name="+",
    )

    objects = EntryQuerySet.as_manager()

    class Meta(AbstractEvaluation.Meta):
        verbose_name = _("saisie")
        verbose_name_plural = _("saisies")
        ordering = ["evaluation_id"]
        constraints = [
            *AbstractEvaluation.Meta.constraints,
            models.CheckConstraint(
                condition=Q(status__in=EntryStatus.values),
                name="schema_entry_status_known",
            ),
            models.CheckConstraint(
                condition=Q(proposed_level__isnull=True) | Q(proposed_level__range=(1, 7)),
                name="schema_entry_proposed_level_on_scale",
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="schema_entry_version_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id}, {self.get_status_display()}"

    def get_absolute_url(self) -> str:
        campaign, sheet = self.evaluation.campaign, self.evaluation.sheet
        return reverse("entry-detail", args=[campaign.plan.slug, campaign.slug, sheet.key])

    @property
    def status_row(self) -> EntryStatusRow:
        return ENTRY_STATUSES[EntryStatus(self.status)]

    @property
    def state(self) -> EntryState:
        """What the entry waits for."""
        row = self.status_row
        states = (state for name, state in row.state_if.items() if getattr(self, name))
        return next(states, row.state)

    @property
    def is_waiting(self) -> bool:
        """Whether it is handed in and keeps the campaign from being frozen."""
        return self.status_row.is_handed_in and not self.status_row.is_final

    @property
    def is_draft(self) -> bool:
        return not self.status_row.is_handed_in

    def is_late(self, today: date) -> bool:
        """Return whether it is not handed in and its day is past."""
        due_on = self.evaluation.campaign.due_on
        return self.is_draft and due_on is not None and due_on < today

    @property
    def is_started(self) -> bool:
        return self.edited_at is not None

    @property
    def is_agreed(self) -> bool:
        """Whether no reviewer proposed another level."""
        return self.proposed_level is None

    @property
    def proposed_level_label(self) -> str:
        return level_label(self.proposed_level)

    @property
    def pilot_users(self) -> list[User]:
        return [pilot.user for pilot in self.pilots.all()]

    def is_authored_by(self, user: User | AnonymousUser) -> bool:
        """Return whether this person pilots it, or ever wrote in it or handed it in.

        Another person must then review it, validate it, give it back and correct it.
        """
        authors = {self.edited_by_id}
        authors |= {pilot.user_id for pilot in self.pilots.all()}
        authors |= {writer.user_id for writer in self.writers.all()}
        return user.pk is not None and user.pk in authors


class Pilot(models.Model):
    """A person who fills an entry; an entry may have several."""

    changes_public_pages = False

    entry = models.ForeignKey(
        Entry, models.CASCADE, related_name="pilots", verbose_name=_("saisie")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="piloted", verbose_name=_("pilote")
    )

    class Meta:
        verbose_name = _("pilote d'une fiche")
        verbose_name_plural = _("pilotes des fiches")
        ordering = ["entry_id", "user__email"]
        constraints = [models.UniqueConstraint(fields=["entry", "user"], name="schema_pilot_once")]

    def __str__(self) -> str:
        return str(self.user)


class Writer(models.Model):
    """A person who wrote in an entry or handed it in, still its pilot or not.

    Rows are only added.
    """

    changes_public_pages = False

    entry = models.ForeignKey(
        Entry, models.CASCADE, related_name="writers", verbose_name=_("saisie")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("auteur")
    )

    class Meta:
        verbose_name = _("auteur d'une fiche")
        verbose_name_plural = _("auteurs des fiches")
        ordering = ["entry_id", "user_id"]
        constraints = [models.UniqueConstraint(fields=["entry", "user"], name="schema_writer_once")]

    def __str__(self) -> str:
        return str(self.user)


class SignedVersionQuerySet(models.QuerySet["SignedVersion"]):
    def corrections(self) -> "SignedVersionQuerySet":
        return self.filter(action=EntryAction.CORRECTED).order_by("number")


class SignedVersion(AbstractEvaluation):
    """What an evaluation said when a person signed an action, with who, when and why.

    Rows are only added. `number` counts those of an evaluation from 1; `figures` are those of an
    entry.
    """

    evaluation = models.ForeignKey(
        "schema_actions.Evaluation",
        models.CASCADE,
        related_name="signed_versions",
        verbose_name=_("évaluation"),
    )
    number = models.PositiveIntegerField(_("numéro"))
    action = models.CharField(_("acte"), max_length=10, choices=EntryAction)
    reason = models.TextField(_("raison"), blank=True, max_length=REASON_MAX_LENGTH)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signée par"),
    )
    signed_at = models.DateTimeField(_("le"), default=timezone.now)
    figures = models.JSONField(_("chiffres"), default=list, blank=True)
    proposed_level = models.PositiveSmallIntegerField(
        _("niveau proposé"), null=True, blank=True, validators=level_validators
    )

    objects = SignedVersionQuerySet.as_manager()

    class Meta(AbstractEvaluation.Meta):
        verbose_name = _("version signée")
        verbose_name_plural = _("versions signées")
        ordering = ["evaluation_id", "-number"]
        constraints = [
            *AbstractEvaluation.Meta.constraints,
            models.UniqueConstraint(
                fields=["evaluation", "number"], name="schema_signed_version_number_once"
            ),
            models.CheckConstraint(
                condition=Q(action__in=EntryAction.values),
                name="schema_signed_version_action_known",
            ),
            models.CheckConstraint(
                condition=~Q(action__in=ACTIONS_WITH_REASON, reason=""),
                name="schema_signed_version_reason_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id}, {self.number}"

    @property
    def action_row(self) -> EntryActionRow:
        return ENTRY_ACTIONS[EntryAction(self.action)]

    @property
    def proposed_level_label(self) -> str:
        return level_label(self.proposed_level)
