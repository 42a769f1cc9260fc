"""Teams, where each is, and the other names under which they were printed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from portal.core import clock
from portal.core.models import Maintained, Sourced, TelephoneField
from portal.core.periods.period import Period, Precision, format_day
from portal.core.text.telephones import parse_number
from teams.enums import TeamKind
from teams.models.agencies import Agency
from teams.models.sites import NAME_MAX_LENGTH, SITE_RELATIONS, Site
from teams.sentences import whereabouts_sentence
from teams.short_answers import ShortAnswer, short_answer
from teams.whereabouts import Certainty, Whereabouts, compute_whereabouts, follow_moved_sites


class TeamQuerySet(models.QuerySet["Team"]):
    def with_whereabouts(self) -> "TeamQuerySet":
        """Fetch all that locates and reaches the teams, in a constant number of queries."""
        return self.select_related(
            *(f"site__{name}" for name in SITE_RELATIONS), "agency__department", "source"
        ).prefetch_related(
            "agency__department__phone_lines",
            models.Prefetch("agency__predecessors__site", Site.objects.with_relations()),
            "relocations__team",
            "relocations__source",
            models.Prefetch("relocations__origin", Site.objects.with_relations()),
            models.Prefetch("relocations__destination", Site.objects.with_relations()),
        )


class Team(Maintained):
    """A team, named as printed. `site` is where it is today, null if not published.

    `exists_from` is the first day on which it may have existed, null where nobody says: "depuis
    2020" is 1 January 2020.
    """

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
    exists_from = models.DateField(_("existe depuis le"), null=True, blank=True)

    objects = TeamQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("équipe")
        verbose_name_plural = _("équipes")
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
    def is_maintained_by_agency(self) -> bool:
        return True

    @property
    def title(self) -> str:
        """The name as a heading: "Équipe Olivétaine", but "EP de Courtenay"."""
        if self.kind != self.Kind.PROXIMITY or self.name.startswith(("EP ", "Équipe ")):
            return self.name
        return gettext("Équipe %s") % self.name

    @property
    def public_phone(self) -> str:
        """Its phone, else its agency's, else the line of its département, else "", as printed.

        A value that is not a telephone number is skipped.
        """
        own = parse_number(self.phone) or parse_number(self.agency.phone)
        return own or next(
            filter(None, (parse_number(line.number) for line in phone_lines([self]))), ""
        )

    def whereabouts(self, on: date | None = None) -> Whereabouts:
        """Return where it is on that day, today by default."""
        today = clock.today()
        day = on or today
        if self.exists_from and day < self.exists_from:
            return Whereabouts(Certainty.UNKNOWN, day, today, exists_from=self.exists_from)
        moves = self.relocations.all()
        has_opening = any(move.is_opening for move in moves)
        predecessor_site = self.agency.predecessor_site if has_opening else None
        answer = compute_whereabouts(
            self.site, moves, on=day, today=today, predecessor_site=predecessor_site
        )
        return follow_moved_sites(answer)

    def checked_label(self, whereabouts: Whereabouts) -> str:
        """Return when its site of that day was last checked, in French; "" if unknown.

        That is the last day when an agent said so, else the last date of the sources of the site
        and of the move that led there: never a day before the move was done.
        """
        site, arrival = whereabouts.site, whereabouts.arrival
        # Whoever changes or confirms a move of a team says where the team is until then.
        rows = [self, *([site] if site else []), *self.relocations.all()]
        if checks := [row.checked_on for row in rows if row.checked_on]:
            return format_day(max(checks))
        sourced_rows = [row for row in (site, arrival) if row and row.source]
        periods = sorted(filter(None, map(_last_word, sourced_rows)))
        done_on = arrival.actual_date if arrival else None
        if done_on and not (periods and periods[-1].relation(done_on) != "after"):
            return format_day(done_on)
        return str(periods[-1]) if periods else ""

    def sources_of(self, whereabouts: Whereabouts) -> list[Sourced]:
        """Return the rows that say where it is: a move, its own row or its site."""
        site: Site | None = whereabouts.site
        moves = [move for move in self.relocations.all() if move.checked_on]
        last_move = max(moves, key=lambda move: move.checked_on or date.min, default=None)
        is_moved = (
            site is not None and site.pk == self.site_id and "site" in (self.field_origins or {})
        )
        first = whereabouts.move or (self if is_moved else last_move or whereabouts.arrival)
        first = first or (site if site and site.source else self)
        is_site_changed = site is not None and bool(
            site.field_origins or site.checked_on or whereabouts.former_site
        )
        return [first, site] if site and is_site_changed and first is not site else [first]

    def short_answer(self, whereabouts: Whereabouts) -> ShortAnswer:
        """Return the one sentence that says what to do, and the one place to show."""
        return short_answer(
            whereabouts,
            has_phone=bool(self.public_phone),
            checked=self.checked_label(whereabouts),
        )

    def describe_whereabouts(self, whereabouts: Whereabouts) -> str:
        """Return the sentences that say where it is, in French."""
        return whereabouts_sentence(
            whereabouts,
            phone=self.public_phone,
            checked=self.checked_label(whereabouts),
            authority=self.agency.department.authority.sentence,
        )


def _last_word(row: Sourced) -> Period | None:
    """Return the day of the last publication of a row, else the date of its source, if any."""
    if on := row.provenance.on:
        return Period(on.isoformat(), on, on, Precision.DAY)
    return row.source.period if row.source and row.source.period.is_bounded else None


def phone_lines(teams: Iterable[Team]) -> list[Any]:
    """Return the phone lines of the départements of these teams, each once."""
    departments = {team.agency.department_id: team.agency.department for team in teams}
    return [line for department in departments.values() for line in department.phone_lines.all()]


class TeamName(Sourced):
    """Another name under which a team was printed."""

    team = models.ForeignKey(
        Team, models.CASCADE, verbose_name=_("équipe"), related_name="other_names"
    )
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
