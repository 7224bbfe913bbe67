"""Whether a set of medicines may be prescribed for one person, and what stands against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from skinproof.care.screening import Screening

from . import amounts, remote, together
from .formulary import Formulary, formulary
from .model import Consult, History, PrescribedItem, PrescribingProblem, rows_of

ORDER = ("missing", "stop", "unknown", "reason", "note")


def check_prescription(
    items: Iterable[PrescribedItem],
    screening: Screening,
    *,
    concern: str,
    today: dt.date,
    consult: Consult | None = None,
    history: History | None = None,
    next_check: dt.date | None = None,
    other_forms: Iterable[str] = (),
    book: Formulary | None = None,
) -> tuple[PrescribingProblem, ...]:
    """What stands against prescribing these medicines together, the gravest first.

    The safety rules on each form alone (pregnancy, age, allergies, the person's other medicines) are told by
    `care.check_plan`; here stand the limits of the formulary, and the rules that fire only because of what else is
    prescribed. `other_forms` are treatments of the same plan that are not prescribed.
    """
    book = book or formulary()
    rows, others = rows_of(items, book), tuple(other_forms)
    consult, history = consult or Consult(), history or History()

    def found() -> Iterator[PrescribingProblem]:
        for row in rows:
            yield from amounts.missing_words(row, book)
            yield from remote.licence(row, concern, book)
            yield from amounts.limits(row, book, screening, history)
            yield from amounts.courses(row, book, screening, history, today)
            yield from amounts.review(row, book, next_check, today)
            yield from amounts.repeats(row, book, history)
            yield from remote.monitoring(row, today)
        yield from together.duplicates(rows, book)
        yield from together.already(rows, screening, book)
        yield from together.by_rules(rows, others, screening, book)
        yield from together.combinations(rows, book)
        yield from together.partners(rows, concern, screening, others)
        yield from remote.contact(rows, consult, screening, today)
        yield from remote.consent(rows, screening)
        yield from remote.gp(rows, consult, screening, book)

    once = dict.fromkeys(found())
    return tuple(sorted(once, key=lambda problem: (ORDER.index(problem.kind), problem.row)))
