"""How a mention is meant: so now, maybe, in the past, not, of somebody else. Cues in reach (`clauses`) and dates tell.

`Findings` collects what is found; `settled` is what remains of it in the end.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from skinproof.care.conditions import Value
from skinproof.care.terms import FactError, terms
from skinproof.language import When

from .clauses import Kind, Reach
from .finding import DENIES, Sentence, Span
from .model import Found, How, Use

_ASKS = frozenset(
    {"can", "could", "would", "will", "should", "do", "does", "is", "are", "what", "how", "when", "may", "did", "has"}
)
_LINKS = frozenset({"and", "or", "but", "then", "with", "n", "&"})
_TOOK = frozenset({"took", "had", "was", "used", "did", "finished", "stopped", "came", "tried", "were"})
_CHILD_OR_PRONOUN = frozenset(
    {
        "he",
        "she",
        "his",
        "her",
        "him",
        "hers",
        "son",
        "sons",
        "daughter",
        "daughters",
        "child",
        "kid",
        "lad",
        "boy",
        "girl",
    }
)
_SHORT = 10  # tokens
_OF_ONESELF = frozenset(
    {"i", "i'm", "i've", "i'd", "my", "me", "we", "on", "take", "taking", "using", "use", "got", "have", "had", "been"}
)
_SELF = frozenset({"i", "i've", "i'm", "ive"})
_USES = frozenset(
    {"started", "tried", "use", "used", "using", "take", "took", "taking", "borrow", "borrowed", "put", "have", "had"}
)
_SAME = frozenset({"it", "them", "hers", "his", "some", "same", "too", "well", "also"})
_LONG_AGO = 182.0  # days: a sign that was there so long ago, and is not told as going on, is past
_BREAKS = frozenset({",", "but", "and", "-", "because", "after", "since", "when", "so", "as"})


@dataclass(slots=True)
class Findings:
    """Collects what is found, with its words. A number that its fact cannot have is asked for."""

    text: str
    found: list[Found] = field(default_factory=list)

    def at(
        self,
        sentence: Sentence,
        fact: str,
        value: Value,
        parts: Iterable[Span],
        how: How,
        red: bool = False,
        listed: bool = False,
    ) -> None:
        """Something said by the tokens from the first of `parts` to the last."""
        several = list(parts)
        first, last = min(first for first, _ in several), max(last for _, last in several)
        while last > first + 1 and sentence.tokens.words[last - 1] in _LINKS:
            last -= 1  # "scalp is sore and" is a sign where more follows, but no words to quote
        self.add(sentence, fact, value, sentence.place(first, last), how, red, listed)

    def add(
        self,
        sentence: Sentence,
        fact: str,
        value: Value,
        span: tuple[int, int],
        how: How,
        red: bool = False,
        listed: bool = False,
    ) -> None:
        if not _possible(fact, value):
            value, how = None, "possible" if how == "said" else how
        use: Use = "note"
        if how == "said":
            use = "stop-now" if red else "confirm"
        elif how in ("possible", "question"):
            use = "confirm"
        self.found.append(
            Found(fact, value, self.text[slice(*span)], *span, (sentence.start, sentence.end), how, use, listed)
        )


def _possible(fact: str, value: Value) -> bool:
    """Whether a number is one that the fact can have."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    try:
        terms().fact(fact).check(value)
    except FactError:
        return False
    return True


def weigh(
    sentence: Sentence,
    spans: Iterable[Span],
    sign: str,
    ignores: Iterable[str] = (),
    about: str = "self",
    over: float | None = None,
) -> How:
    """How the phrases at these tokens are meant; `sign` is what kind of fact they tell (`lexicon.Is`), `over` the days
    after which it has passed."""

    spans = list(spans)
    kinds: set[Kind] = {
        reach.kind for reach in sentence.reach if _speaks(reach, spans) and not _is_the_person(sentence, reach)
    }
    kinds = {kind for kind in kinds if kind not in set(ignores)}
    if "soft" in kinds and sign != "now":
        kinds.add("possible")
    if "told" in kinds and sign != "now":  # what others say of the writer's skin they saw; of medicines they talk
        kinds.add("other")
    if sign != "use":
        kinds -= {"wish", "future"}
    if sign == "now":
        kinds -= {"fear"}
    if about != "self" or (sentence.for_another and sign == "now"):
        kinds -= {"other"}
    if sign == "use" and "other" in kinds and _uses_too(sentence, max(last for _, last in spans)):
        kinds -= {"other"}
    if "possible" in kinds and "denied" in kinds:
        return "possible"
    if "denied" in kinds:
        return "denied"
    if "other" in kinds:
        return "other-person"
    if kinds & {"hypothetical", "wish", "future", "fear"}:
        return "hypothetical"
    if _asked(sentence, min(span[0] for span in spans)) and sign != "now":
        return "question"
    if sign != "ever" and (
        "past" in kinds or ("past" not in set(ignores) and _long_ago(sentence, spans, over or _LONG_AGO, sign))
    ):
        return "past"
    return "possible" if "possible" in kinds else "said"


