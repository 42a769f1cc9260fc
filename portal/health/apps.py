from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "portal.health"
    verbose_name = "santé"

    def ready(self) -> None:
        from portal.health import sentry, traces

        traces.connect()
        sentry.start()
