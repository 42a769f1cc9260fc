"""A password validator in addition to those of Django."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.accounts.models import DEMO_PASSWORD, User


class KnownPasswordValidator:
    """Refuses the public password of demonstration accounts."""

    def validate(self, password: str, user: User | None = None) -> None:
        if password == DEMO_PASSWORD:
            raise ValidationError(_("Ce mot de passe est celui des démonstrations."))

    def get_help_text(self) -> str:
        return ""
