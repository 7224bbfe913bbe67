from __future__ import annotations

from django import forms

from skinproof.clinic.consultations.fields import KeptText
from skinproof.clinic.library import safety
from skinproof.vocabulary import KnowledgeError, vocabulary

from . import yaml_text
from .selectors import STANDINGS
from .services import REASON_LIMIT, REASON_MINIMUM


class SearchForm(forms.Form):
    """Which rules; every field may be left empty."""

    words = forms.CharField(label="Words", required=False, max_length=200)
    form = forms.ChoiceField(label="Treatment", required=False)
    action = forms.ChoiceField(
        label="What it does", required=False, choices=[("", "Anything"), *safety.ACTIONS.items()]
    )
    support = forms.ChoiceField(
        label="Support",
        required=False,
        choices=[
            ("", "Any"),
            ("direct", "Direct"),
            ("partial", "Partial"),
            ("inferred", "Inferred"),
            ("none", "None"),
        ],
    )
    standing = forms.ChoiceField(label="Standing", required=False, choices=[("", "Any"), *STANDINGS.items()])

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        names = sorted(((form.id, form.name) for form in vocabulary().forms.values()), key=lambda pair: pair[1].lower())
        self.fields["form"].choices = [("", "All"), *names]


class ReasonForm(forms.Form):
    """A reason, and the text of the rule that the page showed."""

    reason = KeptText(
        label="Why?",
        limit=REASON_LIMIT,
        min_length=REASON_MINIMUM,
        help_text="It is kept with your name, and shown to doctors whose cases it touches.",
        error_messages={
            "required": "Say why.",
            "min_length": f"A reason needs {REASON_MINIMUM} characters or more.",
        },
    )
    of = forms.CharField(max_length=16, widget=forms.HiddenInput)


class SignOffForm(forms.Form):
    """The text that was read, and a note if there is something to say."""

    of = forms.CharField(max_length=16, widget=forms.HiddenInput)
    note = KeptText(label="Note", limit=REASON_LIMIT, required=False)


class AmendForm(ReasonForm):
    """The rule's row as text. Cleans to `content`, its plain content."""

    text = KeptText(
        label="The rule",
        limit=yaml_text.LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "class": "input input--text rule-text", "spellcheck": "false"}),
        help_text="As it stands in the data file. Every source has to be a page that was read.",
        error_messages={"required": "The rule is empty. To take it out of force, suspend it."},
    )
    field_order = ["text", "reason", "of"]

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        try:
            self.content = yaml_text.read(text)
        except KnowledgeError as error:
            raise forms.ValidationError(f"{error.where}: {error.fault}" if error.where else error.fault) from None
        return text


class DecideForm(forms.Form):
    """Confirm or decline; a refusal needs a reason."""

    decision = forms.ChoiceField(
        label="Your decision",
        choices=[("confirm", "Confirm: it is in force from now on"), ("decline", "Decline: the rule stays as it is")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )
    reason = KeptText(label="Why?", limit=REASON_LIMIT, required=False, help_text="Needed if you decline.")

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "decline" and len(cleaned.get("reason", "").strip()) < REASON_MINIMUM:
            self.add_error("reason", f"Say why you decline, in {REASON_MINIMUM} characters or more.")
        return cleaned
