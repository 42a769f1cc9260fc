"""Départements, communes, their former names, postal codes and contours."""

import re
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.text.normalisation import normalise
from portal.territory.authorities import Authority, authority_of
from portal.territory.enums import FormerCommuneKind, PointSource

COMMUNE_CODE = r"[0-9][0-9AB][0-9]{3}"
TYPED_COMMUNE_CODE = r"[0-9][0-9ABab][0-9]{3}"  # as people and other programs write it

commune_code = RegexValidator(rf"^{COMMUNE_CODE}\Z", _("Un code INSEE a cinq caractères."))


class DepartmentQuerySet(models.QuerySet["Department"]):
    def served(self) -> "DepartmentQuerySet":
        """Return the départements with settings, which the portal serves."""
        return self.filter(profile__isnull=False).select_related("profile")


class Department(models.Model):
    code = models.CharField(_("code"), max_length=3, primary_key=True)
    name = models.CharField(_("nom"), max_length=60)
    region_code = models.CharField(_("région"), max_length=3)
    authority_name = models.CharField(
        _("collectivité chargée de l'action sociale"), max_length=80, blank=True
    )
    authority_website = models.URLField(_("site de la collectivité"), blank=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("département")
        verbose_name_plural = _("départements")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def authority(self) -> Authority:
        """The authority in charge of social action, except in the Métropole de Lyon."""
        return Authority(self.authority_name, self.authority_website)


class DepartmentProfile(models.Model):
    """The settings of a served département; an empty field is shown as "à renseigner".

    `edited_at` is null until the loaded row is edited; loads do not overwrite edited rows.
    """

    department = models.OneToOneField(
        Department, models.CASCADE, verbose_name=_("département"), related_name="profile"
    )
    portal_name = models.CharField(_("nom du portail"), max_length=100)
    name_with_article = models.CharField(
        _("nom avec article"), max_length=80, help_text=_("comme dans « du Loiret »")
    )
    website = models.URLField(_("site"), blank=True)
    publisher = models.CharField(_("éditeur"), max_length=150, blank=True)
    publisher_address = models.CharField(_("adresse de l'éditeur"), max_length=250, blank=True)
    publication_director = models.CharField(
        _("direction de la publication"), max_length=150, blank=True
    )
    host = models.CharField(_("hébergeur"), max_length=250, blank=True)
    privacy_contact = models.CharField(
        _("délégué à la protection des données"), max_length=250, blank=True
    )
    accessibility_contact = models.CharField(
        _("contact pour l'accessibilité"), max_length=250, blank=True
    )
    edited_at = models.DateTimeField(_("modifié le"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("réglages d'un département")
        verbose_name_plural = _("réglages des départements")
        ordering = ["department"]

    def __str__(self) -> str:
        return self.portal_name

    def record_edit(self) -> None:
        """Before a person's change is saved: later loads leave the row."""
        self.edited_at = timezone.now()


class PostalCode(models.Model):
    code = models.CharField(_("code postal"), max_length=5, primary_key=True)

    class Meta:
        verbose_name = _("code postal")
        verbose_name_plural = _("codes postaux")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class CommuneQuerySet(models.QuerySet["Commune"]):
    def with_code(self, code: str) -> "Commune | None":
        """Return the commune of an INSEE code, in any case; for that of a former commune or of an
        arrondissement, the commune of today. None for an unknown code.
        """
        code = code.upper()
        if not re.fullmatch(COMMUNE_CODE, code):  # "\0" is an error of PostgreSQL
            return None
        return self.filter(code=code).first() or self.filter(former_communes__code=code).first()

    def starting_with(self, text: str) -> "CommuneQuerySet":
        """Return those whose name starts with `text`, ignoring accents, case and punctuation.

        A last "st" matches both Saint-Ay and Strasbourg. None without a letter or a digit.
        """
        start = normalise(text)
        if not start:
            return self.none()
        unfinished = normalise(f"{text}x").removesuffix("x")
        return self.filter(Q(search_name__startswith=start) | Q(search_name__startswith=unfinished))


class Commune(models.Model):
    """A current commune, keyed by its INSEE code.

    `latitude` and `longitude` (WGS84 degrees) are those of the town hall or of an interior point,
    according to `point_source`; null where the reference has none.
    """

    code = models.CharField(
        _("code INSEE"), max_length=5, primary_key=True, validators=[commune_code]
    )
    name = models.CharField(_("nom"), max_length=80)
    search_name = models.CharField(max_length=80, editable=False, db_index=True)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("département"), related_name="communes"
    )
    postal_codes = models.ManyToManyField(
        PostalCode, related_name="communes", verbose_name=_("codes postaux")
    )
    population = models.PositiveIntegerField(_("population"), null=True)
    epci_siren = models.CharField(_("SIREN de l'intercommunalité"), max_length=9, blank=True)
    epci_name = models.CharField(_("intercommunalité"), max_length=150, blank=True)
    latitude = models.FloatField(_("latitude"), null=True)
    longitude = models.FloatField(_("longitude"), null=True)
    point_source = models.CharField(
        _("origine du point"), max_length=10, choices=PointSource, blank=True
    )

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        # By the normalised name, so that "Évreux" sorts among the E on every database.
        ordering = ["search_name", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    # Explicit, since a comparison with NULL would pass the check.
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="territory_commune_point_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_name = normalise(self.name)
        super().save(*args, **kwargs)

    @property
    def authority(self) -> Authority:
        """The authority in charge of social action in this commune."""
        return authority_of(self.epci_siren, self.department.authority)


class FormerCommune(models.Model):
    """A delegated or associated commune, or an arrondissement: a name that people still use.

    `commune` is the current one. Its seat may be listed too, under the same code: with its former
    name (Malesherbes, in Le Malesherbois) or with that of the whole (Bazeilles).
    """

    code = models.CharField(_("code INSEE"), max_length=5)
    name = models.CharField(_("nom"), max_length=80)
    search_name = models.CharField(max_length=80, editable=False, db_index=True)
    kind = models.CharField(_("nature"), max_length=30, choices=FormerCommuneKind)
    commune = models.ForeignKey(
        Commune, models.CASCADE, verbose_name=_("commune"), related_name="former_communes"
    )

    class Meta:
        verbose_name = _("ancienne commune")
        verbose_name_plural = _("anciennes communes")
        ordering = ["search_name", "code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "name"], name="territory_former_commune_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_name = normalise(self.name)
        super().save(*args, **kwargs)


class CommuneContour(models.Model):
    """The simplified outline of a commune: a GeoJSON geometry in WGS84."""

    commune = models.OneToOneField(
        Commune, models.CASCADE, primary_key=True, verbose_name=_("commune"), related_name="contour"
    )
    geometry = models.JSONField(_("géométrie"))

    class Meta:
        verbose_name = _("contour de commune")
        verbose_name_plural = _("contours de communes")

    def __str__(self) -> str:
        return self.commune_id
