"""What every datum carries: where it was published, and when it happens."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core.periods.period import Period, Precision
from portal.core.text import telephones


def validate_telephone(text: str) -> None:
    try:
        telephones.format_number(text)
    except telephones.TelephoneError as error:
        raise ValidationError(str(error), code="telephone") from None


class TelephoneField(models.CharField):
    """A telephone number, kept as it is printed: "02 38 25 45 45"; "" where none is published.

    It is checked wherever a row is: forms, files that are loaded, administration, API.
    """

    default_validators = [validate_telephone]

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return telephones.parse_number(super().clean(value, model_instance))

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """A plain text for migrations: the database checks nothing of it."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class Dated(models.Model):
    """A row that happens in a `Period`: its five columns, read and written as one value."""

    period_text = models.CharField(_("période"), max_length=500, blank=True)
    period_earliest = models.DateField(_("au plus tôt"), null=True, blank=True, editable=False)
    period_latest = models.DateField(_("au plus tard"), null=True, blank=True, editable=False)
    period_precision = models.CharField(
        _("précision"),
        max_length=10,
        choices=[(precision.value, precision.value) for precision in Precision],
        default=Precision.UNKNOWN,
        editable=False,
    )
    period_inferred = models.BooleanField(_("année déduite"), default=False, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(period_earliest__isnull=True)
                | Q(period_latest__isnull=True)
                | Q(period_earliest__lte=F("period_latest")),
                name="%(app_label)s_%(class)s_period_ordered",
            ),
            models.CheckConstraint(
                condition=Q(period_precision__in=[precision.value for precision in Precision]),
                name="%(app_label)s_%(class)s_period_precision_known",
            ),
        ]

    @property
    def period(self) -> Period:
        return Period(
            text=self.period_text,
            earliest=self.period_earliest,
            latest=self.period_latest,
            precision=Precision(self.period_precision),
            inferred=self.period_inferred,
        )

    @period.setter
    def period(self, period: Period) -> None:
        self.period_text = period.text
        self.period_earliest = period.earliest
        self.period_latest = period.latest
        self.period_precision = period.precision
        self.period_inferred = period.inferred


class Source(Dated):
    """A document or page in which facts were published; its period is its date as printed."""

    key = models.SlugField(_("clé"), max_length=80, unique=True)
    title = models.CharField(_("titre"), max_length=250)
    publisher = models.CharField(_("éditeur"), max_length=150)
    url = models.URLField(_("adresse"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("source")
        ordering = ["period_earliest", "key"]
        constraints = Dated.Meta.constraints

    def __str__(self) -> str:
        return self.title

    @property
    def date(self) -> str | None:
        """The date in ISO 8601, as precise as it is printed: "2023-11-24", "2023-06" or None."""
        return self.period.edtf if self.period.is_bounded else None


class Sourced(models.Model):
    """A datum with its source, the text as printed there, and its last edit by a person.

    `edited_at` is null as long as nobody touched the loaded row: a new load updates such rows and
    leaves the others as people made them.
    """

    source = models.ForeignKey(
        Source, models.PROTECT, verbose_name=_("source"), null=True, blank=True, related_name="+"
    )
    as_printed = models.TextField(_("texte imprimé"), blank=True)
    edited_at = models.DateTimeField(_("modifié le"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class DataVersion(models.Model):
    """How many times the tables of an app changed; `portal.core.caching.data_versions` keeps it."""

    app = models.CharField(max_length=50, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("version des données")
        verbose_name_plural = _("versions des données")

    def __str__(self) -> str:
        return f"{self.app} {self.number}"
