"""Answers that name neither treatment nor result: "How long does it last? Three months.", "Recovery: 7 days"."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from skinproof.language import Duration, Laid, durations, tokens

from .lexicon import words
from .model import Direction, Found, Kind, Stance, Weeks

_SESSIONS = ("sessions", "more-sessions")
_ASKED = frozenset(("hurt", "painful", "sore", "uncomfortable", "downtime", "recovery", "safe"))
_OPENS = frozenset(("does", "do", "is", "are", "will", "did"))
_ALMOST = (["almost"], ["virtually"], ["practically"], ["usually"], ["next"])
_LITTLE = 4  # words of an answer that may say how little


class _Answer(NamedTuple):
    """What was asked, of which the answer `start:end` is one; `told` are its words."""

    asked: list[str]
    start: int
    end: int
    told: list[str]


def answered(
    whole: Laid, at: int, subjects: tuple[str, ...], stance: Stance | None, found: list[Found]
) -> Iterator[Found]:
    """What the answers and values in a block say that no sentence of it says by itself.

    `found` is what has been read in the block: what it tells already is not told again.
    """
    concepts = {row.concept for row in found}
    for answer in _answers(whole, at) if subjects else ():
        asked, told = answer.asked, answer.told
        if asked[:2] == ["how", "many"]:
            if not any(row.says in _SESSIONS for row in found) and _of_visits(asked) and _several(told):
                yield _row(whole, answer, subjects[0], stance, None, "none", "timing", None, "sessions")
            continue
        if asked[:2] == ["how", "long"] and "last" in asked:
            time = next(durations(whole.text.plain, answer.start, answer.end), None)
            if time and "relapse" not in concepts and words().grammar.visits.isdisjoint(asked):
                here = answer._replace(start=time.start, end=time.end)
                yield _row(whole, here, subjects[0], stance, "relapse", "reduces", "timing", time.weeks, "lasting")
            continue
        yield from _of_harm(whole, answer, subjects[0], stance, concepts)
    yield from _value(whole, at, subjects, stance, concepts)


def _of_harm(
    whole: Laid, answer: _Answer, treatment: str, stance: Stance | None, concepts: set[str | None]
) -> Iterator[Found]:
    """ "Does it hurt? A little.", "Is there any downtime? None." """
    asked = _ASKED.intersection(answer.asked)
    if not asked or answer.asked[0] not in _OPENS:
        return
    grammar = words().grammar
    opening = answer.told[:_LITTLE]
    none = _none(opening)
    some = not none and not grammar.some.isdisjoint(opening)
    if asked & {"downtime", "recovery"}:
        time = next(durations(whole.text.plain, answer.start, answer.end), None)
        if "downtime" not in concepts and (none or time):
            yield _downtime(whole, answer, treatment, stance, None if none else time)
        return
    if "safe" in asked:
        if opening[:1] == ["yes"] and "adverse-events" not in concepts:
            yield _row(whole, answer, treatment, stance, "adverse-events", "safe", "safety", None, "safe")
        return
    if "pain" not in concepts and (none or some):
        way: Direction = "safe" if none else "harms"
        yield _row(whole, answer, treatment, stance, "pain", way, "safety", None, "painless" if none else "painful")


def _value(
    whole: Laid, at: int, subjects: tuple[str, ...], stance: Stance | None, concepts: set[str | None]
) -> Iterator[Found]:
    """ "Recovery: none", "Downtime: 7 days of peeling" """
    block = whole.blocks[at]
    if block.label is None or not subjects or "downtime" in concepts:
        return
    plain = whole.text.plain
    label = [word for word in tokens(plain, block.start, block.label).words if word.isalpha()]
    if tuple(label) not in words().grammar.downtime:
        return
    told = tokens(plain, block.label, block.end).words
    value = _Answer(label, block.label, block.end, [word for word in told if word[0].isalnum()])
    none = _none(value.told)
    time = None if none else next(durations(plain, block.label, block.end), None)
    if none or time:
        yield _downtime(whole, value, subjects[0], stance, time)


def _downtime(whole: Laid, answer: _Answer, treatment: str, stance: Stance | None, time: Duration | None) -> Found:
    if time is None:
        return _row(whole, answer, treatment, stance, "downtime", "safe", "safety", None, "no-downtime")
    here = answer._replace(start=time.start, end=time.end)
    return _row(whole, here, treatment, stance, "downtime", "harms", "safety", time.weeks, "downtime")


def _answers(whole: Laid, at: int) -> Iterator[_Answer]:
    """The sentences of a block that stand behind a question, with its words."""
    plain, parts = whole.text.plain, whole.sentences[at]
    before = whole.sentences[at - 1][-1:] if at and whole.blocks[at - 1].kind == "question" else ()
    if not before and plain.find("?", whole.blocks[at].start, whole.blocks[at].end) < 0:
        return
    for (start, end), (first, last) in pairwise((*before, *parts)):
        asked = tokens(plain, start, end).words
        if asked[-1:] == ["?"] and (told := tokens(plain, first, last).words)[-1:] != ["?"]:
            yield _Answer(asked, first, last, told)


def _none(told: list[str]) -> bool:
    """ "None", "almost none" """
    grammar = words().grammar
    return any(word in grammar.none for word in told[: 2 if told[:1] in _ALMOST else 1])


def _of_visits(asked: list[str]) -> bool:
    return asked[2:3] == ["will"] or not words().grammar.visits.isdisjoint(asked)


def _several(told: list[str]) -> bool:
    return any(word in words().grammar.several or word.isdigit() for word in told)


def _row(
    whole: Laid, answer: _Answer, treatment: str, stance: Stance | None, concept: str | None, way: Direction,
    kind: Kind, weeks: Weeks | None, says: str,
) -> Found:  # fmt: skip
    told = whole.text.given[answer.start : answer.end].strip()
    return Found(told, answer.start, treatment, (), (), (), None, concept, way, kind, weeks, (), False,
                 stance or "asserted", None, says=says)  # fmt: skip
