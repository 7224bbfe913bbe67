"""A plan as a sheet to read: for the person, for the doctor before signing, and two drafts side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import NoReverseMatch, reverse
from pydantic import BaseModel

from skinproof.care.prescribing import PrescriptionLine
from skinproof.clinic.consultations.names import form_name
from skinproof.clinic.prescribing.selectors import LINE_FIELDS

from .content import Medicine, PlanContent
from .models import Plan

GP = {"tell": "Your GP is told of this, as you agreed.", "no": "Your GP is not told of this."}


@dataclass(frozen=True)
class Written:
    """What stands in a row of treatments."""

    what: str
    how: str
    when: str


@dataclass(frozen=True)
class Said:
    """Something with the page that says so."""

    text: str
    source: str
    href: str | None  # where a reader may be sent: an official page, a price's card or a study's


@dataclass(frozen=True)
class Shown:
    """What studies show of a treatment, and how sure one can be, as it was when the plan was signed."""

    concept: str
    sentence: str
    figures: str
    level: str
    href: str | None


@dataclass(frozen=True)
class Prescribed:
    """What is prescribed of a treatment: product, amount and directions, with what the formulary's pages say."""

    amount: str  # "45 g, supplied once"
    course: str  # "For 12 weeks."
    why: str
    unlicensed: bool
    said: tuple[Said, ...]  # how to start, pregnancy
    tests: tuple[Said, ...]
    sources: tuple[Said, ...]  # of the directions
    result: str


@dataclass(frozen=True)
class Item:
    number: int
    name: str
    sentence: str
    prescription_only: bool
    what: str
    how: str
    when: str
    expect: tuple[tuple[str, tuple[Said, ...]], ...]  # ("A change may be seen after", pages)
    expect_words: str  # where no page tells: what is not known, and what studies looked at
    studies: tuple[Said, ...]
    prices: tuple[Said, ...]
    shown: tuple[Shown, ...]
    advice: tuple[Said, ...] = ()  # what the safety rules say to do with it
    sessions: tuple[tuple[dt.date | None, str], ...] = ()
    prescribed: Prescribed | None = None
    product: str = ""  # of the register: its name and lot


@dataclass(frozen=True)
class Sheet:
    number: int
    concern: str
    summary: str
    items: tuple[Item, ...]
    declined: tuple[tuple[str, str], ...]  # (name, why)
    watch_for: str
    call: str
    next_check: dt.date | None
    next_check_how: str
    home_care: str
    sun: str
    expect: str
    cost: str  # what it costs here; empty if the doctor gave none
    gp: str
    shape: int
    signed_at: dt.datetime | None
    prescriber: str
    content_hash: str
    library_date: dt.date

    @property
    def any_price(self) -> bool:
        return any(item.prices for item in self.items)


def show(plan: Plan, sealed: Mapping[str, Any]) -> Sheet:
    """The sheet of a plan. `sealed` is the plan's own if it is signed, else what signing now would fix."""
    content = PlanContent.of(plan.content)
    medicines = [
        _medicine(number, row, sealed["forms"].get(row.form, {}), kept)
        for number, (row, kept) in enumerate(zip(content.medicines, sealed.get("medicines", ()), strict=False), 1)
    ]
    treatments = [
        replace(
            _item(number, row.form, row, sealed["forms"].get(row.form, {}), sealed.get("products", {}).get(row.form)),
            sessions=tuple((each.on, each.what) for each in content.sessions if each.form == row.form),
        )
        for number, row in enumerate(content.items, len(medicines) + 1)
    ]
    return Sheet(
        number=plan.number,
        concern=sealed["concern"]["name"],
        summary=content.summary,
        items=(*medicines, *treatments),
        home_care=content.home_care,
        sun=content.sun,
        expect=content.expect,
        cost=_cost(content),
        gp=GP.get(content.consulted.gp, "") if content.medicines else "",
        shape=content.shape,
        declined=tuple((sealed["declined"].get(row.form, row.form), row.why) for row in content.declined),
        watch_for=content.watch_for,
        call=content.call,
        next_check=content.next_check,
        next_check_how=content.next_check_how,
        signed_at=plan.signed_at,
        prescriber=plan.prescriber,
        content_hash=plan.content_hash,
        library_date=dt.date.fromisoformat(sealed["library_date"]),
    )


