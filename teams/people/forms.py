"""The form that invites a person with rights."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from teams.people.grants import Grant, Grants


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("Adresse électronique"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(
        label=_("Nom"),
        help_text=_("Facultatif : celui que les collègues verront."),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    rights = forms.MultipleChoiceField(
        label=_("Droits"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Cochez au moins un droit."),
            "invalid_choice": _("Vous ne pouvez pas donner ce droit."),
        },
    )

    def __init__(self, *args: Any, grants: Grants, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        self.grants = grants
        rights = self.fields["rights"]
        assert isinstance(rights, forms.MultipleChoiceField)
        rights.choices = grants.choices

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    @property
    def selected_grants(self) -> list[Grant]:
        """The rights that were ticked."""
        return [self.grants.by_code[code] for code in self.cleaned_data["rights"]]

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """By département: code, label and whether it is ticked, of each right."""
        ticked = set(self["rights"].value() or [])
        return [
            (title, [(code, label, code in ticked) for code, label in choices])
            for title, choices in self.grants.choices
        ]
