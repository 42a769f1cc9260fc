"""The search box and the pages of its answers. Public."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accueil.contacts.cached_contacts import Contacts, contacts_cache
from accueil.contacts.labels import with_openness_label
from accueil.contacts.nearby import Reception
from accueil.contacts.next_stops import NextStop
from accueil.contacts.row_labels import ReceptionPointPresenter, RowLabels
from accueil.lookup import appointment as lookup_appointment
from accueil.lookup.covering_teams import Outcome
from accueil.lookup.messages import answer_message, page_message, place_message
from accueil.lookup.services import (
    Answer,
    Question,
    UnknownPlaceError,
    answer_question,
    gazetteer,
)
from accueil.models import PhoneLine
from accueil.needs.matcher import need_matcher
from portal.core import clock
from portal.core.caching import data_versions
from portal.core.caching.data_versions import Versions
from portal.core.caching.response_cache import cache_free_text, cached_response, set_expiry
from portal.core.http.attachments import ICS, attachment
from portal.core.http.parameters import parse_page_day
from portal.core.http.qr_codes import qr_code
from portal.territory.house_numbers import HouseNumber
from relocations.models import Relocation
from teams.directory.views import answer_context
from teams.models import Sector, Team

NEXT_MOVES = 3
HOME_NEEDS = 8
MAX_POINTS = 3  # the list of reception points has the others
MAX_POSTAL_CODES = 3  # beyond, they tell nothing more
YES, NO = "oui", "non"
LAST_EVENT = date.max - timedelta(days=1)


@require_safe
@cached_response
def home(request: HttpRequest, versions: Versions) -> HttpResponse:
    """Show the search box, the needs, whom to call and the next moves.

    The lines are those of one département: the person chooses among several.
    """
    contacts, served = contacts_cache.get(versions), gazetteer(versions).local.served
    needs = [need for need in need_matcher().needs.values() if not need.urgent]
    context = {
        "needs": needs[:HOME_NEEDS],
        "served": [contacts.departments[code] for code in sorted(served)],
        "query": QueryDict(),
        "phone_lines": contacts.phone_lines(served),
        "moves": Relocation.objects.for_schedule().ahead(clock.today())[:NEXT_MOVES],
    }
    return render(request, "accueil/home.html", context)


@require_safe
@cached_response
def answer_detail(request: HttpRequest, versions: Versions) -> HttpResponse:
    """Answer the typed text `q`. Any text gets a page: none is an error."""
    return _render_answer(request, versions, q=request.GET.get("q", ""))


@require_safe
@cached_response
def commune_detail(request: HttpRequest, versions: Versions, code: str) -> HttpResponse:
    """Answer for a commune, or a sector or street address in it, at an address to share.

    The code of a former commune, or in small letters, redirects to that of today.
    """
    if current := _code_of_today(code, versions):
        query = request.GET.urlencode()
        address = reverse("commune-detail", args=[current])
        return redirect(f"{address}?{query}" if query else address, permanent=True)
    return _render_answer(request, versions, commune=code, **_commune_parameters(request))


@require_safe
def commune_appointment(request: HttpRequest, code: str) -> HttpResponse:
    """Return the calendar file of the requested day; 404 where no team answers."""
    versions, parameters = data_versions.current_versions(), _commune_parameters(request)
    answer = _find_answer(request, versions, LAST_EVENT, commune=code, **parameters)
    if not answer.teams:
        raise Http404
    content = lookup_appointment.appointment_calendar(
        answer, request.build_absolute_uri(_answer_url(answer))
    )
    return attachment(content, filename="rendez-vous.ics", content_type=ICS)


@require_safe
@cached_response
def commune_qr_code(request: HttpRequest, versions: Versions, code: str) -> HttpResponse:
    """Return the code that leads to the answer of this place, as it is on the day it is read."""
    answer = _find_answer(request, versions, commune=code, **_commune_parameters(request))
    return qr_code(_with_parameters(_answer_path(answer), **_place_parameters(answer)))


def _code_of_today(code: str, versions: Versions) -> str:
    """Return the code to use instead of this one, "" where it is right or unknown."""
    place = gazetteer(versions).france.with_insee_code(code)
    return place.commune if place and place.commune and place.commune != code else ""


def _commune_parameters(request: HttpRequest) -> dict[str, Any]:
    return {
        "sector": request.GET.get("secteur", ""),
        "street": request.GET.get("rue", ""),
        "number": _house_number(request),
    }


def _find_answer(
    request: HttpRequest, versions: Versions, last: date = date.max, **parameters: Any
) -> Answer:
    """Return the answer for the requested day, at most `last`; Http404 for an unknown place."""
    on = parse_page_day(request.GET.get("le"), last=last)
    followed = {YES: True, NO: False}.get(_followed(request))
    question = Question(on=on or clock.today(), at=clock.now(), followed=followed, **parameters)
    try:
        return answer_question(question, versions)
    except UnknownPlaceError:
        raise Http404 from None


def _answer_url(answer: Answer) -> str:
    """Return the canonical path of the answer: its place and its day, not the typed text."""
    is_other_day = answer.question.on != clock.today()
    return _with_parameters(
        _answer_path(answer),
        **_place_parameters(answer),
        le=answer.question.on if is_other_day else "",
    )


def _answer_path(answer: Answer) -> str:
    """Return the path of the page of the answer's commune, that of typed texts without one."""
    if answer.commune is None:
        return reverse("answer-detail")
    return reverse("commune-detail", args=[answer.commune.code])


