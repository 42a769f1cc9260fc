"""Model form fields that write hours, so that nobody types their syntax: grids, spans, weekdays."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accueil.editing.hours_forms import (
    SPANS_PER_DAY,
    WeekForm,
    clean_spans,
    format_spans,
    initial_spans,
    span_fields,
)
from accueil.enums import Weekday
from portal.core.opening_hours.descriptions import weekly_rules
from portal.core.opening_hours.syntax import DAYS, HoursError, day_indexes


class SubformWidget(forms.Widget):
    """Renders the form of a value, and reads that form from posted data.

    The value as it was stored is posted along in a hidden field.
    """

    use_fieldset = True

    def subform(self, data: Any, name: str, value: str) -> Any:
        raise NotImplementedError

    def render_subform(self, subform: Any) -> SafeString:
        raise NotImplementedError

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return self.subform(data, name, data.get(f"{name}-stored", ""))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-stored" not in data

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        is_bound = isinstance(value, forms.Form)
        subform: Any = value if is_bound else self.subform(None, name, value or "")
        stored = forms.HiddenInput().render(f"{name}-stored", subform.stored_expression)
        return stored + self.render_subform(subform)


class SubformField(forms.Field):
    """A field whose value is the `expression` of its widget's form."""

    def __init__(self, *, max_length: int | None = None, **kwargs: Any) -> None:
        self.max_length = max_length
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        if not value.is_valid():
            raise ValidationError(_("Ces heures ne sont pas comprises."))
        expression: str = value.expression
        return expression

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not data.is_valid() or data.expression != (initial or "")


class WeekWidget(SubformWidget):
    """The grid of a usual week."""

    def subform(self, data: Any, name: str, value: str) -> WeekForm:
        return WeekForm(data, prefix=name, expression=value, asks_good_friday=True)

    def render_subform(self, subform: WeekForm) -> SafeString:
        return render_to_string("accueil/_week_grid.html", {"grid": subform, "can_copy": False})


class WeekField(SubformField):
    widget = WeekWidget


class SpansForm(forms.Form):
    """Two spans of a day."""

    def __init__(self, data: Any, *, prefix: str, expression: str) -> None:
        self.stored_expression = expression
        try:
            rules = weekly_rules(f"Mo {expression}") if expression else []
        except HoursError:
            rules = []
        spans = rules[0].spans if rules else ()
        self._stored_spans = spans
        initial = initial_spans("span", spans)
        super().__init__(data, prefix=prefix, initial=initial, label_suffix="")
        self.fields.update(span_fields("span"))

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        cleaned_data["spans"] = clean_spans(self, "span")
        return cleaned_data

    @property
    def expression(self) -> str:
        """The spans to store: the stored ones if unchanged. Only on a valid form."""
        spans = self.cleaned_data["spans"]
        is_unchanged = spans == self._stored_spans[:SPANS_PER_DAY]
        return self.stored_expression if is_unchanged else format_spans(spans)


class SpansWidget(SubformWidget):
    def subform(self, data: Any, name: str, value: str) -> SpansForm:
        return SpansForm(data, prefix=name, expression=value)

    def render_subform(self, subform: SpansForm) -> SafeString:
        return subform.as_div()


class SpansField(SubformField):
    widget = SpansWidget


class WeekdaysField(forms.MultipleChoiceField):
    """Weekdays ("Mo,Tu,We"), chosen among boxes; none means all."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, max_length: int | None = None, **kwargs: Any) -> None:
        self.max_length = max_length
        super().__init__(choices=list(zip(DAYS, Weekday.labels, strict=True)), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return [DAYS[at] for part in value.split(",") if part for at in day_indexes(part)]
        except ValueError:
            return []

    def clean(self, value: Any) -> str:
        return ",".join(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial or ""), data)
