from typing import Any

from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

VERSIONED_APPS = ("core", "territory", "teams", "relocations", "accueil", "schema_actions")


class PortalAdminConfig(admin.AdminConfig):
    default = False
    default_site = "portal.admin_site.PortalAdminSite"


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("portail")

    def ready(self) -> None:
        post_migrate.connect(create_version_triggers, dispatch_uid="portal.watch")
        post_migrate.connect(create_cache_table, dispatch_uid="portal.cache")


def create_version_triggers(app_config: AppConfig, **kwargs: Any) -> None:
    """Create the triggers of version counters after a migration."""
    from portal.core.caching import data_versions

    if app_config.label in VERSIONED_APPS:
        data_versions.create_triggers(app_config)


def create_cache_table(app_config: AppConfig, **kwargs: Any) -> None:
    """Create the table of the shared cache, if it is one, with the first migration."""
    if app_config.label == "core":
        call_command("createcachetable", verbosity=0)
