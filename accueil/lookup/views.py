"""The front desk: one box, and the answer. Public."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accueil.contacts.cached_contacts import contacts_cache
from accueil.contacts.labels import with_openness_label
from accueil.contacts.row_labels import ReceptionPointPresenter
from accueil.lookup import appointment as lookup_appointment
from accueil.lookup.covering_teams import Outcome
from accueil.lookup.messages import answer_message
from accueil.lookup.parameters import parse_house_number
from accueil.lookup.services import Answer, Question, UnknownPlaceError, answer_question
from accueil.models import PhoneLine
from portal.core import clock
from portal.core.caching import data_versions
from portal.core.caching.data_versions import Versions
from portal.core.caching.response_cache import cache_free_text, cached_response, set_expiry
from portal.core.http.attachments import ICS, attachment
from portal.core.http.parameters import parse_page_day
from relocations.models import Relocation
from teams.models import Team

NEXT_MOVES = 3
YES, NO = "oui", "non"
LAST_EVENT = date.max - timedelta(days=1)


@require_safe
@cached_response
def home(request: HttpRequest, versions: Versions) -> HttpResponse:
    """The box, the lines to call, the next moves."""
    context = {
        "phone_lines": PhoneLine.objects.select_related("source"),
        "moves": Relocation.objects.for_schedule().ahead(clock.today())[:NEXT_MOVES],
    }
    return render(request, "accueil/home.html", context)


@require_safe
@cached_response
def find(request: HttpRequest, versions: Versions) -> HttpResponse:
    """What the typed text `q` leads to: anything may be typed, nothing is an error."""
    return _render_answer(request, versions, q=request.GET.get("q", ""))


@require_safe
@cached_response
def commune_detail(request: HttpRequest, versions: Versions, code: str) -> HttpResponse:
    """The answer for a commune, a street, number or sector in it: an address to share."""
    return _render_answer(request, versions, commune=code, **_commune_parameters(request))


@require_safe
def commune_appointment(request: HttpRequest, code: str) -> HttpResponse:
    """The day asked for as an event for one's own calendar, which ends the day after."""
    versions, parameters = data_versions.current_versions(), _commune_parameters(request)
    answer = _find_answer(request, versions, LAST_EVENT, commune=code, **parameters)
    if not answer.teams:
        raise Http404
    content = lookup_appointment.appointment_calendar(
        answer, request.build_absolute_uri(_answer_url(answer))
    )
    return attachment(content, filename="rendez-vous.ics", content_type=ICS)


def _commune_parameters(request: HttpRequest) -> dict[str, Any]:
    return {
        "sector": request.GET.get("secteur", ""),
        "street": request.GET.get("rue", ""),
        "number": _house_number(request),
    }


def _find_answer(
    request: HttpRequest, versions: Versions, last: date = date.max, **parameters: Any
) -> Answer:
    """The answer for the day asked for. Raises Http404 for an unknown place."""
    on = parse_page_day(request.GET.get("le"), last=last)
    followed = {YES: True, NO: False}.get(_followed(request))
    question = Question(on=on or clock.today(), at=clock.now(), followed=followed, **parameters)
    try:
        return answer_question(question, versions)
    except UnknownPlaceError:
        raise Http404 from None


def _answer_url(answer: Answer) -> str:
    """The answer's own address, to share or keep: its place and its day, not what was typed."""
    path = (
        reverse("commune-detail", args=[answer.commune.code]) if answer.commune else reverse("find")
    )
    is_other_day = answer.question.on != clock.today()
    return _with_parameters(
        path, **_place_parameters(answer), le=answer.question.on if is_other_day else ""
    )


def _calendar_url(answer: Answer) -> str:
    """That of the day asked for as an event; "" where no commune or no calendar has one."""
    if answer.commune is None or answer.question.on > LAST_EVENT:
        return ""
    path = reverse("commune-appointment", args=[answer.commune.code])
    return _with_parameters(path, **_place_parameters(answer), le=answer.question.on)


def _place_parameters(answer: Answer) -> Mapping[str, Any]:
    """The place as it was understood, as parameters."""
    if answer.address_query is None:
        return {}
    query = answer.address_query
    return {"secteur": query.sector, "rue": query.street, "numero": query.number}


def _with_parameters(path: str, **parameters: Any) -> str:
    """That address with the parameters that say something."""
    query = urlencode({name: value for name, value in parameters.items() if value})
    return f"{path}?{query}" if query else path


def _render_answer(request: HttpRequest, versions: Versions, **parameters: Any) -> HttpResponse:
    answer = _find_answer(request, versions, **parameters)
    question, contacts = answer.question, contacts_cache.get(versions)
    presenter = ReceptionPointPresenter(question.at, contacts)
    context = {
        "answer": answer,
        "message": answer_message(answer),
        "team_cards": [
            contacts.describe_team(_render_team_card, team, question.on) for team in answer.teams
        ],
        "points": [row.labels for row in presenter.rows(answer.reception.fixed_points)],
        # To who must find somebody now: an open door, else a line, then doors that may be open.
        "points_first": question.followed is False and answer.reception.has_open_point(question.at),
        "phone_lines": [
            with_openness_label(line, question.at) for line in answer.reception.phone_lines
        ],
        "on": question.on,
        "followed": _followed(request),
        "preserved_parameters": _preserved_parameters(request),
        "address": _answer_url(answer),
        "calendar_address": _calendar_url(answer),
        "is_choice": answer.outcome in (Outcome.CHOOSE_COMMUNE, Outcome.CHOOSE_SECTOR),
    }
    response = render(request, "accueil/answer_detail.html", context)
    cache_free_text(response, allowed=answer.names_only_a_place)
    return set_expiry(response, answer.next_change)


def _render_team_card(team: Team, on: date) -> str:
    """What a page shows of a team on that day."""
    place = team.whereabouts(on)
    context = {
        "team": team,
        "place": place,
        "sentence": team.describe_whereabouts(place),
        "on": on,
        "is_other_day": on != clock.today(),
    }
    return render_to_string("accueil/_team_card.html", context)


def _house_number(request: HttpRequest) -> int | None:
    value = request.GET.get("numero", "")
    try:
        return parse_house_number(value)
    except ValueError:
        message = _("« numero=%s » : un numéro de rue est attendu, par exemple 12 ou 12 bis.")
        raise BadRequest(message % value[:40]) from None


def _followed(request: HttpRequest) -> str:
    """Whether the person is followed already: "oui", "non", or "" when not said."""
    value = request.GET.get("suivi", "")
    if value not in ("", YES, NO):
        raise BadRequest(_("« suivi=%s » : « oui » ou « non » est attendu.") % value[:40])
    return value


def _preserved_parameters(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form on the page must not lose of the address."""
    return [(name, str(value)) for name, value in request.GET.items() if name != "le"]