def _item(number: int, form: str, row: Any, known: Mapping[str, Any], product: Mapping[str, Any] | None = None) -> Item:
    course = known.get("course", {})
    parts = (
        ("A change may be seen after", course.get("first", ())),
        ("The full result takes", course.get("full", ())),
        ("It lasts", course.get("lasts", ())),
    )
    return Item(
        number=number,
        advice=tuple(Said(each["text"], "; ".join(each["sources"]), None) for each in known.get("advice", ())),
        name=known.get("name", form),
        sentence=known.get("sentence", ""),
        prescription_only=known.get("prescription_only", False),
        what=row.what,
        how=row.how,
        when=row.when,
        expect=tuple((words, tuple(_page(each) for each in told)) for words, told in parts if told),
        expect_words=course.get("words", "") if not course.get("first") else "",
        studies=tuple(Said(each["name"], "", _card("study", each["id"])) for each in course.get("studies", ())),
        prices=tuple(_price(each) for each in known.get("price", ())),
        shown=tuple(
            Shown(each["concept"], each["sentence"], each["figures"], each["level"], _card("finding", each["id"]))
            for each in known.get("shown", ())
        ),
        product=f"{product['name']}, lot {product['lot']}" if product else "",
    )


def _medicine(number: int, row: Medicine, known: Mapping[str, Any], kept: Mapping[str, Any]) -> Item:
    line = PrescriptionLine(**{name: kept["line"][name] for name in LINE_FIELDS})
    weeks = f"For {row.course_weeks:g} weeks." if row.course_weeks is not None else ""
    made = _item(number, row.form, Written(line.name, row.directions, weeks), known)
    return replace(
        made,
        prescribed=Prescribed(
            amount=f"{line.amount}, supplied {line.supplies}" if row.quantity is not None else "",
            course=weeks,
            why=row.reason,
            unlicensed=line.unlicensed,
            said=tuple(Said(each["says"], _names(each["sources"]), None) for each in kept["said"]),
            tests=tuple(Said(each["says"], _names(each["sources"]), None) for each in kept["tests"]),
            sources=tuple(Said("", each["source"], each["href"]) for each in kept["directions_sources"]),
            result=f"{row.tests_on:%d %B %Y}: {row.tests}" if row.tests_on and row.tests else "",
        ),
    )


def _names(pages: Iterable[Mapping[str, str]]) -> str:
    return "; ".join(page["source"] for page in pages)


def _cost(content: PlanContent) -> str:
    low, high = content.cost_low, content.cost_high
    if low is None or high is None:
        return content.cost_note
    span = f"£{low:,.2f}" if low == high else f"£{low:,.2f} to £{high:,.2f}"
    return f"{span}. {content.cost_note}".strip()


def _page(told: Mapping[str, Any]) -> Said:
    text = told["text"] + (f" ({told['note']})" if told.get("note") else "")
    return Said(text, told["source"], told["href"])


def _price(told: Mapping[str, Any]) -> Said:
    prices = told.get("prices") or ()
    return Said(told["text"], told["source"], _card("price", prices[0]) if prices else told["href"])


def _card(kind: str, record: str) -> str | None:
    """The library's own page of a record; None for an id that no address can hold."""
    try:
        return reverse(f"library:{kind}", args=[record])
    except NoReverseMatch:
        return None


# --- two versions of a draft
@dataclass(frozen=True)
class Difference:
    label: str
    saved: str
    typed: str


def differences(saved: PlanContent, typed: PlanContent) -> tuple[Difference, ...]:
    """The parts in which two versions differ, each as text."""
    parts: tuple[tuple[str, Callable[[PlanContent], str]], ...] = (
        ("What we agreed", lambda c: c.summary),
        ("Treatments", _items_text),
        ("Medicines", _medicines_text),
        ("How it was decided", lambda c: _fields_text(c.consulted)),
        ("Sessions", lambda c: "\n".join(f"{form_name(r.form)}: {r.on or ''} {r.what}".strip() for r in c.sessions)),
        ("Home care", lambda c: c.home_care),
        ("Sun protection", lambda c: c.sun),
        ("What to expect when", lambda c: c.expect),
        ("Cost", _cost),
        ("Not chosen, and why", lambda c: "\n".join(f"{form_name(row.form)}: {row.why}" for row in c.declined)),
        ("What to watch for", lambda c: c.watch_for),
        ("Whom to call", lambda c: c.call),
        ("Next check", lambda c: f"{c.next_check or ''} {c.next_check_how}".strip()),
    )
    return tuple(Difference(label, text(saved), text(typed)) for label, text in parts if text(saved) != text(typed))


def _items_text(content: PlanContent) -> str:
    return "\n\n".join(
        "\n".join(filter(None, (form_name(row.form), row.what, row.how, row.when))) for row in content.items
    )


def _medicines_text(content: PlanContent) -> str:
    return "\n\n".join(_fields_text(row) for row in content.medicines)


def _fields_text(row: BaseModel) -> str:
    """What is filled in, a line for each field."""
    named = {name: value for name, value in row.model_dump().items() if value not in (None, "", 0)}
    return "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in named.items())
