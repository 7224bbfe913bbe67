"""How an option fits what matters to a person: per priority a level with its reason, never a score, never an order."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import Field

from skinproof.evidence import NO_STUDY, Finding, findings
from skinproof.vocabulary import Form, Kept, KnowledgeError, load, unknown

from .concerns import NO_TREATMENT, concern_care
from .market import prices_of, span, times_of
from .shown import AGAINST_NOTHING, findings_of, got_only, untreated
from .terms import DATA, FactError

FIT_FILE = DATA / "fit.yaml"
Level = Literal["fits", "partly", "does not", "not known"]
_HURTS = re.compile(r"\b(pain\w*|burn\w*|sting\w*|sore\w*|tender\w*)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Fit:
    """One option and one thing that matters. Its reason is from `findings`, `studies`, `prices` and `pages`."""

    priority: str
    level: Level
    reason: str
    findings: tuple[str, ...] = ()
    studies: tuple[str, ...] = ()
    prices: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


class _Grades(Kept):
    fits: tuple[str, ...]
    partly: tuple[str, ...]
    does_not: tuple[str, ...] = Field(alias="does-not")

    def level(self, word: str) -> Level:
        for level, words in (("fits", self.fits), ("partly", self.partly), ("does not", self.does_not)):
            if word in words:
                return level  # type: ignore[return-value]
        return "not known"


class _Small(Kept):
    """Small is good: fits up to one limit, does not over another."""

    fits_up_to: float = Field(alias="fits-up-to")
    does_not_over: float = Field(alias="does-not-over")

    def level(self, value: float) -> Level:
        return "fits" if value <= self.fits_up_to else "does not" if value > self.does_not_over else "partly"


class _Pain(Kept):
    fits_under: float = Field(alias="fits-under")
    does_not_from: float = Field(alias="does-not-from")

    def level(self, value: float) -> Level:
        return "fits" if value < self.fits_under else "does not" if value >= self.does_not_from else "partly"


class _Long(Kept):
    """Long is good."""

    fits_from: float = Field(alias="fits-from")
    does_not_under: float = Field(alias="does-not-under")

    def level(self, value: float) -> Level:
        return "fits" if value >= self.fits_from else "does not" if value < self.does_not_under else "partly"


class _Bands(Kept):
    size: _Grades
    certainty: _Grades
    pain: _Pain
    days_off: _Small = Field(alias="days-off")
    money: Mapping[str, _Small]
    upkeep: _Long


class _FitFile(Kept):
    priorities: Mapping[str, str]
    bands: _Bands


@cache
def _file() -> _FitFile:
    found = load(FIT_FILE, _FitFile)
    if set(found.priorities) != set(_FITS):
        raise KnowledgeError(FIT_FILE, "priorities", f"must be {', '.join(_FITS)}")
    return found


def priorities() -> Mapping[str, str]:
    """What may matter to a person: id to plain name."""
    return _file().priorities


def check_priorities(chosen: Any) -> tuple[str, ...]:
    """
    Raises:
        FactError: not a list of known priorities.
    """
    if chosen is None:
        return ()
    if not isinstance(chosen, list | tuple):
        raise FactError("priorities", "needs a list")
    for word in chosen:
        if word not in priorities():
            raise FactError("priorities", unknown(str(word), list(priorities())))
    return tuple(dict.fromkeys(chosen))


def fits(form: Form, concern: str) -> dict[str, Fit]:
    """How a form fits each thing that may matter, for one concern."""
    return {priority: _FITS[priority](form, concern) for priority in priorities()}


def _telling(form: Form, concern: str) -> Finding | None:
    """The finding that speaks first: against nothing, by itself before on top of something, surest first, then on the
    outcome that matters most."""
    concepts = concern_care(concern).concepts
    found = [
        finding
        for finding in findings_of(form.id, concern)
        if finding.comparison.control in AGAINST_NOTHING
        and finding.concept in concepts
        and finding.kind != "before-after"
    ]
    sure = ("high", "moderate", "low", "very-low")
    return min(
        found,
        key=lambda f: (
            bool(f.comparison.background),
            sure.index(f.certainty.level),
            concepts.index(f.concept),
            -len(f.studies),
            f.id,
        ),
        default=None,
    )


def _effect(form: Form, concern: str) -> Fit:
    if form.id == NO_TREATMENT:
        return _doing_nothing(concern)
    finding = _telling(form, concern)
    if finding is None:
        return _untold("effect", form, concern)
    level: Level = _file().bands.size.level(finding.size)
    if finding.favours in ("comparator", "neither") and level != "not known":
        level = "does not"
    if finding.certainty.level == "very-low":
        level = "not known"
    return Fit("effect", level, finding.sentence, findings=(finding.id,), studies=finding.study_ids)


def _untold(priority: str, form: Form, concern: str) -> Fit:
    """No finding holds the form against nothing: because nobody looked, or because only other treatments were used."""
    found = findings_of(form.id, concern)
    if not found:
        return Fit(priority, "not known" if priority == "effect" else "does not", NO_STUDY)
    reason = "Studies here held it against other treatments only, not against nothing or a dummy treatment."
    if all(finding.comparison.control == "before" for finding in found):
        reason = "Studies here had no comparison group, so nobody can tell what it added."
    return Fit(
        priority, "not known", reason, findings=tuple(finding.id for finding in found),
        studies=tuple(dict.fromkeys(study for finding in found for study in finding.study_ids)),
    )  # fmt: skip


def _doing_nothing(concern: str) -> Fit:
    arms = [arm for arm in untreated(concern) if arm.concept == "treatment-success"]
    arms = arms or [arm for arm in untreated(concern) if arm.concept == "global-improvement"]
    if not arms:
        return Fit("effect", "not known", "No study here tells how many people get better without treatment.")
    low, high = min(arm.without for arm in arms), max(arm.without for arm in arms)
    share = f"{low:.0f}" if round(low) == round(high) else f"{low:.0f} to {high:.0f}"
    weeks = [week for arm in arms for week in arm.absolute.weeks or ()]
    when = f" after {span((min(weeks), max(weeks)), 'weeks')}" if weeks else ""
    reason = f"In studies here, {share} of 100 people who got a dummy treatment, or none, did well{when}."
    return Fit(
        "effect", "not known", reason, findings=tuple(arm.finding for arm in arms),
        studies=tuple(dict.fromkeys(study for arm in arms for study in arm.absolute.study_ids)),
    )  # fmt: skip


def _certainty(form: Form, concern: str) -> Fit:
    if form.id == NO_TREATMENT:
        return Fit("certainty", "not known", "There is nothing to be sure of: nothing is done.")
    finding = _telling(form, concern)
    if finding is None:
        return _untold("certainty", form, concern)
    level = _file().bands.certainty.level(finding.certainty.level)
    words = {"high": "We are sure of it.", "moderate": "We are fairly sure of it.", "low": "We are not sure of it."}
    reason = words.get(finding.certainty.level, "We are very unsure of it.")
    why = next((each.sentence for each in finding.certainty.reasons if each.down), "")
    return Fit("certainty", level, f"{reason} {why}".strip(), findings=(finding.id,), studies=finding.study_ids)


def _pain(form: Form, concern: str) -> Fit:
    if form.id == NO_TREATMENT:
        return Fit("pain", "fits", "Nothing is done to the skin.")
    rows = [
        harm
        for harm in findings().harms(form.id)
        if _HURTS.search(harm.event) and harm.events is not None and harm.n
        and got_only(form, harm.treatments)
    ]  # fmt: skip
    if not rows:
        return Fit("pain", "not known", "No study here counted how many people it hurt.")
    told, asked = sum(harm.events or 0 for harm in rows), sum(harm.n or 0 for harm in rows)
    share = 100 * told / asked
    band = _file().bands.pain
    reason = (
        f"In studies, {share:.0f} of 100 people told of pain, burning or stinging ({told} of {asked}). "
        f"Our bands: under {band.fits_under:g} fits, {band.does_not_from:g} or more does not."
    )
    return Fit("pain", band.level(share), reason, studies=tuple(dict.fromkeys(harm.study_id for harm in rows)))


def _days_off(form: Form, concern: str) -> Fit:
    if form.id == NO_TREATMENT:
        return Fit("days-off", "fits", "Nothing is done, so no days are lost.")
    times = [time for time in times_of(form, concern) if time.downtime_days]
    if not times:
        return Fit("days-off", "not known", "No page that we read says how many days off it takes.")
    worst = max(times, key=lambda time: _upper(time.downtime_days))
    band = _file().bands.days_off
    reason = f"Pages say {span(worst.downtime_days or (None, None), 'days')}. Our bands: none fits, more than "
    reason += f"{band.does_not_over:g} days does not."
    return Fit("days-off", band.level(_upper(worst.downtime_days)), reason, pages=tuple(time.url for time in times))


def _money(form: Form, concern: str) -> Fit:
    if form.id == NO_TREATMENT:
        return Fit("money", "fits", "It costs nothing.")
    found = [each for each in prices_of(form, concern) if each.unit in _file().bands.money]
    priced = [each for each in found if each.high is not None or each.low is not None]
    if not priced:
        return Fit("money", "not known", "No sure price was found for the UK.")
    order = ("fits", "partly", "does not")
    graded = [(_file().bands.money[each.unit].level(each.high or each.low or 0), each) for each in priced]
    level, worst = max(graded, key=lambda pair: order.index(pair[0]))
    band = _file().bands.money[worst.unit]
    unit = "bottle" if worst.unit == "bottle-8-weeks" else worst.unit
    reason = f"Pages ask up to £{worst.high or worst.low:,.0f}{' or more' if worst.open_end else ''} a {unit}. "
    reason += f"Our bands: up to £{band.fits_up_to:g} fits, over £{band.does_not_over:g} does not."
    return Fit("money", level, reason, prices=worst.ids, pages=tuple(price.url for price in worst.prices))


def _upkeep(form: Form, concern: str) -> Fit:
    if form.id == NO_TREATMENT:
        return Fit("upkeep", "fits", "There is nothing to keep up.")
    times = [time for time in times_of(form, concern) if time.repeat_months or time.lasts_months]
    ends = [(time, _lower(time.repeat_months or time.lasts_months)) for time in times]
    told = [(time, months) for time, months in ends if months is not None]
    if not told:
        return Fit("upkeep", "not known", "No page that we read says how long it lasts or how often it is repeated.")
    soonest, months = min(told, key=lambda pair: pair[1])
    band = _file().bands.upkeep
    told_span = span(soonest.repeat_months or soonest.lasts_months or (None, None), "months")
    reason = f"Pages say it lasts, or is repeated after, {told_span}. "
    reason += f"Our bands: {band.fits_from:g} months or more fits, under {band.does_not_under:g} does not."
    return Fit("upkeep", band.level(months), reason, pages=(soonest.url,))


def _upper(values: tuple[float | None, float | None] | None) -> float:
    low, high = values or (None, None)
    return high if high is not None else low or 0


def _lower(values: tuple[float | None, float | None] | None) -> float | None:
    low, high = values or (None, None)
    return low if low is not None else high


_FITS: Mapping[str, Callable[[Form, str], Fit]] = {
    "effect": _effect,
    "certainty": _certainty,
    "pain": _pain,
    "days-off": _days_off,
    "money": _money,
    "upkeep": _upkeep,
}
