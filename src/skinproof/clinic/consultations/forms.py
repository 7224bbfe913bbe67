"""The forms of a consultation, beside the questions themselves (see `question_forms`)."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from skinproof.clinic.people.forms import MailAddressField

from .fields import KeptText

NOTE_LIMIT = 4_000  # characters
MESSAGE_LIMIT = 4_000


class StartForm(forms.Form):
    concern = forms.ChoiceField(
        label="What is it about?",
        help_text="We ask one question at a time, some 20 to 30 in all. Most need only a tick. Then you see what is "
        "open to you and how far each thing is proven, and a doctor decides with you. You can stop and go on later.",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what it is about.",
            "invalid_choice": "Choose one of these.",
        },
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=43)

    def __init__(self, *arguments, concerns: list[tuple[str, str]], **keywords):
        super().__init__(*arguments, **keywords)
        self.fields["concern"].choices = concerns
        self.fields["concern"].as_title = True


class KeyedForm(forms.Form):
    """A form whose second sending must find the first one's work."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=43, min_length=20)


class ConsentForm(KeyedForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    text = forms.CharField(widget=forms.HiddenInput, max_length=20)
    truth = forms.BooleanField(error_messages={"required": "Tick this to say that your answers are true."})
    agree = forms.BooleanField(error_messages={"required": "Tick this to agree, or stop here: nothing is sent."})

    def __init__(self, *arguments, text, **keywords):
        super().__init__(*arguments, **keywords)
        self.fields["truth"].label, self.fields["agree"].label = text.truth, text.agree


class PrioritiesForm(forms.Form):
    """What matters to the person: a plain rating of each, none of them needed."""

    RATINGS = (("", "No opinion"), ("0", "Not at all"), ("1", "A little"), ("2", "Quite"), ("3", "Very"))

    def __init__(self, *arguments, priorities: Mapping[str, str], **keywords):
        super().__init__(*arguments, **keywords)
        for name, label in priorities.items():
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                choices=self.RATINGS,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect(attrs={"class": "choices--scale"}),
            )

    def ratings(self) -> dict[str, int]:
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


class ChoiceForm(forms.Form):
    choices = forms.MultipleChoiceField(
        label="What would you like to talk about with the doctor?",
        help_text="Choose one or more. This is a wish, not an order: you and the doctor decide together.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one. “No treatment” is a choice too.",
            "invalid_choice": "One of these is not open to you. Choose from the list.",
        },
    )
    note = KeptText(
        label="Anything the doctor should know",
        limit=NOTE_LIMIT,
        required=False,
    )

    def __init__(self, *arguments, options: list, **keywords):
        super().__init__(*arguments, **keywords)
        self.fields["choices"].choices = options


class WordsForm(forms.Form):
    """What was read in the person's own words: whether it is so."""

    quote = forms.CharField(widget=forms.HiddenInput, max_length=300)
    answer = forms.ChoiceField(
        choices=[("yes", "Yes, that is right"), ("no", "No, that is not so"), ("not-sure", "I’m not sure")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer.", "invalid_choice": "Choose one of these answers."},
    )

    def __init__(self, *arguments, means: str, **keywords):
        super().__init__(*arguments, **keywords)
        self.fields["answer"].label = f"We read this as: {means}. Is that right?"


class SendForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class MessageForm(KeyedForm):
    text = KeptText(
        label="Your message",
        limit=MESSAGE_LIMIT,
        error_messages={"required": "Write your message."},
    )


class EmailLinkForm(forms.Form):
    email = MailAddressField(label="Email address", error_messages={"required": "Enter an email address."})
