"""The telephone numbers that answer first requests."""

from collections.abc import Sequence
from datetime import datetime

from django.db import models
from django.db.models import Case, When
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accueil.models.opening_hours import OpeningHoursModel
from accueil.models.special_hours import SpecialHoursKey
from portal.core.models import TelephoneField
from portal.core.opening_hours.hours import UNKNOWN, OpeningState
from portal.territory.models import Department

NAME_MAX_LENGTH = 150

# A number that is not published comes after those that work.
WITHOUT_NUMBER = Case(When(number="", then=1), default=0)


class PhoneLine(OpeningHoursModel):
    """A number that answers first requests in a département; an empty one is not published."""

    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("département"), related_name="phone_lines"
    )
    name = models.CharField(_("nom"), max_length=NAME_MAX_LENGTH)
    slug = models.SlugField(_("identifiant"), max_length=NAME_MAX_LENGTH, unique=True)
    number = TelephoneField(_("numéro"), max_length=30, blank=True)
    purpose = models.TextField(_("à quoi elle sert"), blank=True)
    territory = models.CharField(_("territoire"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("ligne téléphonique")
        verbose_name_plural = _("lignes téléphoniques")
        ordering = ["department", WITHOUT_NUMBER, "id"]

    def __str__(self) -> str:
        return f"{self.name} : {self.number}" if self.number else self.name

    def clean(self) -> None:
        self.slug = self.slug or slugify(self.name)

    def opening_state(self, at: datetime | None) -> OpeningState:
        """Return its state at that moment; one that nobody can call is neither open nor closed."""
        return super().opening_state(at) if self.number else UNKNOWN

    @property
    def special_hours_keys(self) -> Sequence[SpecialHoursKey]:
        return [("line", self.pk)]
