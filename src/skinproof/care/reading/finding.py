"""Words to mentions: a text is cut into sentences, what is looked for is found in them, and phrases that together say
one thing are paired. How each is meant is for `weighing` to say.

Everything here takes time in step with the length of the text: sentences have a longest length (`language.sentences`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from skinproof.language import Entry, Match, Tokens, When, blocks, dates, sentences

from .clauses import Reach, reaches, words_of, written_for_another
from .lexicon import NOTHING, Sign, words

Span: TypeAlias = tuple[int, int]  # tokens of a sentence, the last not included
PRONOUNS = frozenset({"it", "its", "they", "them", "this", "that", "these", "those", "which", "one"})
DENIES = frozenset({"wasn't", "weren't", "not", "didn't", "hadn't", "haven't", "hasn't", "never", "without", "no"})
_RECENT = 100.0  # days
_STOP = re.compile(
    r"\b(?!(?:approx|mths|yrs|wks|prof|incl|est|max|min)\b)(?:[A-Za-z0-9')%]{3,}|\d{2})[.!?]+()\s+(?=[a-z])"
)
_DUE = re.compile(
    r"\b(?:due|expecting|expected|booked|booking|wedding|married|starts|begins|planned|planning|plan|"
    r"hoping|hope|will|going to|would like|before|in time for|by)\b[^.!?]{0,24}\Z",
    re.IGNORECASE,
)
_FAR_AS_IT = 40
_FAR = 14  # most tokens between concepts that say a fact together, where the sign names no other number
_OPENS = frozenset({"can", "could", "would", "will", "should", "is", "are", "shall", "may"})
_ASKED_OF = frozenset({"i", "we", "you", "u", "it", "they", "this", "that", "these", "there", "someone", "my"})
_RECENTLY = Entry("concept recently", "recently", ())


@dataclass(slots=True)
class Sentence:
    """A sentence with what was found in it. `concepts` and `by_kind` hold the same matches, by name and by kind."""

    start: int
    end: int
    tokens: Tokens
    reach: list[Reach]
    times: tuple[When, ...]
    asks: bool
    for_another: bool = False  # the text is about another person's skin, who is then the person
    about: frozenset[str] = frozenset()  # topics of earlier sentences that "it" may stand for
    by_kind: dict[str, list[Match]] = field(default_factory=dict)
    concepts: dict[str, list[Match]] = field(default_factory=dict)

    def hold(self, matches: Iterable[Match]) -> None:
        names = words().concept_of
        for match in matches:
            kind = match.entry.kind
            if match.entry.id == NOTHING:
                continue
            if kind in self.by_kind:
                self.by_kind[kind].append(match)
                continue
            self.by_kind[kind] = [match]
            if kind in names:
                self.concepts[names[kind]] = self.by_kind[kind]

    def of(self, kind: str) -> list[Match]:
        return self.by_kind.get(kind, [])

    def concept(self, name: str) -> list[Match]:
        return self.concepts.get(name, [])

    def place(self, first: int, last: int) -> tuple[int, int]:
        return self.tokens.starts[first], self.tokens.ends[last - 1]


# ---- sentences -------------------------------------------------------------------------------------------
def sentences_of(plain: str, today: date) -> Iterator[Sentence]:
    """The sentences of a text, each with what was found in it, in order of place."""
    lexicon, topics = words().lexicon, words().topics
    earlier: list[frozenset[str]] = []
    last: Sentence | None = None
    for_another = written_for_another(plain)
    for block in blocks(plain):
        for start, end in _parts(plain, sentences(plain, block)):
            given = words_of(plain, start, end)
            if not given.words:
                continue
            if last is not None and _answers_no(given):
                last.reach.append(Reach("denied", 0, len(last.tokens), len(last.tokens), len(last.tokens)))
            times = _times(plain, given, today, start, end)
            asks = plain[end - 1] == "?" or _opens_as_question(given.words)
            sentence = Sentence(start, end, given, reaches(given), times, asks, for_another)
            sentence.hold(_meant(given, [*lexicon.find(given), *_recently(given, times)]))
            own = topics.intersection(sentence.concepts)
            if not own or not PRONOUNS.isdisjoint(given.words[:14]):
                sentence.about = frozenset().union(*earlier[-2:]) - own if earlier else frozenset()
            earlier.append(own or (sentence.about if len(earlier) else own))
            last = sentence if plain[end - 1] == "?" else None
            yield sentence


def _parts(plain: str, several: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Sentences, also where people begin the next one without a capital letter."""
    for start, end in several:
        for stop in _STOP.finditer(plain, start, end):
            yield start, stop.start(1)
            start = stop.end()
        if start < end:
            yield start, end


def _recently(given: Tokens, times: Iterable[When]) -> Iterator[Match]:
    """The dates not long ago, as the concept `recently`: what came on fast is another thing than what came slowly."""
    for when in times:
        if when.kind in ("ago", "since", "lasting", "bare") and 0 <= when.days[1] <= _RECENT:
            places = [at for at, begin in enumerate(given.starts) if when.start <= begin < when.end]
            if places:
                yield Match(_RECENTLY, places[0], places[-1] + 1)


