"""Which of the times that a sentence gives is the one of a promise."""

from __future__ import annotations

from skinproof.language import Duration, Text

from .lexicon import words
from .marks import Sentence
from .model import Direction

_RATES = (["minute"], ["minutes"], ["mins"], ["hour"], ["hours"], ["times"], ["time"], ["drops"], ["once"], ["twice"])
_SOONER = (["sooner"], ["earlier"], ["faster"], ["quicker"])


def times_of(text: Text, sentence: Sentence, at: int, way: Direction) -> list[Duration]:
    """When it happens, the nearest first; an unwanted effect's length is no time since the start."""
    if not sentence.times:
        return []
    wanted = [
        time
        for time in sentence.times
        if time.role == "when"
        and not _gained(sentence, time)
        and not _each_day(sentence, time)
        and not since_the_end(sentence, time)
    ]
    if way in ("harms", "safe"):
        wanted = [time for time in wanted if "first" in text.plain[time.start : time.end].lower()]
    elif not wanted:
        wanted = [time for time in sentence.times if time.role == "lasting"]
    wanted = [time for time in wanted if not _of_a_sitting(text, time)]
    exact = [time for time in wanted if time.weeks != (0.0, 0.0)]
    clause = sentence.clause_at(at)
    near = [time for time in wanted if _in_clause(sentence, time, clause)]
    near = [time for time in near if time in exact] or near
    where = sentence.tokens.starts[at]
    near = near or [time for time in exact or wanted if _floats(sentence, time, clause)]
    return sorted(near, key=lambda time: abs(time.start - where))


def _in_clause(sentence: Sentence, time: Duration, clause: tuple[int, int]) -> bool:
    return time.start >= sentence.start and clause[0] <= sentence.token_at(time.start) < clause[1]


def _each_day(sentence: Sentence, time: Duration) -> bool:
    """ "Ten minutes a day", "twice a week"."""
    at = sentence.token_at(time.start)
    return (
        time.start >= sentence.start
        and sentence.gap(max(0, at - 1), at + 1)[-2:-1] in _RATES
        and sentence.gap(at, at + 1) in (["a"], ["each"], ["per"])
    )


def _of_a_sitting(text: Text, time: Duration) -> bool:
    """ "(20 min)" is how long it takes, not when it works."""
    return time.weeks == (0.0, 0.0) and time.unit is not None and text.plain[time.start].isdigit()


def _gained(sentence: Sentence, time: Duration) -> bool:
    """ "Two days sooner" is a difference, not a time since the start."""
    at = sentence.token_at(time.end - 1) + 1
    return time.start >= sentence.start and sentence.gap(at, at + 1) in _SOONER


def since_the_end(sentence: Sentence, time: Duration) -> bool:
    """ "Three months after stopping" counts from the end."""
    at = sentence.token_at(time.end - 1) + 1
    after = sentence.gap(at, at + 4)
    return after[:1] in (["after"], ["of"], ["from"], ["since"]) and not words().grammar.ends.isdisjoint(after)


def _floats(sentence: Sentence, time: Duration, clause: tuple[int, int]) -> bool:
    """Whether a time in another clause may speak of this one: "After 6 weeks, …" does, "…, but now" cuts it off."""
    if time.start < sentence.start:
        return True  # of the label
    at = sentence.token_at(time.start)
    own = sentence.clause_at(at)
    if any(own[0] <= match.first < own[1] for match in sentence.kinds("outcome", "harm", "state")):
        return False
    between = sentence.gap(min(at, clause[0]), max(at, clause[0]) + 1)
    return not any(word in words().grammar.turns for word in between)
