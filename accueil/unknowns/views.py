"""What the portal does not know yet, told as a service: whoever knows can say it. Public."""

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accueil.contacts.cached_contacts import Contacts, contacts_cache
from accueil.contacts.places_on_day import place_points
from accueil.models import ReceptionPoint, Stop
from accueil.unknowns.gaps import Gap, find_gaps
from portal.core import clock
from portal.core.caching.data_versions import Versions
from portal.core.caching.response_cache import cached_response
from portal.core.http.filters import FilterForm
from portal.territory.models import Commune, Department
from teams.models import Sector


class GapForm(FilterForm):
    department = forms.ModelChoiceField(Department.objects.served(), required=False)


@dataclass(frozen=True)
class DepartmentGaps:
    """The gaps of a département, and how many of its communes have a team."""

    department: Department
    gaps: list[Gap]
    covered_communes: int
    communes: int

    @property
    def count(self) -> int:
        return sum(len(gap.missing) for gap in self.gaps)

    @property
    def uncovered_communes(self) -> int:
        return self.communes - self.covered_communes


@require_safe
@cached_response
def gap_list(request: HttpRequest, versions: Versions) -> HttpResponse:
    """The gaps of each served département, or of one. A malformed filter gives a 400."""
    form, contacts = GapForm(request.GET), contacts_cache.get(versions)
    departments: list[Department] = []
    if form.is_valid():
        chosen = form.cleaned_data["department"]
        departments = [chosen] if chosen else list(Department.objects.served())
    context = {
        "form": form,
        "groups": [_department_gaps(department, contacts) for department in departments],
    }
    status = 200 if form.is_valid() else 400
    return render(request, "accueil/gap_list.html", context, status=status)


def _department_gaps(department: Department, contacts: Contacts) -> DepartmentGaps:
    """Return the gaps of a département, in a constant number of queries."""
    today, code = clock.today(), department.code
    teams = [
        (team, team.whereabouts())
        for team in contacts.teams.values()
        if team.agency.department_id == code
    ]
    points = list(
        ReceptionPoint.objects.with_places()
        .not_permanently_closed(today)
        .filter(department=department)
        .order_by("name", "pk")
    )
    place_points(points, today, contacts)
    stops = Stop.objects.with_places().not_permanently_closed(today)
    sectors = Sector.objects.valid(today).filter(commune__department=department)
    return DepartmentGaps(
        department,
        find_gaps(
            sorted(teams, key=lambda located: located[0].name),
            points,
            contacts.phone_lines([code]),
            list(stops.filter(point__department=department).order_by("pk")),
        ),
        sectors.values("commune").distinct().count(),
        Commune.objects.filter(department=department).count(),
    )
