"""A question as a form, made from care's data. What it accepts is what the question allows; care has the last word."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html, format_html_join

from skinproof import care
from skinproof.care import Question
from skinproof.clinic.forms import NONE, NoneOfTheseField

from .fields import KeptText

INLINE = 12  # two answers at most this long stand side by side
NOT_SURE = "I’m not sure"
NOT_SURE_OF_SOME = "I’m not sure about some of these"


class QuestionForm(forms.Form):
    """One question, with what the person wrote of it beside. `answer()` gives what was said as `Question.read` takes
    it."""

    def __init__(self, question: Question, current: Any, data: QueryDict | None, wrote: tuple[str, ...] = ()):
        super().__init__(data, initial={"answer": _shown(question, current)})
        self.question = question
        field = _FIELDS[question.kind](question)
        field.label, field.required, field.as_title = question.text, not question.optional, True
        if wrote:
            quotes = format_html_join(", ", "<q>{}</q>", ((words,) for words in wrote))
            field.help_text = format_html("You wrote: {}", quotes)
        self.fields["answer"] = field

    def answer(self) -> Any:
        return self.cleaned_data["answer"]

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            try:
                self.question.read(self.answer())
            except care.FactError as error:
                self.add_error("answer", f"This answer cannot be used: {error.fault}.")
        return cleaned


def _shown(question: Question, current: Any) -> Any:
    """An answer as the form shows it."""
    return [NONE] if current == [] and question.kind == "any-of" else current


def _options(question: Question) -> list[tuple[str, str]]:
    return [(option.id, option.text) for option in question.options]


def _one_of(question: Question) -> forms.Field:
    choices = _options(question)
    inline = len(choices) == 2 and all(len(text) <= INLINE for _, text in choices)
    if question.may_be_unsure:
        choices.append((care.UNSURE, NOT_SURE))
    return forms.ChoiceField(
        choices=choices,
        widget=forms.RadioSelect(attrs={"class": "choices--inline"} if inline else {}),
        error_messages={"required": "Choose an answer.", "invalid_choice": "Choose one of these answers."},
    )


def _any_of(question: Question) -> forms.Field:
    choices = _options(question)
    if question.may_be_unsure:
        choices.append((care.UNSURE, NOT_SURE_OF_SOME))
    return NoneOfTheseField(
        choices=choices,
        none=question.none or "None of these",
        error_messages={"invalid_choice": "Choose from these answers.", "invalid_list": "Choose from these answers."},
    )


def _number(question: Question) -> forms.Field:
    spec = care.terms().fact(question.fact or "")
    unit = f" of {question.unit}" if question.unit else ""
    span = (
        f"Enter a number from {spec.low:g} to {spec.high:g}." if spec.low is not None and spec.high is not None else ""
    )
    return _Number(
        unit=question.unit or "",
        min_value=spec.low,
        max_value=spec.high,
        max_digits=8,
        decimal_places=0 if spec.whole else 1,
        widget=forms.TextInput(attrs={"class": "input input--short", "inputmode": "decimal"}),
        error_messages={
            "required": f"Enter a number{unit}.",
            "invalid": "Enter a number, in digits.",
            "min_value": span or "Enter a larger number.",
            "max_value": span or "Enter a smaller number.",
            "max_digits": span or "Enter a shorter number.",
            "max_whole_digits": span or "Enter a shorter number.",
            "max_decimal_places": "Enter a whole number." if spec.whole else "Enter at most one decimal.",
        },
    )


class _Number(forms.DecimalField):
    """A number as people type it; a whole number is kept as one."""

    def __init__(self, *, unit: str, **keywords):
        super().__init__(**keywords)
        self.unit = unit

    def clean(self, value):
        number = super().clean(value)
        if number is None:
            return None
        return int(number) if number == int(number) else float(number)


def _text(question: Question) -> forms.Field:
    return KeptText(limit=question.limit or 0, error_messages={"required": "Write an answer."})


_FIELDS = {"one-of": _one_of, "any-of": _any_of, "number": _number, "text": _text}
