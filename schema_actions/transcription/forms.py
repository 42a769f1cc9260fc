"""The form of one level."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from schema_actions.models import Evaluation


class LevelForm(forms.Form):
    """The level of one sheet; `seen` is the level that the page showed."""

    level = forms.CharField(
        required=False,
        max_length=1,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "pattern": "[1-7]", "autocomplete": "off", "size": 1}
        ),
    )
    seen = forms.CharField(required=False, max_length=1, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, evaluation: Evaluation) -> None:
        level = str(evaluation.level or "")
        initial = {"level": level, "seen": level}
        super().__init__(
            data, initial=initial, prefix=str(evaluation.pk), label_suffix="", auto_id="niveau-%s"
        )
        self.evaluation = evaluation
        self.fields["level"].label = str(evaluation.sheet)

    def clean_level(self) -> str:
        level: str = self.cleaned_data["level"]
        if level and level not in "1234567":
            message = _("« %s » n'est pas un niveau : un nombre de 1 à 7 est attendu.")
            raise forms.ValidationError(message % level)
        return level

    def clean(self) -> dict[str, Any]:
        """Refuse a level that another person changed meanwhile; what was typed stays."""
        cleaned_data = super().clean() or self.cleaned_data
        current = str(self.evaluation.level or "")
        if (
            "level" in cleaned_data
            and cleaned_data.get("seen") != current
            and cleaned_data["level"] != current
        ):
            self.add_error("level", self._changed_message(current))
            data = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix("seen")] = current
            self.data = data
        return cleaned_data

    def _changed_message(self, current: str) -> str:
        if not current:
            return _("Quelqu'un a noté « rien » pendant que vous saisissiez : gardez le bon.")
        message = _("Quelqu'un a noté « %s » pendant que vous saisissiez : gardez le bon.")
        return message % current

    @property
    def has_new_level(self) -> bool:
        return self.cleaned_data["level"] != str(self.evaluation.level or "")
