"""The page of the published figures, and their CSV: `/chiffres/`. Public."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accueil.figures.comparison import group_by_department
from accueil.figures.filters import FigureFilter
from accueil.figures.known_counts import known_counts
from accueil.models import Figure, Principle
from portal.core.caching.data_versions import Versions
from portal.core.caching.response_cache import cached_response
from portal.core.tables.spreadsheets import csv_response


@require_safe
@cached_response
def figure_list(request: HttpRequest, versions: Versions) -> HttpResponse:
    """The figures by département and topic. A malformed filter is a 400 with its error."""
    filters = FigureFilter(request.GET, queryset=Figure.objects.for_page())
    figures = list(_filtered_figures(filters))
    departments = {figure.department_id for figure in figures}
    context = {
        "form": filters.form,
        "department_figures": group_by_department(
            figures, _filtered_principles(filters), known_counts(departments)
        ),
        "query": request.GET.urlencode(),
    }
    status = 200 if filters.is_valid() else 400
    return render(request, "accueil/figure_list.html", context, status=status)


@require_safe
@cached_response
def figure_csv(request: HttpRequest, versions: Versions) -> HttpResponse:
    """The filtered figures as CSV; a malformed filter is a 400 in plain text."""
    filters = FigureFilter(request.GET, queryset=Figure.objects.for_page())
    if not filters.is_valid():
        errors = "\n".join(
            f"{name} : {' '.join(messages)}" for name, messages in filters.form.errors.items()
        )
        return HttpResponse(errors, status=400, content_type="text/plain; charset=utf-8")
    names = ["département", "sujet", "ce qui est compté", "chiffre", "unité", "période"]
    names += ["périmètre", "source", "éditeur", "date", "adresse", "texte imprimé"]
    return csv_response("chiffres.csv", names, map(_csv_row, filters.qs))


def _filtered_figures(filters: FigureFilter) -> QuerySet[Figure]:
    return filters.qs if filters.is_valid() else Figure.objects.none()


def _filtered_principles(filters: FigureFilter) -> QuerySet[Principle]:
    """Return the principles of the requested département and topic."""
    if not filters.is_valid():
        return Principle.objects.none()
    conditions = {name: value for name, value in filters.form.cleaned_data.items() if value}
    return Principle.objects.for_page().filter(**conditions)


def _csv_row(figure: Figure) -> list[Any]:
    source = figure.source
    assert source  # not null for figures (a constraint)
    return [
        *(figure.department.code, figure.get_topic_display(), figure.label),
        *(figure.value or _("à renseigner"), figure.unit, figure.period_text, figure.perimeter),
        *(source.title, source.publisher, source.date or _("sans date"), source.url),
        figure.as_printed,
    ]
