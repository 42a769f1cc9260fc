"""E-mails about a change of a move, to the agents of the agency and to subscribers."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.notices.models import Notice
from portal.notices.services import draft, queue_all
from relocations.history import describe_update
from relocations.models import Relocation
from relocations.subscriptions import services
from teams.models import Membership


def notify_change(*, before: Relocation | None, after: Relocation, by: User) -> None:
    """Queue the e-mails about a change, in its transaction; none to `by`, its author.

    They are in the language of the portal: that of the author is not their readers'.
    """
    with translation.override(settings.LANGUAGE_CODE):
        _queue_notices(before, after, by)


def _queue_notices(before: Relocation | None, after: Relocation, by: User) -> None:
    people = User.objects.accepted()
    agents = Membership.objects.filter(agency=after.team.agency_id, user__in=people)
    recipients = agents.exclude(user=by) if by else agents
    addresses = recipients.values_list("user_id", "user__email")
    queue_all([_agent_notice(*address, before, after) for address in addresses])
    services.notify_subscribers(before=before, after=after)


def _agent_notice(
    user_id: int, address: str, before: Relocation | None, after: Relocation
) -> Notice:
    body = [
        (_HAS_CHANGED if before else _IS_ANNOUNCED) % after.team.title,
        *describe_update(before, after),
        *([_("Pourquoi : %s") % after.reason] if after.reason else []),
        absolute_url(after),
    ]
    return draft(
        key=f"relocation-{after.pk}-{after.version}-user-{user_id}",
        recipient=address,
        subject=_("Déménagement : %s") % after.team.title,
        body="\n\n".join(body),
        about=("relocations", str(after.pk)),
    )


_HAS_CHANGED = gettext_lazy("%s : le déménagement a changé.")
_IS_ANNOUNCED = gettext_lazy("%s : un déménagement est annoncé.")


def absolute_url(move: Relocation) -> str:
    return f"{settings.SITE_URL}{move.get_absolute_url()}"
