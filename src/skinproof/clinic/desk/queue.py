"""The doctors' queue: one page of cases with all counts, in one statement.

It is the page that a clinic reads most. Django would build its own query anew at each look, which takes longer than the
database needs to answer, so the statement is written here; a test holds it against Django's own query.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db import connection
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from skinproof.clinic.consultations.models import HELD, WITH_THE_DOCTOR, State
from skinproof.clinic.consultations.names import concern_name, form_name
from skinproof.clinic.library.templatetags.look import icon
from skinproof.clinic.people.models import User
from skinproof.clinic.prescribing.models import Review
from skinproof.clinic.prescribing.reviews import queries_for

from . import words
from .models import TakeOver

PAGE_SIZE = 14
FILTERS = {
    "all": "Waiting and in review",
    "mine": "Mine",
    "questions": "Questions about plans",
}


def _listed(states: tuple[str, ...]) -> str:
    return ", ".join(f"'{state}'" for state in states)  # constants of ours; an index is for just these


_WHICH = {
    "all": f"c.state IN ({_listed(WITH_THE_DOCTOR)})",
    "mine": f"c.doctor_id = %(doctor)s AND c.state IN ({_listed(HELD)})",
    "questions": f"c.state = '{State.PLAN_READY}' AND c.owed_since IS NOT NULL",
}
_ORDER = {
    "all": "c.urgency_rank, c.sent_at, c.id",
    # What came back first, then what is owed an answer.
    "mine": "c.returned_at NULLS LAST, c.owed_since NULLS LAST, c.urgency_rank, c.sent_at, c.id",
    "questions": "c.urgency_rank, c.owed_since, c.id",
}
_COUNTS = ", ".join(
    [
        *(f"(SELECT COUNT(*) FROM consultations_consultation c WHERE {which})" for which in _WHICH.values()),  # noqa: S608
        "(SELECT COUNT(*) FROM desk_takeover t WHERE t.before_id = %(doctor)s AND t.seen_at IS NULL)",
        "(SELECT COUNT(*) FROM prescribing_review r WHERE r.verdict = 'query' AND NOT EXISTS "
        "(SELECT 1 FROM prescribing_queryanswer a WHERE a.review_id = r.id))",
    ]
)
_CASES = (
    "c.public_id, c.state, c.concern, c.choices, c.asked_for, c.flags, c.urgency, c.sent_at, c.claimed_at, "
    "c.owed_since, c.asked_at, c.returned_at, c.doctor_id, d.name"
)
_PAGES = {
    name: f"SELECT {_CASES}, {_COUNTS} FROM consultations_consultation c "  # noqa: S608 - constants of ours
    f"LEFT JOIN people_user d ON d.id = c.doctor_id WHERE {_WHICH[name]} ORDER BY {_ORDER[name]} "
    "LIMIT %(size)s OFFSET %(offset)s"
    for name in FILTERS
}


@dataclass(frozen=True)
class Row:
    """One case of the queue, in words. It names the case, never the person."""

    href: str  # within the queue's own address
    reference: str
    urgency: SafeString  # a badge
    flags: str
    concern: str
    asks_for: str
    waited: str
    sent_at: str  # as a machine reads it
    holder: SafeString  # with badges for what a doctor should notice


@dataclass(frozen=True)
class Queue:
    page: Page
    rows: tuple[Row, ...]
    tabs: tuple[tuple[str, str, int], ...]  # (filter, its words, how many cases)
    chosen: str
    taken_over: tuple[TakeOver, ...]  # from this doctor, not seen yet
    queries: tuple[Review, ...]  # of pharmacists, that wait for this doctor's answer

    @property
    def title(self) -> str:
        return FILTERS[self.chosen]


def queue(doctor: User, *, chosen: str = "all", page: str | None = None) -> Queue:
    """One page of cases: the most urgent first, then those that have waited longest.

    One query, however many cases there are; one more where the page is empty, or where somebody took a case from this
    doctor or a query waits. An unknown filter or page number gives the first of each, a page after the last the last.
    """
    chosen = chosen if chosen in FILTERS else "all"
    number = int(page[:9]) if page and page.isascii() and page.isdigit() and int(page[:9]) else 1
    cases, counts = _read(doctor, chosen, number)
    paginator = Paginator(range(counts[chosen]), PAGE_SIZE)
    shown = paginator.get_page(number)
    if shown.number != number:
        cases, counts = _read(doctor, chosen, shown.number)
    now = timezone.now()
    return Queue(
        page=shown,
        rows=tuple(_row(case, doctor, now) for case in cases),
        tabs=tuple((name, label, counts[name]) for name, label in FILTERS.items()),
        chosen=chosen,
        taken_over=_taken_over(doctor) if counts["taken"] else (),
        queries=tuple(queries_for(doctor)) if counts["queries"] else (),
    )


def _read(doctor: User, chosen: str, number: int) -> tuple[list[tuple], dict[str, int]]:
    given = {"doctor": doctor.pk, "size": PAGE_SIZE, "offset": (number - 1) * PAGE_SIZE}
    names = (*FILTERS, "taken", "queries")
    with connection.cursor() as cursor:
        cursor.execute(_PAGES[chosen], given)
        rows = cursor.fetchall()
        if not rows:
            cursor.execute(f"SELECT {_COUNTS}", given)
            return [], dict(zip(names, cursor.fetchone(), strict=True))
    return [row[: -len(names)] for row in rows], dict(zip(names, rows[0][-len(names) :], strict=True))


def _taken_over(doctor: User) -> tuple[TakeOver, ...]:
    return tuple(TakeOver.objects.filter(before=doctor, seen_at=None).select_related("doctor", "consultation"))


# --- a row in words
def _row(case: tuple, doctor: User, now: dt.datetime) -> Row:
    (
        public_id, state, concern, choices, asked_for, flags, urgency, sent, claimed, owed, asked, returned, held_by,
        name,
    ) = case  # fmt: skip
    sent_at = _moment(sent)
    return Row(
        href=f"{public_id}/",
        reference=words.reference(public_id),
        urgency=_urgency(urgency),
        flags=str(len(_list(flags)) or "none"),
        concern=concern_name(concern),
        asks_for=", ".join(form_name(form) for form in _list(choices) or _list(asked_for)),
        waited=words.waited(sent_at, now),
        sent_at=sent_at.isoformat(timespec="seconds") if sent_at else "",
        holder=format_html_join(
            " ",
            "{}",
            [
                (_holder("You" if held_by == doctor.pk else name),),
                *((mark,) for mark in _marks(state, _moment(claimed), _moment(asked), owed, returned, now)),
            ],
        ),
    )


def _list(kept: Any) -> list:
    return json.loads(kept) if isinstance(kept, str) else kept


def _moment(kept: dt.datetime | None) -> dt.datetime | None:
    """A time as the database gives it; SQLite's is in UTC and does not say so."""
    return kept.replace(tzinfo=dt.UTC) if kept is not None and kept.tzinfo is None else kept


