from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import pre_save
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "portal.core"
    verbose_name = _("socle")

    def ready(self) -> None:
        from portal.core.http.input_cleaning import clean_row
        from portal.core.http.language import install_source_messages

        pre_save.connect(clean_row, dispatch_uid="core.clean_row")
        install_source_messages()
        import_module("portal.core.lookups")  # importing registers the lookups
