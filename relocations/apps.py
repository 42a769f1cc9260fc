from django.apps import AppConfig


class RelocationsConfig(AppConfig):
    name = "relocations"
    verbose_name = "déménagements"
