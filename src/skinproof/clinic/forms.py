"""How forms are drawn: our own field and widget templates, so that a page writes `{{ form }}` or one field's name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

NONE = "none-of-these"


class Renderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


class NoneOfTheseField(forms.MultipleChoiceField):
    """Checkboxes that end in "None of these": an answer of its own, and at odds with any other.

    Cleans to the list of chosen ids, empty when "None of these" was chosen.
    """

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, choices: Any = (), none: str = "None of these", **kwargs: Any) -> None:
        self.contradiction = f"You chose “{none}” and something else as well. Choose one or the other."
        messages = {"required": f"Choose what applies to you, or choose “{none}”.", **kwargs.pop("error_messages", {})}
        super().__init__(choices=[*choices, (NONE, none)], error_messages=messages, **kwargs)

    def clean(self, value: Any) -> list[str]:
        chosen: list[str] = super().clean(value)
        if NONE not in chosen:
            return chosen
        if len(chosen) > 1:
            raise forms.ValidationError(self.contradiction, code="contradiction")
        return []
