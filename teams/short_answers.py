"""The answer in one sentence: what to do first, and the one address to show with its day.

Each sentence is whole, for translators, and names neither the number nor the place, which stand
beside it on the page.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.periods.period import format_day
from teams.sentences import is_opening, whereabouts_sentence
from teams.whereabouts import Certainty, Whereabouts


class _Sentences(NamedTuple):
    """With a number to call, without one, and for a day that is past."""

    call: Promise
    state: Promise
    past: Promise


@dataclass(frozen=True)
class ShortAnswer:
    """`site` is the one place to show, None where none is known; `site_label` says when it holds.

    `is_doubtful` is whether to call before coming.
    """

    sentence: str
    site: Any
    site_label: str
    is_doubtful: bool


_ADDRESS_UNKNOWN = _Sentences(
    gettext_lazy("Appelez avant de venir : l’adresse n’est pas publiée."),
    gettext_lazy("L’adresse n’est pas publiée."),
    gettext_lazy("L’adresse de ce jour-là n’est pas publiée."),
)
_TOWN_ONLY = _Sentences(
    gettext_lazy("Appelez avant de venir : nous savons la ville, pas la rue."),
    gettext_lazy("Nous savons la ville, pas la rue."),
    gettext_lazy("Nous savons la ville de ce jour-là, pas la rue."),
)
_PLACE_ONLY = _Sentences(
    gettext_lazy("Appelez avant de venir : nous savons le lieu, pas l’adresse."),
    gettext_lazy("Nous savons le lieu, pas l’adresse."),
    gettext_lazy("Nous savons le lieu de ce jour-là, pas l’adresse."),
)
_NO_NEW_PLACE = _Sentences(
    gettext_lazy("Appelez avant de venir : le nouveau lieu n’est pas encore choisi."),
    gettext_lazy("Le nouveau lieu n’est pas encore choisi."),
    gettext_lazy("Le nouveau lieu n’était pas encore choisi."),
)

_MOVES = {
    Certainty.UNKNOWN: _ADDRESS_UNKNOWN,
    Certainty.TO_CONFIRM: _Sentences(
        gettext_lazy("Appelez avant de venir : nous ne savons pas si le déménagement est fait."),
        gettext_lazy("Nous ne savons pas si le déménagement est fait."),
        gettext_lazy("Nous ne savons pas si le déménagement était fait ce jour-là."),
    ),
    Certainty.MOVING: _Sentences(
        gettext_lazy("Appelez avant de venir : le déménagement est en cours ce jour-là."),
        gettext_lazy("Le déménagement est en cours ce jour-là."),
        gettext_lazy("Le déménagement était en cours ce jour-là."),
    ),
    Certainty.UNCERTAIN: _Sentences(
        gettext_lazy("Appelez avant de venir : le jour du déménagement n’est pas publié."),
        gettext_lazy("Le jour du déménagement n’est pas publié."),
        gettext_lazy("Le jour du déménagement n’était pas publié."),
    ),
}
_OPENINGS = {
    Certainty.UNKNOWN: _Sentences(
        gettext_lazy("Appelez avant de venir : ce n’est pas encore ouvert ce jour-là."),
        gettext_lazy("Ce n’est pas encore ouvert ce jour-là."),
        gettext_lazy("Ce n’était pas encore ouvert ce jour-là."),
    ),
    Certainty.TO_CONFIRM: _Sentences(
        gettext_lazy("Appelez avant de venir : nous ne savons pas si l’ouverture a eu lieu."),
        gettext_lazy("Nous ne savons pas si l’ouverture a eu lieu."),
        gettext_lazy("Nous ne savons pas si l’ouverture avait eu lieu ce jour-là."),
    ),
    Certainty.MOVING: _Sentences(
        gettext_lazy("Appelez avant de venir : l’ouverture est en cours ce jour-là."),
        gettext_lazy("L’ouverture est en cours ce jour-là."),
        gettext_lazy("L’ouverture était en cours ce jour-là."),
    ),
    Certainty.UNCERTAIN: _Sentences(
        gettext_lazy("Appelez avant de venir : le jour de l’ouverture n’est pas publié."),
        gettext_lazy("Le jour de l’ouverture n’est pas publié."),
        gettext_lazy("Le jour de l’ouverture n’était pas publié."),
    ),
}


def short_answer(whereabouts: Whereabouts, *, has_phone: bool, checked: str) -> ShortAnswer:
    """Return what to do to meet a team on a day; `checked` is as in `whereabouts_sentence`."""
    site, site_label = _shown_site(whereabouts)
    if whereabouts.exists_from:
        sentence = whereabouts_sentence(whereabouts, phone="", checked="")
        return ShortAnswer(sentence, site, site_label, is_doubtful=False)
    sentences = _doubt(whereabouts)
    if sentences is None:
        return ShortAnswer(_known(whereabouts, checked), site, site_label, is_doubtful=False)
    asked = sentences.call if has_phone else sentences.state
    sentence = str(sentences.past if whereabouts.is_past else asked)
    return ShortAnswer(sentence, site, site_label, is_doubtful=True)


def _doubt(whereabouts: Whereabouts) -> _Sentences | None:
    """Return the sentences of what is not known, None where the place is known or planned."""
    site = whereabouts.site
    if whereabouts.certainty is Certainty.EXPECTED:
        return None if site else _NO_NEW_PLACE
    if whereabouts.certainty is not Certainty.CERTAIN:
        return (_OPENINGS if is_opening(whereabouts) else _MOVES)[whereabouts.certainty]
    if site.is_only_a_town:
        return _TOWN_ONLY
    return None if site.has_address else _PLACE_ONLY


def _known(whereabouts: Whereabouts, checked: str) -> str:
    if whereabouts.certainty is Certainty.EXPECTED:
        if is_opening(whereabouts):
            return _("Ce sera ouvert ce jour-là, si tout se passe comme prévu.")
        return _("Ce sera à la nouvelle adresse, si le déménagement a lieu comme prévu.")
    if whereabouts.on != whereabouts.today:
        day = format_day(whereabouts.on, weekday=True)
        if not checked:
            return _("Voici l’adresse du %s.") % day
        values = {"day": day, "checked": checked}
        return _("Voici l’adresse du %(day)s (dernière vérification : %(checked)s).") % values
    if not checked:
        return _("Voici l’adresse d’aujourd’hui.")
    return _("Voici l’adresse d’aujourd’hui (dernière vérification : %s).") % checked


def _shown_site(whereabouts: Whereabouts) -> tuple[Any, str]:
    """Return the one place to show and the label that says when it holds, "" on the day itself."""
    announced = whereabouts.next_site
    is_before = whereabouts.site is not None and (
        whereabouts.certainty is Certainty.UNCERTAIN
        or (announced is None and whereabouts.certainty in (Certainty.TO_CONFIRM, Certainty.MOVING))
    )
    if whereabouts.certainty is Certainty.CERTAIN or (announced is None and not is_before):
        return whereabouts.site, ""
    period = whereabouts.period.in_full if whereabouts.period else ""
    if is_before and is_opening(whereabouts):
        return whereabouts.site, _("En attendant l’ouverture (%s)") % period
    if is_before:
        return whereabouts.site, _("Adresse avant le déménagement (%s)") % period
    if is_opening(whereabouts):
        return announced, _("Adresse annoncée (%s)") % period
    return announced, _("Nouvelle adresse annoncée (%s)") % period
