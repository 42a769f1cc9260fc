"""French elision and contraction before the name of a place."""

from django.utils.translation import gettext as _

from portal.core.text.normalisation import normalise


def of_place(name: str) -> str:
    """Return "de" and the name: "de Sandillon", "d'Olivet", "du Malesherbois", "des Choux"."""
    if name.startswith("Le "):
        return _("du %s") % name[3:]
    if name.startswith("Les "):
        return _("des %s") % name[4:]
    if normalise(name)[:1] in set("aeiouy"):
        return _("d'%s") % name
    return _("de %s") % name


def at_place(name: str) -> str:
    """Return "à" and the name: "à Olivet", "au Malesherbois", "aux Choux"."""
    if name.startswith("Le "):
        return _("au %s") % name[3:]
    if name.startswith("Les "):
        return _("aux %s") % name[4:]
    return _("à %s") % name
