"""Abstract models shared by all apps: sources, periods, telephone fields."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.periods.period import Period, Precision, format_day
from portal.core.provenance import (
    FieldGroup,
    FieldOrigin,
    FieldOrigins,
    Provenance,
    ProvenanceKind,
    field_provenance,
    group_fields,
    latest,
)
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
    kind = models.CharField(
        _("nature"),
        max_length=10,
        choices=ProvenanceKind,
        default=ProvenanceKind.PRINTED,
        db_default=ProvenanceKind.PRINTED,
    )

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["period_earliest", "key"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=ProvenanceKind.values), name="core_source_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def exact_day(self) -> date | None:
        """Return its date, None where it is not known to the day."""
        is_day = self.period_earliest == self.period_latest
        return self.period_earliest if is_day else None

    @cached_property
    def date(self) -> str | None:
        """Return the date in ISO 8601, as precise as printed: "2023-11-24", "2023-06" or None."""
        return self.period.edtf if self.period.is_bounded else None


class Sourced(models.Model):
    """A row with its source: `as_printed` is the text of the source, to the letter.

    `edited_at` is null until a person edits the row: a new load updates such rows and leaves the
    edited ones.
    """

    source = models.ForeignKey(
        Source, models.PROTECT, verbose_name=_("source"), null=True, blank=True, related_name="+"
    )
    as_printed = models.TextField(_("texte imprimé"), blank=True)
    edited_at = models.DateTimeField(_("modifié le"), null=True, blank=True, editable=False)

    # What a `Maintained` row stores.
    field_origins: Any = None
    checked_on: Any = None
    remark: Any = ""
    # Names of columns in the API, and labels of fields, where they are not those of the columns.
    public_names: ClassVar[Mapping[str, str]] = {}
    field_labels: ClassVar[Mapping[str, Any]] = {}
    # Columns of text written in a code: days, times.
    coded_columns: ClassVar[Collection[str]] = ()

    class Meta:
        abstract = True

    @property
    def source_provenance(self) -> Provenance:
        """The provenance of the fields that nothing changed since the row was loaded."""
        source = self.source if self.source_id else None
        if source:
            return Provenance(source.kind, self.as_printed or None, source.exact_day, source.title)
        return Provenance(ProvenanceKind.STATED, None, self.checked_on)

    @property
    def origins(self) -> FieldOrigins:
        """The fields that changed since the source, by public name."""
        return self.field_origins or {}

    @property
    def provenance(self) -> Provenance:
        """The last word on the row: its source, a change, a later publication or a check.

        `printed` is always what its source printed.
        """
        origins = self.origins
        if not origins and not self.checked_on:
            return self.source_provenance
        words = [self.source_provenance, *map(field_provenance, origins.values())]
        if self.checked_on:
            words.append(Provenance(ProvenanceKind.STATED, None, self.checked_on))
        last = latest(words)
        return Provenance(last.kind, self.as_printed or last.printed, last.on, last.title)

    @property
    def provenance_by_field(self) -> dict[str, Provenance]:
        """The provenance of each filled field of another day or kind than the row's, and of each
        field that changed.
        """
        origins = self.origins
        return self._describe_fields(origins) if origins else {}

    def _describe_fields(self, origins: FieldOrigins) -> dict[str, Provenance]:
        """Return the provenance of the fields of `origins`, and of the others if another leads."""
        described = {name: field_provenance(origin) for name, origin in origins.items()}
        unchanged, last = self.source_provenance, self.provenance
        if (unchanged.kind, unchanged.on) == (last.kind, last.on):
            return described
        loaded = vars(self)  # a deferred column would be a query
        names = [
            self.public_names.get(name, name)
            for name, columns in _data_fields(type(self)).items()
            if any(loaded.get(column) not in (None, "") for column in columns)
        ]
        return {**dict.fromkeys(names, unchanged), **described}

    @property
    def other_sources(self) -> list[tuple[str, Source]]:
        """The documents that say some of its data and not the rest, each with its sentence."""
        return []

    @property
    def changes(self) -> list[FieldGroup]:
        """The fields that changed since the source, by day and author, the latest first."""
        origins = self.origins
        if not origins:
            return []
        names = {self.public_names.get(name, name): name for name in _data_fields(type(self))}
        labels = {
            public: str(self.field_labels.get(name) or _field_label(type(self), name))
            for public, name in names.items()
            if public in origins
        }
        return group_fields(origins, labels)

    @property
    def is_checked_since_changes(self) -> bool:
        """Whether a person said that it is still true, after its last change if any."""
        if self.checked_on is None:
            return False
        days = (date.fromisoformat(on) for origin in self.origins.values() if (on := origin["on"]))
        return all(day < self.checked_on for day in days)

    @property
    def is_maintained_by_agency(self) -> bool:
        """Whether the people of an agency edit it, rather than those of the whole département."""
        return False


class Maintained(Sourced):
    """A sourced row that people keep true: who says each of its data, and since when.

    `field_origins` are the fields that a person changed, or that a later source published, as
    `FieldOrigins`; null while all come from `source`. `checked_on` is the last day when a person
    said that the row is true. `remark` is what the portal says of the printed text.
    """

    field_origins = models.JSONField(
        _("ce qui a changé depuis"), null=True, blank=True, editable=False
    )
    checked_on = models.DateField(_("vérifié le"), null=True, blank=True)
    remark = models.TextField(
        _("remarque sur le texte imprimé"), blank=True, default="", db_default=""
    )

    class Meta:
        abstract = True

    def record_edit(self) -> None:
        """Before a person's change is saved: keep who says each changed field, and since when.

        One query, and one for each replaced row of a foreign key.
        """
        self.edited_at = timezone.now()
        stored = type(self)._base_manager.filter(pk=self.pk).first() if self.pk else None
        if stored is None:
            self.checked_on = clock.today()
            return
        origins: dict[str, FieldOrigin] = dict(stored.field_origins or {})
        for name, columns in _data_fields(type(self)).items():
            if all(getattr(stored, column) == getattr(self, column) for column in columns):
                continue
            public_name = self.public_names.get(name, name)
            earlier = origins.pop(public_name, None)
            printed = stored.printed_value(name) if stored.source_id else None
            origins[public_name] = {
                "on": clock.today().isoformat(),
                "printed": earlier["printed"] if earlier else printed or None,
            }
        self.field_origins = origins or None

    def printed_value(self, name: str) -> str:
        """Return a field as its source printed it: words, a day or the name of another row.

        "" for an empty one, a choice, a number, a time or a code: nobody printed those so.
        """
        text = getattr(self, f"{name}_text", None)
        if isinstance(text, str) and (text or name == "period"):
            return text
        field = self._meta.get_field(name)
        value = getattr(self, name)
        if isinstance(value, date):
            return format_day(value)
        is_code = bool(getattr(field, "choices", None)) or name in self.coded_columns
        is_words = isinstance(value, str) and not is_code
        return str(value) if is_words or isinstance(value, models.Model) else ""


def _field_label(model: type[models.Model], name: str) -> str:
    field = model._meta.get_field("period_text" if name == "period" else name)
    return str(getattr(field, "verbose_name", name))


@cache
def _data_fields(model: type[Sourced]) -> Mapping[str, Sequence[str]]:
    """Return the data that people edit in a model: the columns of each, by name.

    The words beside a value ("hours_text") and the columns of a period are one datum with it.
    """
    own = {field.name for field in Maintained._meta.fields}
    columns = {
        field.name: field.attname
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key and field.name not in own
    }
    for name in ("key", "slug", "evidence", "department"):
        columns.pop(name, None)
    fields: dict[str, list[str]] = {}
    for name, column in columns.items():
        datum = name.removesuffix("_text")
        is_words = datum != name and (datum in columns or datum == "period")
        fields.setdefault(datum if is_words else name, []).append(column)
    if "period" in fields:
        fields["period"] += ["period_earliest", "period_latest"]
    return fields


def published_names(model: type[Sourced]) -> set[str]:
    """Return the data of a model by the names under which later publications are recorded."""
    return {model.public_names.get(name, name) for name in _data_fields(model)}


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
