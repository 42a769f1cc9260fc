from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import pre_save


class CoreConfig(AppConfig):
    name = "portal.core"
    verbose_name = "socle"

    def ready(self) -> None:
        from portal.core.http.input_cleaning import clean_row

        pre_save.connect(clean_row, dispatch_uid="core.clean_row")
        import_module("portal.core.lookups")  # importing registers the lookups
