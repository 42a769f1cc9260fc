"""The form by which the public reports an error."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.core.http.local_urls import is_local

MAX_MESSAGE_LENGTH = 1000
_DAY = re.compile(r"(?:^|&)(le=\d{4}-\d\d-\d\d)(?:&|$)", re.ASCII)


class ReportForm(forms.Form):
    """A report about a page. Nothing personal is asked.

    `website` is a honeypot: hidden from people, filled by bots.
    """

    page = forms.CharField(max_length=200, strip=False, widget=forms.HiddenInput)
    message = forms.CharField(
        label=_("Qu'est-ce qui est faux ?"),
        help_text=_("Quelques mots suffisent. N'écrivez ni votre nom, ni rien de personnel."),
        max_length=MAX_MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    website = forms.CharField(required=False, label=_("Laissez ce champ vide"))

    def __init__(self, *args: Any, is_missing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        self.title = _("Cette information est fausse ?")
        if is_missing:
            self.title = _("Vous connaissez cette information ?")
            self.fields["message"].label = _("Que savez-vous ?")

    def clean_page(self) -> str:
        """Return the path with its `le` parameter only: the others may contain personal data."""
        page: str = self.cleaned_data["page"]
        if not is_local(page):
            raise ValidationError(_("Cette page n'est pas de ce portail."))
        path, _mark, query = page.partition("#")[0].partition("?")
        day = _DAY.search(query)
        return f"{path}?{day[1]}" if day else path
