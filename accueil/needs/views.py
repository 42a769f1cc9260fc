"""The pages of the needs: all of them, and one with its numbers. Public."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accueil.needs.matcher import need_matcher
from portal.core.caching.data_versions import Versions
from portal.core.caching.response_cache import cached_response
from portal.core.http.response_headers import forbid_caching


@require_safe
@cached_response
def need_list(request: HttpRequest, versions: Versions) -> HttpResponse:
    """Show every need, dangers first."""
    needs = need_matcher().needs.values()
    context = {
        "dangers": [need for need in needs if need.urgent],
        "needs": [need for need in needs if not need.urgent],
    }
    return render(request, "accueil/need_list.html", context)


@require_safe
def need_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show whom to call for a need and who receives. That of a danger is kept nowhere."""
    need = need_matcher().needs.get(slug)
    if need is None:
        raise Http404
    response = render(request, "accueil/need_detail.html", {"need": need})
    return forbid_caching(response) if need.urgent else response
