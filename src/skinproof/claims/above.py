"""What stands before a sentence and still speaks in it: the line above a list, a heading, the sentence before."""

from __future__ import annotations

from skinproof.language import Block, Laid, tokens

from .context import Context
from .lexicon import Outcome, words
from .marks import Sentence, reaching_on
from .model import Found, Stance

_VERDICT = 7  # words and signs of a sentence that judges the one before
_ALONE = 3  # of one that is the judgement and no more: "unproven."
_ADVERTS = frozenset(("ad", "ads", "advert", "adverts", "advertisement", "post", "posts", "flyer", "campaign"))
_OPENING = 10  # of a line that opens a list


def lead_of(laid: tuple[Block, ...], at: int, marked: list[list[Sentence]], context: Context) -> str | None:
    """Whether the list or the table column that a block is part of tells of promises or of harms."""
    block, kind = laid[at], laid[at].kind
    if kind not in ("item", "cell"):
        return None
    for above in (block.heading, block.lead) if kind == "cell" else (block.lead, block.heading):
        if above is None:
            continue
        if (above, kind) not in context.leads:
            context.leads[above, kind] = _leads(marked[above], kind == "item")
        if told := context.leads[above, kind]:
            return told
    return None


def _leads(above: list[Sentence], item: bool) -> str | None:
    for sentence in reversed(above):
        if sentence.has("harms"):
            return "harms"
        if sentence.has("promises") or (item and sentence.kinds("effect")):
            return "promises"
    return None


def last_outcome(sentences: list[Sentence]) -> Outcome | None:
    for sentence in reversed(sentences):
        for match in reversed(sentence.kinds("outcome")):
            outcome: Outcome = match.entry.value
            if not outcome.wide:
                return outcome
    return None


def inherited(whole: Laid, at: int, context: Context) -> Stance | None:
    """What the line above says of all that stands under it: "There is no evidence that it can:", "Myth"."""
    block = whole.blocks[at]
    for place in (block.lead, block.heading) if block.kind == "item" else (block.heading,):
        if place is None or block.kind == "heading":
            continue
        if place not in context.reaching:
            above = whole.blocks[place]
            start = max((a for a, _ in whole.sentences[place]), default=above.start)
            context.reaching[place] = reaching_on(whole.text, start, above.end)
        titled, kinds = context.reaching[place]
        if block.kind == "item" and place == block.lead and not kinds and _affirms(whole, place, context):
            return None  # "And two things it will do:", under "Three things it won't do"
        if block.kind != "item" and (not titled or block.label is not None):
            continue  # "Fact: …", under the heading "Myths"
        if kinds & {"doubt", "negation"}:
            return "denied"
        if "report" in kinds:
            return "reported"
    return None


def instructs(whole: Laid, at: int) -> bool:
    """Whether a label says that directions follow: "How to use: smooth two drops over clean skin"."""
    block = whole.blocks[at]
    if block.label is None:
        return False
    told = tokens(whole.text.plain, block.start, block.label).words
    return any(told[: len(opening)] == list(opening) for opening in words().grammar.directions)


def _affirms(whole: Laid, place: int, context: Context) -> bool:
    """Whether a line that opens a list says that what follows is so."""
    if place not in context.affirms:
        block = whole.blocks[place]
        given = tokens(whole.text.plain, block.start, block.end)
        context.affirms[place] = len(given) <= _OPENING and not words().grammar.affirms.isdisjoint(given.words)
    return context.affirms[place]


def voice_left(sentence: Sentence, made: list[Found], before: Stance | None) -> Stance | None:
    """Whose voice a sentence leaves behind: "Myth: …", "She told me that …"."""
    stances = {row.stance for row in made}
    if len(stances) == 1 and stances != {"asserted"}:
        labelled = any(sentence.tokens.words[scope.cue.last - 1] == ":" for scope in sentence.scopes)
        return made[0].stance if labelled or stances == {"reported"} else None
    return None if made else before


def goes_on(sentence: Sentence) -> bool:
    """ "It would also …", "They … too": more of what was told before."""
    told = sentence.tokens.words
    return told[0] in ("it", "they", "she", "he", "and", "this", "these") and any(
        word in ("would", "also", "too") for word in told
    )


def refutes(sentence: Sentence) -> bool:
    """ "Verdict: unproven." """
    size = len(sentence.tokens)
    if not _ADVERTS.isdisjoint(sentence.tokens.words):
        return False  # "The ad was misleading" speaks of what the ad said, not of what the page says about it
    return size <= _VERDICT and any(
        match.entry.value.verdict or (match.entry.value.denies and size <= _ALONE) for match in sentence.said
    )
