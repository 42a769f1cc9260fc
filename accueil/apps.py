from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccueilConfig(AppConfig):
    name = "accueil"
    verbose_name = _("accueil")

    def ready(self) -> None:
        from accueil import signals

        signals.connect_signals()
