"""Who a sentence speaks of: the treatment it names, or the one named before it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from skinproof.language import Block, Match

from .lexicon import words
from .marks import Sentence

_GAP = frozenset({"and", "or", ",", "&", "/", "-", "the", "a", "an", "(", ")"})
_GIVEN = frozenset(
    [
        "treatment",
        "treatments",
        "therapy",
        "treated",
        "treat",
        "treating",
        "course",
        "session",
        "sessions",
        "enriched",
        "infused",
        "packed",
        "formulated",
        "made",
        "facial",
        "mask",
        "serum",
        "cream",
        "rich",
        "loaded",
        "filled",
    ]
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The treatments of one sentence by what they do in it."""

    subjects: tuple[str, ...] = ()
    with_: tuple[str, ...] = ()
    versus: tuple[str, ...] = ()
    general: bool = False  # it says "this treatment"


@dataclass(slots=True)
class Context:
    """What was spoken of last, by block, by heading and in the text as a whole."""

    main: str | None = None
    of_block: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def governing(self, blocks: tuple[Block, ...], at: int) -> tuple[str, ...]:
        """Treatments of the nearest heading or lead above a block that names one, else what the text is about."""
        block: Block | None = blocks[at]
        seen = {at}
        while block is not None:
            above = block.lead if block.lead is not None and block.lead not in seen else block.heading
            if above is None or above in seen:
                break
            seen.add(above)
            if named := self.of_block.get(above):
                return named
            block = blocks[above]
        return (self.main,) if self.main else ()


def main_treatment(counts: Counter[str], first: str | None) -> str | None:
    """What a text is about: the treatment that it names most, the title's on a tie."""
    if not counts:
        return None
    most = max(counts.values())
    leaders = [name for name, count in counts.items() if count == most]
    return first if first in leaders else leaders[0]


def parts_of(sentence: Sentence) -> Parts:
    """Sort the treatments of a sentence into subjects, what they are combined with, and what they are held against."""
    named = [match for match in sentence.content if match.kind == "treatment"]
    subjects: list[str] = []
    with_: list[str] = []
    versus: list[str] = []
    general = False
    role = subjects
    end: int | None = None
    for match in named:
        if match.id in words().general:
            general = True
            continue
        if end is None or not all(word in _GAP for word in sentence.gap(end, match.first)):
            role = {"with": with_, "versus": versus, "subject": subjects}[_role(sentence, match, bool(subjects))]
        role.append(match.id)
        end = match.last
    if not subjects and with_ and not general:
        # "Combined with exosomes, …": what is combined is what was spoken of before; alone it is the subject.
        subjects, with_ = with_, []
    unique = tuple(dict.fromkeys(subjects))
    return Parts(
        unique,
        tuple(name for name in dict.fromkeys(with_) if name not in unique),
        tuple(dict.fromkeys(versus)),
        general,
    )


def _role(sentence: Sentence, match: Match, has_subject: bool) -> str:
    for cue in sentence.other.get("versus", ()):
        if 0 <= match.first - cue.last <= 4 and not _content_between(sentence, cue.last, match.first):
            return "versus"
    for cue in sentence.other.get("with", ()):
        if 0 <= match.first - cue.last <= 3 and not _content_between(sentence, cue.last, match.first):
            before = sentence.tokens.words[cue.first - 1] if cue.first else ""
            if has_subject and before not in _GIVEN:
                return "with"
    return "subject"


def _content_between(sentence: Sentence, first: int, last: int) -> bool:
    return any(first <= match.first < last for match in sentence.content)
