"""A plan as a sheet to read: for the person, for the doctor before signing, and two drafts side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from .content import PlanContent
from .models import Plan
from .words import form_name


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
    return Sheet(
        number=plan.number,
        concern=sealed["concern"]["name"],
        summary=content.summary,
        items=tuple(
            _item(number, row.form, row, sealed["forms"].get(row.form, {}), sealed.get("products", {}).get(row.form))
            for number, row in enumerate(content.items, 1)
        ),
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
