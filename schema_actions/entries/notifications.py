"""E-mails about one sheet of a campaign."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.notices.services import queue
from schema_actions.models import Entry


def notify_given_back(entry: Entry, reason: str) -> None:
    """Write to each pilot of a sheet that is given back, in the language of the portal."""
    campaign, sheet = entry.evaluation.campaign, entry.evaluation.sheet
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Fiche %s : à reprendre") % sheet.key
        sentence = _("La fiche %s vous est rendue pour que vous la complétiez.") % sheet
    for user in reachable_pilots(entry):
        queue(
            key=f"campaign-{campaign.pk}-back-{entry.pk}-{entry.version}-{user.pk}",
            recipient=user.email,
            subject=subject,
            body="\n\n".join([sentence, reason.strip(), absolute_url(entry)]),
            about=("schema_actions", str(campaign.pk)),
        )


def reachable_pilots(entry: Entry) -> list[User]:
    """Return the pilots who accepted their invitation: the others receive no e-mail."""
    return [user for user in entry.pilot_users if user.has_accepted]


def absolute_url(entry: Entry) -> str:
    return settings.SITE_URL + entry.get_absolute_url()
