"""The forms of asking for more: the doctor's, and the person's with the questions that were asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from skinproof import care
from skinproof.care.photo_views import photo_guide
from skinproof.clinic.consultations.fields import KeptText
from skinproof.clinic.consultations.question_forms import QuestionForm

from .asking import ASK_LIMIT, MOST_QUESTIONS, REPLY_LIMIT, questions_by_id
from .judging import Judged
from .models import Ask


def open_questions(judged: Judged, forms_given: Iterable[str]) -> list[str]:
    """The questions whose answer could still change what the rules say of these forms."""
    given = [form for form in forms_given if form in judged.now.treatments]
    atoms = judged.open_atoms(given)
    return [name for name, question in questions_by_id().items() if not atoms.isdisjoint(question.atoms)]


class AskForm(forms.Form):
    """What to ask the person for."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    still_open = forms.MultipleChoiceField(
        label="Questions that can still change what the rules say",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from this list."},
    )
    others = forms.MultipleChoiceField(
        label="Any other question of the consultation",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from this list."},
    )
    views = forms.MultipleChoiceField(
        label="Photos that you need",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from this list."},
        help_text="The person is shown how each is taken.",
    )
    photos = KeptText(
        label="More about the photos",
        limit=ASK_LIMIT,
        rows=3,
        required=False,
        help_text="Say of what, from which side and in which light. The person reads this as you write it.",
    )
    question = KeptText(
        label="Anything else, in your own words",
        limit=ASK_LIMIT,
        rows=3,
        required=False,
        help_text="The person reads this as you write it.",
    )

    def __init__(self, data: Any, *, still_open: list[str], concern: str, **keywords: Any) -> None:
        """
        Args:
            still_open: ids of questions that stand first.
            concern: the case's, whose photo views stand first, and then those of the same part of the body.
        """
        super().__init__(data, **keywords)
        self.fields["views"].choices = [(view.id, view.name) for view in photo_guide().for_asking(concern)]
        known = questions_by_id()
        self.fields["still_open"].choices = [(name, known[name].text) for name in still_open]
        self.fields["others"].choices = [(name, each.text) for name, each in known.items() if name not in still_open]
        if not still_open:
            del self.fields["still_open"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            asked = self.questions() or cleaned["views"] or cleaned["photos"].strip() or cleaned["question"].strip()
            if not asked:
                raise forms.ValidationError("Nothing is asked yet: choose a question, or write one.", code="empty")
            if len(self.questions()) > MOST_QUESTIONS:
                raise forms.ValidationError(f"{MOST_QUESTIONS} questions at most in one go.", code="too-many")
        return cleaned

    def questions(self) -> list[str]:
        return [*self.cleaned_data.get("still_open", ()), *self.cleaned_data.get("others", ())]


class AskedAgain(QuestionForm):
    """One question of several on a page."""

    def __init__(self, question: care.Question, data: Any) -> None:
        super().__init__(question, None, data)
        self.prefix = f"q-{question.id}"
        self.fields["answer"].as_title = False
        self.fields["answer"].help_text = question.why


class ReplyText(forms.Form):
    text = KeptText(label="Anything you want to add", limit=REPLY_LIMIT, rows=4, required=False)

    def __init__(self, data: Any, *, asked: bool, needed: bool) -> None:
        """
        Args:
            asked: the doctor asked something in their own words.
            needed: only this can answer what was asked.
        """
        super().__init__(data)
        field = self.fields["text"]
        if asked:
            field.label = "Your answer"
        field.required = needed
        field.error_messages["required"] = "Write an answer. You can also write that you do not know."


class ReplyForm:
    """A person's answers to what was asked: a form for each question, and one for words. Drawn in that order."""

    def __init__(self, ask: Ask, data: Any) -> None:
        known = questions_by_id()
        self.questions = [AskedAgain(known[name], data) for name, _ in ask.questions if name in known]
        done = bool(self.questions) or _photos_came(ask)
        self.words = ReplyText(data, asked=bool(ask.question), needed=bool(ask.question) or not done)
        self.all: list[forms.Form] = [*self.questions, self.words]

    def is_valid(self) -> bool:
        return not self.errors

    @property
    def errors(self) -> bool:
        """Whether any of them has a fault."""
        return any([form.errors for form in self.all])  # noqa: C419 - each is checked, so that all faults are told

    def answers(self) -> dict[str, Any]:
        """{question id: raw answer}."""
        return {form.question.id: form.answer() for form in self.questions}

    @property
    def text(self) -> str:
        return self.words.cleaned_data["text"]


def _photos_came(ask: Ask) -> bool:
    """Whether photos were asked for, and one was sent since."""
    since = ask.consultation.photos.filter(removed_at=None, uploaded_at__gte=ask.at)
    return bool(ask.views or ask.photos) and since.exists()
