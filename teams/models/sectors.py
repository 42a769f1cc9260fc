"""Sectors: what each team covers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.validators import RegexValidator
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Case, F, Q, Value, When
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from portal.core.caching.raw_sql import columns, fetch_rows
from portal.core.models import Maintained
from portal.territory.house_numbers import SUFFIX, HouseNumber, HouseNumberRank
from portal.territory.models import Commune, commune_code
from portal.territory.streets import MAX_CLOSEST, street_key
from teams.enums import Parity, SectorBasis, SectorKind
from teams.models.sites import NAME_MAX_LENGTH
from teams.models.teams import Team


class SectorQuerySet(models.QuerySet["Sector"]):
    def valid(self, on: date) -> "SectorQuerySet":
        """Filter the sectors in force on that day; a null bound is infinite."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on),
            Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        )

    def at_address(
        self,
        commune: str,
        on: date,
        *,
        street_keys: Sequence[str] = (),
        number: HouseNumber | None = None,
        chosen: str = "",
        limit: int,
    ) -> list["Sector"]:
        """Return the sectors that may cover an address on that day, most decisive first. One query.

        In this order: the `chosen` sector, by slug; the whole commune; those of the streets of
        these keys, `MAX_STREET_KEYS` at most, that may hold the number (all of them without one);
        quarters; the others.
        """
        keys = [*street_keys, *("" for _ in range(MAX_STREET_KEYS))][:MAX_STREET_KEYS]
        parameters: dict[str, str | int | date] = {
            **{"commune": commune, "on": on, "number": -1 if number is None else number.number},
            **{f"street_{at}": key for at, key in enumerate(keys)},
            **{"chosen": chosen, "limit": limit},
        }
        rows = fetch_rows(_SECTORS_AT_ADDRESS, parameters)
        return [Sector.from_db(DEFAULT_DB_ALIAS, _SECTOR_COLUMNS, row) for row in rows]

    def streets_starting(self, key: str, on: date, limit: int) -> list[tuple[str, str]]:
        """Return the names and communes of streets whose key has this prefix, on that day.

        Reads `limit` rows at most, in the order of the keys: a name may come several times.
        """
        parameters: dict[str, str | int | date] = {
            **{"start": key, "end": f"{key}{_AFTER_ALL_KEYS}", "on": on, "limit": limit}
        }
        return [(street, commune) for street, commune in fetch_rows(_STREETS_STARTING, parameters)]

    def street_names(self, commune: str, on: date) -> list[str]:
        """Return the names of the commune's streets that sectors bear on that day. One query."""
        rows = fetch_rows(_STREET_NAMES, {"commune": commune, "on": on})
        return [street for (street,) in rows]

    def widest_first(self) -> "SectorQuerySet":
        """Order by kind (communes, quarters, streets, numbers), then by commune."""
        width = Case(*(When(kind=kind, then=Value(rank)) for rank, kind in enumerate(Sector.Kind)))
        return self.order_by(width, "commune__search_name", "commune_id", "slug")


house_number_suffix = RegexValidator(
    rf"^({SUFFIX})$", _("« bis », « ter » ou une lettre minuscule est attendu.")
)


