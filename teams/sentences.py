"""Where a team is, said in French: one or two short sentences, the phone when there is a doubt."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from teams.whereabouts import Certainty, Whereabouts

BADGES = {
    Certainty.UNKNOWN: ("past", _l("lieu non publié")),
    Certainty.CERTAIN: ("sure", _l("sûr")),
    Certainty.TO_CONFIRM: ("doubt", _l("date dépassée, à confirmer")),
    Certainty.MOVING: ("doubt", _l("en plein déménagement")),
    Certainty.UNCERTAIN: ("doubt", _l("jour à préciser")),
    Certainty.EXPECTED: ("soon", _l("prévu")),
}


def sentence(place: Whereabouts, *, phone: str, checked: str) -> str:
    """`phone` is "" when none is known; `checked` is when the site was last checked,
    in words, "" when not known."""
    said = [_TOLD[place.certainty](place, phone, checked)]
    said += [_studied(move) for move in place.studied]
    return " ".join(said)


def _unknown(place: Whereabouts, phone: str, checked: str) -> str:
    if place.next_site:
        told = _("L'équipe n'est pas encore ouverte ; elle ouvrira ici : %s.")
        return f"{told % place.next_site.label} {_call(phone)}"
    return f"{_('Le lieu de cette équipe n’est pas publié.')} {_call(phone)}"


def _certain(place: Whereabouts, phone: str, checked: str) -> str:
    told = _("L'équipe est ici : %s.") % place.site.label
    return f"{told} {_('Dernière vérification : %s.') % checked}" if checked else told


def _to_confirm(place: Whereabouts, phone: str, checked: str) -> str:
    told = _(
        "Date dépassée, à confirmer : l'équipe devait quitter %(site)s pour %(next)s (%(period)s)."
    )
    return f"{told % _names(place)} {_call(phone)}"


def _moving(place: Whereabouts, phone: str, checked: str) -> str:
    told = _("L'équipe déménage (%(period)s) : elle quitte %(site)s pour %(next)s.")
    return f"{_call(phone)} {told % _names(place)}"


def _uncertain(place: Whereabouts, phone: str, checked: str) -> str:
    told = _(
        "Déménagement prévu, jour à préciser (%(period)s) : "
        "l'équipe est à cette adresse : %(site)s, ou déjà à la nouvelle : %(next)s."
    )
    return f"{told % _names(place)} {_call(phone)}"


def _expected(place: Whereabouts, phone: str, checked: str) -> str:
    if place.site is None:
        told = _("Déménagement prévu (%(period)s) : le nouveau lieu n'est pas encore choisi.")
        return f"{told % _names(place)} {_call(phone)}"
    return _("Prévu : l'équipe sera ici : %(next)s (déménagement : %(period)s).") % _names(place)


_TOLD = {
    Certainty.UNKNOWN: _unknown,
    Certainty.CERTAIN: _certain,
    Certainty.TO_CONFIRM: _to_confirm,
    Certainty.MOVING: _moving,
    Certainty.UNCERTAIN: _uncertain,
    Certainty.EXPECTED: _expected,
}


def _names(place: Whereabouts) -> dict[str, Any]:
    return {
        "site": place.site.label if place.site else _("un lieu non publié"),
        "next": place.next_site.label if place.next_site else _("un lieu pas encore choisi"),
        "period": place.move.period.text or str(place.move.period),
    }


def _call(phone: str) -> str:
    if not phone:
        return _("Demandez à votre référent avant de venir.")
    return _("Appelez le %s avant de venir.") % phone


def _studied(move: Any) -> str:
    when = move.period.text
    where = move.destination.label if move.destination else ""
    told = _("Un déménagement est à l'étude")
    detail = ", ".join(part for part in (where, when) if part)
    return f"{told} ({detail})." if detail else f"{told}."
