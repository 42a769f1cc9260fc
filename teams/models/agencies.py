"""Agencies, their agents, and the older structures that they replace."""

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.models import Maintained, Sourced, TelephoneField
from portal.territory.models import Department
from teams.models.sites import NAME_MAX_LENGTH, Site


class Agency(Maintained):
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
        verbose_name_plural = _("agences")
        ordering = ["department", "name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.slug = self.slug or slugify(self.name)

    @property
    def is_maintained_by_agency(self) -> bool:
        return True

    @cached_property
    def predecessor_site(self) -> Site | None:
        """The site of the structure that it replaces, if it replaces only one."""
        former = self.predecessors.all()
        return former[0].site if len(former) == 1 else None


class Membership(models.Model):
    """A person who is an agent of an agency."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("personne"),
        related_name="memberships",
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, verbose_name=_("agence"), related_name="memberships"
    )

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
    """Return the right of an agent of the agency, in French: "agent, ADS Nord Loiret"."""
    return gettext("agent, %s") % agency.name


class FormerAgency(Sourced):
    """An older structure that agencies replace and that people still ask for by name."""

    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("département"), related_name="former_agencies"
    )
    name = models.CharField(_("nom"), max_length=NAME_MAX_LENGTH)
    successors = models.ManyToManyField(
        Agency, verbose_name=_("remplacée par"), related_name="predecessors"
    )
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, verbose_name=_("lieu"), related_name="+"
    )
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
