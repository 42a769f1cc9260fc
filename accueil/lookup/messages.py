"""The message of an answer: one or two plain sentences."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accueil.lookup.covering_teams import Outcome, is_certainly_at
from accueil.lookup.services import Answer, TypedStreet
from accueil.place_search import Kind, Place
from portal.core.text.elision import at_place
from portal.core.text.normalisation import normalise
from portal.core.text.telephones import parse_number
from teams.models import Sector


def answer_message(answer: Answer) -> str:
    """Return what to do for the need, how the question was understood, then the answer.

    How it was understood is left out where it is obvious.
    """
    need = _(answer.need.sentence) if answer.need else ""
    return " ".join(part for part in (need, place_message(answer)) if part)


def place_message(answer: Answer) -> str:
    """Return the message without what it says of the need."""
    return " ".join(
        part
        for part in (_interpretation_message(answer), _MESSAGES[answer.outcome](answer))
        if part
    )


def page_message(answer: Answer) -> str:
    """Return the message of the page, without what stands on its cards: the team, a number."""
    if answer.outcome is Outcome.TEAM and _site(answer) is None:
        return _interpretation_message(answer)
    if answer.commune and answer.outcome is Outcome.NOT_COVERED and _first_number(answer):
        message = _("Nous ne savons pas encore quelle équipe suit %s.") % answer.commune.name
        advice = _("Appelez : une personne vous dira où aller.")
        return " ".join(filter(None, [_interpretation_message(answer), message, advice]))
    return place_message(answer)


def _site(answer: Answer) -> Place | None:
    """Return the place that the text names, where it is why the teams answer."""
    place = answer.parsed_text.place
    return place if place and place.kind is Kind.SITE and not answer.sectors else None


def _first_number(answer: Answer) -> str:
    """Return the number of the first phone line that has one, "" without any."""
    numbers = (parse_number(line.number) for line in answer.reception.phone_lines)
    return next(filter(None, numbers), "")


def _interpretation_message(answer: Answer) -> str:
    place = answer.parsed_text.place
    if place is None or answer.outcome is Outcome.CHOOSE_COMMUNE:
        return ""
    if answer.arrondissement:
        return ""
    if place.kind is Kind.FORMER_COMMUNE and answer.commune and place.name != answer.commune.name:
        message = _("%(former)s est une ancienne commune ; aujourd'hui, c'est %(commune)s.")
        return message % {"former": place.name, "commune": answer.commune.name}
    if place.kind is Kind.FORMER_AGENCY and place.note:
        message = _("%(former)s n'existe plus ; c'est maintenant : %(agency)s.")
        return message % {"former": place.name, "agency": place.note}
    if place.kind is Kind.FORMER_AGENCY:
        return _("%s n'existe plus.") % place.name
    was_typed = _was_typed(place.name, answer.question.q)
    if answer.parsed_text.corrected or (place.kind is Kind.COMMUNE and not was_typed):
        return _("Nous avons compris : %s.") % place.name
    return ""


def _was_typed(name: str, text: str) -> bool:
    """Whether all the words of the name are in the text."""
    return set(normalise(name).split()) <= set(normalise(text).split())


def _team(answer: Answer) -> str:
    if site := _site(answer):
        return _site_teams(answer, site)
    titles = ", ".join(team.title for team in answer.teams)
    where = _covered_place(answer)
    if not where:
        return _("Voici ce que nous savons : %s.") % titles
    template = ngettext(
        "Pour %(where)s, votre équipe est : %(teams)s.",
        "Pour %(where)s, voici les équipes : %(teams)s.",
        len(answer.teams),
    )
    message = template % {"where": where, "teams": titles}
    if len(answer.teams) == 1 and any(sector.basis == "name" for sector in answer.sectors):
        deduced = _("Nous le savons d’après son nom : la liste des communes n’est pas publiée.")
        return f"{message} {deduced}"
    return message


def _covered_place(answer: Answer) -> str:
    """Return what the teams cover: no more than their sectors; "" where none led to them."""
    if answer.commune is None or not answer.sectors:
        return ""
    if all(sector.kind == Sector.Kind.COMMUNE for sector in answer.sectors):
        return answer.commune.name
    names = list(dict.fromkeys(sector.name for sector in answer.sectors))
    return f"{', '.join(names)} ({answer.commune.name})"


def _site_teams(answer: Answer, site: Place) -> str:
    """Say which teams are at the site on that day, or that they may be."""
    values = {"site": site.name, "teams": ", ".join(team.title for team in answer.teams)}
    if all(is_certainly_at(team, site, answer.question.on) for team in answer.teams):
        template = ngettext(
            "À cette adresse (%(site)s), une équipe : %(teams)s.",
            "À cette adresse (%(site)s), plusieurs équipes : %(teams)s.",
            len(answer.teams),
        )
    else:
        template = ngettext(
            "Une équipe est, était ou sera à cette adresse (%(site)s) : %(teams)s."
            " Vérifiez où elle est ce jour-là.",
            "Des équipes sont, étaient ou seront à cette adresse (%(site)s) : %(teams)s."
            " Vérifiez où elles sont ce jour-là.",
            len(answer.teams),
        )
    return template % values


def _choose_commune(answer: Answer) -> str:
    if answer.parsed_text.unknown_code and answer.commune is None:
        return _(
            "%s n'est pas un code postal : c'est peut-être un code CEDEX, ou un code INSEE."
            " Quelle est votre commune ?"
        ) % (answer.parsed_text.unknown_code)
    if answer.street and answer.street.is_known:
        return _("Plusieurs communes ont cette rue. Laquelle est la vôtre ?")
    if answer.parsed_text.postal_code:
        return _("Plusieurs communes ont ce code postal. Laquelle est la vôtre ?")
    if answer.parsed_text.is_lone_street:
        return _("Dans quelle commune est cette rue ?")
    words = {word for word in normalise(answer.question.q).split() if len(word) > 2}
    if any(words & set(normalise(choice.label).split()[:-1]) for choice in answer.choices):
        return _("Plusieurs communes portent ce nom. Laquelle est la vôtre ?")
    return _("Quelle est votre commune ?")


def _choose_sector(answer: Answer) -> str:
    if answer.street and answer.street.leaves_a_choice and answer.repeatable_street:
        return _unknown_street(answer, answer.street)
    template = _("%s, plusieurs équipes se partagent la ville.")
    message = template % capfirst(at_place(answer.commune.name if answer.commune else ""))
    if answer.is_between_quarters:
        return f"{message} {_('Choisissez votre quartier.')}"
    return f"{message} {_('Choisissez ce qui correspond à votre adresse.')}"


def _unknown_street(answer: Answer, street: TypedStreet) -> str:
    """Say that no sector bears the name of the street, and which names are the closest."""
    commune = answer.commune.name if answer.commune else ""
    values = {"street": street.name, "at_commune": at_place(commune)}
    message = _("Nous ne connaissons pas « %(street)s » %(at_commune)s.") % values
    if street.match.closest:
        names = ngettext(
            "Le nom le plus proche que nous connaissons : %(names)s.",
            "Les noms les plus proches que nous connaissons : %(names)s.",
            len(street.match.closest),
        )
        message += " " + names % {"names": ", ".join(street.match.closest)}
    return f"{message} {_('Choisissez ce qui correspond à votre adresse.')}"


def _not_covered(answer: Answer) -> str:
    if answer.commune is None:
        return _("Nous ne savons pas quelle équipe répond pour cet endroit.")
    if not answer.is_served:
        commune = answer.commune
        is_its_own = commune.name == commune.department_name  # Paris
        place = commune.name if is_its_own else f"{commune.name} ({commune.department_name})"
        message = _("Ce portail ne connaît pas les équipes qui suivent %s.") % place
        return f"{message} {commune.authority.sentence}"
    template = _("Nous ne savons pas encore quelle équipe suit %s : cette liste n'est pas publiée.")
    message = template % answer.commune.name
    if number := _first_number(answer):
        return f"{message} {_('Appelez le %s : une personne vous dira où aller.') % number}"
    return f"{message} {answer.commune.authority.sentence}"


def _ask_commune(answer: Answer) -> str:
    return _("Dans quelle commune êtes-vous ?")


def _not_found(answer: Answer) -> str:
    if not answer.question.q.strip():
        return _("Écrivez votre commune, votre code postal ou votre rue.")
    if answer.parsed_text.is_lone_street:
        return _("Dans quelle commune est cette rue ?")
    return _(
        "Nous n'avons pas trouvé cet endroit. Essayez avec le nom de votre commune seul."
        " En danger ? Appelez le 17, ou écrivez un SMS au 114."
    )


_MESSAGES = {
    Outcome.TEAM: _team,
    Outcome.CHOOSE_COMMUNE: _choose_commune,
    Outcome.CHOOSE_SECTOR: _choose_sector,
    Outcome.NOT_COVERED: _not_covered,
    Outcome.NEED: _ask_commune,
    Outcome.NOT_FOUND: _not_found,
}
