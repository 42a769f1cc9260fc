"""The campaign that a file is imported into."""

from django.utils.translation import gettext as _

from portal.registries.loaders import Fault, LoadRefused
from schema_actions.models import Campaign, Plan


class FileFault(Fault):
    """A fault of the whole file."""

    def __str__(self) -> str:
        return _("%(file)s : %(message)s") % vars(self)


def refusal(file: str, line: int, message: str) -> LoadRefused:
    """Return a refusal with one fault; `line` is 0 for the whole file."""
    return LoadRefused([Fault(file, line, message) if line else FileFault(file, 0, message)])


def lock_published_campaign(plan_slug: str, campaign_slug: str) -> Campaign:
    """Return the campaign, locked (SELECT FOR UPDATE).

    Raises LoadRefused for an unknown campaign or one that no document published.
    """
    plan = Plan.objects.filter(slug=plan_slug).first()
    if plan is None:
        known_slugs = ", ".join(Plan.objects.values_list("slug", flat=True))
        message = (
            _("schéma « %(slug)s » inconnu. Connus : %(known)s.")
            if known_slugs
            else _("schéma « %(slug)s » inconnu. Connus : aucun.")
        )
        raise refusal("--plan", 0, message % {"slug": plan_slug, "known": known_slugs})
    campaigns = plan.campaigns.select_for_update(of=("self",)).select_related("source")
    campaign = campaigns.filter(slug=campaign_slug).first()
    if campaign is None:
        known_slugs = ", ".join(plan.campaigns.values_list("slug", flat=True))
        message = (
            _("campagne « %(slug)s » inconnue. Connues : %(known)s.")
            if known_slugs
            else _("campagne « %(slug)s » inconnue. Connues : aucune.")
        )
        raise refusal("--campaign", 0, message % {"slug": campaign_slug, "known": known_slugs})
    if not campaign.is_from_document:
        message = _("la campagne « %s » n'est pas celle d'un document publié.")
        raise refusal("--campaign", 0, message % campaign_slug)
    return campaign
