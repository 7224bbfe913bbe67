"""The rows of a draft's form: treatments, medicines, sessions, what was not chosen; and how it was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from skinproof.care.prescribing import LIMITS, Medicine, formulary
from skinproof.clinic.consultations.fields import KeptText

from .content import TEXT_LIMIT

NO_FORM = "Choose a treatment from the list, or empty the row."
OTHER = "other"  # a product that is not in the formulary
UNITS = [("", "Choose"), ("g", "g"), ("ml", "ml"), ("tablets", "tablets"), ("capsules", "capsules")]
SITES = [("", "Choose"), ("face", "Face"), ("body", "Body"), ("scalp", "Scalp")]
MODES = [
    ("", "Choose"),
    ("questionnaire", "By form alone"),
    ("remote-live", "Live at a distance: video or phone"),
    ("face-to-face", "Face to face"),
]
MOST = 100_000


def text(label: str, *, rows: int = 2, help_text: str = "") -> KeptText:
    return KeptText(label=label, limit=TEXT_LIMIT, rows=rows, required=False, help_text=help_text)


class _Number(forms.TextInput):
    """A number as it was typed: 30, not 30.0."""

    def format_value(self, value: Any) -> str | None:
        return str(int(value)) if isinstance(value, float) and value.is_integer() else super().format_value(value)


def number(label: str, *, help_text: str = "", least: float = 0) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        required=False,
        min_value=least,
        max_value=MOST,
        help_text=help_text,
        widget=_Number(attrs={"inputmode": "decimal", "class": "input input--number", "autocomplete": "off"}),
        error_messages={"invalid": "Enter a number, like 30 or 0.5."},
    )


def date(label: str, *, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input input--short-date"}),
        error_messages={"invalid": "Enter a date, like 2027-01-31."},
    )


class RowForm(forms.Form):
    """A row; with nothing in it, it is left out."""

    form = forms.ChoiceField(label="Treatment", required=False, error_messages={"invalid_choice": NO_FORM})

    def __init__(self, *arguments: Any, choices: Sequence[Any], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["form"].choices = choices

    def blank(self) -> bool:
        return not any(str(value).strip() for value in self.cleaned_data.values() if value is not None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        filled = any(str(value).strip() for value in cleaned.values() if value is not None)
        if not cleaned.get("form") and "form" not in self.errors and filled:
            self.add_error("form", NO_FORM)
        return cleaned


class ItemForm(RowForm):
    what = text("Product, strength, amount")
    how = text("How")
    when = text("When, and for how long")


class DeclinedForm(RowForm):
    why = text("Why not")


class SessionForm(RowForm):
    on = date("Date")
    what = text("What is done", rows=1)


class MedicineForm(RowForm):
    product = forms.ChoiceField(
        label="Product", required=False, error_messages={"invalid_choice": "Choose a product from the list."}
    )
    named = text("Name, form and strength, if it is not on the list", rows=1)
    quantity = number("How much", help_text="For one supply.")
    unit = forms.ChoiceField(label="Counted in", choices=UNITS, required=False)
    each_time = number("Each time", help_text="Tablets or capsules; grams if it matters.")
    times_a_day = number("Times a day", help_text="0.5 is every second day.")
    site = forms.ChoiceField(label="Where", choices=SITES, required=False)
    course_weeks = number("Weeks", help_text="For one supply.")
    repeats = forms.IntegerField(
        label="Repeats",
        required=False,
        min_value=0,
        max_value=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input input--number", "autocomplete": "off"}),
        error_messages={"invalid": "Enter a whole number."},
    )
    directions = text("Directions, in plain words", rows=3)
    reason = text("Why this medicine", rows=2)
    tests_on = date("Day of the tests")
    tests = text("Results", rows=1)

    def __init__(self, *arguments: Any, choices: Sequence[Any], **keywords: Any) -> None:
        super().__init__(*arguments, choices=choices, **keywords)
        self.fields["form"].label = "Treatment, if the product is not on the list"
        chosen = str((self.initial or {}).get("product") or "")
        listed = product_choices()
        if chosen and chosen != OTHER and chosen not in formulary().products and not self.is_bound:
            listed = [*listed, (chosen, f"{chosen} (not on the list now)")]
        self.fields["product"].choices = listed
        if not chosen and (self.initial or {}).get("named"):
            self.initial["product"] = OTHER

    def clean(self) -> dict[str, Any]:
        product = (self.cleaned_data.get("product") or "").strip()
        if product and product != OTHER:
            self.cleaned_data["form"] = formulary().medicine_of(product).form
            self.errors.pop("form", None)
        cleaned = super().clean()
        if product == OTHER and not (cleaned.get("named") or "").strip():
            self.add_error("named", "Name the product, its form and its strength.")
        if not product and (cleaned.get("named") or "").strip():
            product = OTHER
        cleaned["product"] = "" if product == OTHER else product
        return cleaned

    def row(self) -> dict[str, Any]:
        """The cleaned row as the plan keeps it."""
        return {**self.cleaned_data, "repeats": self.cleaned_data.get("repeats") or 0}

    # --- beside the fields
    @property
    def medicine(self) -> Medicine | None:
        """What the formulary has of the product that is chosen."""
        product = str(self["product"].value() or "")
        return formulary().medicine_of(product) if product in formulary().products else None

    @property
    def limits_shown(self) -> list[tuple[str, str, str]]:
        """(name, the limit in words, who says so) for the product that is chosen; what was not read says so."""
        medicine = self.medicine
        if medicine is None:
            return []
        book, product = formulary(), formulary().products[str(self["product"].value())]
        shown = []
        for name in dict.fromkeys([*medicine.limits, *product.limits]):
            limit = book.limit(medicine, product, name)
            if limit is None:
                continue
            if limit.value is None:
                shown.append((name, f"Not read: {limit.not_read}.", ""))
                continue
            words = LIMITS[name].format(f"{limit.value:g}")
            pages = "; ".join(page.organisation for page in book.sources(limit.source))
            note = f" ({limit.note})" if limit.note else ""
            shown.append((name, f"{words[:1].upper()}{words[1:]}{note}.", pages))
        return shown


def product_choices() -> list[Any]:
    """The products of the formulary, by medicine, and a way to name another."""
    groups = [
        (medicine.name, [(product.id, product.name) for product in medicine.products])
        for medicine in sorted(formulary().medicines.values(), key=lambda medicine: medicine.name)
        if medicine.products
    ]
    return [("", "Choose a product"), *groups, (OTHER, "Not on this list")]


def filled(initial: Mapping[str, Any]) -> dict[str, Any]:
    """A medicine's row with its blanks filled from the formulary; what was typed stays."""
    row = dict(initial)
    product = formulary().products.get(str(row.get("product") or ""))
    if product is None:
        return row
    medicine = formulary().medicine_of(product.id)
    times = formulary().limit(medicine, product, "times-a-day")
    known: dict[str, Any] = {
        "unit": product.unit,
        "directions": medicine.directions.says,
        "each_time": 1 if product.oral else None,
        "times_a_day": f"{times.value:g}" if times is not None and times.value is not None else None,
        "quantity": f"{product.packs[0]:g}" if product.packs else None,
    }
    for name, value in known.items():
        if value is not None and not str(row.get(name) or "").strip():
            row[name] = value
    return row


class ConsultedForm(forms.Form):
    """How the decision to prescribe was reached."""

    mode = forms.ChoiceField(label="How you consulted", choices=MODES, required=False)
    on = date("Day of the talk")
    by = forms.CharField(label="Who spoke with the person", required=False, max_length=200)
    checked = forms.ChoiceField(
        label="History checked against",
        choices=[("", "Not checked"), ("record", "The person’s own record"), ("gp", "Their GP or usual prescriber")],
        required=False,
    )
    checked_on = date("Day of the check")
    checked_by = forms.CharField(label="Who checked", required=False, max_length=200)
    gp = forms.ChoiceField(
        label="The GP",
        choices=[("", "Choose"), ("tell", "Is told, with consent"), ("no", "Is not told")],
        required=False,
    )
    gp_reason = text("If not, why not", rows=2)
