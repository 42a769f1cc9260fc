"""The names of France's communes, from the reference that the portal ships."""

import os

import django


def commune_rows() -> list:
    """Return the communes that have a postal code, ordered by INSEE code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from portal.territory import reference

    rows = reference.read_reference(reference.FOLDER).communes
    return [rows[code] for code in sorted(rows) if rows[code].postal_codes]
