"""The panel of the outbox in the workspace of administrators."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.rules import is_administrator
from portal.notices import services
from portal.registries.workspace import Context, register


@register(title=_("Courriels"), order=90, template="notices/_outbox.html")
def outbox(request: HttpRequest) -> Context | None:
    """Return the waiting and failed notices for administrators; None when there is no problem."""
    if not is_administrator(request.user):
        return None
    status = services.outbox_status()
    return {"outbox": status} if status.failed or (status.reason and status.waiting) else None
