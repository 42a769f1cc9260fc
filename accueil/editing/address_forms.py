"""The form of an address: its commune and, where it was measured, its position."""

from difflib import get_close_matches
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accueil.models import ReceptionPoint, Stop
from portal.core.text.normalisation import join_words, normalise
from portal.territory.coordinates import is_on_earth, point_error
from portal.territory.models import Commune, Department, FormerCommune
from relocations.models import Relocation
from teams.models import FormerAgency, Site

SITE_FIELDS = ("name", "address", "postal_code", "city", "latitude", "longitude")
_DEGREES_MESSAGE = gettext_lazy("Écrivez des degrés, comme 47,9025.")


class AddressForm(forms.Form):
    """Address of a site of a département. An empty form means no site, unless `is_required`."""

    name = forms.CharField(
        label=gettext_lazy("Nom du lieu"),
        help_text=gettext_lazy("Facultatif : « mairie », « salle des fêtes »."),
        max_length=150,
        required=False,
    )
    address = forms.CharField(label=gettext_lazy("Adresse"), max_length=250, required=False)
    postal_code = forms.RegexField(
        r"^\d{5}\Z",
        label=gettext_lazy("Code postal"),
        required=False,
        error_messages={"invalid": gettext_lazy("Un code postal a cinq chiffres.")},
    )
    city = forms.CharField(
        label=gettext_lazy("Commune"),
        help_text=gettext_lazy("Son nom, ou son code INSEE."),
        max_length=80,
        required=False,
    )
    latitude = forms.FloatField(
        label=gettext_lazy("Latitude"),
        help_text=gettext_lazy(
            "Facultative, en degrés : 47,9025. Sans elle, le point est approximatif."
        ),
        localize=True,
        required=False,
        error_messages={"invalid": _DEGREES_MESSAGE},
    )
    longitude = forms.FloatField(
        label=gettext_lazy("Longitude"),
        help_text=gettext_lazy("Facultative, en degrés : 1,9090."),
        localize=True,
        required=False,
        error_messages={"invalid": _DEGREES_MESSAGE},
    )

    def __init__(
        self, data: Any, *, department: Department, site: Site | None, is_required: bool = False
    ) -> None:
        self.department, self.stored_site, self.is_required = department, site, is_required
        self.commune: Commune | None = None
        initial = {name: getattr(site, name) for name in SITE_FIELDS} if site else {}
        if site and site.commune:
            initial["city"] = site.commune.name
        super().__init__(data, prefix="place", initial=initial, label_suffix="")

    @property
    def is_filled(self) -> bool:
        return any(self.cleaned_data.get(name) not in (None, "") for name in SITE_FIELDS)

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        if not self.is_filled and not self.errors:
            if self.is_required:
                self.add_error("address", _("Écrivez l'adresse, ou le nom du lieu."))
            return cleaned_data
        if (
            not cleaned_data.get("address")
            and not cleaned_data.get("name")
            and "address" not in self.errors
        ):
            self.add_error("address", _("Écrivez l'adresse, ou le nom du lieu."))
        if not cleaned_data.get("city"):
            message = _("Une adresse sans commune ne se trouve pas : écrivez sa commune.")
            self.add_error("city", message)
        else:
            self._find_commune(cleaned_data["city"])
        self._check_point(cleaned_data.get("latitude"), cleaned_data.get("longitude"))
        return cleaned_data

    def _find_commune(self, typed: str) -> None:
        communes = Commune.objects.filter(department=self.department)
        name = normalise(typed)
        matches = list(communes.filter(Q(code=typed.strip().upper()) | Q(search_name=name))[:5])
        if not matches:
            former = FormerCommune.objects.filter(search_name=name)
            matches = list(communes.filter(former_communes__in=former).distinct()[:5])
        if len(matches) == 1:
            self.commune = matches[0]
        elif matches:
            codes = join_words([commune.code for commune in matches])
            message = _("Plusieurs communes portent ce nom : écrivez le code INSEE (%s).")
            self.add_error("city", message % codes)
        else:
            self.add_error("city", self._unknown_commune_message(typed, name))

    def _unknown_commune_message(self, typed: str, name: str) -> str:
        template = _("« %(typed)s » n'est pas une commune du département %(department)s.")
        message = template % {"typed": typed, "department": self.department.code}
        names = dict(
            Commune.objects.filter(department=self.department).values_list("search_name", "name")
        )
        suggestions = [names[match] for match in get_close_matches(name, names, n=3)]
        return (
            f"{message} {_('Vouliez-vous dire %s ?') % ', '.join(suggestions)}"
            if suggestions
            else message
        )

    def _check_point(self, latitude: float | None, longitude: float | None) -> None:
        """Refuse a position that is incomplete, not on Earth, or far from the commune."""
        if "latitude" in self.errors or "longitude" in self.errors:
            return
        if (latitude is None) != (longitude is None):
            missing = "latitude" if latitude is None else "longitude"
            self.add_error(missing, _("Il faut les deux coordonnées, ou aucune."))
        if latitude is None or longitude is None:
            return
        if not is_on_earth(latitude, longitude):
            message = _("Une latitude va de -90 à 90 degrés, une longitude de -180 à 180.")
            self.add_error("latitude", message)
            return
        error = point_error(latitude, longitude, commune=self.commune, department=self.department)
        if error:
            self.add_error("latitude", error)

    def save_site(self) -> Site | None:
        """Save the valid form and return its site, or None for an empty form.

        The stored site is corrected if nothing else is there; otherwise a new one is created.
        """
        if not self.is_filled:
            return None
        if self.stored_site and not self.has_changed() and self.stored_site.commune == self.commune:
            return self.stored_site
        is_of_department = self.stored_site and self.stored_site.department_id == self.department.pk
        site = (
            self.stored_site
            if self.stored_site and is_of_department and is_used_once(self.stored_site)
            else Site()
        )
        site.department = self.department
        site.commune = self.commune
        for name in SITE_FIELDS:
            setattr(site, name, self.cleaned_data[name])
        site.city = self.commune.name if self.commune else ""
        site.record_edit()
        site.save()
        return site


def is_used_once(site: Site) -> bool:
    """Whether a correction of the site changes nothing but one point or stop."""
    points = ReceptionPoint.objects.filter(site=site).count()
    stops = Stop.objects.filter(site=site).count()
    moves = Relocation.objects.filter(Q(origin=site) | Q(destination=site))
    former = FormerAgency.objects.filter(site=site)
    other_uses = (site.teams.all(), moves, former)
    return points + stops <= 1 and not any(rows.exists() for rows in other_uses)