def _speaks(reach: Reach, spans: list[Span]) -> bool:
    """Whether a cue says something of what stands at these places. Of several, the first is what is
    spoken of: "not a new mole, but it grows" denies the newness alone."""
    if reach.kind in ("denied", "past") and len(spans) > 1:
        rest = [reach.covers(*span) for span in spans[1:]]
        if reach.left:  # "a tummy bug, fine now, on lymecycline since": the medicine stands behind it
            if spans[0][0] >= reach.until:
                before = [span for span in spans[1:] if span[0] < reach.at]
                return bool(before) and all(reach.covers(*span) for span in before)
            return all(rest) and reach.covers(*spans[0])
        return any(rest)
    return any(reach.covers(*span) for span in spans)


def _is_the_person(sentence: Sentence, reach: Reach) -> bool:
    """Whether "he" or "my son" is the one whose skin the text is about."""
    if not sentence.for_another or reach.kind != "other":
        return False
    return not _CHILD_OR_PRONOUN.isdisjoint(sentence.tokens.words[reach.at : reach.until])


def _uses_too(sentence: Sentence, after: int) -> bool:
    """Whether the writer goes on to say that they use it as well: "my mum has a cream and I started it too"."""
    spoken = sentence.tokens.words[after : after + 24]
    for at, word in enumerate(spoken):
        if word in _SELF and not _USES.isdisjoint(spoken[at + 1 : at + 4]):
            return not _SAME.isdisjoint(spoken[at + 2 : at + 7])
    return False


def _asked(sentence: Sentence, first: int) -> bool:
    """Whether the clause around token `first` is a question."""
    if not sentence.asks:
        return False
    spoken = sentence.tokens.words
    if len(spoken) < _SHORT and _OF_ONESELF.isdisjoint(spoken):
        return True  # "finasteride or the foam?"
    opens = 0
    for at in range(first, 0, -1):
        if spoken[at] in (",", "but", "-", ";", "because", "as", "since") or (
            spoken[at] == "and" and at + 1 < len(spoken) and spoken[at + 1] not in ("can", "is")
        ):
            opens = at + 1
            break
    return any(word in _ASKS for word in spoken[opens : opens + 3])


def _long_ago(sentence: Sentence, spans: list[Span], days: float, sign: str) -> bool:
    places = [sentence.place(*span) for span in spans]
    for when in sentence.times:
        if when.kind == "ago" and when.days[0] >= days and min(apart(when, place) for place in places) < 40:
            first, last = min(when.start, *(a for a, _ in places)), max(when.end, *(b for _, b in places))
            between = [
                word for at, word in enumerate(sentence.tokens.words) if first <= sentence.tokens.starts[at] < last
            ]
            unbroken = _BREAKS.isdisjoint(between)
            if sign == "use" and "for" in between and _TOOK.isdisjoint(sentence.tokens.words):
                continue  # "warfarin for a clot in March": the clot was then
            if unbroken and not any(word in DENIES for word in between):  # "a line that wasn't there last year"
                return True
    return False


def apart(when: When, place: tuple[int, int]) -> int:
    return max(when.start - place[1], place[0] - when.end, 0)


# ---- the end ---------------------------------------------------------------------------------------------
def settled(found: list[Found]) -> list[Found]:
    """In order of place; a place that is part of a longer one for the same fact and value is left out, and so is a
    "maybe" where the same words say it outright."""
    kept: list[Found] = []
    reached: dict[tuple[str, Value, How], int] = {}  # how far the places of one fact, value and meaning reach so far
    for each in sorted(found, key=lambda one: (one.start, -one.end)):
        what = (each.fact, each.value, each.how)
        if reached.get(what, -1) < each.end:
            reached[what] = each.end
            kept.append(each)
    sure: dict[tuple[str, Value], list[Found]] = {}
    for one in kept:
        if one.how == "said":
            sure.setdefault((one.fact, one.value), []).append(one)
    kept = [one for one in kept if one.how != "possible" or not _there(one, sure.get((one.fact, one.value), []))]
    maybe = any(one.how == "said" and one.fact == "pregnancy-possible" for one in kept)
    return [
        replace(one, how="possible", use="confirm")
        if maybe and one.fact == "pregnant" and one.how == "said" and not _sure(one)
        else one
        for one in kept
    ]


def _sure(one: Found) -> bool:
    return any(sign in one.words.lower() for sign in ("week", "month", "test", "trimester", "expecting"))


def _there(one: Found, others: list[Found]) -> bool:
    """Whether one of the others, which are in order of place and none inside another, shares a place with it."""
    at = bisect_right(others, one.start, key=lambda other: other.end)
    return at < len(others) and others[at].start < one.end
