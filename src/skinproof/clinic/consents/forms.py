from __future__ import annotations

from django import forms

from skinproof.clinic.consultations.forms import KeyedForm


class AgreeForm(KeyedForm):
    text = forms.CharField(widget=forms.HiddenInput, min_length=64, max_length=64)
    agree = forms.BooleanField(
        error_messages={"required": "Tick this to agree, or leave the page: nothing is kept then."}
    )

    def __init__(self, *arguments, label: str, **keywords):
        super().__init__(*arguments, **keywords)
        self.fields["agree"].label = label


class TakeBackForm(KeyedForm):
    """Nothing to fill in: no reason is asked for."""