class Sector(Maintained):
    """What a team covers: a whole commune, a quarter, a street, or house numbers of a street.

    `basis` is why it is believed. A null day of validity has no limit. `former_commune` is the code
    of the former commune where the street is, "" where nothing says it: two may have a street of
    the same name. `search_street` is the key of the street's name.
    """

    Kind = SectorKind
    Parity = Parity
    Basis = SectorBasis

    team = models.ForeignKey(Team, models.PROTECT, verbose_name=_("équipe"), related_name="sectors")
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("commune"), related_name="sectors"
    )
    kind = models.CharField(_("nature"), max_length=10, choices=Kind)
    slug = models.SlugField(_("identifiant"), max_length=NAME_MAX_LENGTH, unique=True)
    name = models.CharField(_("nom"), max_length=120)
    street = models.CharField(_("rue"), max_length=120, blank=True)
    search_street = models.CharField(max_length=120, blank=True, editable=False)
    former_commune = models.CharField(
        _("code de l'ancienne commune"),
        max_length=5,
        blank=True,
        default="",
        db_default="",
        validators=[commune_code],
    )
    number_from = models.PositiveIntegerField(_("du numéro"), null=True, blank=True)
    number_from_suffix = models.CharField(
        _("suffixe du premier numéro"),
        max_length=10,
        blank=True,
        default="",
        db_default="",
        validators=[house_number_suffix],
        help_text=_("bis, ter ou une lettre"),
    )
    number_to = models.PositiveIntegerField(_("au numéro"), null=True, blank=True)
    number_to_suffix = models.CharField(
        _("suffixe du dernier numéro"),
        max_length=10,
        blank=True,
        default="",
        db_default="",
        validators=[house_number_suffix],
        help_text=_("bis, ter ou une lettre ; sans suffixe, le 12 bis est compris dans « au 12 »"),
    )
    parity = models.CharField(_("parité"), max_length=4, choices=Parity, default=Parity.ALL)
    valid_from = models.DateField(_("depuis le"), null=True, blank=True)
    valid_to = models.DateField(_("jusqu'au"), null=True, blank=True)
    basis = models.CharField(_("fondement"), max_length=10, choices=Basis)

    objects = SectorQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("secteur")
        verbose_name_plural = _("secteurs")
        ordering = ["commune__name", "commune_id", "slug"]
        indexes = [
            models.Index(fields=["commune", "search_street"], name="teams_sector_in_commune"),
            models.Index(fields=["search_street"], name="teams_sector_by_street"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[SectorKind.STREET, SectorKind.NUMBERS]) ^ Q(street=""),
                name="teams_sector_street_where_needed",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=SectorKind.NUMBERS, number_from__gte=0, number_to__gte=F("number_from")
                )
                | Q(number_from__isnull=True, number_to__isnull=True, parity=Parity.ALL)
                & ~Q(kind=SectorKind.NUMBERS),
                name="teams_sector_numbers_ordered",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=F("valid_to")),
                name="teams_sector_validity_ordered",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SectorKind.values),
                name="teams_sector_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(basis__in=SectorBasis.values), name="teams_sector_basis_known"
            ),
            models.CheckConstraint(
                condition=Q(parity__in=Parity.values), name="teams_sector_parity_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_street = street_key(self.street)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.slug = self.slug or f"{self.commune_id}-{slugify(self.name)}"

    @property
    def is_maintained_by_agency(self) -> bool:
        return True

    def contains_number(self, number: HouseNumber | None) -> bool:
        """Return whether it holds that number of its street; a whole street holds every number."""
        if self.kind != self.Kind.NUMBERS:
            return True
        if number is None or self.number_from is None or self.number_to is None:
            return False
        right_side = self.parity == self.Parity.ALL or (
            (number.number % 2 == 0) == (self.parity == self.Parity.EVEN)
        )
        return right_side and self.first_rank <= number.rank <= self.last_rank

    @property
    def number_labels(self) -> tuple[str, str]:
        """The first and last numbers as people write them: ("1", "12 bis"); for NUMBERS only."""
        first = HouseNumber(self.number_from or 0, self.number_from_suffix)
        return str(first), str(HouseNumber(self.number_to or 0, self.number_to_suffix))

    @property
    def first_rank(self) -> HouseNumberRank:
        """The rank of its first number; 0 goes with a street from its number 1."""
        first = 0 if self.number_from == 1 else self.number_from or 0
        return HouseNumber(first, self.number_from_suffix).rank

    @property
    def last_rank(self) -> HouseNumberRank:
        """The rank of its last number; without a suffix, it goes with all its suffixes."""
        last = HouseNumber(self.number_to or 0, self.number_to_suffix)
        return last.rank if last.suffix else (last.number + 1, -1, "")


_SECTOR_COLUMNS = columns(
    Sector,
    "id slug kind name commune_id team_id basis street former_commune number_from"
    " number_from_suffix number_to number_to_suffix parity",
)


MAX_STREET_KEYS = MAX_CLOSEST
_STREET_PARAMETERS = [f"%(street_{at})s" for at in range(MAX_STREET_KEYS)]
_SECTORS_AT_ADDRESS = f"""
select {", ".join(_SECTOR_COLUMNS)}
from teams_sector
where commune_id = %(commune)s
  and (valid_from is null or valid_from <= %(on)s)
  and (valid_to is null or valid_to >= %(on)s)
order by case
    when slug = %(chosen)s then 0
    when kind = 'commune' then 1
    when search_street <> '' and search_street in ({", ".join(_STREET_PARAMETERS)}) and (
      kind = 'street' or %(number)s = -1
      or %(number)s between number_from - 1 and number_to
    ) then 2
    when kind = 'quarter' then 3
    else 4
  end, slug
limit %(limit)s
"""  # noqa: S608 (names of columns, written here)

_AFTER_ALL_KEYS = "zzzzzzzz"  # keys are letters and digits; LIKE has no index on SQLite
_STREETS_STARTING = """
select street, commune_id
from teams_sector
where search_street >= %(start)s and search_street < %(end)s
  and (valid_from is null or valid_from <= %(on)s)
  and (valid_to is null or valid_to >= %(on)s)
order by search_street
limit %(limit)s
"""
_STREET_NAMES = """
select distinct street
from teams_sector
where commune_id = %(commune)s
  and street <> ''
  and (valid_from is null or valid_from <= %(on)s)
  and (valid_to is null or valid_to >= %(on)s)
order by street
"""
