"""One medicine against its own limits: strength, dose, quantity, course, breaks, repeats."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

from skinproof.care.screening import Screening

from .formulary import LIMITS, Formulary, Limit
from .model import History, Listed, PrescribingProblem, Row, listed

DAYS_A_WEEK = 7
CLOSE = 1e-9  # for numbers that differ only by how computers count


def number(value: float) -> str:
    return f"{value:g}"


def _words(name: str, limit: Limit) -> str:
    return LIMITS[name].format(number(limit.value or 0)) + (f" ({limit.note})" if limit.note else "")


def missing_words(row: Row, book: Formulary) -> Iterator[PrescribingProblem]:
    """What has to be filled in before anything can be judged."""
    item, product = row.item, row.product
    if not item.product and not item.named.strip():
        yield row.problem("missing", "product", "Choose a product, or name one that is not on the list.")
    elif item.product and product is None:
        yield row.problem("missing", "product", "This product is not in the formulary now. Choose another.")
    elif product is not None and row.medicine is not None and row.medicine.form != item.form:
        yield row.problem("missing", "product", "The product belongs to another treatment.")
    if not item.quantity or item.quantity <= 0:
        yield row.problem("missing", "quantity", "Say how much: a number above zero.")
    if not item.unit:
        yield row.problem("missing", "unit", "Say in what the quantity is counted.")
    elif product is not None and item.unit != product.unit:
        yield row.problem("missing", "unit", f"{product.name} is counted in {product.unit}, not in {item.unit}.")
    if not item.directions.strip():
        yield row.problem("missing", "directions", "Write the directions, in plain words.")
    if not item.reason.strip():
        yield row.problem("missing", "why", "Write why this medicine was chosen.")
    if not item.times_a_day or item.times_a_day <= 0:
        yield row.problem("missing", "times", "Say how many times a day (0.5 is every second day).")
    if product is not None and product.oral and (not item.each_time or item.each_time <= 0):
        yield row.problem("missing", "each-time", f"Say how many {product.unit} each time.")
    if not item.course_weeks or item.course_weeks <= 0:
        yield row.problem("missing", "course-weeks", "Say for how many weeks.")
    if item.repeats < 0:
        yield row.problem("missing", "repeats", "Repeats cannot be below zero.")
    if row.medicine is not None and row.medicine.by_fingertip and item.site is None:
        yield row.problem("missing", "site", "Say where it goes: the limits for the face are others.")


def limits(row: Row, book: Formulary, screening: Screening, history: History) -> Iterator[PrescribingProblem]:
    found = listed(row, book)
    if found is None:
        says = "It is not in the formulary, so no limit of it is known. Say what it is, and the limits you go by."
        yield row.problem("unknown", "not-listed", says)
        return
    yield from _strength(found)
    yield from _dose(found, screening, history)
    yield from _amount(found)
    yield from _not_known(found)


def _past(found: Listed, name: str, value: float | None, what: str) -> Iterator[PrescribingProblem]:
    """A problem where a value is past a limit that was read."""
    limit = found.limit(name)
    if limit is None or limit.value is None or value is None or value <= limit.value:
        return
    says = f"{what}. The limit is {_words(name, limit)}."
    yield found.row.problem("stop" if limit.hard else "reason", name, says, limit.source)


def _strength(found: Listed) -> Iterator[PrescribingProblem]:
    product, wanted = found.product, found.medicine.face_potency
    if product.strength_in == "percent":
        yield from _past(found, "max-strength", product.strength, f"Its strength is {product.strength}%")
    if wanted and found.item.site == "face" and product.potency not in (None, wanted):
        says = f"On the face the limit is a {wanted} steroid; this one is {product.potency}."
        yield found.row.problem("reason", "face-potency", says, ("rule:ster-dose-limit", *product.potency_source))


def _dose(found: Listed, screening: Screening, history: History) -> Iterator[PrescribingProblem]:
    item, product = found.item, found.product
    times, sex = item.times_a_day, screening.facts.known.get("sex")
    if times is not None:
        yield from _past(found, "times-a-day", times, f"It is used {number(times)} times a day")
    if product.sex is not None and sex in ("female", "male") and sex != product.sex:
        says = f"Its label is for {'women' if product.sex == 'female' else 'men'}."
        yield found.row.problem("reason", "label-sex", says, product.source)
    if not product.oral or product.strength is None or times is None or item.each_time is None:
        return
    mg = product.strength * item.each_time * times
    yield from _past(found, "mg-a-day", mg, f"It comes to {number(mg)} mg a day")
    if not history.of(item.form):
        for name in ("start-mg", f"start-mg-{sex}"):
            if name in LIMITS:
                yield from _past(found, name, mg, f"The first prescription starts with {number(mg)} mg a day")


def most(found: Listed) -> tuple[float | None, tuple[str, ...]]:
    """The most that one supply needs, in the product's unit, and where that was read; None where no page told.

    What is needed is rounded up to whole packs where their sizes are known.
    """
    need, source = _need(found)
    if need is None:
        return None, ()
    packs = [math.ceil(need / pack - CLOSE) * pack for pack in found.product.packs]
    return max(need, min(packs, default=need)), source


def _need(found: Listed) -> tuple[float | None, tuple[str, ...]]:
    item, times = found.item, found.item.times_a_day
    days = (item.course_weeks or 0) * DAYS_A_WEEK
    if not days or not times:
        return None, ()
    if found.product.oral:
        return (item.each_time * times * days, ()) if item.each_time else (None, ())
    each = found.book.general.face_each_time
    if found.medicine.by_fingertip and item.site == "face" and each.value is not None:
        return each.value * times * days, each.source
    daily = found.limit("amount-a-day")
    return (daily.value * days, daily.source) if daily is not None and daily.value is not None else (None, ())


def _amount(found: Listed) -> Iterator[PrescribingProblem]:
    item, product = found.item, found.product
    if product.unit == "g" and item.each_time is not None and item.times_a_day is not None:
        daily = item.each_time * item.times_a_day
        yield from _past(found, "amount-a-day", daily, f"It comes to {number(daily)} g a day")
    top, source = most(found)
    if top is None or item.quantity is None or item.quantity <= top + CLOSE:
        return
    limit = found.limit("amount-a-day")
    hard = limit is not None and limit.hard and not product.oral
    says = f"{number(item.quantity)} {product.unit} is more than {number(item.course_weeks or 0)} weeks need: "
    says += f"{number(round(top, 1))} {product.unit} at most."
    yield found.row.problem("stop" if hard else "reason", "quantity", says, source)


def _not_known(found: Listed) -> Iterator[PrescribingProblem]:
    """The limits of which no page was read: said once for each medicine, so that the doctor states their own."""
    told = {"amount-a-day"} if most(found)[0] is not None else set[str]()
    names = [name for name in {**found.medicine.limits, **found.product.limits} if name not in told]
    open_ones = [limit.not_read for name in names if (limit := found.limit(name)) and limit.not_read is not None]
    if open_ones:
        says = "No limit is known to us. Not read: " + "; ".join(open_ones) + ". State the limit you go by."
        yield found.row.problem("unknown", "limits", says)


# --- time
def courses(
    row: Row, book: Formulary, screening: Screening, history: History, today: dt.date
) -> Iterator[PrescribingProblem]:
    """Course, weeks in all, and the break, with what was used before."""
    found, weeks = listed(row, book), row.item.weeks_in_all
    if found is None or weeks is None:
        return
    before = used_weeks(found, screening, history, today)
    what = f"With what was used before it comes to {number(round(before + weeks, 1))} weeks"
    what = what if before else f"It comes to {number(weeks)} weeks"
    for name in ("course-weeks", "total-weeks"):
        if row.item.site == "face" and found.limit(f"{name}-face") is not None:
            yield from _past(found, f"{name}-face", before + weeks, f"{what} on the face")
        else:
            yield from _past(found, name, before + weeks, what)
    yield from _pause(found, before, history)
    past = history.of(found.medicine.form)
    if past and found.value("break-weeks") is None:
        says = f"Prescribed here before, last until {min(past[-1].end, today):%d %B %Y}."
        says += " How long a pause must be was not read."
        yield row.problem("note", "before", says)


def used_weeks(found: Listed, screening: Screening, history: History, today: dt.date) -> float:
    """Weeks of use without a full break up to today: what the person says, or what was prescribed, the more of both.

    Where no page told how long a break must be, a week without it ends the count; earlier courses are noted apart.
    """
    fact = found.medicine.used_weeks_fact
    said = screening.facts.known.get(fact) if fact else None
    told = float(said) if isinstance(said, int | float) and not isinstance(said, bool) else 0.0
    gap = found.value("break-weeks") or 1.0
    total, reach = 0.0, today
    for course in reversed(history.of(found.medicine.form)):
        end = min(course.end, reach)
        if (reach - end).days >= gap * DAYS_A_WEEK:
            break
        total += max((end - course.start).days, 0) / DAYS_A_WEEK
        reach = min(course.start, reach)
    return max(told, total)


def _pause(found: Listed, before: float, history: History) -> Iterator[PrescribingProblem]:
    course, pause = found.value("course-weeks"), found.limit("break-weeks")
    if course is None or pause is None or pause.value is None or before < course:
        return
    past = history.of(found.medicine.form)
    ended = f" The last course runs until {past[-1].end:%d %B %Y}." if past else ""
    says = f"A full course was used.{ended} There must be {_words('break-weeks', pause)} first."
    yield found.row.problem("stop" if pause.hard else "reason", "break-weeks", says, pause.source)


def review(row: Row, book: Formulary, next_check: dt.date | None, today: dt.date) -> Iterator[PrescribingProblem]:
    """Whether somebody looks at how it goes in the time that the pages name."""
    found = listed(row, book)
    limit = found.limit("review-weeks") if found else None
    if limit is None or limit.value is None:
        return
    if next_check is None or next_check > today + dt.timedelta(weeks=limit.value):
        says = f"The next check is later than the pages ask: {_words('review-weeks', limit)}."
        yield row.problem("stop" if limit.hard else "reason", "review-weeks", says, limit.source)


def repeats(row: Row, book: Formulary, history: History) -> Iterator[PrescribingProblem]:
    """A repeat comes after a follow-up, and never with the first prescription of the listed medicines."""
    if row.item.repeats <= 0:
        return
    past, source = history.of(row.item.form), book.general.repeats.source
    if not past and (row.medicine is None or row.medicine.no_first_repeat):
        yield row.problem("stop", "repeat-first", "No repeats with its first prescription.", source)
    if history.follow_up_on is None or (past and history.follow_up_on < past[-1].start):
        says = "A repeat comes only after a follow-up is on record; there is none since it was last prescribed."
        yield row.problem("stop", "repeat-no-follow-up", says, source)
