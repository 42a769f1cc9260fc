from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "portal.health"
    verbose_name = "santé"

    def ready(self) -> None:
        from portal.health import request_id, sentry

        request_id.connect_signals()
        sentry.init_sentry()
