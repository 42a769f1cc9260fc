"""The form to be notified of the moves of a team."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SubscribeForm(forms.Form):
    """An e-mail address. `website` is a hidden trap: only programs fill it."""

    email = forms.EmailField(
        label=_("Votre adresse électronique"),
        help_text=_("Par exemple : prenom.nom@exemple.fr"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.CharField(required=False, label=_("Laissez ce champ vide"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
