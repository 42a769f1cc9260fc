"""Where a team is, said in French: one or two short sentences, the phone when there is a doubt.

A team that opens leaves no place: what is said of its opening never speaks of a move.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from portal.core.periods.period import format_day
from teams.whereabouts import Certainty, Whereabouts

_SentenceFunction = Callable[[Whereabouts, str, str], str]

CERTAINTY_BADGES = {
    Certainty.UNKNOWN: ("past", _l("lieu non publié")),
    Certainty.CERTAIN: ("sure", _l("lieu connu")),
    Certainty.TO_CONFIRM: ("doubt", _l("date dépassée, à confirmer")),
    Certainty.MOVING: ("doubt", _l("en plein déménagement")),
    Certainty.UNCERTAIN: ("doubt", _l("jour à préciser")),
    Certainty.EXPECTED: ("soon", _l("prévu")),
}


# Other words for the same, where the move is an opening.
_OPENING_BADGES = {
    Certainty.UNKNOWN: ("past", _l("pas encore ouvert")),
    Certainty.MOVING: ("doubt", _l("en train d'ouvrir")),
}


def whereabouts_badge(place: Whereabouts) -> tuple[str, str]:
    """The tone and the words of how sure a place is."""
    words = CERTAINTY_BADGES | (_OPENING_BADGES if _is_opening(place) else {})
    tone, said = words[place.certainty]
    return tone, str(said)


def whereabouts_sentence(place: Whereabouts, *, phone: str, checked: str) -> str:
    """`phone` is "" when none is known; `checked` is when the site was last checked,
    in words, "" when not known."""
    told = _OPENING_SENTENCES if _is_opening(place) else _SENTENCES
    said = [told[place.certainty](place, phone, checked)]
    said += [_move_under_study(move) for move in place.studied]
    return " ".join(said)


def _unknown(place: Whereabouts, phone: str, checked: str) -> str:
    said = [_("Le lieu de cette équipe n'est pas publié.")]
    if place.next_site:
        said.append(
            _("Elle ira ici : %(site)s (déménagement : %(period)s).")
            % _destination_and_period(place)
        )
    return " ".join([*said, _call_before_coming(phone)])


def _certain(place: Whereabouts, phone: str, checked: str) -> str:
    told = _("L'équipe est ici : %s.") % place.site.label
    return f"{told} {_('Dernière vérification : %s.') % checked}" if checked else told


def _to_confirm(place: Whereabouts, phone: str, checked: str) -> str:
    told = _("Date dépassée, à confirmer : l'équipe devait déménager (%s).") % _period(place)
    return f"{told} {_before_and_after(place)} {_call_before_coming(phone)}"


def _moving(place: Whereabouts, phone: str, checked: str) -> str:
    moving = _("L’équipe déménage (%s).") % _period(place)
    return f"{_call_before_coming(phone)} {moving} {_before_and_after(place)}"


def _uncertain(place: Whereabouts, phone: str, checked: str) -> str:
    told = _("Déménagement prévu, jour à préciser (%s).") % _period(place)
    return f"{told} {_before_and_after(place)} {_call_before_coming(phone)}"


def _expected(place: Whereabouts, phone: str, checked: str) -> str:
    if place.site is None:
        told = _("Déménagement prévu (%s) : le nouveau lieu n'est pas encore choisi.")
        return f"{told % _period(place)} {_call_before_coming(phone)}"
    return _(
        "Prévu : l'équipe sera ici : %(site)s (déménagement : %(period)s)."
    ) % _destination_and_period(place)


_SENTENCES: Mapping[Certainty, _SentenceFunction] = {
    Certainty.UNKNOWN: _unknown,
    Certainty.CERTAIN: _certain,
    Certainty.TO_CONFIRM: _to_confirm,
    Certainty.MOVING: _moving,
    Certainty.UNCERTAIN: _uncertain,
    Certainty.EXPECTED: _expected,
}


def _not_open(place: Whereabouts, phone: str, checked: str) -> str:
    if place.move.is_done:
        told = _("Pas encore ouvert ce jour-là : l'ouverture est le %s.")
        said = told % format_day(place.move.actual_date)
    else:
        said = _("Pas encore ouvert. Ouverture annoncée : %s.") % _period(place)
    return f"{said} {_until_opening(place)} {_call_before_coming(phone)}"


def _opening_to_confirm(place: Whereabouts, phone: str, checked: str) -> str:
    told = _("Date dépassée, à confirmer : l'ouverture était annoncée (%s).") % _period(place)
    return f"{told} {_until_opening(place)} {_call_before_coming(phone)}"


def _opening_now(place: Whereabouts, phone: str, checked: str) -> str:
    opening = _("L’équipe ouvre (%s).") % _period(place)
    return f"{_call_before_coming(phone)} {opening} {_until_opening(place)}"


def _opening_uncertain(place: Whereabouts, phone: str, checked: str) -> str:
    told = _("Ouverture annoncée, jour à préciser (%s).") % _period(place)
    return f"{told} {_until_opening(place)} {_call_before_coming(phone)}"


def _opening_expected(place: Whereabouts, phone: str, checked: str) -> str:
    if place.site is None:
        told = _("Ouverture prévue (%s) : le lieu n'est pas encore choisi.")
        return f"{told % _period(place)} {_call_before_coming(phone)}"
    return _(
        "Prévu : l'équipe sera ici : %(site)s (ouverture : %(period)s)."
    ) % _destination_and_period(place)


_OPENING_SENTENCES: Mapping[Certainty, _SentenceFunction] = {
    Certainty.UNKNOWN: _not_open,
    Certainty.TO_CONFIRM: _opening_to_confirm,
    Certainty.MOVING: _opening_now,
    Certainty.UNCERTAIN: _opening_uncertain,
    Certainty.EXPECTED: _opening_expected,
}


def _is_opening(place: Whereabouts) -> bool:
    return place.move is not None and place.move.is_opening


def _period(place: Whereabouts) -> str:
    """As written, with the year where it was left out: "1er mars prochain" is soon long past."""
    period = place.move.period
    return str(period) if period.inferred or not period.text else period.text


def _destination_and_period(place: Whereabouts) -> dict[str, str]:
    """The place to come and when."""
    return {"site": place.next_site.label, "period": _period(place)}


def _until_opening(place: Whereabouts) -> str:
    """Where it opens, and where to go until then when something was there before."""
    where = place.next_site.label if place.next_site else _("lieu pas encore choisi")
    if place.site is None:
        return _("Lieu : %s.") % where
    told = _("En attendant : %(before)s. Ensuite : %(after)s.")
    return told % {"before": place.site.label, "after": where}


def _before_and_after(place: Whereabouts) -> str:
    """The place before and the place after."""
    before = place.site.label if place.site else _("lieu non publié")
    after = place.next_site.label if place.next_site else _("lieu pas encore choisi")
    return _("Avant : %(before)s. Après : %(after)s.") % {"before": before, "after": after}


def _call_before_coming(phone: str) -> str:
    if not phone:
        return _("Demandez à votre référent avant de venir.")
    return _("Appelez le %s avant de venir.") % phone


def _move_under_study(move: Any) -> str:
    when = move.period.text
    where = move.destination.label if move.destination else ""
    told = (
        _("Une ouverture est à l'étude") if move.is_opening else _("Un déménagement est à l'étude")
    )
    detail = ", ".join(part for part in (where, when) if part)
    return f"{told} ({detail})." if detail else f"{told}."
