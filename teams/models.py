"""Agencies, the sites and teams they have, and the sectors that teams cover."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from portal.core import clock
from portal.core.caching.raw_sql import columns, fetch_rows
from portal.core.models import Sourced, TelephoneField
from portal.core.periods.period import format_day
from portal.core.text.normalisation import street_key
from portal.core.text.telephones import parse_number
from portal.territory.models import Commune, Department
from teams.enums import Parity, SectorBasis, SectorKind, TeamKind
from teams.sentences import whereabouts_sentence
from teams.whereabouts import Whereabouts, compute_whereabouts

NAME_MAX_LENGTH = 150


class Agency(Sourced):
    """The territorial structure: agence (45), maison des solidarités (41), antenne (79).

    `name` is as printed, `long_name` without initials. An empty phone is not published.
    """

    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("département"), related_name="agencies"
    )
    name = models.CharField(_("nom"), max_length=NAME_MAX_LENGTH)
    long_name = models.CharField(_("nom complet"), max_length=NAME_MAX_LENGTH)
    slug = models.SlugField(_("identifiant"), max_length=NAME_MAX_LENGTH, unique=True)
    phone = TelephoneField(_("téléphone"), max_length=30, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)

    class Meta:
        verbose_name = _("agence")
        ordering = ["department", "name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.slug = self.slug or slugify(self.name)

    @cached_property
    def predecessor_site(self) -> "Site | None":
        """Where the structure that it replaces was, when it replaces only one."""
        former = self.predecessors.all()
        return former[0].site if len(former) == 1 else None


class Membership(models.Model):
    """A person who is an agent of an agency."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="memberships")

    class Meta:
        verbose_name = _("agent d'une agence")
        verbose_name_plural = _("agents des agences")
        ordering = ["agency__name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "agency"], name="teams_membership_once")
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return agent_label(self.agency)


def agent_label(agency: Agency) -> str:
    """What an agent of `agency` is, in French: "agent, ADS Nord Loiret"."""
    return _now("agent, %s") % agency.name


class FormerAgency(Sourced):
    """An older structure that agencies replace and that people still ask for by name."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="former_agencies")
    name = models.CharField(_("nom"), max_length=NAME_MAX_LENGTH)
    successors = models.ManyToManyField(
        Agency, verbose_name=_("remplacée par"), related_name="predecessors"
    )
    site = models.ForeignKey("Site", models.PROTECT, null=True, blank=True, related_name="+")
    phone = TelephoneField(_("téléphone imprimé"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("ancienne structure")
        verbose_name_plural = _("anciennes structures")
        ordering = ["department", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "name"], name="teams_former_agency_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Site(Sourced):
    """A place, its address as printed; `city`, `postal_code` and `commune` where they are certain.

    `name` is set only where the printed address alone would not say what the place is. The point is
    null when nobody measured it: then the commune's stands for it, approximately.
    """

    key = models.SlugField(_("clé"), max_length=80, unique=True, null=True, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("département"), related_name="sites"
    )
    name = models.CharField(_("nom"), max_length=NAME_MAX_LENGTH, blank=True)
    address = models.CharField(_("adresse imprimée"), max_length=250, blank=True)
    postal_code = models.CharField(_("code postal"), max_length=5, blank=True)
    city = models.CharField(_("ville"), max_length=80, blank=True)
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("commune"),
        related_name="+",
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("lieu")
        verbose_name_plural = _("lieux")
        ordering = ["department", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="teams_site_point_whole",
            ),
            models.CheckConstraint(
                condition=~Q(name="", address=""), name="teams_site_named_or_addressed"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """One line by which a person finds the place; it says when no address is published."""
        if not self.address:
            return _now("%s (adresse à renseigner)") % self.name
        return self.name or self.address

    @property
    def is_approximate(self) -> bool:
        """True when its point, if any, is only that of its commune."""
        return self.latitude is None

    @property
    def point(self) -> tuple[float | None, float | None]:
        """Latitude and longitude, those of the commune when its own are unknown."""
        if self.is_approximate and self.commune:
            return self.commune.latitude, self.commune.longitude
        return self.latitude, self.longitude


class TeamQuerySet(models.QuerySet["Team"]):
    def with_whereabouts(self) -> "TeamQuerySet":
        """All that says where teams are and how to reach them, in a constant number of queries."""
        return self.select_related(
            "site__commune", "site__source", "agency__department", "source"
        ).prefetch_related(
            "agency__department__phone_lines",
            "agency__predecessors__site__commune",
            "agency__predecessors__site__source",
            "relocations__team",
            "relocations__source",
            "relocations__origin__commune",
            "relocations__origin__source",
            "relocations__destination__commune",
            "relocations__destination__source",
        )


class Team(Sourced):
    """A team, named as printed. `site` is where it stands today, null when not published."""

    Kind = TeamKind

    agency = models.ForeignKey(
        Agency, models.PROTECT, verbose_name=_("agence"), related_name="teams"
    )
    name = models.CharField(_("nom"), max_length=NAME_MAX_LENGTH)
    slug = models.SlugField(_("identifiant"), max_length=NAME_MAX_LENGTH, unique=True)
    kind = models.CharField(_("nature"), max_length=10, choices=Kind)
    disciplines = models.CharField(
        _("métiers"), max_length=250, blank=True, help_text=_("comme imprimés")
    )
    phone = TelephoneField(_("téléphone"), max_length=30, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, verbose_name=_("lieu"), related_name="teams"
    )
    checked_on = models.DateField(_("vérifié le"), null=True, blank=True)

    objects = TeamQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("équipe")
        ordering = ["agency__department", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=TeamKind.values),
                name="teams_team_kind_known",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("team-detail", args=[self.slug])

    def clean(self) -> None:
        self.slug = self.slug or slugify(self.name)

    @property
    def title(self) -> str:
        """The name as a heading: "Équipe Olivétaine", but "EP de Courtenay"."""
        if self.kind != self.Kind.PROXIMITY or self.name.startswith(("EP ", "Équipe ")):
            return self.name
        return str(_("Équipe %s")) % self.name

    @property
    def public_phone(self) -> str:
        """Its phone, else its agency's, else the line of its département, else "", as printed; what
        stands there and is no number is passed over.
        """
        own = parse_number(self.phone) or parse_number(self.agency.phone)
        return own or next(
            filter(None, (parse_number(line.number) for line in phone_lines([self]))), ""
        )

    def whereabouts(self, on: date | None = None) -> Whereabouts:
        """Where it is on that day, today by default."""
        today = clock.today()
        moves = self.relocations.all()
        has_opening = any(move.is_opening for move in moves)
        predecessor_site = self.agency.predecessor_site if has_opening else None
        return compute_whereabouts(
            self.site, moves, on=on or today, today=today, predecessor_site=predecessor_site
        )

    def checked_label(self, site: Site | None) -> str:
        """When that place of its was last checked, in French: the date of its source unless an
        agent checked since; "" when not known.
        """
        if self.checked_on:
            return format_day(self.checked_on)
        period = site.source.period if site and site.source else None
        return str(period) if period and period.is_bounded else ""

    def describe_whereabouts(self, whereabouts: Whereabouts) -> str:
        """`place` said in French."""
        return whereabouts_sentence(
            whereabouts, phone=self.public_phone, checked=self.checked_label(whereabouts.site)
        )


def phone_lines(teams: Iterable[Team]) -> list[Any]:
    """The phone lines of the départements of these teams, each once."""
    departments = {team.agency.department_id: team.agency.department for team in teams}
    return [line for department in departments.values() for line in department.phone_lines.all()]


class TeamName(Sourced):
    """Another name under which a team was printed."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="other_names")
    name = models.CharField(_("nom"), max_length=NAME_MAX_LENGTH)

    class Meta:
        verbose_name = _("autre nom")
        verbose_name_plural = _("autres noms")
        ordering = ["team", "name"]
        constraints = [
            models.UniqueConstraint(fields=["team", "name"], name="teams_team_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class SectorQuerySet(models.QuerySet["Sector"]):
    def valid(self, on: date) -> "SectorQuerySet":
        """Those in force on that day; a null bound is infinite."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on),
            Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        )

    def at_address(
        self,
        commune: str,
        on: date,
        *,
        street: str = "",
        number: int | None = None,
        chosen: str = "",
        limit: int,
    ) -> list["Sector"]:
        """What decides of an address that day, in one query: the `chosen` sector of the commune,
        by slug, the whole commune, those of the street, by key, that may hold the number (all of
        them without one), the quarters, then the others.
        """
        parameters: dict[str, str | int | date] = {
            **{"commune": commune, "on": on, "street": street, "number": number or 0},
            **{"chosen": chosen, "limit": limit},
        }
        rows = fetch_rows(_SECTORS_AT_ADDRESS, parameters)
        return [Sector.from_db(DEFAULT_DB_ALIAS, _SECTOR_COLUMNS, row) for row in rows]

    def widest_first(self) -> "SectorQuerySet":
        """Whole communes, then quarters, streets, numbers; each by commune."""
        width = Case(*(When(kind=kind, then=Value(rank)) for rank, kind in enumerate(Sector.Kind)))
        return self.order_by(width, "commune__search_name", "commune_id", "slug")


class Sector(Sourced):
    """What a team covers: a whole commune, a quarter, a street, or house numbers of a street.

    `basis` says why it is believed. A null day of validity has no limit.
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
    number_from = models.PositiveIntegerField(_("du numéro"), null=True, blank=True)
    number_to = models.PositiveIntegerField(_("au numéro"), null=True, blank=True)
    parity = models.CharField(_("parité"), max_length=4, choices=Parity, default=Parity.ALL)
    valid_from = models.DateField(_("depuis le"), null=True, blank=True)
    valid_to = models.DateField(_("jusqu'au"), null=True, blank=True)
    basis = models.CharField(_("fondement"), max_length=10, choices=Basis)

    objects = SectorQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("secteur")
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
                    kind=SectorKind.NUMBERS, number_from__gte=1, number_to__gte=F("number_from")
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

    def contains_number(self, number: int | None) -> bool:
        """Whether that number of its street is in it; a whole street holds them all."""
        if self.kind != self.Kind.NUMBERS:
            return True
        if number is None or self.number_from is None or self.number_to is None:
            return False
        right_side = self.parity == self.Parity.ALL or (
            (number % 2 == 0) == (self.parity == self.Parity.EVEN)
        )
        return right_side and self.number_from <= number <= self.number_to


_SECTOR_COLUMNS = columns(
    Sector,
    "id slug kind name commune_id team_id basis search_street number_from number_to parity",
)
_SECTORS_AT_ADDRESS = f"""
select {", ".join(_SECTOR_COLUMNS)}
from teams_sector
where commune_id = %(commune)s
  and (valid_from is null or valid_from <= %(on)s)
  and (valid_to is null or valid_to >= %(on)s)
order by case
    when slug = %(chosen)s then 0
    when kind = 'commune' then 1
    when search_street <> '' and search_street = %(street)s and (
      kind = 'street' or %(number)s = 0 or %(number)s between number_from and number_to
    ) then 2
    when kind = 'quarter' then 3
    else 4
  end, slug
limit %(limit)s
"""  # noqa: S608 (names of columns, written here)


class StatementQuerySet(models.QuerySet["Statement"]):
    def about_departments(self, codes: Iterable[str]) -> "StatementQuerySet":
        """What was published about these départements as a whole."""
        whole = self.filter(department__in=codes, agency__isnull=True, team__isnull=True)
        return whole.select_related("source")

    def about_team(self, team: Team) -> "StatementQuerySet":
        """What was published about a team or its agency."""
        return self.filter(Q(team=team) | Q(agency=team.agency_id)).select_related("source")


class Statement(Sourced):
    """Something published about a département, one of its agencies or teams, kept as published.

    It stands beside the other data, even where they contradict each other.
    """

    department = models.ForeignKey(Department, models.PROTECT, related_name="statements")
    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="statements"
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="statements")
    key = models.SlugField(_("clé"), max_length=80, unique=True)
    topic = models.CharField(_("sujet"), max_length=120)
    text = models.TextField(_("texte"))

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("information publiée")
        verbose_name_plural = _("informations publiées")
        ordering = ["department", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agency__isnull=True) | Q(team__isnull=True),
                name="teams_statement_one_subject",
            )
        ]

    def __str__(self) -> str:
        return self.topic
