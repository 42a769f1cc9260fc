"""Where a team is, said in French: one or two short sentences, the phone when there is a doubt."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from teams.whereabouts import Certainty, Whereabouts

BADGES = {
    Certainty.UNKNOWN: ("past", _l("lieu non publié")),
    Certainty.CERTAIN: ("sure", _l("lieu connu")),
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
    told = _("Date dépassée, à confirmer : l'équipe devait déménager (%s).") % _period(place)
    return f"{told} {_both(place)} {_call(phone)}"


def _moving(place: Whereabouts, phone: str, checked: str) -> str:
    return f"{_call(phone)} {_('L’équipe déménage (%s).') % _period(place)} {_both(place)}"


def _uncertain(place: Whereabouts, phone: str, checked: str) -> str:
    told = _("Déménagement prévu, jour à préciser (%s).") % _period(place)
    return f"{told} {_both(place)} {_call(phone)}"


def _expected(place: Whereabouts, phone: str, checked: str) -> str:
    if place.site is None:
        told = _("Déménagement prévu (%s) : le nouveau lieu n'est pas encore choisi.")
        return f"{told % _period(place)} {_call(phone)}"
    told = _("Prévu : l'équipe sera ici : %(site)s (déménagement : %(period)s).")
    return told % {"site": place.site.label, "period": _period(place)}


_TOLD = {
    Certainty.UNKNOWN: _unknown,
    Certainty.CERTAIN: _certain,
    Certainty.TO_CONFIRM: _to_confirm,
    Certainty.MOVING: _moving,
    Certainty.UNCERTAIN: _uncertain,
    Certainty.EXPECTED: _expected,
}


def _period(place: Whereabouts) -> str:
    return place.move.period.text or str(place.move.period)


def _both(place: Whereabouts) -> str:
    """The place before and the place after."""
    before = place.site.label if place.site else _("lieu non publié")
    after = place.next_site.label if place.next_site else _("lieu pas encore choisi")
    return _("Avant : %(before)s. Après : %(after)s.") % {"before": before, "after": after}


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
