"""The form of a draft: words, rows of treatments, rows of what was not chosen, reasons. Works by plain buttons.

Rows are numbered in the posted names (`items-0-form`). "Add a row" and "Remove" draw the page again with what was
typed and save nothing; only "Save" checks and saves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from skinproof.care import expected_course, rules
from skinproof.care.prescribing import formulary
from skinproof.clinic.consultations.fields import KeptText
from skinproof.clinic.consultations.names import form_name
from skinproof.clinic.library.sources import address
from skinproof.clinic.library.words import sentence_case
from skinproof.vocabulary import vocabulary

from .checks import Line, Where
from .content import (
    MOST_DECLINED,
    MOST_ITEMS,
    MOST_MEDICINES,
    MOST_SESSIONS,
    SHAPE,
    Consulted,
    Declined,
    Item,
    Medicine,
    PlanContent,
    Session,
)
from .drafting import REASON_MINIMUM
from .holding import REASON_LIMIT
from .plan_rows import (
    ConsultedForm,
    DeclinedForm,
    ItemForm,
    MedicineForm,
    RowForm,
    SessionForm,
    date,
    filled,
    number,
    text,
)

ROWS: Mapping[str, tuple[type[RowForm], int]] = {
    "items": (ItemForm, MOST_ITEMS),
    "medicines": (MedicineForm, MOST_MEDICINES),
    "sessions": (SessionForm, MOST_SESSIONS),
    "declined": (DeclinedForm, MOST_DECLINED),
}
KINDS = tuple(ROWS)
SUN_RULE = "gen-sun-protection"


class WordsForm(forms.Form):
    summary = text("What we agreed", rows=4, help_text="To the person, in plain words: what was decided, and why.")
    watch_for = text("What to watch for", rows=3)
    call = text("Whom to call, and when", rows=3)
    next_check = date("Next check")
    next_check_how = forms.CharField(label="How", required=False, max_length=200, help_text="For example: by video.")
    home_care = text("Home care", rows=2, help_text="Washing, moisturiser, what to leave out.")
    sun = text("Sun protection", rows=2)
    expect = text(
        "What to expect when", rows=3, help_text="What pages and studies tell of each treatment is shown beside it."
    )
    cost_low = number("Cost here, from (£)")
    cost_high = number("to (£)")
    cost_note = text(
        "For what", rows=1, help_text="For example: three months of cream. Empty: it is said to be not known."
    )


class ReasonsForm(forms.Form):
    """A field for every problem that a reason answers."""

    def __init__(self, *arguments: Any, lines: Iterable[Line], doctor_id: int, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.places: dict[str, Where] = {}
        for line in lines:
            if not line.ask_for_reason:
                continue
            name = f"{line.form}--{line.rule}"
            field = KeptText(label=line.ask_for_reason, limit=REASON_LIMIT, rows=2, required=False)
            field.help_text = f"{REASON_MINIMUM} characters or more. It is kept with the plan and on the audit trail."
            given = line.override or line.earlier
            field.initial = given.reason if given is not None and given.doctor_id == doctor_id else ""
            self.fields[name] = field
            self.places[name] = line.where

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.places:
            reason = (cleaned.get(name) or "").strip()
            if reason and len(reason) < REASON_MINIMUM:
                self.add_error(name, f"This reason has {len(reason)} characters. It needs {REASON_MINIMUM} or more.")
        return cleaned

    def reasons(self) -> dict[Where, str]:
        return {where: (self.cleaned_data.get(name) or "").strip() for name, where in self.places.items()}


class PlanEditor:
    """All forms of one draft, filled from what is kept or from what was typed."""

    def __init__(self, *, choices: Sequence[Any], lines: Iterable[Line], doctor_id: int, concern: str) -> None:
        self.choices, self.lines, self.doctor_id, self.concern = choices, tuple(lines), doctor_id, concern
        self.bound = False
        self.words: WordsForm
        self.consulted: ConsultedForm
        self.rows: dict[str, list[RowForm]] = {}
        self.lacking: list[str] = []  # what did not come whole, so that saving would lose rows
        self.reasons: ReasonsForm

    # --- filling
    def fill(self, content: PlanContent) -> PlanEditor:
        kept = content.to_json()
        self.words = WordsForm(initial=kept, prefix="plan")
        self.consulted = ConsultedForm(initial=kept["consulted"], prefix="consult")
        for kind in KINDS:
            self.rows[kind] = [self._row(kind, number, initial=row) for number, row in enumerate(kept[kind])]
        self.reasons = self._reasons()
        return self

    def typed(self, data: QueryDict, *, check: bool) -> PlanEditor:
        """What was posted: to be checked, or only to be shown again as it was typed."""
        self.bound = check
        self.words = WordsForm(data, prefix="plan") if check else WordsForm(initial=_of(data, "plan"), prefix="plan")
        said = _of(data, "consult")
        self.consulted = ConsultedForm(data if check else None, initial=said, prefix="consult")
        self.lacking = [words for kind in KINDS if (words := _lacking(data, kind))]
        for kind in KINDS:
            self.rows[kind] = [
                self._row(kind, number, data=data if check else None, initial=_of(data, f"{kind}-{number}"))
                for number in range(_count(data, kind))
            ]
        self.reasons = self._reasons(data, check=check)
        return self

    def do(self, action: str) -> bool:
        """Carry out a button that changes the rows or fills blanks; False if it is none of those."""
        if action == "fill-words":
            self.words = WordsForm(initial=known_words(self._forms(), self.concern, self.words.initial), prefix="plan")
            return True
        verb, _, rest = action.partition("-")
        kind, _, number = rest.partition("-")
        if kind not in KINDS:
            return False
        rows = [form.initial for form in self.rows[kind]]
        place = int(number[:4]) if number.isascii() and number.isdigit() else len(rows)
        if verb == "add" and len(rows) < ROWS[kind][1]:
            rows.append({})
        elif verb == "remove" and place < len(rows):
            del rows[place]
        elif verb == "fill" and kind == "medicines" and place < len(rows):
            rows[place] = filled(rows[place])
        self.rows[kind] = [self._row(kind, place, initial=row) for place, row in enumerate(rows)]
        return True

    def _row(self, kind: str, number: int, *, data: Any = None, initial: Mapping[str, Any] | None = None) -> RowForm:
        made = ROWS[kind][0]
        choices = self.choices
        chosen = (initial or {}).get("form")
        if chosen and chosen not in vocabulary().forms:  # of an old plan: shown as what it is, and refused on saving
            choices = [*choices, (chosen, form_name(chosen))] if data is None else choices
        return made(data, initial=dict(initial or {}), prefix=f"{kind}-{number}", choices=choices)

    def _forms(self) -> list[str]:
        """The treatments of the rows as they stand."""
        book = formulary()
        found = [str(row.initial.get("form") or "") for row in self.rows["items"]]
        for row in self.rows["medicines"]:
            product = str(row.initial.get("product") or "")
            found.append(book.medicine_of(product).form if product in book.products else row.initial.get("form") or "")
        return [form for form in dict.fromkeys(found) if form in vocabulary().forms]

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
        return [self.words, *(row for kind in KINDS for row in self.rows[kind]), self.consulted, self.reasons]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """(kind, how many rows of it stand on the page)."""
        return [(kind, len(self.rows[kind])) for kind in KINDS]

    def is_valid(self) -> bool:
        verdicts = [form.is_valid() for form in self.all]  # every one is asked, so that every one shows its errors
        return all(verdicts) and not self.lacking

    @property
    def errors(self) -> list[tuple[str, str]]:
        """(the id of the field, the message), in the order of the page."""
        if not self.bound:
            return []
        return [("", words) for words in self.lacking] + [
            (form[name].auto_id if name in form.fields else "", message)
            for form in self.all
            for name, messages in form.errors.items()
            for message in messages
        ]

    def content(self) -> PlanContent:
        """The plan as typed; rows with nothing in them are left out."""
        rows = {
            kind: [
                form.row() if isinstance(form, MedicineForm) else form.cleaned_data
                for form in self.rows[kind]
                if not form.blank()
            ]
            for kind in KINDS
        }
        return PlanContent(
            shape=SHAPE,
            items=tuple(Item(**row) for row in rows["items"]),
            medicines=tuple(Medicine(**row) for row in rows["medicines"]),
            sessions=tuple(Session(**row) for row in rows["sessions"]),
            declined=tuple(Declined(**row) for row in rows["declined"]),
            consulted=Consulted(**self.consulted.cleaned_data),
            **self.words.cleaned_data,
        )


def known_words(forms_of_plan: Iterable[str], concern: str, initial: Mapping[str, Any]) -> dict[str, Any]:
    """The plan's words with sun protection and times filled in where they are blank, each with who says it."""
    plan, words = list(forms_of_plan), dict(initial)
    rule = rules().rule(SUN_RULE)
    if not str(words.get("sun") or "").strip() and set(plan) & set(rule.treatments):
        words["sun"] = f"{sentence_case(rule.advise or '')} ({rule.source[0].organisation})."
    if not str(words.get("expect") or "").strip():
        words["expect"] = "\n".join(_time(form, concern) for form in plan)
    return words


