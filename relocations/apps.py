from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RelocationsConfig(AppConfig):
    name = "relocations"
    verbose_name = _("déménagements")
