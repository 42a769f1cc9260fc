"""Figures and principles that documents publish about a département."""

import re

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accueil.enums import Topic
from portal.core.models import Dated, Maintained
from portal.territory.models import Department

_THOUSANDS = re.compile(r"(?<=\d) (?=\d)")


class PublishedQuerySet(models.QuerySet):
    def for_page(self) -> "PublishedQuerySet":
        """By département, as the documents are read, with département and source."""
        rows = self.select_related("department__profile", "source")
        return rows.order_by("department_id", "position", "pk")


class Published(Maintained):
    """A quotation from a document about a département."""

    key = models.SlugField(_("clé"), max_length=80, unique=True)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("département"), related_name="+"
    )
    topic = models.CharField(_("sujet"), max_length=12, choices=Topic)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["department", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(topic__in=Topic.values),
                name="%(app_label)s_%(class)s_topic_known",
                violation_error_message=_("Ce sujet n'existe pas."),
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=False),
                name="%(app_label)s_%(class)s_has_source",
                violation_error_message=_("Dites où cela a été publié."),
            ),
        ]


class Figure(Published, Dated):
    """A published figure. `value` is the printed text ("plus de 2 500"), empty when it is only in a
    picture. The period is the one measured, not the document's date.

    `perimeter` is what is counted, empty when not stated. Figures of a département with the same
    `subject` are about the same thing and shown side by side, even when they differ.
    """

    label = models.CharField(_("ce qui est compté"), max_length=200)
    subject = models.SlugField(
        _("même chose que"),
        max_length=60,
        blank=True,
        db_index=False,
        help_text=_("le même mot pour tous les chiffres qui disent la même chose"),
    )
    value = models.CharField(_("chiffre imprimé"), max_length=60, blank=True)
    unit = models.CharField(_("unité"), max_length=60, blank=True)
    perimeter = models.CharField(_("périmètre"), max_length=250, blank=True)

    class Meta(Published.Meta):
        verbose_name = _("chiffre publié")
        verbose_name_plural = _("chiffres publiés")
        constraints = [*Published.Meta.constraints, *Dated.Meta.constraints]

    def __str__(self) -> str:
        return f"{self.label} : {self.in_words}"

    @property
    def in_words(self) -> str:
        """ "10 900 sollicitations", unbroken within the number; "" without a readable number."""
        number = _THOUSANDS.sub("\N{NO-BREAK SPACE}", self.value)
        return f"{number} {self.unit}".strip() if number else ""


class Principle(Published):
    """A principle of action published by a département."""

    title = models.CharField(_("principe"), max_length=150)
    text = models.TextField(_("texte"))

    class Meta(Published.Meta):
        verbose_name = _("principe publié")
        verbose_name_plural = _("principes publiés")

    def __str__(self) -> str:
        return self.title
