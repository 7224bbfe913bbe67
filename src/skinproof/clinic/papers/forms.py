from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from skinproof.care import Rule
from skinproof.clinic.consultations.fields import KeptText
from skinproof.clinic.consultations.forms import KeyedForm
from skinproof.clinic.prescribing.services import OLDEST

from .services import REASON_LIMIT, GpDetails

LINE, BLOCK = 160, 500  # characters


class GpForm(forms.Form):
    """Whether the GP may be told, and who that is."""

    allowed = forms.ChoiceField(
        label="May we write to your GP about your plan?",
        widget=forms.RadioSelect,
        choices=(("yes", "Yes, you may"), ("no", "No")),
        help_text="They hold your full history. You can change your mind; a letter that went out stays with them.",
        error_messages={"required": "Choose one."},
    )
    practice = forms.CharField(
        label="Name of the practice", max_length=LINE, required=False, help_text="Needed if you say yes."
    )
    practice_address = KeptText(label="Address of the practice", limit=BLOCK, rows=3, required=False)
    gp_name = forms.CharField(label="Name of your GP", max_length=120, required=False)
    born = forms.DateField(
        label="Your date of birth",
        required=False,
        help_text="Needed if you say yes, so that they find your record. We use it for letters and prescriptions only.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input input--short-date"}),
        error_messages={"invalid": "Enter a date, like 1990-01-31."},
    )
    address = KeptText(label="Your address", limit=BLOCK, rows=3, required=False)

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for name in ("practice", "born"):
            self.fields[name].one_of_several = True  # needed with a yes

    def clean_born(self):
        born = self.cleaned_data["born"]
        today = timezone.localdate()
        if born is not None and not today.year - OLDEST <= born.year <= today.year:
            raise forms.ValidationError("Enter the day you were born.")
        if born is not None and born > today:
            raise forms.ValidationError("This day has not come yet.")
        return born

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("allowed") == "yes":
            if not (cleaned.get("practice") or "").strip() and "practice" not in self.errors:
                self.add_error("practice", "Enter the name of the practice.")
            if cleaned.get("born") is None and "born" not in self.errors:
                self.add_error("born", "Enter your date of birth, so that they find your record.")
        return cleaned

    def details(self) -> GpDetails:
        given = {name: self.cleaned_data[name] for name in self.fields if name != "allowed"}
        return GpDetails(allowed=self.cleaned_data["allowed"] == "yes", **given)


class GpAtDeskForm(GpForm):
    """The same, as the doctor writes down what the person said."""

    LABELS = {
        "allowed": "May their GP be told?",
        "gp_name": "Name of their GP",
        "born": "Their date of birth",
        "address": "Their address",
    }

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for name, label in self.LABELS.items():
            self.fields[name].label = label
        self.fields["allowed"].choices = (("yes", "Yes, they said so"), ("no", "No"))
        self.fields["allowed"].help_text = "Only what the person said to you. It is kept with your name."
        self.fields["born"].help_text = "Needed with a yes, so that the practice finds the record."
        self.fields["practice"].help_text = "Needed with a yes."


class ReferForm(KeyedForm):
    """A letter to somebody who sees the person. Red flags bring their own addressee and speed."""

    flags = forms.MultipleChoiceField(
        label="Red flags that it is about",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="How fast, and to whom, come from the rule.",
    )
    to = forms.CharField(
        label="To, if no red flag is chosen", max_length=LINE, required=False, help_text="For example: dermatologist."
    )
    reason = KeptText(
        label="Why you refer", limit=REASON_LIMIT, error_messages={"required": "Say why you refer."},
        help_text="To whoever reads it: what you saw, what you ask. The answers and the story go with it.",
    )  # fmt: skip

    def __init__(self, *arguments: Any, flags: list[tuple[Rule, str]], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for name in ("flags", "to"):
            self.fields[name].one_of_several = True  # one of the two is needed
        if flags:
            self.fields["flags"].choices = [(rule.id, f"{words}: {rule.reason} To: {rule.to}") for rule, words in flags]
        else:
            del self.fields["flags"]
            self.fields["to"].label = "To"
