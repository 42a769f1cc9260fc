from django.apps import AppConfig


class SchemaActionsConfig(AppConfig):
    name = "schema_actions"
    verbose_name = "schémas et fiches action"
