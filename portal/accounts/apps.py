from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    verbose_name = "comptes"

    def ready(self) -> None:
        from portal.accounts import signals

        signals.connect()
