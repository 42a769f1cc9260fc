"""Abstract models shared by all apps: sources, periods, telephone fields."""

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
    """A telephone number as printed: "02 38 25 45 45"; "" where none is published.

    Validated in forms, loaded files, the admin and the API alike.
    """

    default_validators = [validate_telephone]

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return telephones.parse_number(super().clean(value, model_instance))

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Migrate as a CharField: the database checks nothing more."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class Dated(models.Model):
    """A row with a `Period`, stored in five columns and read as one value."""

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
    """A document or web page in which facts were published; its period is its printed date."""

    key = models.SlugField(_("clé"), max_length=80, unique=True)
    title = models.CharField(_("titre"), max_length=250)
    publisher = models.CharField(_("éditeur"), max_length=150)
    url = models.URLField(_("adresse"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["period_earliest", "key"]
        constraints = Dated.Meta.constraints

    def __str__(self) -> str:
        return self.title

    @property
    def date(self) -> str | None:
        """Return the date in ISO 8601, as precise as printed: "2023-11-24", "2023-06" or None."""
        return self.period.edtf if self.period.is_bounded else None


class Sourced(models.Model):
    """A row with its source, the printed text, and when a person last edited it.

    `edited_at` is null until then: a new load updates such rows and leaves the edited ones.
    """

    source = models.ForeignKey(
        Source, models.PROTECT, verbose_name=_("source"), null=True, blank=True, related_name="+"
    )
    as_printed = models.TextField(_("texte imprimé"), blank=True)
    edited_at = models.DateTimeField(_("modifié le"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class DataVersion(models.Model):
    """Counter of the changes of an app's tables; see `portal.core.caching.data_versions`."""

    app = models.CharField(max_length=50, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("version des données")
        verbose_name_plural = _("versions des données")

    def __str__(self) -> str:
        return f"{self.app} {self.number}"


class LoadedData(models.Model):
    """What was last loaded under a name, as a digest; see `portal.core.loaded_data`.

    It is written in the transaction of the load, and saved and restored with the data.
    """

    name = models.CharField(max_length=50, primary_key=True)
    digest = models.CharField(max_length=64)

    changes_public_pages = False

    class Meta:
        verbose_name = _("données chargées")
        verbose_name_plural = _("données chargées")

    def __str__(self) -> str:
        return self.name
