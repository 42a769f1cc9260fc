"""What a password may not be, beside what Django refuses."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.accounts.models import DEMO_PASSWORD


class KnownPasswordValidator:
    """Refuses the password of the demonstrations: it opens nothing elsewhere."""

    def validate(self, password: str, user: Any = None) -> None:
        if password == DEMO_PASSWORD:
            raise ValidationError(_("Ce mot de passe est celui des démonstrations."))

    def get_help_text(self) -> str:
        return ""
