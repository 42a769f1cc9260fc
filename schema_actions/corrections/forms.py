"""The form of a correction."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from schema_actions.entries.forms import EntryForm, reason_field


class CorrectionForm(EntryForm):
    """The content of a frozen sheet, and why it changes."""

    reason = reason_field(
        _("Pourquoi cette correction ?"),
        _("Elle est lue par tous à côté de la fiche, avec sa date."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, is_strict=True)
