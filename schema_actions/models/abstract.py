"""The base of evaluations, entries and signed versions."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schema_actions.enums import LevelStatus
from schema_actions.levels import level_or_status_label
from schema_actions.sheets import SECTIONS

level_validators = [MinValueValidator(1), MaxValueValidator(7)]
_STATUSES_WITHOUT_LEVEL = [status for status in LevelStatus if status != LevelStatus.EVALUATED]


class AbstractEvaluation(models.Model):
    """The level of a sheet, or why it has none, and its four sections in Markdown."""

    level_status = models.CharField(
        _("état du niveau"), max_length=16, choices=LevelStatus, default=LevelStatus.MISSING
    )
    level = models.PositiveSmallIntegerField(
        _("niveau"), null=True, blank=True, validators=level_validators
    )
    done = models.TextField(_("ce qui a été fait"), blank=True)
    results = models.TextField(_("résultats observés"), blank=True)
    planned = models.TextField(_("ce qui est prévu"), blank=True)
    vigilance = models.TextField(_("points de vigilance"), blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    level_status=LevelStatus.EVALUATED, level__isnull=False, level__range=(1, 7)
                )
                | Q(level_status__in=_STATUSES_WITHOUT_LEVEL, level__isnull=True),
                name="schema_%(class)s_level_iff_evaluated",
                violation_error_message=_("Une fiche évaluée, et elle seule, a un niveau."),
            )
        ]

    @property
    def level_label(self) -> str:
        """The level in words, as "5 sur 7, un peu en avance", or why there is none."""
        return level_or_status_label(self.level, self.level_status)

    @property
    def sections(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in SECTIONS}
