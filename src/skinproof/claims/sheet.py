"""A report laid out for a reader: each promise once, with every place where it is made, and the text with its marks."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from skinproof.language import Text, blocks
from skinproof.language.layout import Kind as PassageKind
from skinproof.vocabulary import vocabulary

from .model import VERDICTS, Claim, Flag, Found, Report, Verdict

LABELS: dict[Verdict, str] = {
    "well-supported": "Well supported",
    "weaker-than-said": "Weaker than said",
    "uncertain": "Uncertain",
    "laboratory-only": "Laboratory or animals only",
    "contradicted": "Contradicted",
    "no-study-found": "No study found",
    "not-checkable": "Not checkable",
}
MEANINGS: dict[Verdict, str] = {
    "well-supported": "What we know fits what is said.",
    "weaker-than-said": "There is something to it, but less, or less surely, than the words say.",
    "uncertain": "It was studied. The studies cannot tell whether it does this.",
    "laboratory-only": "It was seen in cells or animals, not shown in people.",
    "contradicted": "What we know speaks against it.",
    "no-study-found": "No study in our library tested this. That is not proof that it fails.",
    "not-checkable": "Too vague, or about how it is meant to work: no study could settle it.",
}
SAID_AS = {"denied": "The text doubts this itself", "reported": "The text reports what others say"}
# Which of several verdicts on the same words is drawn.
_GRAVEST: tuple[Verdict, ...] = (
    "contradicted", "weaker-than-said", "no-study-found", "laboratory-only", "uncertain", "not-checkable",
    "well-supported",
)  # fmt: skip
_WHAT = {
    "efficacy": "what it does",
    "mechanism": "how it is meant to work",
    "safety": "how safe it is",
    "cost": "what it costs",
    "timing": "how soon, how long",
    "regulatory": "how it is regulated",
    "comparison": "how it compares",
}
_WEEKS = {"day": 1 / 7, "week": 1.0, "month": 4.345, "year": 52.14}  # in a unit that a reader is told
_FIRST = 3
_QUOTES = 4


@dataclass(frozen=True, slots=True)
class Quote:
    span: str
    at: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One promise or statement, however often the text makes it."""

    number: int
    title: str
    claim: Claim  # the first one; the others differ in their words and flags alone
    quotes: tuple[Quote, ...]  # different wordings, the first few
    times: int
    flags: tuple[Flag, ...]

    @property
    def about(self) -> str:
        """The shortest name of what is claimed: "collagen in the skin"."""
        return self.title.partition(": ")[2].split(", for ")[0]

    @property
    def promised(self) -> bool:
        """Whether it counts as a promise: something good, or a boast ("proven") that evidence does not bear out."""
        return self.claim.promises or self.claim.to_reword

    @property
    def group(self) -> str:
        """The verdict of a promise; `other` for what is said without promising."""
        return self.claim.verdict if self.promised else "other"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; marked when it makes the readings of these numbers."""

    text: str
    numbers: tuple[int, ...] = ()
    group: str = ""  # of the gravest of them
    anchors: tuple[int, ...] = ()  # offsets of quotes that start here


@dataclass(frozen=True, slots=True)
class Passage:
    kind: PassageKind
    level: int
    pieces: tuple[Piece, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(number for piece in self.pieces for number in piece.numbers))


@dataclass(frozen=True, slots=True)
class Tally:
    group: str
    label: str
    meaning: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    report: Report
    readings: tuple[Reading, ...]
    passages: tuple[Passage, ...]

    @property
    def promises(self) -> tuple[Reading, ...]:
        return tuple(each for each in self.readings if each.promised)

    @property
    def others(self) -> tuple[Reading, ...]:
        return tuple(each for each in self.readings if not each.promised)

    @property
    def flagged(self) -> tuple[Reading, ...]:
        return tuple(each for each in self.readings if each.flags)

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """The promises by verdict, those with none left out."""
        by = [(v, tuple(each for each in self.readings if each.group == v)) for v in VERDICTS]
        return tuple(Tally(v, LABELS[v], MEANINGS[v], found) for v, found in by if found)

    @property
    def first(self) -> tuple[Reading, ...]:
        """What to look at first: what is contradicted, then claims of safety, then what is said too strongly."""
        ranked = sorted(
            (each for each in self.promises if _rank(each) < len(_RANKS)), key=lambda each: (_rank(each), each.number)
        )
        return tuple(ranked[:_FIRST])

    @property
    def in_short(self) -> str:
        """How many promises, and how many of them are backed, in a sentence or two."""
        number = len(self.promises)
        if not number:
            return "We found no promise about a skin treatment in this text."
        well = sum(each.claim.verdict == "well-supported" for each in self.promises)
        made = "It makes one promise." if number == 1 else f"It makes {number} promises."
        against = sum(each.claim.verdict == "contradicted" for each in self.promises)
        if number == 1:
            no = "What we know speaks against it." if against else "What we know does not back it as it is said."
            return f"{made} {'What we know backs it.' if well else no}"
        backed = f"What we know backs {('all' if well == number else well) if well else 'none'} of them as said"
        return f"{made} {backed}{f', and speaks against {against}' if against else ''}."


_RANKS: tuple[Callable[[Claim], bool], ...] = (
    lambda claim: claim.verdict == "contradicted",
    lambda claim: claim.found.direction == "safe" and claim.verdict != "well-supported",
    lambda claim: claim.verdict == "weaker-than-said",
    lambda claim: claim.verdict == "laboratory-only",
)


def _rank(reading: Reading) -> int:
    return next((at for at, fits in enumerate(_RANKS) if fits(reading.claim)), len(_RANKS))


def sheet(report: Report, text: Text | None = None) -> Sheet:
    """The report for a reader; with its text, the text's parts with their marks."""
    readings, number_of = _readings(report.claims)
    return Sheet(report, readings, _passages(report.claims, number_of, readings, text) if text else ())


