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
from portal.core.caching.response_cache import cached_response, keep_typed, set_expiry
from portal.core.http.attachments import ICS, attachment
from portal.core.http.parameters import parse_page_day
from relocations.models import Relocation
from teams.models import Team

NEXT_MOVES = 3
YES, NO = "oui", "non"
LAST_EVENT = date.max - timedelta(days=1)


@require_safe
@cached_response
def home(request: HttpRequest, now: Versions) -> HttpResponse:
    """The box, the lines to call, the next moves."""
    context = {
        "lines": PhoneLine.objects.select_related("source"),
        "moves": Relocation.objects.for_schedule().ahead(clock.today())[:NEXT_MOVES],
    }
    return render(request, "accueil/home.html", context)


@require_safe
@cached_response
def find(request: HttpRequest, now: Versions) -> HttpResponse:
    """What the typed text `q` leads to: anything may be typed, nothing is an error."""
    return _render_answer(request, now, q=request.GET.get("q", ""))


@require_safe
@cached_response
def commune_detail(request: HttpRequest, now: Versions, code: str) -> HttpResponse:
    """The answer for a commune, a street, number or sector in it: an address to share."""
    return _render_answer(request, now, commune=code, **_commune_parameters(request))


@require_safe
def commune_appointment(request: HttpRequest, code: str) -> HttpResponse:
    """The day asked for as an event for one's own calendar, which ends the day after."""
    now, where = data_versions.current_versions(), _commune_parameters(request)
    found = _find_answer(request, now, LAST_EVENT, commune=code, **where)
    if not found.teams:
        raise Http404
    content = lookup_appointment.appointment_calendar(
        found, request.build_absolute_uri(_answer_url(found))
    )
    return attachment(content, filename="rendez-vous.ics", content_type=ICS)


def _commune_parameters(request: HttpRequest) -> dict[str, Any]:
    return {
        "sector": request.GET.get("secteur", ""),
        "street": request.GET.get("rue", ""),
        "number": _house_number(request),
    }


def _find_answer(
    request: HttpRequest, now: Versions, last: date = date.max, **asked: Any
) -> Answer:
    """The answer for the day asked for. Raises Http404 for an unknown place."""
    on = parse_page_day(request.GET.get("le"), last=last)
    followed = {YES: True, NO: False}.get(_followed(request))
    question = Question(on=on or clock.today(), at=clock.now(), followed=followed, **asked)
    try:
        return answer_question(question, now)
    except UnknownPlaceError:
        raise Http404 from None


def _answer_url(found: Answer) -> str:
    """The answer's own address, to share or keep: its place and its day, not what was typed."""
    path = (
        reverse("commune-detail", args=[found.commune.code]) if found.commune else reverse("find")
    )
    is_other_day = found.question.on != clock.today()
    return _with_parameters(
        path, **_place_parameters(found), le=found.question.on if is_other_day else ""
    )


def _calendar_url(found: Answer) -> str:
    """That of the day asked for as an event; "" where no commune or no calendar has one."""
    if found.commune is None or found.question.on > LAST_EVENT:
        return ""
    path = reverse("commune-appointment", args=[found.commune.code])
    return _with_parameters(path, **_place_parameters(found), le=found.question.on)


def _place_parameters(found: Answer) -> Mapping[str, Any]:
    """The place as it was understood, as parameters."""
    if found.address_query is None:
        return {}
    asked = found.address_query
    return {"secteur": asked.sector, "rue": asked.street, "numero": asked.number}


def _with_parameters(path: str, **parameters: Any) -> str:
    """That address with the parameters that say something."""
    said = urlencode({name: value for name, value in parameters.items() if value})
    return f"{path}?{said}" if said else path


def _render_answer(request: HttpRequest, now: Versions, **asked: Any) -> HttpResponse:
    found = _find_answer(request, now, **asked)
    question, offices = found.question, contacts_cache.at(now)
    teller = ReceptionPointPresenter(question.at, offices)
    context = {
        "answer": found,
        "message": answer_message(found),
        "cards": [
            offices.describe_team(_render_team_card, team, question.on) for team in found.teams
        ],
        "doors": [one.words for one in teller.rows(found.reception.fixed_points)],
        # To who must find somebody now: an open door, else a line, then doors that may be open.
        "doors_first": question.followed is False and found.reception.has_open_point(question.at),
        "lines": [with_openness_label(line, question.at) for line in found.reception.lines],
        "on": question.on,
        "followed": _followed(request),
        "kept_parameters": _preserved_parameters(request),
        "address": _answer_url(found),
        "calendar_address": _calendar_url(found),
        "is_choice": found.outcome in (Outcome.CHOOSE_COMMUNE, Outcome.CHOOSE_SECTOR),
    }
    response = render(request, "accueil/answer.html", context)
    keep_typed(response, names_a_place=found.names_only_a_place)
    return set_expiry(response, found.next_change)


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
    return render_to_string("accueil/_team.html", context)


def _house_number(request: HttpRequest) -> int | None:
    given = request.GET.get("numero", "")
    try:
        return parse_house_number(given)
    except ValueError:
        said = _("« numero=%s » : un numéro de rue est attendu, par exemple 12 ou 12 bis.")
        raise BadRequest(said % given[:40]) from None


def _followed(request: HttpRequest) -> str:
    """Whether the person is followed already: "oui", "non", or "" when not said."""
    given = request.GET.get("suivi", "")
    if given not in ("", YES, NO):
        raise BadRequest(_("« suivi=%s » : « oui » ou « non » est attendu.") % given[:40])
    return given


def _preserved_parameters(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form on the page must not lose of the address."""
    return [(name, str(value)) for name, value in request.GET.items() if name != "le"]
