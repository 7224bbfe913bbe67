"""The form of a draft: words, rows of treatments, rows of what was not chosen, reasons. Works by plain buttons.

Rows are numbered in the posted names (`items-0-form`). "Add a row" and "Remove" draw the page again with what was
typed and save nothing; only "Save" checks and saves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from skinproof.clinic.consultations.fields import KeptText
from skinproof.vocabulary import vocabulary

from .checks import Line, Where
from .content import MOST_DECLINED, MOST_ITEMS, TEXT_LIMIT, Declined, Item, PlanContent
from .services import REASON_LIMIT, REASON_MINIMUM
from .words import form_name

KINDS = ("items", "declined")
MOST = {"items": MOST_ITEMS, "declined": MOST_DECLINED}
NO_FORM = "Choose a treatment from the list, or empty the row."


def _text(label: str, *, rows: int = 2, help_text: str = "") -> KeptText:
    field = KeptText(label=label, limit=TEXT_LIMIT, required=False, help_text=help_text)
    field.widget.attrs["rows"] = rows
    return field


class WordsForm(forms.Form):
    summary = _text("What we agreed", rows=4, help_text="To the person, in plain words: what was decided, and why.")
    watch_for = _text("What to watch for", rows=3)
    call = _text("Whom to call, and when", rows=3)
    next_check = forms.DateField(
        label="Next check",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input input--short-date"}),
        error_messages={"invalid": "Enter a date, like 2027-01-31."},
    )
    next_check_how = forms.CharField(label="How", required=False, max_length=200, help_text="For example: by video.")


class _RowForm(forms.Form):
    form = forms.ChoiceField(label="Treatment", required=False, error_messages={"invalid_choice": NO_FORM})

    def __init__(self, *arguments: Any, choices: Sequence[Any], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["form"].choices = choices

    def blank(self) -> bool:
        return not any(str(value).strip() for value in self.cleaned_data.values())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("form") and "form" not in self.errors and any(str(v).strip() for v in cleaned.values()):
            self.add_error("form", NO_FORM)
        return cleaned


class ItemForm(_RowForm):
    what = _text("Product, strength, amount")
    how = _text("How")
    when = _text("When, and for how long")


class DeclinedForm(_RowForm):
    why = _text("Why not")


class ReasonsForm(forms.Form):
    """A field for every problem that a reason answers."""

    def __init__(self, *arguments: Any, lines: Iterable[Line], doctor_id: int, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.places: dict[str, Where] = {}
        for line in lines:
            if not line.ask_for_reason:
                continue
            name = f"{line.form}--{line.rule}"
            field = KeptText(label=line.ask_for_reason, limit=REASON_LIMIT, required=False)
            field.help_text = f"{REASON_MINIMUM} characters or more. It is kept with the plan and on the audit trail."
            field.widget.attrs["rows"] = 2
            mine = line.override is not None and line.override.doctor_id == doctor_id
            field.initial = line.override.reason if mine and line.override else ""
            self.fields[name] = field
            self.places[name] = line.where

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.places:
            text = (cleaned.get(name) or "").strip()
            if text and len(text) < REASON_MINIMUM:
                self.add_error(name, f"This reason has {len(text)} characters. It needs {REASON_MINIMUM} or more.")
        return cleaned

    def reasons(self) -> dict[Where, str]:
        return {where: (self.cleaned_data.get(name) or "").strip() for name, where in self.places.items()}


class PlanEditor:
    """All forms of one draft, filled from what is kept or from what was typed."""

    def __init__(self, *, choices: Sequence[Any], lines: Iterable[Line], doctor_id: int) -> None:
        self.choices, self.lines, self.doctor_id = choices, tuple(lines), doctor_id
        self.bound = False
        self.words: WordsForm
        self.rows: dict[str, list[_RowForm]] = {}
        self.reasons: ReasonsForm

    # --- filling
    def fill(self, content: PlanContent) -> PlanEditor:
        kept = content.to_json()
        self.words = WordsForm(initial=kept, prefix="plan")
        for kind in KINDS:
            self.rows[kind] = [self._row(kind, number, initial=row) for number, row in enumerate(kept[kind])]
        self.reasons = self._reasons()
        return self

    def typed(self, data: QueryDict, *, check: bool) -> PlanEditor:
        """What was posted: to be checked, or only to be shown again as it was typed."""
        self.bound = check
        self.words = WordsForm(data, prefix="plan") if check else WordsForm(initial=_of(data, "plan"), prefix="plan")
        for kind in KINDS:
            self.rows[kind] = [
                self._row(kind, number, data=data if check else None, initial=_of(data, f"{kind}-{number}"))
                for number in range(_count(data, kind))
            ]
        self.reasons = self._reasons(data, check=check)
        return self

    def do(self, action: str) -> bool:
        """Carry out a button that changes the rows; False if it is none of those."""
        verb, _, rest = action.partition("-")
        kind, _, number = rest.partition("-")
        if kind not in KINDS:
            return False
        rows = [form.initial for form in self.rows[kind]]
        if verb == "add" and len(rows) < MOST[kind]:
            rows.append({})
        elif verb == "remove" and number.isascii() and number.isdigit() and int(number[:4]) < len(rows):
            del rows[int(number[:4])]
        self.rows[kind] = [self._row(kind, place, initial=row) for place, row in enumerate(rows)]
        return True

    def _row(self, kind: str, number: int, *, data: Any = None, initial: Mapping[str, Any] | None = None) -> _RowForm:
        made: type[_RowForm] = ItemForm if kind == "items" else DeclinedForm
        choices = self.choices
        chosen = (initial or {}).get("form")
        if chosen and chosen not in vocabulary().forms:  # of an old plan: shown as what it is, and refused on saving
            choices = [*choices, (chosen, form_name(chosen))] if data is None else choices
        return made(data, initial=dict(initial or {}), prefix=f"{kind}-{number}", choices=choices)

    def _reasons(self, data: QueryDict | None = None, *, check: bool = False) -> ReasonsForm:
        form = ReasonsForm(data if check else None, lines=self.lines, doctor_id=self.doctor_id, prefix="why")
        if data is not None and not check:
            for name in form.places:
                if (typed := data.get(f"why-{name}")) is not None:
                    form.initial[name] = typed
        return form

    # --- reading
    @property
    def all(self) -> list[forms.Form]:
        return [self.words, *self.rows["items"], *self.rows["declined"], self.reasons]

    def is_valid(self) -> bool:
        verdicts = [form.is_valid() for form in self.all]  # every one is asked, so that every one shows its errors
        return all(verdicts)

    @property
    def errors(self) -> list[tuple[str, str]]:
        """(the id of the field, the message), in the order of the page."""
        if not self.bound:
            return []
        return [
            (form[name].auto_id if name in form.fields else "", message)
            for form in self.all
            for name, messages in form.errors.items()
            for message in messages
        ]

    def content(self) -> PlanContent:
        """The plan as typed; rows with nothing in them are left out."""
        rows = {kind: [form.cleaned_data for form in self.rows[kind] if not form.blank()] for kind in KINDS}
        return PlanContent(
            items=tuple(Item(**row) for row in rows["items"]),
            declined=tuple(Declined(**row) for row in rows["declined"]),
            **self.words.cleaned_data,
        )


def _of(data: QueryDict, prefix: str) -> dict[str, str]:
    start = f"{prefix}-"
    return {name.removeprefix(start): data[name] for name in data if name.startswith(start)}


def _count(data: QueryDict, kind: str) -> int:
    text = data.get(f"{kind}-count", "0")
    return min(int(text[:4]), MOST[kind]) if text.isascii() and text.isdigit() else 0


def choices(weighed: Iterable[tuple[str, str]]) -> list[Any]:
    """The treatments to choose from: those weighed for this person with what the rules say, then every other one.

    Args:
        weighed: (form, its verdict in words), in the order to show.
    """
    here = list(weighed)
    known = vocabulary().forms
    first = [(form, f"{known[form].name}: {words.lower()}") for form, words in here]
    chosen = {form for form, _ in here}
    rest = sorted(((form.id, form.name) for form in known.values() if form.id not in chosen), key=lambda pair: pair[1])
    return [("", "Choose a treatment"), ("Weighed for this person", first), ("Others, not weighed yet", rest)]


def typed_values(data: QueryDict) -> list[tuple[str, str]]:
    """What was typed, to be sent again from another page."""
    prefixes = ("plan-", "items-", "declined-", "why-")
    return [(name, value) for name in data if name.startswith(prefixes) for value in data.getlist(name)]
