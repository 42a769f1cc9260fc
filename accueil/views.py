"""The front desk. Public."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accueil.models import PhoneLine


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The way in: the lines to call, the teams, their moves."""
    lines = PhoneLine.objects.select_related("source")
    return render(request, "accueil/home.html", {"lines": lines})
