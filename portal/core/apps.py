from importlib import import_module

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "portal.core"
    verbose_name = "socle"

    def ready(self) -> None:
        import_module("portal.core.lookups")  # they register themselves
