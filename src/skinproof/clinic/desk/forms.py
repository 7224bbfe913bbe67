"""The desk's small forms; a plan's is in `plan_form`, recorded facts' in `facts_form`."""

from __future__ import annotations

from django import forms

from skinproof.clinic.consultations.fields import KeptText

from .holding import REASON_LIMIT, TAKE_OVER_MINIMUM


class TakeOverForm(forms.Form):
    reason = KeptText(
        label="Why do you take this case over?",
        help_text="The other doctor and the clinic’s owner can read this. No names of patients.",
        limit=REASON_LIMIT,
        rows=2,
        min_length=TAKE_OVER_MINIMUM,
        error_messages={
            "required": "Say why.",
            "min_length": f"Say why in {TAKE_OVER_MINIMUM} characters or more.",
        },
    )


class DealtWithForm(forms.Form):
    """What was done about one red flag."""

    seen_by = forms.CharField(
        label="Who has seen the person?",
        max_length=200,
        help_text="For example: A&E at the General Hospital; their GP.",
        error_messages={"required": "Say who has seen the person."},
    )
    how = KeptText(
        label="What was done, and how do you know?",
        limit=REASON_LIMIT,
        rows=3,
        error_messages={"required": "Say what was done."},
    )
