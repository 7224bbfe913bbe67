"""The form in which a total is recorded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from skinproof.care.instruments import Instrument, ScoreError
from skinproof.clinic.consultations.fields import KeptText
from skinproof.clinic.desk.holding import REASON_LIMIT

from .selectors import plain_number
from .services import day_fault, methods_of


class _Number(forms.DecimalField):
    """A number in digits; a comma serves as the point."""

    widget = forms.TextInput(attrs={"class": "input input--short", "inputmode": "decimal"})

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class ScoreForm(forms.Form):
    total = _Number(
        label="Total",
        required=False,
        max_digits=8,
        error_messages={"invalid": "Enter a number, in digits.", "required": "Say the total."},
    )
    measured_on = forms.DateField(
        label="Day",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input"}),
        error_messages={"required": "Say on which day.", "invalid": "Enter a day, such as 2026-11-24."},
    )
    method = forms.ChoiceField(
        label="How", error_messages={"required": "Say how.", "invalid_choice": "Choose from this list."}
    )
    note = KeptText(label="Note", limit=REASON_LIMIT, required=False)

    def __init__(self, data: Any, *, instrument: Instrument) -> None:
        super().__init__(data, initial={"measured_on": timezone.localdate()})
        self.instrument = instrument
        self.fields["total"].help_text = f"From {plain_number(instrument.least)} to {plain_number(instrument.most)}" + (
            ". Left empty, the items are added up." if instrument.items else "."
        )
        self.fields["total"].required = instrument.items is None
        self.fields["method"].choices = [("", "Choose"), *methods_of(instrument.id).items()]
        self.fields["note"].widget.attrs["rows"] = 2
        self.numbers: list[int] = []
        if items := instrument.items:
            self.numbers = list(range(1, items.count + 1))
            choices = [("", "–"), *((str(score), str(score)) for score in range(items.least, items.most + 1))]
            for number in self.numbers:
                self.fields[f"item-{number}"] = forms.TypedChoiceField(
                    label=f"Item {number}",
                    required=False,
                    coerce=int,
                    empty_value=None,
                    choices=choices,
                    error_messages={"invalid_choice": "Choose from this list."},
                )

    def item_rows(self) -> list[Any]:
        return [self[f"item-{number}"] for number in self.numbers]

    @property
    def items_typed(self) -> bool:
        return any(self.data.get(f"item-{number}") for number in self.numbers)

    def clean_measured_on(self) -> Any:
        day = self.cleaned_data["measured_on"]
        if fault := day_fault(day):
            raise forms.ValidationError(fault, code="invalid")
        return day

    def items(self) -> list[int]:
        """The items that were filled in, in their order."""
        given = (self.cleaned_data.get(f"item-{number}") for number in self.numbers)
        return [item for item in given if item is not None]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.instrument.total(cleaned.get("total"), self.items())
            except ScoreError as error:
                self.add_error(
                    "total" if error.field == "total" else None, f"{error.fault[:1].upper()}{error.fault[1:]}."
                )
        return cleaned
