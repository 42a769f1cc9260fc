"""Django's admin, behind the portal's own sign-in."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.i18n import JavaScriptCatalog

from portal.core.http.local_urls import known_page

Extra = dict[str, Any] | None


class AdminCatalog(JavaScriptCatalog):
    """Django's messages of the admin's scripts, those that its French turns round said again."""

    def get_catalog(self) -> dict[str, Any]:
        catalog: dict[str, Any] = super().get_catalog()
        if (get_language() or "").startswith("fr"):
            # The French of Django has three forms, the last for a million hours.
            singular = gettext("Votre ordinateur a %s heure d'avance sur l'heure du portail.")
            plural = gettext("Votre ordinateur a %s heures d'avance sur l'heure du portail.")
            catalog["Note: You are %s hour ahead of server time."] = [singular, plural, plural]
            singular = gettext("Votre ordinateur a %s heure de retard sur l'heure du portail.")
            plural = gettext("Votre ordinateur a %s heures de retard sur l'heure du portail.")
            catalog["Note: You are %s hour behind server time."] = [singular, plural, plural]
        return catalog


class PortalAdminSite(AdminSite):
    """Admin without sign-in or sign-out of its own: its form would not ask for a one-time code."""

    site_header = _("Administration du portail")
    site_title = _("Administration")
    index_title = _("Ce que vous pouvez modifier")
    site_url = "/espace/"

    def i18n_javascript(self, request: HttpRequest, extra_context: Extra = None) -> Any:
        return AdminCatalog.as_view(packages=["django.contrib.admin"])(request)

    def login(self, request: HttpRequest, extra_context: Extra = None) -> HttpResponse:
        """Redirect to the portal's sign-in; 403 for a signed-in user without access."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(known_page(request.GET.get("next", "")) or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: Extra = None) -> Any:
        return resolve(reverse("account_logout")).func(request)

    def password_change(self, request: HttpRequest, extra_context: Extra = None) -> Any:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: Extra = None) -> Any:
        return redirect("account")