def _meant(given: Tokens, matches: list[Match]) -> list[Match]:
    """Without the concepts beside which another stands that makes them something else ("lost a stone" on a diet)."""
    book, spoken = words(), given.words
    unless, spoils = book.unless, book.spoils
    if not any(match.entry.id in unless for match in matches):
        return matches
    there = {
        match.entry.id
        for match in matches
        if match.entry.id in spoils
        and match.entry.kind in book.concept_of
        and DENIES.isdisjoint(spoken[max(match.first - 3, 0) : match.first])
    }
    return [
        match for match in matches if unless.get(match.entry.id) not in there or match.entry.kind not in book.concept_of
    ]


def _times(plain: str, given: Tokens, today: date, start: int, end: int) -> tuple[When, ...]:
    """The dates of a sentence, but not those of what is still to come ("due in February")."""
    found = dates(plain, today, start, end, given.words)
    return tuple(when for when in found if not _DUE.search(plain, max(start, when.start - 40), when.start))


def _opens_as_question(spoken: list[str]) -> bool:
    """Whether a sentence is a question without its sign: "does accutane work fast", "can I use it"."""
    if len(spoken) < 3:
        return False
    if spoken[0] in ("does", "do", "did"):
        return spoken[1] not in ("not", "have", "feel", "get", "a", "the")
    return spoken[0] in _OPENS and spoken[1] in _ASKED_OF


def _answers_no(given: Tokens) -> bool:
    """Whether a sentence begins with a "no" that answers the question before it."""
    if given.words[:2] in (["not", "me"], ["not", "mine"]):
        return True  # "Warfarin? Not me, that's my dad"
    return given.words[0] in ("no", "none", "nope", "never", "nil") and (
        len(given) == 1 or not given.words[1].isalpha() or len(given) == 2
    )


# ---- phrases that say one thing together -----------------------------------------------------------------
def mentions(sentence: Sentence, background: frozenset[str]) -> Iterator[tuple[Sign, list[Span], bool]]:
    """Every sign that a sentence holds, with the places of its parts, the first of them what is spoken of, and whether
    it may be a mere way of speaking.

    `background` names the concepts that were told of the person anywhere in the text.
    """
    told_by, signs, sign_of, figures = words().told_by, words().signs, words().sign_of, words().figures
    there = {sign_of[kind] for kind in sentence.by_kind if kind in sign_of}
    for at in sorted(there.union(*(told_by.get(name, ()) for name in sentence.concepts))):
        sign = signs[at]
        spans = [[(match.first, match.last)] for match in sentence.of(f"sign {at}")]
        spans += [[(match.first, match.last)] for name in sign.also for match in sentence.concept(name)]
        for parts in sign.together:
            spans += _together(sentence, parts, background)
        leaves_out, asks = figures.get(sign.fact, ("", ""))
        for each in spans:
            if sign.unless and any(_touch(match, each) for match in sentence.concept(sign.unless)):
                continue
            if _figure(sentence, leaves_out, each):
                continue
            yield sign, each, _figure(sentence, asks, each)


def _figure(sentence: Sentence, kind: str, parts: list[Span]) -> bool:
    """Whether a way of speaking of this kind stands beside a sign, and is not denied ("I haven't been dieting")."""
    return any(
        _touch(match, parts) and DENIES.isdisjoint(sentence.tokens.words[max(match.first - 3, 0) : match.first])
        for match in sentence.of(kind)
    )


def _touch(match: Match, parts: list[Span]) -> bool:
    first, last = min(a for a, _ in parts), max(b for _, b in parts)
    return match.first <= last + 6 and first <= match.last + 6


def _together(sentence: Sentence, parts: tuple[str | int, ...], background: frozenset[str]) -> Iterator[list[Span]]:
    """Places where all the concepts stand together; the first of them may be what an earlier sentence spoke of."""
    names = [part for part in parts if isinstance(part, str)]
    far = next((part for part in parts if isinstance(part, int)), _FAR)
    rest = [sentence.concept(name) for name in names[1:]]
    if not all(rest):
        return
    heads = sentence.concept(names[0])
    if heads:
        for head in heads:
            picked = [(head.first, head.last)]
            for several in rest:
                near = [m for m in several if _near(sentence, picked[0], m, far) and not _same(picked, m)]
                if not near:
                    break
                best = min(near, key=lambda m: gap(picked[0], (m.first, m.last)))
                picked.append((best.first, best.last))
            else:
                yield picked
    elif names[0] in background or (names[0] in sentence.about and names[0] in words().topics):
        for first in rest[0]:
            picked = [(first.first, first.last)]
            for several in rest[1:]:
                near = [m for m in several if not _same(picked, m)]
                if not near:
                    break
                picked.append((near[0].first, near[0].last))
            else:
                yield picked


def _near(sentence: Sentence, head: Span, match: Match, far: int) -> bool:
    """Whether two phrases stand close, or the later one speaks of the earlier as "it"."""
    apart = gap(head, (match.first, match.last))
    if apart <= far:
        return True
    return apart <= _FAR_AS_IT and not PRONOUNS.isdisjoint(sentence.tokens.words[head[1] : match.first])


def gap(one: Span, other: Span) -> int:
    """Tokens between two phrases."""
    return max(one[0] - other[1], other[0] - one[1], 0)


def _same(picked: list[Span], match: Match) -> bool:
    """Whether a phrase is inside one that was picked already: one word cannot be two parts."""
    return any(first <= match.first and match.last <= last for first, last in picked)
