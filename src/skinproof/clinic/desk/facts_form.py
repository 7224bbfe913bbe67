"""The form in which a doctor records facts: those that a clinician fills in, and what the person left open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from skinproof import care
from skinproof.care.conditions import Atom
from skinproof.care.young import CONSENT, is_under_age
from skinproof.clinic.consultations.fields import KeptText

from .holding import REASON_LIMIT
from .judging import Judged
from .recording import weak_method

METHODS = {
    "video": "Video call",
    "phone": "Phone call",
    "in-person": "Seen in person",
    "message": "The person wrote it",
    "document": "Document or photo looked at",
    "electronic": "Electronic identity check",
    "record": "GP or hospital record",
    "provider": "The provider said so in writing",
}
# What every case needs of the clinician, whatever the treatments.
ALWAYS = ("identity-verified", "age-verified", "consult-mode", "in-person-examined", "photo-or-video-not-enough")
LEAVE = ""


def fact_label(fact: str) -> str:
    """The question as a clinician is asked it, else what the fact means, without what a value of it stands for."""
    spec = care.terms().facts[fact]
    text = spec.ask_clinician or spec.meaning.partition(";")[0]
    return text[:1].upper() + text[1:]


TYPED = {
    "text": "Your message",
    "reason": "Why you take it over",
    "method": "How you found out",
    "note": "Note",
    "seen_by": "Who has seen the person",
    "how": "What was done",
    "still_open": "Question",
    "others": "Question",
    "views": "Photo",
    "photos": "Photos",
    "question": "In your own words",
}


def typed_name(name: str) -> str:
    """What a field of the desk's forms is called, where only its name is known."""
    fact = name.removeprefix("fact-")
    if fact != name and fact in care.terms().facts:
        return fact_label(fact)
    return TYPED.get(name, word(name.rsplit("-", 1)[-1].replace("_", " ")))


def all_facts() -> list[tuple[str, str]]:
    """Every fact that can be recorded, by what it means."""
    return sorted(((fact, fact_label(fact)) for fact in care.terms().facts), key=lambda pair: pair[1].lower())


def word(value: str) -> str:
    text = value.replace("-", " ")
    return text[:1].upper() + text[1:]


def in_words(fact: str, value: Any) -> str:
    """A recorded value in plain words."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if value is None:
        return "None"
    if isinstance(value, Mapping):
        has = [word(each) for each in value.get("has", ())]
        return ", ".join(has) if has else "None of those asked about"
    if isinstance(value, list):
        return ", ".join(word(each) for each in value) or "None"
    if isinstance(value, str):
        return word(value)
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def wanted(judged: Judged, forms_given: Iterable[str]) -> tuple[str, ...]:
    """The facts to offer: what every case needs, then what could still change the verdicts on these forms."""
    given = [form for form in forms_given if form in judged.now.treatments]
    ask = [fact for form in given for fact in judged.now.treatments[form].ask]
    young = [CONSENT] if is_under_age(judged.now) else []
    return tuple(dict.fromkeys([*ALWAYS, *young, *ask, *judged.recorded]))


class RecordForm(forms.Form):
    """Several facts found out in one way, at one time. A field left alone records nothing."""

    method = forms.ChoiceField(
        label="How did you find out?",
        choices=[("", "Choose"), *METHODS.items()],
        error_messages={"required": "Say how you found out."},
    )
    note = KeptText(label="Note", limit=REASON_LIMIT, rows=2, required=False)

    def __init__(
        self,
        data: Any,
        *,
        facts: Iterable[str],
        also: Iterable[str] = (),
        open_atoms: frozenset[Atom],
        judged: Judged,
    ) -> None:
        """
        Args:
            facts: what to offer. Of a list, the words that are still open.
            also: of these, every word, known or not: the doctor asked for them.
        """
        super().__init__(data)
        self.also = tuple(dict.fromkeys(also))
        self.facts: list[str] = []
        for fact in facts:
            if fact not in care.terms().facts:
                continue
            field = _field(care.terms().facts[fact], None if fact in self.also else open_atoms)
            if field is None:
                continue
            field.label, field.required = fact_label(fact), False
            row = judged.recorded.get(fact)
            field.now = row
            self.fields[f"fact-{fact}"] = field
            self.facts.append(fact)
        self.order_fields([*(f"fact-{fact}" for fact in self.facts), "method", "note"])

    def rows(self) -> list[Any]:
        return [self[f"fact-{fact}"] for fact in self.facts]

    def recorded(self) -> dict[str, Any]:
        """{fact: value as it is kept} of what was filled in."""
        found = {}
        for fact in self.facts:
            value = self.cleaned_data.get(f"fact-{fact}")
            if value is not None and value != LEAVE and value != []:
                found[fact] = self.fields[f"fact-{fact}"].kept(value)
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.recorded():
            raise forms.ValidationError("Nothing was filled in, so nothing was recorded.", code="empty")
        fault = None if self.errors else weak_method(self.recorded(), cleaned["method"])
        if fault:
            self.add_error("method", fault)
        return cleaned


class _YesNo(forms.ChoiceField):
    def __init__(self) -> None:
        super().__init__(choices=[(LEAVE, "Leave"), ("yes", "Yes"), ("no", "No")])

    def kept(self, value: str) -> bool:
        return value == "yes"


class _Word(forms.ChoiceField):
    def __init__(self, values: Iterable[str]) -> None:
        super().__init__(choices=[(LEAVE, "Leave"), *((value, word(value)) for value in values)])

    def kept(self, value: str) -> str:
        return value


class _Number(forms.CharField):
    """A number in digits; where the fact allows it, the word none for "known to be none"."""

    widget = forms.TextInput(attrs={"class": "input input--short", "inputmode": "decimal"})

    def __init__(self, spec: care.FactSpec) -> None:
        self.spec = spec
        super().__init__(
            max_length=20, help_text="Write “none” if it is known that there is none." if spec.none else ""
        )

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip().lower()
        if not text:
            return LEAVE
        if self.spec.none and text in ("none", "never"):
            return "none"
        try:
            number = float(text.replace(",", "."))
            return self.spec.check(int(number) if number.is_integer() else number)
        except care.FactError as error:
            raise forms.ValidationError(f"{error.fault[:1].upper()}{error.fault[1:]}.", code="invalid") from None
        except (ValueError, OverflowError):
            raise forms.ValidationError("Enter a number, in digits.", code="invalid") from None

    def kept(self, value: Any) -> int | float | None:
        return None if value == "none" else value


class _Several(forms.MultipleChoiceField):
    """The words of a list that are still open: what is not ticked is recorded as not there."""

    NONE = "none-of-these"

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        super().__init__(
            choices=[*((value, word(value)) for value in self.words), (self.NONE, "None of these")],
            widget=forms.CheckboxSelectMultiple,
        )

    def clean(self, value: Any) -> list[str]:
        chosen: list[str] = super().clean(value)
        if self.NONE in chosen and len(chosen) > 1:
            raise forms.ValidationError("You chose “None of these” and something else as well.", code="contradiction")
        return chosen

    def kept(self, chosen: list[str]) -> dict[str, list[str]]:
        has = [each for each in chosen if each != self.NONE]
        return {"has": has, "not": [each for each in self.words if each not in has]}


def _field(spec: care.FactSpec, open_atoms: frozenset[Atom] | None) -> Any:
    if spec.type == "bool":
        return _YesNo()
    if spec.type == "enum":
        return _Word(spec.values)
    if spec.type == "number":
        return _Number(spec)
    words = [each for each in spec.values if open_atoms is None or (spec.id, each) in open_atoms]
    return _Several(words) if words else None
