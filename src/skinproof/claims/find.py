"""Find the promises of a text: layout, sentences, then who does what to which outcome, how surely and by when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from skinproof.language import Block, Duration, Laid, Text, durations, laid_out, read

from .above import last_outcome
from .block import Reader
from .context import Context, groups, known_first, main_treatment
from .marks import Sentence, cued, mark
from .model import Found, Unrecognised
from .own import lived, thread
from .turning import turned

_LITTLE = 40  # signs within which a value such as "almost none" stands


@dataclass(frozen=True, slots=True)
class Promises:
    """What a text promises, and what was promised in words that the lexicon does not know."""

    found: tuple[Found, ...]
    unrecognised: tuple[Unrecognised, ...]


def find(given: str | Text | Laid) -> Promises:
    """The promises of a text, in order of place.

    Raises:
        TextError: too long, or not text.
    """
    whole = given if isinstance(given, Laid) else laid_out(read(given) if isinstance(given, str) else given)
    text, laid = whole.text, whole.blocks
    marked = [list(_marked(text, block, parts)) for block, parts in zip(laid, whole.sentences, strict=True)]
    context = _context(text, laid, marked)
    found: list[Found] = []
    missed: list[Unrecognised] = []
    for at in range(len(laid)):
        if marked[at] or laid[at].label is not None or (at and laid[at - 1].kind == "question"):
            here, not_recognised = Reader(whole, at, context, marked).read()
            found += here
            missed += not_recognised
    # A sentence is read for its effects before its statements, whatever their order in it.
    found = turned(whole, sorted(found, key=lambda row: row.at))
    return Promises(tuple(found), tuple(sorted(missed, key=lambda row: row.at)))


def _marked(text: Text, block: Block, parts: tuple[tuple[int, int], ...]) -> Iterator[Sentence]:
    """The sentences of a block; an opening label stands alone, its times holding for what follows."""
    times: list[Duration] = []
    for start, end in parts:
        if (
            block.label is not None
            and start < block.label < end
            and not cued(text, start, block.label)
            and not _says_how_little(text, block.label, end)
        ):
            times = list(durations(text.plain, start, block.label))
            if label := mark(text, start, block.label):
                yield label
            rest = block.label + len(text.plain[block.label : end]) - len(text.plain[block.label : end].lstrip(" *_-"))
            start = rest
        if start < end and (sentence := mark(text, start, end)):
            sentence.times = sentence.times or times
            times = []
            yield sentence


def _says_how_little(text: Text, start: int, end: int) -> bool:
    """Of "Downtime: none", which is one statement and no label with what it holds for."""
    told = mark(text, start, min(end, start + _LITTLE))
    return told is not None and any(m.kind == "effect" and m.entry.value.slight and m.first <= 1 for m in told.content)


def _context(text: Text, laid: tuple[Block, ...], marked: list[list[Sentence]]) -> Context:
    counts: Counter[str] = Counter()
    title: str | None = None
    context = Context()
    for at, block in enumerate(laid):
        named = [match.id for sentence in marked[at] for match in sentence.treatments]
        counts.update(named)
        if named and title is None:
            title = named[0]
        if named and block.kind != "item":
            made = [group for s in marked[at][-1:] for group in groups(s) if group.role != "versus"]
            if block.kind == "heading" or at == 0:  # "Exosome facial with microneedling" is about exosomes
                made = [group for group in made if group.role == "subject"] or made
            subjects = [name for group in made for name in group.names]
            if subjects:
                context.of_block[at] = known_first(tuple(subjects))
            if block.kind in ("heading", "question") or at == 0:
                rivals = _rivals(marked[at])
                if rivals:
                    context.rivals[at] = rivals
        priced = block.kind == "heading" and not named and any(map(str.isdigit, text.plain[block.start : block.end]))
        if priced and at and laid[at - 1].kind == "heading" and (above := context.of_block.get(at - 1)):
            context.of_block[at] = above  # "30 minutes | £45", below the treatment's name
        if block.kind not in ("heading", "question") and any(map(lived, marked[at])):
            context.lived.add(at)
    context.about = next((each for blocks in marked[:1] if (each := last_outcome(blocks))), None)
    context.posts = thread(text, laid, marked)
    context.main = main_treatment(counts, title)
    return context


def _rivals(sentences: list[Sentence]) -> tuple[str, ...]:
    """The treatments that a title holds against each other."""
    made = [group for sentence in sentences for group in groups(sentence)]
    held = any(group.role == "versus" for group in made) or any(s.has("rivals") for s in sentences)
    names = tuple(dict.fromkeys(name for group in made for name in group.names))
    return names if held and len(names) > 1 else ()
