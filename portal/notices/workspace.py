"""What the outbox shows to those who keep the portal running."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.rules import is_administrator
from portal.notices import services
from portal.registries.workspace import Context, register


@register(title=_("Courriels"), order=90, template="notices/_outbox.html")
def outbox(request: HttpRequest) -> Context | None:
    """What waits or failed, for administrators; nothing when all goes well."""
    if not is_administrator(request.user):
        return None
    status = services.outbox_status()
    return {"outbox": status} if status.failed or (status.reason and status.waiting) else None
