"""Update the copied positions of reception points and the revisions of stops."""

from typing import Any

from django.db.models import F, QuerySet
from django.db.models.signals import post_delete, post_save

from accueil.models import ReceptionPoint, Stop, StopChange, refresh_positions
from portal.territory.models import Commune
from teams.models import Site, Team


def connect_signals() -> None:
    """Connect the receivers. Bulk writes send no signal: call `refresh_positions` after them."""
    post_save.connect(refresh_points_of_site, Site)
    post_save.connect(refresh_points_of_team, Team)
    post_save.connect(refresh_points_of_commune, Commune)
    post_save.connect(increment_stop_revision, StopChange)
    post_delete.connect(increment_stop_revision, StopChange)


def refresh_points_of_site(instance: Site, created: bool, **kwargs: Any) -> None:
    if not created:
        _refresh_points_at(Site.objects.filter(pk=instance.pk))


def refresh_points_of_team(instance: Team, created: bool, **kwargs: Any) -> None:
    if not created:
        refresh_positions(ReceptionPoint.objects.filter(team=instance))


def refresh_points_of_commune(instance: Commune, created: bool, **kwargs: Any) -> None:
    if not created:
        _refresh_points_at(Site.objects.filter(commune=instance))


def increment_stop_revision(instance: StopChange, **kwargs: Any) -> None:
    """A deleted change is a revision too."""
    Stop.objects.filter(pk=instance.stop_id).update(revision=F("revision") + 1)


def _refresh_points_at(sites: QuerySet[Site]) -> None:
    # Two queries, each on its own index, rather than one that would read every point.
    refresh_positions(ReceptionPoint.objects.filter(site__in=sites))
    refresh_positions(ReceptionPoint.objects.filter(team__site__in=sites))
