"""The list of reception points and its map: `/accueil/`. Public."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from accueil.contacts import next_stops
from accueil.contacts.labels import with_openness_label
from accueil.contacts.row_labels import ReceptionPointPresenter
from accueil.enums import PointKind
from accueil.figures.known_counts import announced_sentences
from accueil.lookup.services import gazetteer
from accueil.reception_points.list_map import build_map
from accueil.reception_points.parameters import parse_query
from accueil.reception_points.services import (
    PAGE_SIZE,
    ListData,
    departments_in_scope,
    load_points,
    nearby_stops,
    select_page,
)
from portal.core.caching.data_versions import Versions
from portal.core.caching.response_cache import cached_response, set_expiry
from portal.territory.maps import WIDTH, base_maps

BASE_MAP_MAX_AGE = 30 * 24 * 3600  # seconds; its address changes with the communes


@require_safe
@cached_response
def reception_point_list(request: HttpRequest, versions: Versions) -> HttpResponse:
    """The points near a commune, nearest first; else those of the départements served, by commune.

    The cached page expires when the first of the shown openings or passages changes.
    """
    served = gazetteer(versions).local.served
    query, data = parse_query(request, served, versions), ListData.load(versions)
    scope = departments_in_scope(query, served)
    selected, page = select_page(query, scope, data)
    first = (page.number - 1) * PAGE_SIZE
    presenter = ReceptionPointPresenter(data.at, data.contacts)
    points = load_points(selected.candidates[first : first + PAGE_SIZE], query.position, data)
    rows = presenter.rows(points, first + 1)
    lines = data.contacts.phone_lines(scope) if scope else []
    stops = nearby_stops(query, scope, data)
    point_map, changes = build_map(query, scope, rows, selected.candidates, presenter, data)
    context = {
        "query": query,
        "is_served": not query.commune or query.commune.department in served,
        "is_department_asked": not scope and not query.near and len(served) > 1,
        "department": data.contacts.departments[scope[0]] if scope else None,
        "page": page,
        "rows": [row.labels for row in rows],
        "count": None if query.commune else len(selected.candidates),
        "announced_counts": [] if query.commune else announced_sentences(scope),
        "lines": [with_openness_label(line, data.at) for line in lines],
        "stops": stops,
        "map": point_map,
        "kinds": PointKind.choices,
        "served": [data.contacts.departments[code] for code in sorted(served)],
        "served_codes": sorted(served),
    }
    response = render(request, "accueil/reception_point_list.html", context)
    changes += [selected.next_change, *(row.until for row in rows)]
    changes += [line.opening_state(data.at).until for line in lines]
    changes += [next_stops.next_change(stop) for stop in stops]
    return set_expiry(response, min((change for change in changes if change), default=None))


@require_safe
@cached_response
def reception_base_map(request: HttpRequest, versions: Versions, department: str) -> HttpResponse:
    """The contours of a département's communes, under every map of it."""
    base_map = base_maps.get(versions).get(department)
    if base_map is None or not base_map.outline:
        raise Http404
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
        f'height="{base_map.height:g}" viewBox="0 0 {WIDTH} {base_map.height:g}">'
        f'<path d="{base_map.outline}" '
        'fill="#7f8f93" fill-opacity=".16" stroke="#7f8f93" stroke-width="1" '
        'stroke-linejoin="round"/></svg>'
    )
    response = HttpResponse(svg, content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=BASE_MAP_MAX_AGE, immutable=True)
    return response
