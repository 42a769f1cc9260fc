from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

WATCHED = ("core", "territory", "teams", "relocations", "accueil")


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "portail"

    def ready(self) -> None:
        post_migrate.connect(watch, dispatch_uid="portal.watch")


def watch(app_config: AppConfig, **kwargs: Any) -> None:
    """After a migration, has the database count the changes of the app's tables."""
    from portal.core import versions

    if app_config.label in WATCHED:
        versions.watch(app_config)
