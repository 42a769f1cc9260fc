from django.apps import AppConfig


class AccueilConfig(AppConfig):
    name = "accueil"
    verbose_name = "accueil"

    def ready(self) -> None:
        from accueil import signals

        signals.connect_signals()