def _calendar_url(answer: Answer) -> str:
    """Return the path of the calendar file; "" without a commune or after `LAST_EVENT`."""
    if answer.commune is None or answer.question.on > LAST_EVENT:
        return ""
    path = reverse("commune-appointment", args=[answer.commune.code])
    return _with_parameters(path, **_place_parameters(answer), le=answer.question.on)


def _qr_code_url(answer: Answer) -> str:
    """Return the path of the QR code of the answer; "" without a team, or in danger."""
    if answer.commune is None or not answer.teams or answer.is_danger:
        return ""
    path = reverse("commune-qr-code", args=[answer.commune.code])
    return _with_parameters(path, **_place_parameters(answer))


def _place_parameters(answer: Answer) -> dict[str, Any]:
    """Return the understood place as query parameters; `q` is the name of one without a commune."""
    query = answer.address_query
    if query is None:
        return {}
    name = query.place.name if query.place and answer.commune is None else ""
    street = answer.repeatable_street
    return {"q": name, "secteur": query.sector, "rue": street, "numero": query.number}


def _repeated_query(request: HttpRequest, answer: Answer) -> QueryDict:
    """Return what the links and forms of the page repeat: in danger the place, not the words."""
    if not answer.is_danger:
        return request.GET
    query = QueryDict(mutable=True)
    parameters = _place_parameters(answer) | {"suivi": _followed(request)}
    query.update({name: str(value) for name, value in parameters.items() if value})
    if "le" in request.GET:
        query["le"] = request.GET["le"]
    return query


def _with_parameters(path: str, **parameters: Any) -> str:
    """Return the path with the parameters that are not empty."""
    query = urlencode({name: value for name, value in parameters.items() if value})
    return f"{path}?{query}" if query else path


def _render_answer(request: HttpRequest, versions: Versions, **parameters: Any) -> HttpResponse:
    answer = _find_answer(request, versions, **parameters)
    question, contacts = answer.question, contacts_cache.get(versions)
    query = _repeated_query(request, answer)
    other_day = question.on if question.on != clock.today() else None
    presenter = ReceptionPointPresenter(question.at, contacts, question.on)
    served = gazetteer(versions).local.served
    is_placeless = answer.outcome in (Outcome.NOT_FOUND, Outcome.NEED)
    is_department_asked = is_placeless and len(served) > 1
    lines = _phone_lines(answer, is_department_asked=is_department_asked)
    points = [row.labels for row in presenter.rows(answer.reception.fixed_points[:MAX_POINTS])]
    context = {
        "answer": answer,
        "authority": answer.authority,
        "description": place_message(answer) if answer.is_danger else answer_message(answer),
        "is_danger": answer.is_danger,
        "is_not_understood": answer.outcome is Outcome.NOT_FOUND
        and bool(question.q.strip())
        and not answer.parsed_text.is_lone_street,
        "typed_text": "" if answer.is_danger else question.q,
        "page_message": page_message(answer),
        "place_name": answer.arrondissement or (answer.commune.name if answer.commune else ""),
        "place_details": _place_details(answer),
        "team_cards": _team_cards(answer, contacts),
        "points": points,
        "sources": _sources(points),
        "stops": _shown_stops(answer.reception),
        # Without a team yet: an open point first; if none is open, the phone lines first.
        "points_first": question.followed is False and answer.reception.has_open_point(question.at),
        "phone_lines": [with_openness_label(line, question.at, other_day) for line in lines],
        "is_department_asked": is_department_asked,
        "served": [contacts.departments[code] for code in sorted(served)],
        "on": question.on,
        "followed": _followed(request),
        # A question only where both answers change something.
        "is_followed_asked": bool(answer.commune and (answer.teams or answer.choices)),
        "is_reception_first": not answer.teams or question.followed is False,
        "query": query,
        "path": _answer_path(answer) if answer.is_danger else "",
        "preserved_parameters": [(name, value) for name, value in query.items() if name != "le"],
        "address": _answer_url(answer),
        "calendar_address": _calendar_url(answer),
        "qr_code": _qr_code_url(answer),
        "is_choice": answer.outcome in (Outcome.CHOOSE_COMMUNE, Outcome.CHOOSE_SECTOR),
    }
    response = render(request, "accueil/answer_detail.html", context)
    cache_free_text(response, allowed=answer.names_only_a_place)
    return set_expiry(response, answer.next_change)


