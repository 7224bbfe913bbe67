"""The forms of a prescription's page, and of the person's details."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from skinproof.care.plans import SHORTEST_REASON
from skinproof.clinic.consultations.fields import KeptText

from .models import FollowUp, HandOff, Review
from .services import OLDEST

ADDRESS_LIMIT, TEXT_LIMIT = 500, 2_000


def _address(label: str, help_text: str = "") -> KeptText:
    required = {"required": "Write the address."}
    return KeptText(label=label, limit=ADDRESS_LIMIT, rows=4, help_text=help_text, error_messages=required)


def _date(label: str, required: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input input--short-date"}),
        error_messages={"invalid": "Enter a date, like 2026-01-31.", "required": required},
    )


class DetailsForm(forms.Form):
    """What a prescription names a person by."""

    name = forms.CharField(
        label="Full name",
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "input"}),
        error_messages={"required": "Write the full name."},
    )
    address = _address("Home address", "With the postcode.")
    born = _date("Date of birth", "Enter the date of birth.")

    def clean_born(self) -> Any:
        born = self.cleaned_data["born"]
        today = timezone.localdate()
        if born > today or born.year < today.year - OLDEST:
            raise forms.ValidationError("That date of birth cannot be right.")
        return born


class PracticeAddressForm(forms.Form):
    address = _address("Address that you prescribe from", "The law asks for it on every prescription.")


class HandOffForm(forms.Form):
    pharmacy = forms.CharField(
        label="Pharmacy", max_length=200, error_messages={"required": "Name the pharmacy, or who took it."}
    )
    how = forms.ChoiceField(label="How", choices=HandOff.How.choices, error_messages={"required": "Say how."})
    on = _date("On", "Enter the day.")
    reference = forms.CharField(label="Their reference", max_length=120, required=False)


class FollowUpForm(forms.Form):
    on = _date("On", "Enter the day.")
    how = forms.ChoiceField(label="How", choices=FollowUp.How.choices, error_messages={"required": "Say how."})
    found = KeptText(
        label="What was found", limit=TEXT_LIMIT, rows=3, error_messages={"required": "Write what was found."}
    )


class ReviewForm(forms.Form):
    """What a pharmacist makes of a prescription."""

    verdict = forms.ChoiceField(
        label="What do you make of it?",
        widget=forms.RadioSelect,
        choices=((Review.Verdict.AGREED, "I agree with it"), (Review.Verdict.QUERY, "I have a query for the doctor")),
        error_messages={"required": "Choose one."},
    )
    words = KeptText(
        label="Your query, or a note",
        limit=TEXT_LIMIT,
        rows=3,
        required=False,
        help_text="The doctor reads it. With a query, say what you ask: the prescription waits for the answer.",
    )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["words"].one_of_several = True  # needed with a query

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == Review.Verdict.QUERY and not cleaned.get("words", "").strip():
            self.add_error("words", "Say what you ask.")
        return cleaned


class AnswerForm(forms.Form):
    """What the doctor answers to a query."""

    text = KeptText(label="Your answer", limit=TEXT_LIMIT, rows=3, error_messages={"required": "Write your answer."})


class CancelForm(forms.Form):
    reason = KeptText(
        label="Why does it no longer hold?",
        limit=TEXT_LIMIT,
        rows=2,
        min_length=SHORTEST_REASON,
        error_messages={
            "required": "Say why.",
            "min_length": f"Say why in {SHORTEST_REASON} characters or more.",
        },
    )
