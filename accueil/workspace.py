"""What the front desk shows to those who work here."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accueil.models import Report
from accueil.rules import answered_reports
from portal.accounts.rules import works_anywhere
from portal.workspace import Context, register

SHOWN = 20


@register(title=_("Erreurs signalées"), order=20, template="accueil/_reports.html")
def reports(request: HttpRequest) -> Context | None:
    """What readers say is wrong, the oldest first: it has waited longest."""
    if not works_anywhere(request.user):
        return None
    waiting = Report.objects.waiting().filter(answered_reports(request.user))
    return {
        "reports": waiting.select_related("agency").order_by("created_at", "id")[:SHOWN],
        "count": waiting.count(),
    }
