from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HealthConfig(AppConfig):
    name = "portal.health"
    verbose_name = _("santé")

    def ready(self) -> None:
        from portal.health import request_id, sentry

        request_id.connect_signals()
        sentry.init_sentry()
