"""How soon, in studies: when they looked, what they saw, and whether anybody can tell; beside what is promised."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import reverse
from pydantic import BaseModel, ConfigDict

from skinproof import claims
from skinproof.care import findings_of
from skinproof.care.shown import AGAINST_NOTHING
from skinproof.evidence import Finding, TimeCourseFinding, findings
from skinproof.vocabulary import Form, load, vocabulary

from . import pictures, words
from .pictures import Drawn
from .shown import Figure

ARTICLE = Path(claims.__file__).parent / "data" / "seed-claims.yaml"
CURVE = re.compile(r"an? [\w-]+ curve is best: ")
SIDES = {
    "intervention": "better with it",
    "comparator": "worse with it",
    "neither": "no clear difference",
    "unknown": "not clear which way",
}


class _Claim(BaseModel):
    """A row of the article's claims, as far as this page needs it."""

    model_config = ConfigDict(frozen=True)

    say: str
    treatment: str | None
    concept: str | None
    weeks: tuple[float, float | None] | None


class _Article(BaseModel):
    model_config = ConfigDict(frozen=True)

    claims: tuple[_Claim, ...]


@dataclass(frozen=True)
class Promise:
    """What the article promises for one stretch of weeks."""

    begin: float
    until: float | None
    said: tuple[str, ...]
    concepts: frozenset[str]


@cache
def promises(treatment: str) -> tuple[Promise, ...]:
    """The stretches of weeks that the clinic's article names for a treatment, in their order."""
    groups: dict[tuple[float, float | None], list[_Claim]] = defaultdict(list)
    for claim in load(ARTICLE, _Article).claims:
        if claim.treatment == treatment and claim.weeks is not None:
            groups[claim.weeks].append(claim)
    return tuple(
        Promise(
            *weeks,
            tuple(dict.fromkeys(claim.say for claim in groups[weeks])),
            frozenset(claim.concept for claim in groups[weeks] if claim.concept),
        )
        for weeks in sorted(groups, key=lambda weeks: weeks[0])
    )


@dataclass(frozen=True)
class Look:
    """One outcome at one week: what a study saw there."""

    text: str
    href: str


@dataclass(frozen=True)
class Week:
    name: str
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class Told:
    """A course that could be worked out."""

    title: str
    href: str
    answers: tuple[tuple[str, str], ...]
    picture: Drawn | None


@dataclass(frozen=True)
class Kept:
    """A promise beside what studies saw in its weeks."""

    weeks: str
    promised: str
    seen: tuple[Look, ...]  # of what was promised
    else_seen: tuple[Look, ...]  # of other outcomes


@dataclass(frozen=True)
class Soon:
    """What studies tell of how soon a treatment works."""

    answer: tuple[str, ...]
    first: Figure | None  # the earliest week with a difference in favour
    last: Figure | None  # the last week that anybody looked
    told: tuple[Told, ...]
    weeks: tuple[Week, ...]
    silent: int  # comparisons whose studies name no week
    kept: tuple[Kept, ...]


def course_of(finding: Finding) -> TimeCourseFinding | None:
    """The course of a finding's own comparison and outcome."""
    courses, own = findings().time_courses, f"{finding.id}_course"
    return courses.get(own) if own in courses else None


@cache
def soon(treatment: str, concern: str | None = None) -> Soon:
    """How soon a treatment works, from studies that held it against nothing, alone or on top of something."""
    own = set(vocabulary().kinds_of(treatment))
    every = [
        course
        for course in findings().time_courses.all
        if course.family is None
        and concern in (None, course.concern)
        and course.comparisons[0].control in AGAINST_NOTHING
        and set(course.comparisons[0].intervention) <= own
    ]
    href = f"{reverse('library:times', args=[treatment])}#studies"
    return of_courses(every, href, promises(treatment))


@cache
def of_form(form: Form, concern: str) -> Soon:
    """How soon a form works for one concern, from studies that held it against nothing."""
    told = [
        course
        for finding in findings_of(form.id, concern)
        if finding.comparison.control in AGAINST_NOTHING and (course := course_of(finding)) is not None
    ]
    return of_courses(told, f"{reverse('library:times', args=[form.treatments[0]])}#studies")


