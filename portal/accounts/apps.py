from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    verbose_name = _("comptes")

    def ready(self) -> None:
        from portal.accounts import signals

        signals.connect()