@lru_cache(maxsize=256)
def _badge(kind: str, image: str, text: str) -> SafeString:
    return format_html('<span class="badge badge--{}">{}{}</span>', kind, icon(image) if image else "", text)


@lru_cache(maxsize=256)
def _holder(name: str | None) -> SafeString:
    return format_html("{}", name) if name else SafeString('<span class="quiet">nobody yet</span>')


@lru_cache(maxsize=64)
def _urgency(word: str) -> SafeString:
    kind = words.urgency_kind(word)
    return _badge(kind, kind if kind in ("stop", "caution") else "", words.urgency(word))


def _marks(
    state: str,
    claimed: dt.datetime | None,
    asked: dt.datetime | None,
    owed: dt.datetime | None,
    returned: dt.datetime | None,
    now: dt.datetime,
) -> list[SafeString]:
    """What a doctor should notice beside who has the case."""
    marks = []
    if returned is not None:
        marks.append(_badge("caution", "note", "New answers"))
    if owed is not None:
        marks.append(_badge("caution", "note", "New message"))
    if asked is not None:
        late = now - asked > dt.timedelta(days=settings.ASKED_OVERDUE_DAYS)
        said = f"No answer for {words.waited(asked, now)}" if late else "Waits for the person"
        marks.append(_badge("caution" if late else "quiet", "time", said))
    held_long = dt.timedelta(hours=settings.HELD_LONG_HOURS)
    if state == State.IN_REVIEW and claimed is not None and now - claimed > held_long:
        marks.append(_badge("caution", "time", f"Held for {words.waited(claimed, now)}"))
    return marks
