"""Where a team is, in French: one or two short sentences, with the phone where there is a doubt.

A team that opens leaves no site: the sentences of an opening never mention a move.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.periods.period import Period, format_day
from teams.whereabouts import Certainty, Whereabouts

_SentenceFunction = Callable[[Whereabouts, str, str], str]

CERTAINTY_BADGES = {
    Certainty.UNKNOWN: ("past", gettext_lazy("lieu non publié")),
    Certainty.CERTAIN: ("sure", gettext_lazy("lieu connu")),
    Certainty.TO_CONFIRM: ("doubt", gettext_lazy("date dépassée, à confirmer")),
    Certainty.MOVING: ("doubt", gettext_lazy("en plein déménagement")),
    Certainty.UNCERTAIN: ("doubt", gettext_lazy("jour à préciser")),
    Certainty.EXPECTED: ("soon", gettext_lazy("prévu")),
}


# Where the move is an opening.
_OPENING_BADGES = {
    Certainty.UNKNOWN: ("past", gettext_lazy("pas encore ouvert")),
    Certainty.MOVING: ("doubt", gettext_lazy("en train d'ouvrir")),
}


# Where only its first day was announced, and is past.
_BEGUN_BADGES = {
    Certainty.UNCERTAIN: ("doubt", gettext_lazy("date passée, sans nouvelles")),
}


# Where the move was done on a day that nobody published.
_WITHOUT_A_DAY_BADGES = {
    Certainty.TO_CONFIRM: ("doubt", gettext_lazy("jour non publié, à confirmer")),
}


def whereabouts_badge(whereabouts: Whereabouts) -> tuple[str, str]:
    """Return the tone and the label of the certainty."""
    if whereabouts.exists_from:
        return "past", _("pas encore créée")
    if whereabouts.certainty is Certainty.CERTAIN and whereabouts.site.is_only_a_town:
        return "doubt", _("ville connue, adresse inconnue")
    if whereabouts.certainty is Certainty.CERTAIN and not whereabouts.site.has_address:
        return "doubt", _("adresse inconnue")
    badges = CERTAINTY_BADGES | (_OPENING_BADGES if is_opening(whereabouts) else {})
    badges |= _BEGUN_BADGES if whereabouts.has_begun_without_end else {}
    badges |= _WITHOUT_A_DAY_BADGES if whereabouts.is_without_a_day else {}
    tone, label = badges[whereabouts.certainty]
    return tone, str(label)


def whereabouts_title(whereabouts: Whereabouts, *, is_team: bool) -> str:
    """Return the question that a page answers; a service, a pole or a house is not a team."""
    if whereabouts.on == whereabouts.today:
        return (
            _("Où est l'équipe aujourd'hui ?") if is_team else _("Où est ce service aujourd’hui ?")
        )
    if whereabouts.is_past:
        template = _("Où était l’équipe le %s ?") if is_team else _("Où était ce service le %s ?")
    else:
        template = _("Où sera l’équipe le %s ?") if is_team else _("Où sera ce service le %s ?")
    return template % format_day(whereabouts.on)


def whereabouts_sentence(
    whereabouts: Whereabouts, *, phone: str, checked: str, authority: str = ""
) -> str:
    """Return the sentences that say where a team is.

    `phone` is "" if unknown; `checked` is when the site was last checked, in French, "" if unknown.
    `authority` is the sentence that names whom to ask where there is no phone. Nobody is asked to
    call before a day that is past.
    """
    functions = _OPENING_SENTENCES if is_opening(whereabouts) else _SENTENCES
    advice = "" if whereabouts.is_past else _call_before_coming(phone, authority)
    sentences = [functions[whereabouts.certainty](whereabouts, advice, checked)]
    return " ".join([*sentences, studied_sentence(whereabouts)]).strip()


def studied_sentence(whereabouts: Whereabouts) -> str:
    """Return the sentences of the moves under study without a date, "" without any."""
    return " ".join(_move_under_study(move) for move in whereabouts.studied)


def _unknown(whereabouts: Whereabouts, advice: str, checked: str) -> str:
    if first := whereabouts.exists_from:
        since = str(first.year) if (first.month, first.day) == (1, 1) else format_day(first)
        return _("Cette équipe n’existait pas encore : elle existe depuis %s.") % since
    sentences = [_("Le lieu de cette équipe n'est pas publié.")]
    if whereabouts.next_site:
        sentences.append(
            _("Nouveau lieu : %(site)s (déménagement : %(period)s).")
            % _destination_and_period(whereabouts)
        )
    return " ".join(filter(None, [*sentences, advice]))


def _certain(whereabouts: Whereabouts, advice: str, checked: str) -> str:
    last_check = _("Dernière vérification : %s.") % checked if checked else ""
    if whereabouts.site.is_only_a_town:
        sentence = _("Nous savons la ville, pas la rue : %s.") % whereabouts.site.name
        return " ".join(filter(None, [sentence, last_check, advice]))
    if not whereabouts.site.has_address:
        sentence = _("Nous savons le lieu, pas l’adresse : %s.") % here(whereabouts)
        return " ".join(filter(None, [sentence, last_check, advice]))
    if whereabouts.is_past:
        template = _("L’équipe était ici : %s.")
    elif whereabouts.on > whereabouts.today:
        template = _("L’équipe sera ici : %s.")
    else:
        template = _("L'équipe est ici : %s.")
    return f"{template % here(whereabouts)} {last_check}".strip()


def _to_confirm(whereabouts: Whereabouts, advice: str, checked: str) -> str:
    if whereabouts.is_without_a_day:
        template = _("Déménagement, jour non publié (%s) : à confirmer pour ce jour-là.")
    else:
        template = _("Date dépassée, à confirmer : l'équipe devait déménager (%s).")
    sentence = template % _period(whereabouts)
    return f"{sentence} {_before_and_after(whereabouts)} {advice}".strip()


def _moving(whereabouts: Whereabouts, advice: str, checked: str) -> str:
    template = (
        _("L’équipe déménageait (%s).") if whereabouts.is_past else _("L’équipe déménage (%s).")
    )
    moving = template % _period(whereabouts)
    return f"{advice} {moving} {_before_and_after(whereabouts)}".strip()


def _uncertain(whereabouts: Whereabouts, advice: str, checked: str) -> str:
    template = _("Déménagement prévu, jour à préciser (%s).")
    if whereabouts.has_begun_without_end:
        template = _("Date passée, sans nouvelles : le déménagement était annoncé (%s).")
    sentence = template % _period(whereabouts)
    return f"{sentence} {_before_and_after(whereabouts)} {advice}".strip()


def _expected(whereabouts: Whereabouts, advice: str, checked: str) -> str:
    if whereabouts.site is None:
        sentence = _("Déménagement prévu (%(period)s) : %(place)s.")
        details = {"period": _period(whereabouts), "place": unchosen_place(whereabouts.move)}
        return f"{sentence % details} {advice}".strip()
    return _(
        "Prévu : l'équipe sera ici : %(site)s (déménagement : %(period)s)."
    ) % _destination_and_period(whereabouts)


_SENTENCES: Mapping[Certainty, _SentenceFunction] = {
    Certainty.UNKNOWN: _unknown,
    Certainty.CERTAIN: _certain,
    Certainty.TO_CONFIRM: _to_confirm,
    Certainty.MOVING: _moving,
    Certainty.UNCERTAIN: _uncertain,
    Certainty.EXPECTED: _expected,
}


def _not_open(whereabouts: Whereabouts, advice: str, checked: str) -> str:
    opened_on = whereabouts.move.actual_date
    if opened_on:
        template = (
            _("Pas encore ouvert ce jour-là : l’ouverture a eu lieu le %s.")
            if opened_on <= whereabouts.today
            else _("Pas encore ouvert ce jour-là : l’ouverture est le %s.")
        )
        sentence = template % format_day(opened_on, weekday=True)
    elif whereabouts.is_without_a_day:
        template = _("Pas encore ouvert ce jour-là : ouvert ensuite, jour non publié (%s).")
        sentence = template % _period(whereabouts)
    elif whereabouts.is_past:
        template = _("Pas encore ouvert ce jour-là : l’ouverture était annoncée (%s).")
        sentence = template % _period(whereabouts)
    else:
        sentence = _("Pas encore ouvert. Ouverture annoncée : %s.") % _period(whereabouts)
    return f"{sentence} {_until_opening(whereabouts)} {advice}".strip()


def _opening_to_confirm(whereabouts: Whereabouts, advice: str, checked: str) -> str:
    if whereabouts.is_without_a_day:
        template = _("Ouverture, jour non publié (%s) : à confirmer pour ce jour-là.")
    else:
        template = _("Date dépassée, à confirmer : l'ouverture était annoncée (%s).")
    sentence = template % _period(whereabouts)
    return f"{sentence} {_until_opening(whereabouts)} {advice}".strip()


def _opening_now(whereabouts: Whereabouts, advice: str, checked: str) -> str:
    template = _("L’équipe ouvrait (%s).") if whereabouts.is_past else _("L’équipe ouvre (%s).")
    opening = template % _period(whereabouts)
    return f"{advice} {opening} {_until_opening(whereabouts)}".strip()


def _opening_uncertain(whereabouts: Whereabouts, advice: str, checked: str) -> str:
    template = _("Ouverture annoncée, jour à préciser (%s).")
    if whereabouts.has_begun_without_end:
        template = _("Date passée, sans nouvelles : l’ouverture était annoncée (%s).")
    sentence = template % _period(whereabouts)
    return f"{sentence} {_until_opening(whereabouts)} {advice}".strip()


def _opening_expected(whereabouts: Whereabouts, advice: str, checked: str) -> str:
    if whereabouts.site is None:
        sentence = _("Ouverture prévue (%(period)s) : %(place)s.")
        details = {"period": _period(whereabouts), "place": unchosen_place(whereabouts.move)}
        return f"{sentence % details} {advice}".strip()
    return _(
        "Prévu : l'équipe sera ici : %(site)s (ouverture : %(period)s)."
    ) % _destination_and_period(whereabouts)


_OPENING_SENTENCES: Mapping[Certainty, _SentenceFunction] = {
    Certainty.UNKNOWN: _not_open,
    Certainty.TO_CONFIRM: _opening_to_confirm,
    Certainty.MOVING: _opening_now,
    Certainty.UNCERTAIN: _opening_uncertain,
    Certainty.EXPECTED: _opening_expected,
}


def is_opening(whereabouts: Whereabouts) -> bool:
    return whereabouts.move is not None and whereabouts.move.is_opening


def _period(whereabouts: Whereabouts) -> str:
    """Return its days with their year, then the date as announced."""
    period: Period = whereabouts.period or Period.unknown()
    return period.in_full if whereabouts.is_without_a_day else period.in_full_and_as_written


def _destination_and_period(whereabouts: Whereabouts) -> dict[str, str]:
    return {"site": whereabouts.next_site.label, "period": _period(whereabouts)}


def _until_opening(whereabouts: Whereabouts) -> str:
    """Return where it opens, and where to go until then if there was something before."""
    if whereabouts.site is None:
        return _("Lieu : %s.") % _next_place(whereabouts)
    sentence = _("En attendant : %(before)s. Ensuite : %(after)s.")
    return sentence % {"before": here(whereabouts), "after": _next_place(whereabouts)}


def _before_and_after(whereabouts: Whereabouts) -> str:
    before = here(whereabouts) if whereabouts.site else _("lieu non publié")
    sentence = _("Avant : %(before)s. Après : %(after)s.")
    return sentence % {"before": before, "after": _next_place(whereabouts)}


def _next_place(whereabouts: Whereabouts) -> str:
    site = whereabouts.next_site
    return site.label if site else unchosen_place(whereabouts.move)


def here(whereabouts: Whereabouts) -> str:
    """Return its place; of one that has moved, its name of before and its address since."""
    former = whereabouts.former_site
    if former is None:
        return str(whereabouts.site.label)
    return _("%(former)s (depuis le %(day)s : %(site)s)") % {
        **{"former": former.name or former.label, "site": whereabouts.site.label},
        "day": format_day(former.moved_on),
    }


def unchosen_place(move: Any) -> str:
    """Return what was said of a place to come, with the day: nobody says that it still holds."""
    if move is None or move.announced_on is None:
        return _("lieu pas encore choisi")
    return _("lieu à l’étude le %s") % format_day(move.announced_on)


def _call_before_coming(phone: str, authority: str) -> str:
    if phone:
        return _("Appelez le %s avant de venir.") % phone
    return f"{_('Renseignez-vous avant de venir.')} {authority}".strip()


def _move_under_study(move: Any) -> str:
    period_text = move.period.in_full
    site = move.destination.label if move.destination else ""
    details = ", ".join(part for part in (site, period_text) if part)
    if details and move.is_opening:
        return _("Une ouverture est à l'étude (%s).") % details
    if details:
        return _("Un déménagement est à l'étude (%s).") % details
    if move.is_opening:
        return _("Une ouverture est à l'étude.")
    return _("Un déménagement est à l'étude.")
