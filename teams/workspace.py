"""The panel of the workspace about people."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.current_user import current_user
from portal.registries.workspace import Context, register
from teams.people.grants import manageable_people


@register(title=_("Les personnes"), order=90, template="teams/_people_panel.html")
def people(request: HttpRequest) -> Context | None:
    """Return how many people the user manages."""
    if not request.user.has_perm("accounts.manage_people"):
        return None
    return {"count": manageable_people(current_user(request)).count()}