class TeamCard(NamedTuple):
    """The HTML of the card of a team: the answer, then its reasons, and the tone of its edge."""

    tone: str
    answer: str
    reasons: str


def _team_cards(answer: Answer, contacts: Contacts) -> list[tuple[Team, TeamCard]]:
    is_yours = len(answer.teams) == 1 and bool(answer.sectors)
    is_deduced = is_yours and any(sector.basis == "name" for sector in answer.sectors)
    on = answer.question.on
    return [
        (team, contacts.describe_team(_render_team_card, team, on, is_yours, is_deduced))
        for team in answer.teams
    ]


def _render_team_card(team: Team, on: date, is_yours: bool, is_deduced: bool) -> TeamCard:
    """Return the card of a team on that day; `is_yours` where it is the one of the place."""
    context = {**answer_context(team, on), "is_yours": is_yours, "is_deduced": is_deduced}
    parts = (
        render_to_string(f"teams/{name}.html", context) for name in ("_answer", "_answer_reasons")
    )
    return TeamCard(context["badge"][0], *parts)


def _place_details(answer: Answer) -> list[str]:
    """Return what tells the place from others: its quarter or street, postal codes, département."""
    if answer.commune is None:
        return []
    names = [sector.name for sector in answer.sectors if sector.kind != Sector.Kind.COMMUNE]
    codes = answer.commune.postal_codes
    if answer.parsed_text.postal_code in codes:
        codes = (answer.parsed_text.postal_code,)
    return [
        *dict.fromkeys(names),
        *([", ".join(codes)] if 0 < len(codes) <= MAX_POSTAL_CODES else []),
        *(
            [answer.commune.department_name]
            if answer.commune.department_name != answer.commune.name
            else []
        ),
    ]


def _phone_lines(answer: Answer, *, is_department_asked: bool) -> Sequence[PhoneLine]:
    """Return the lines of the answer, none before the département is known."""
    lines = answer.reception.phone_lines
    is_known = answer.teams or len({line.department_id for line in lines}) == 1
    return lines if is_known and not is_department_asked else ()


def _shown_stops(reception: Reception) -> Sequence[NextStop]:
    """Return the stops whose next passage is known, else the nearest one alone."""
    known = [stop for stop in reception.stops if stop.passage or stop.cancelled]
    return known or reception.stops[:1]


def _sources(points: Iterable[RowLabels]) -> list[tuple[str, str]]:
    """Return each source of these points once, with their names."""
    names: dict[str, list[str]] = {}
    for point in points:
        names.setdefault(point["source"], []).append(point["name"])
    return [(source, ", ".join(shared)) for source, shared in names.items() if source]


def _house_number(request: HttpRequest) -> HouseNumber | None:
    value = request.GET.get("numero", "")
    try:
        return HouseNumber.parse_optional(value)
    except ValueError:
        message = _("« numero=%s » : un numéro de rue est attendu, par exemple 12 ou 12 bis.")
        raise BadRequest(message % value[:40]) from None


def _followed(request: HttpRequest) -> str:
    """Return whether the person already has a team: "oui", "non", or "" when not given."""
    value = request.GET.get("suivi", "")
    if value not in ("", YES, NO):
        raise BadRequest(_("« suivi=%s » : « oui » ou « non » est attendu.") % value[:40])
    return value