def of_courses(every: Sequence[TimeCourseFinding], href: str, promised: Sequence[Promise] = ()) -> Soon:
    """What some courses tell; `href` is where their weeks are listed."""
    looked = [course for course in every if course.seen]
    told = tuple(_told(course) for course in looked if course.cannot_tell is None)
    better = [each.weeks for course in looked for each in course.seen if each.direction == "intervention"]
    last = max((each.weeks for course in looked for each in course.seen), default=None)
    return Soon(
        answer=_answer(every, looked, told),
        first=Figure(words.weeks(min(better)), href) if better else None,
        last=Figure(words.weeks(last), href) if last is not None else None,
        told=told,
        weeks=tuple(_weeks(looked)),
        silent=len(every) - len(looked),
        kept=tuple(_kept(promise, looked) for promise in promised),
    )


def _answer(
    every: Sequence[TimeCourseFinding], looked: Sequence[TimeCourseFinding], told: Sequence[Told]
) -> tuple[str, ...]:
    """Two sentences at most."""
    if not every:
        return ("Not known: no study in our library held it against going without.",)
    if not looked:
        return ("Nobody can tell: no study says at which week it looked.",)
    if told:
        return (
            "For some results our studies can tell how soon; see below.",
            "For the others they looked too seldom.",
        )
    once = all(len({each.weeks for each in course.seen}) == 1 for course in looked)
    return (
        "Our studies cannot tell how soon it works.",
        "Each looked at one time only: a change may have come long before."
        if once
        else "They looked too seldom, or on different scales.",
    )


def _told(course: TimeCourseFinding) -> Told:
    comparison, concept = course.comparisons[0], vocabulary().concepts[course.concept].name
    answers = (("First shown", course.onset), ("Half of it", course.half), ("Nearly all of it", course.ninety))
    return Told(
        f"{concept}: {comparison.name}",
        _studies(course),
        tuple((name, plainly(when.sentence)) for name, when in answers),
        pictures.course(course.id),
    )


def plainly(sentence: str) -> str:
    """An answer of a course without the name of its curve: 'Cannot tell: the effect may be still rising …'."""
    return CURVE.sub("", sentence)


def _looks(courses: Iterable[TimeCourseFinding], begin: float, until: float | None) -> list[Look]:
    """What was seen from one week to another, each outcome and comparison once."""
    found: dict[Look, None] = {}
    for course in courses:
        end = until if until is not None else course.last or begin
        inside = {each.direction for each in course.seen if begin <= each.weeks <= end}
        if inside:
            concept = vocabulary().concepts[course.concept].name
            side = SIDES[inside.pop()] if len(inside) == 1 else "not all the same way"
            given = course.comparisons[0].short
            found[Look(f"{concept}, {given}: {side}", _studies(course))] = None
    return list(found)


def _studies(course: TimeCourseFinding) -> str:
    return f"{reverse('library:finding', args=[course.id.removesuffix('_course')])}#studies"


def _weeks(courses: Sequence[TimeCourseFinding]) -> list[Week]:
    by_week: dict[float, list[TimeCourseFinding]] = defaultdict(list)
    for course in courses:
        for week in {each.weeks for each in course.seen}:
            by_week[week].append(course)
    return [
        Week(words.sentence_case(words.weeks(week)), tuple(_looks(by_week[week], week, week)))
        for week in sorted(by_week)
    ]


def _kept(promise: Promise, courses: Sequence[TimeCourseFinding]) -> Kept:
    """A promise beside what was seen in its weeks: of what it promises, and of anything else."""
    own, other = (
        tuple(_looks([c for c in courses if (c.concept in promise.concepts) == of_it], promise.begin, promise.until))
        for of_it in (True, False)
    )
    return Kept(stretch(promise.begin, promise.until), _together(promise.said), own, other)


def _together(said: Sequence[str]) -> str:
    """'better hydration and less redness': what the promises end in alike is their weeks, which stand above."""
    split = [text.split() for text in said]
    while len(split) > 1 and len({each[-1] for each in split}) == 1 and all(len(each) > 1 for each in split):
        split = [each[:-1] for each in split]
    return words.listed(" ".join(each) for each in split)


def stretch(begin: float, until: float | None) -> str:
    """'The first 2 weeks', 'Weeks 4 to 6', 'From week 13 on'."""
    if until is None:
        return f"From week {begin:g} on"
    return f"The first {until:g} weeks" if begin == 0 else f"Weeks {begin:g} to {until:g}"
