from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchemaActionsConfig(AppConfig):
    name = "schema_actions"
    verbose_name = _("schémas et fiches action")