def _readings(claims: Sequence[Claim]) -> tuple[tuple[Reading, ...], list[int]]:
    """The readings, and for each claim the number of its reading."""
    places: dict[tuple[object, ...], int] = {}
    gathered: list[list[Claim]] = []
    number_of: list[int] = []
    for claim in claims:
        key = (
            title(claim.found),
            claim.found.stance,
            claim.promises,
            claim.verdict,
            claim.reason,
            claim.honest_wording,
        )
        place = places.setdefault(key, len(gathered))
        if place == len(gathered):
            gathered.append([])
        gathered[place].append(claim)
        number_of.append(place + 1)
    return tuple(_reading(at, same) for at, same in enumerate(gathered, 1)), number_of


def _reading(number: int, same: Sequence[Claim]) -> Reading:
    wordings = {" ".join(claim.found.span.lower().split()): claim.found for claim in reversed(same)}
    quotes = sorted((Quote(found.span, found.at) for found in wordings.values()), key=lambda quote: quote.at)
    flags = {flag.id: flag for claim in same for flag in claim.flags}
    return Reading(number, title(same[0].found), same[0], tuple(quotes[:_QUOTES]), len(same), tuple(flags.values()))


def title(found: Found) -> str:
    """What is claimed of what, in the vocabulary's own names: "Exosomes: collagen in the skin, for ageing skin"."""
    words = vocabulary()
    known = words.treatments.get(found.treatment or "")
    about = known.name if known else "A treatment that the text does not name"
    if found.with_:
        about += " with " + _listed(_names(found.with_))
    concept, concern = words.concepts.get(found.concept or ""), words.concerns.get(found.concern or "")
    free = dict(found.free).get("concept")
    if concept:
        what = _lower(concept.name) + (f", for {_lower(concern.name)}" if concern else "")
    elif concern:
        what = _lower(concern.name)
    else:
        what = free or _WHAT[found.kind]
    if found.versus:
        what += ", held against " + _listed(_names(found.versus))
    return f"{about}: {what}{_when(found)}"


def _when(found: Found) -> str:
    if not found.weeks or found.kind not in ("timing", "efficacy", "mechanism"):
        return ""
    low, high = found.weeks
    unit = found.unit if found.unit in _WEEKS else "month" if max(low, high or 0) >= 2 * _WEEKS["month"] else "week"
    size = _WEEKS[unit]
    first, last = (None if each is None else _rounded(each / size, unit) for each in (low, high))
    said = f"{first} {unit}s or more" if last is None else last if low in (0, high) else f"{first} to {last}"
    if last is None:
        return f", {said}"
    return f", {said} {unit if said == '1' else unit + 's'}"


def _rounded(number: float, unit: str) -> str:
    return f"{round(number, 0 if unit == 'day' or number >= 10 else 1):g}"


def _names(ids: Iterable[str]) -> list[str]:
    words = vocabulary()
    return [_lower(words.treatments[each].name) if each in words.treatments else each.replace("-", " ") for each in ids]


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _lower(name: str) -> str:
    return name if name[:2].isupper() or any(sign.isupper() for sign in name[1:3]) else name[:1].lower() + name[1:]


def _passages(
    claims: Sequence[Claim], number_of: Sequence[int], readings: Sequence[Reading], text: Text
) -> tuple[Passage, ...]:
    parts = blocks(text.plain)
    starts = [part.start for part in parts]
    inside: dict[int, list[tuple[int, int, int]]] = {}
    for claim, number in zip(claims, number_of, strict=True):
        at = claim.found.at
        place = bisect_right(starts, at) - 1
        if place >= 0 and at < parts[place].end:
            inside.setdefault(place, []).append((at, min(at + len(claim.found.span), parts[place].end), number))
    quoted = {quote.at for each in readings for quote in each.quotes}
    return tuple(
        Passage(part.kind, part.level, _pieces(text.given, part.start, part.end, inside.get(at, []), readings, quoted))
        for at, part in enumerate(parts)
    )


def _pieces(
    given: str, start: int, end: int, spans: list[tuple[int, int, int]], readings: Sequence[Reading], quoted: set[int]
) -> tuple[Piece, ...]:
    """A part's text with its claims marked; spans that overlap are marked as one."""
    made: list[Piece] = []
    done = start
    for first, last, numbers, anchors in _merged(sorted(spans)):
        if first > done:
            made.append(Piece(given[done:first]))
        groups = {readings[number - 1].group for number in numbers}
        group = next((verdict for verdict in _GRAVEST if verdict in groups), "other")
        made.append(Piece(given[first:last], tuple(numbers), group, tuple(a for a in anchors if a in quoted)))
        quoted.difference_update(anchors)
        done = last
    if done < end:
        made.append(Piece(given[done:end]))
    return tuple(made)


def _merged(spans: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, list[int], list[int]]]:
    made: list[tuple[int, int, list[int], list[int]]] = []
    for first, last, number in spans:
        if made and first < made[-1][1]:
            begun, until, numbers, anchors = made[-1]
            made[-1] = (
                begun,
                max(until, last),
                list(dict.fromkeys([*numbers, number])),
                list(dict.fromkeys([*anchors, first])),
            )
        else:
            made.append((first, last, [number], [first]))
    return made


def counted(sheets: Iterable[Sheet]) -> dict[str, int]:
    """Promises by verdict over several documents, each promise of a document once."""
    found = Counter(each.group for made in sheets for each in made.promises)
    return {verdict: found[verdict] for verdict in VERDICTS}
