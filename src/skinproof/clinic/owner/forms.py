from __future__ import annotations

from django import forms

from skinproof.clinic.audit.models import ROLE_WORDS, VERB_WORDS


class TrailFilter(forms.Form):
    """Which entries of the audit trail; every field may be left empty."""

    verb = forms.ChoiceField(label="What was done", required=False, choices=[("", "Anything"), *VERB_WORDS.items()])
    role = forms.ChoiceField(label="By whom", required=False, choices=[("", "Anybody"), *ROLE_WORDS.items()])
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    about = forms.CharField(label="Record’s id", required=False, max_length=40)

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day is before the first.")
        return cleaned
