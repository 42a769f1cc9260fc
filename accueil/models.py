"""The doors and lines that are open to somebody whom no team follows yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.models import Sourced
from portal.territory.models import Department


class PhoneLine(Sourced):
    """A number that answers first requests in a département; `hours_text` as printed."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="phone_lines")
    name = models.CharField(_("nom"), max_length=150)
    slug = models.SlugField(_("identifiant"), max_length=150, unique=True)
    number = models.CharField(_("numéro"), max_length=30)
    hours_text = models.CharField(_("horaires imprimés"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("ligne téléphonique")
        verbose_name_plural = _("lignes téléphoniques")
        ordering = ["department", "id"]

    def __str__(self) -> str:
        return f"{self.name} : {self.number}"