def _time(form: str, concern: str) -> str:
    course = expected_course(form, concern)
    pages = "; ".join(dict.fromkeys(address(told.url).organisation for told in course.change_may_be_seen[:1]))
    return f"{form_name(form)}: {course.words}" + (f" ({pages})" if pages else "")


def _of(data: QueryDict, prefix: str) -> dict[str, str]:
    start = f"{prefix}-"
    return {name.removeprefix(start): data[name] for name in data if name.startswith(start)}


def _count(data: QueryDict, kind: str) -> int:
    count = data.get(f"{kind}-count", "0")
    return min(int(count[:4]), ROWS[kind][1]) if count.isascii() and count.isdigit() else 0


def _lacking(data: QueryDict, kind: str) -> str:
    """What is wrong with the number of rows that came; empty if nothing is."""
    count, most = data.get(f"{kind}-count", ""), ROWS[kind][1]
    if not (count.isascii() and count.isdigit()):
        return f"The rows of {kind} did not come whole, so nothing was saved. Open the draft again."
    if len(count) > 4 or int(count) > most:
        return (
            f"There are more rows of {kind} than the {most} that fit, so nothing was saved. The first {most} are below."
        )
    return ""


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
    prefixes = ("plan-", "consult-", "why-", *(f"{kind}-" for kind in KINDS))
    return [(name, value) for name in data if name.startswith(prefixes) for value in data.getlist(name)]
