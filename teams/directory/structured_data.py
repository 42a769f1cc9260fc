"""A team in the vocabulary of schema.org, for search engines. Only what is sure is said."""

from typing import Any

from django.conf import settings

from teams.models import Site, Team
from teams.whereabouts import Certainty, Whereabouts


def team_data(team: Team, whereabouts: Whereabouts) -> dict[str, Any]:
    """Return a `GovernmentOffice`; its address is there where the team is certain to be."""
    authority = team.agency.department.authority.name
    is_sure = whereabouts.certainty is Certainty.CERTAIN
    return office(
        name=team.title,
        url=team.get_absolute_url(),
        telephone=team.public_phone,
        authority=authority,
        site=whereabouts.site if is_sure else None,
    )


def office(
    *, name: str, url: str, telephone: str, authority: str, site: Site | None
) -> dict[str, Any]:
    """Return a `GovernmentOffice` without its empty properties."""
    parent = {"@type": "GovernmentOrganization", "name": authority} if authority else None
    data = {
        "@context": "https://schema.org",
        "@type": "GovernmentOffice",
        "name": name,
        "url": f"{settings.SITE_URL}{url}",
        "telephone": telephone,
        "parentOrganization": parent,
        "address": _address(site) if site else None,
        "geo": _position(site) if site else None,
    }
    return {key: value for key, value in data.items() if value}


def _address(site: Site) -> dict[str, str]:
    values = {
        "streetAddress": site.address if site.leads_there else "",
        "postalCode": site.postal_code,
        "addressLocality": site.city or (site.commune.name if site.commune else ""),
    }
    filled = {key: value for key, value in values.items() if value}
    return {"@type": "PostalAddress", **filled, "addressCountry": "FR"} if filled else {}


def _position(site: Site) -> dict[str, Any] | None:
    if site.is_approximate:
        return None
    latitude, longitude = site.point
    return {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}
