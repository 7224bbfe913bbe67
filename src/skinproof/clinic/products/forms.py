"""The forms of the register. A field left empty is not known, and is shown so."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils import timezone

from skinproof.care import products as rules
from skinproof.clinic.consultations.fields import KeptText
from skinproof.clinic.consultations.names import form_name

from .models import Version
from .selectors import FIELDS, KINDS, VALUES

SHORT, LONG = 200, 2_000  # characters
CHOICES = {
    "origin": ("unknown", "animal", "plant", "microbe", "human"),
    "sterile": ("unknown", "yes", "no"),
    "uk_status": ("unknown", "cosmetic-notified", "cosmetic-not-notified", "medicine-licensed", "none"),
    "cleared_for_broken_skin": ("unknown", "yes", "no"),
}
LONG_FIELDS = ("processing", "sterility", "storage", "safety_assessment")
DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input input--short-date"})
WRONG_DATE = {"invalid": "Enter a date, like 2027-01-31."}
HELP = {
    "origin": "What the vesicles or cells come from. Not known is not acceptable.",
    "species": "For example: salmon, rose, sheep.",
    "particles": "A number, like 10000000000. Spaces or commas may stand between thousands.",
    "particles_per": "For example: mL, or vial of 5 mL.",
    "particles_method": "For example: nanoparticle tracking analysis, and by which laboratory.",
    "responsible_person": "The company or person with a UK address that answers for it.",
    "safety_assessment": "Who made it, when, and its number.",
    "cleared_for_broken_skin": "By whom, stands in its proof.",
}


GROUPED = re.compile(r"\d{1,3}([, \u00a0\u202f])\d{3}(?:\1\d{3})*(?:\.\d+)?", re.ASCII)


class Particles(forms.FloatField):
    """A large count, with or without spaces or commas between its thousands."""

    def to_python(self, value: Any) -> float | None:
        if isinstance(value, str):
            value = value.strip()
            # Only between thousands: in "1,5e10" the comma is a decimal point, and without it the count ten times more.
            if found := GROUPED.fullmatch(value):
                value = value.replace(found[1], "")
        return super().to_python(value)


class RecordForm(forms.Form):
    """What is known of a product."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=43, min_length=20)

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for name, label in FIELDS.items():
            self.fields[name] = self._field(name, label)
            self.fields[name].one_of_several = True  # none is a matter of liking: empty means that it is not known

    @staticmethod
    def _field(name: str, label: str) -> forms.Field:
        needed = name in ("kind", "manufacturer", "name", *CHOICES)
        more: dict[str, Any] = {"label": label, "required": needed, "help_text": HELP.get(name, "")}
        if needed:
            more["error_messages"] = {"required": f"Enter this: {label.lower()}."}
        if name == "kind":
            return forms.ChoiceField(choices=[("", "Choose one"), *KINDS.items()], **more)
        if name in CHOICES:
            return forms.ChoiceField(choices=[(word, VALUES[word]) for word in CHOICES[name]], **more)
        if name == "particles":
            wrong = {"invalid": "Enter a number, like 10000000000.", "min_value": "Enter a number above 0."}
            return Particles(
                min_value=1, error_messages=wrong, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **more
            )
        if name == "lot_expires":
            return forms.DateField(widget=DATE, error_messages=WRONG_DATE, **more)
        if name in LONG_FIELDS:
            return KeptText(limit=LONG, rows=2, **more)
        return forms.CharField(max_length=SHORT, **more)

    def content(self, proofs: tuple[rules.Proof, ...] = ()) -> rules.Product:
        return rules.Product(**{name: self.cleaned_data[name] for name in FIELDS}, proofs=proofs)


class ProofForm(forms.Form):
    """A document that somebody supplied, and whoever fills this in has read."""

    requirement = forms.ChoiceField(label="What it proves")
    document = forms.CharField(
        label="Which document", min_length=3, max_length=SHORT,
        help_text="Its name, number and page, so that it can be found again.",
        error_messages={"required": "Say which document it is."},
    )  # fmt: skip
    dated = forms.DateField(
        label="Date of the document", widget=DATE,
        error_messages={**WRONG_DATE, "required": "Enter the date that stands on it."},
    )  # fmt: skip
    supplied_by = forms.CharField(
        label="Who supplied it", min_length=2, max_length=SHORT, error_messages={"required": "Say who supplied it."}
    )
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        rows = rules.product_rules().requirements
        self.fields["requirement"].choices = [(row.id, row.title) for row in rows if row.proof]

    def clean_dated(self):
        dated = self.cleaned_data["dated"]
        if dated > timezone.localdate():
            raise forms.ValidationError("This day has not come yet.")
        return dated

    def proof(self, read_by: str) -> rules.Proof:
        given = {name: self.cleaned_data[name] for name in ("requirement", "document", "dated", "supplied_by")}
        return rules.Proof(**given, read_by=read_by)


class AssessForm(forms.Form):
    """What a doctor or owner makes of the record."""

    verdict = forms.ChoiceField(
        label="What you found", widget=forms.RadioSelect,
        choices=(("acceptable", "Acceptable"), ("not-acceptable", "Not acceptable")),
        error_messages={"required": "Choose one."},
    )  # fmt: skip
    uses = forms.MultipleChoiceField(
        label="Acceptable for", widget=forms.CheckboxSelectMultiple, required=False,
        help_text="Needed if you accept it. Only what the rules leave open is listed.",
    )  # fmt: skip
    until = forms.DateField(
        label="Last day on which this holds", widget=DATE, required=False, error_messages=WRONG_DATE,
        help_text="Needed if you accept it. A year at most.",
    )  # fmt: skip
    reason = KeptText(
        label="Why", limit=LONG, error_messages={"required": "Say why."},
        help_text="What you read, and what decided it. It is kept with your name.",
    )  # fmt: skip
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *arguments: Any, possible: tuple[str, ...], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for name in ("uses", "until"):  # needed for one of the two verdicts
            self.fields[name].one_of_several = True
        self.fields["uses"].choices = [(form, form_name(form)) for form in possible]
        if not possible:
            del self.fields["uses"], self.fields["until"]
            self.fields["verdict"].choices = (("not-acceptable", "Not acceptable"),)
            self.fields["verdict"].help_text = "The rules do not let it be called acceptable: see what is lacking."


class ChooseForm(forms.Form):
    """For each row of a plan that can name a product: which one."""

    def __init__(self, *arguments: Any, named: tuple[str, ...], versions: list[Version], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        options = [("", "No product")] + [(str(v.pk), f"{v.name} ({v.state_words.lower()})") for v in versions]
        for form in named:
            self.fields[form] = forms.ChoiceField(label=form_name(form), choices=options, required=False)

    def chosen(self) -> dict[str, int | None]:
        return {form: int(value) if value else None for form, value in self.cleaned_data.items()}
