"""The URL table; apps are included by name, none is imported."""

from django.contrib import admin
from django.contrib.sitemaps import views as sitemap_views
from django.urls import URLPattern, include, path
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from portal import views, well_known
from portal.core.http.viewsets import SchemaView
from portal.registries import api, sitemaps

handler400 = "portal.core.http.problems.bad_request"
handler403 = "portal.core.http.problems.permission_denied"
handler404 = "portal.core.http.problems.not_found"
handler429 = "portal.core.http.problems.too_many_requests"  # django-allauth's
handler500 = "portal.core.http.problems.server_error"


def static_page(address: str, template: str, name: str) -> URLPattern:
    """Return the path of a page that is only a template."""
    return path(address, TemplateView.as_view(template_name=template), name=name)


sitemap_view = require_safe(sitemap_views.sitemap)

urlpatterns = [
    path("api/v1/openapi.json", SchemaView.as_view(), name="openapi"),
    path("api/v1/", include(api.autodiscover().urls)),
    path("", include("accueil.urls")),
    path("", include("teams.urls")),
    path("", include("relocations.urls")),
    path("", include("schema_actions.urls")),
    path("", include("portal.accounts.urls")),
    path("", include("portal.health.urls")),
    path("sitemap.xml", sitemap_view, {"sitemaps": sitemaps.autodiscover()}, name="sitemap"),
    path("robots.txt", well_known.robots, name="robots"),
    path(".well-known/security.txt", well_known.security, name="security-txt"),
    path("espace/", views.workspace, name="workspace"),
    static_page("accessibilite/", "legal/accessibility.html", "accessibility"),
    static_page("mentions-legales/", "legal/notice.html", "legal-notice"),
    static_page("donnees-personnelles/", "legal/privacy.html", "privacy"),
    static_page("plan-du-site/", "legal/site_map.html", "site-map"),
    path("api/docs/", views.api_docs, name="api-docs"),
    path("admin/", admin.site.urls),
]
