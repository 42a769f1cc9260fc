"""The form of a row that is saved only after the agent saw what it changes."""

from typing import Any

from django import forms

from portal.core.permissions.admin import VersionedForm


class PreviewedForm(VersionedForm):
    """A form of one row: shown, previewed, then saved by a second POST.

    The preview page posts `preview_key` back as `previewed`: a value changed since then is
    previewed again. `subforms` are validated with this form.
    """

    previewed = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    @property
    def subforms(self) -> list[forms.Form]:
        return []

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(form.is_valid() for form in self.subforms)])

    @property
    def has_errors(self) -> bool:
        return self.is_bound and not self.is_valid()

    @property
    def error_status(self) -> int:
        """HTTP status of an invalid form: 409 if the row changed meanwhile, else 400."""
        return 409 if self.is_stale else 400

    @property
    def preview_key(self) -> str:
        """The previewed values as one line of text. Only on a valid form."""
        raise NotImplementedError

    @property
    def needs_preview(self) -> bool:
        """Whether the values change anything that must be seen first. Only on a valid form."""
        return True

    @property
    def is_confirmed(self) -> bool:
        """Whether to save: the save button was pressed, on values already previewed."""
        is_previewed = self.cleaned_data["previewed"] == self.preview_key
        return "enregistrer" in self.data and (is_previewed or not self.needs_preview)

    def save_edited(self) -> Any:
        """Save the valid form with the time of the edit; return the row."""
        self.instance.record_edit()
        return self.save()
