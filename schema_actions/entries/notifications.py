"""E-mails about one sheet of a campaign."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.notices.services import queue
from schema_actions.models import Entry


def notify_given_back(entry: Entry, reason: str) -> None:
    """To each pilot of the sheet that a manager gives back."""
    campaign = entry.evaluation.campaign
    for user in reachable_pilots(entry):
        body = [
            _("La fiche %s vous est rendue pour que vous la complétiez.") % entry.evaluation.sheet,
            reason.strip(),
            absolute_url(entry),
        ]
        queue(
            key=f"campaign-{campaign.pk}-back-{entry.pk}-{entry.version}-{user.pk}",
            recipient=user.email,
            subject=_("Fiche %s : à reprendre") % entry.evaluation.sheet.key,
            body="\n\n".join(body),
            about=("schema_actions", str(campaign.pk)),
        )


def reachable_pilots(entry: Entry) -> list[User]:
    """Its pilots who may be written to: nobody hears of a sheet before accepting an invitation."""
    return [user for user in entry.pilot_users if user.has_accepted]


def absolute_url(entry: Entry) -> str:
    evaluation = entry.evaluation
    names = [evaluation.campaign.plan.slug, evaluation.campaign.slug, evaluation.sheet.key]
    return settings.SITE_URL + reverse("entry", args=names)
