"""Who a sentence speaks of: the treatment it names or the one named before it, what it goes with or is held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, NamedTuple

from skinproof.language import Block, Match
from skinproof.vocabulary import vocabulary

from .lexicon import GENERAL, PRONOUN, Outcome, words
from .marks import Sentence

Role = Literal["subject", "with", "after", "versus", "part", "absent"]
_NEAR = {"versus": 4, "with": 4, "after": 4}  # words between a cue and the treatment that it gives a role

_NEEDED = (
    ["need", "for"],
    ["needs", "for"],
    ["reliance", "on"],
    ["dependence", "on"],
    ["use", "of"],
)  # "less need for X"
_TRIPLE = {"hydroquinone", "tretinoin", "topical-corticosteroid"}
_TRIPLE_NAME = "triple-combination"
_NEEDLES = ("microneedling",)
_DEVICES = frozenset(("needling", "lasers-and-light", "energy-devices", "peels", "mixed", "comparators", "surgery"))
_CARRIED = ("growth-factors",)  # what platelets and vesicles hold and give off
_TWO_ARMS = 2
_HELD = 2  # words from "release" to these
_TOO = (["is", "too"], ["are", "too"], ["was", "too"], ["proved", "too"], ["proves", "too"], ["feels", "too"])
_CALLED = 3  # words between "known as" and the name


class Group(NamedTuple):
    """Treatments of one list with what they do in the sentence, at tokens `first` up to `last`."""

    names: tuple[str, ...]
    first: int
    last: int
    role: Role


class Who(NamedTuple):
    """Whom one promise is about."""

    subjects: tuple[str, ...]
    with_: tuple[str, ...] = ()
    versus: tuple[str, ...] = ()


@dataclass(slots=True)
class Context:
    """What was spoken of last, by block, by heading and in the text as a whole."""

    main: str | None = None
    of_block: dict[int, tuple[str, ...]] = field(default_factory=dict)
    # Cues that reach past the end of a block, and whether the block is no more than such a cue ("Myth").
    rivals: dict[int, tuple[str, ...]] = field(default_factory=dict)  # of a title such as "X vs Y"
    reaching: dict[int, tuple[bool, set[str]]] = field(default_factory=dict)
    # What a line says of all that it opens, by its block and the kind of that: a list may be long, and so may the line.
    affirms: dict[int, bool] = field(default_factory=dict)
    leads: dict[tuple[int, str], str | None] = field(default_factory=dict)
    about: Outcome | None = None  # what the title names
    lived: set[int] = field(default_factory=set)  # blocks in which a writer tells of their own body or treatment
    posts: frozenset[int] = frozenset()  # blocks that are posts of a thread

    def governing(self, blocks: tuple[Block, ...], at: int) -> tuple[str, ...]:
        """Treatments of the nearest heading or lead above a block that names one, else what the text is about."""
        return self.over(blocks, at, self.of_block) or ((self.main,) if self.main else ())

    def over(self, blocks: tuple[Block, ...], at: int, among: Mapping[int, tuple[str, ...]]) -> tuple[str, ...]:
        """What `among` holds of the nearest heading or lead above a block."""
        if not among:
            return ()
        seen: set[int] = set()
        above = at
        while above not in seen:
            seen.add(above)
            for place in (blocks[above].lead, blocks[above].heading):
                if place is not None and place not in seen and (named := among.get(place)):
                    return named
            place = blocks[above].lead if blocks[above].lead not in (None, *seen) else blocks[above].heading
            if place is None:
                break
            above = place
        return ()


def main_treatment(counts: Counter[str], first: str | None) -> str | None:
    """What a text is about: the treatment that it names most, the title's on a tie."""
    if not counts:
        return None
    counts = Counter({name: count for name, count in counts.items() if name != "other"}) or counts
    most = max(counts.values())
    leaders = [name for name, count in counts.items() if count == most]
    return first if first in leaders else leaders[0]


def groups(sentence: Sentence) -> list[Group]:
    """The treatments of a sentence, list by list, each list with its role."""
    found: list[Group] = []
    if not sentence.kinds("treatment"):
        return found
    for names, first, last, opens in _lists(sentence):
        clause = sentence.clause_at(first)
        earlier = any(group.role == "subject" and group.first >= clause[0] for group in found)
        earlier = earlier or any(clause[0] <= match.first < opens for match in sentence.other.get("it", ()))
        dummies = tuple(name for name in names if name in _compared_only_names())
        rest = tuple(name for name in names if name not in dummies)
        if dummies:  # "between the PRP and the saline sides"
            found.append(Group(dummies, first, last, "versus"))
        if rest:
            role = _role(sentence, opens, first, earlier) if not dummies else "subject"
            if role == "subject" and (_too_strong(sentence, last) or (rest == _CARRIED and _is_held(sentence, opens))):
                role = "absent" if rest != _CARRIED else "part"
            found.append(Group(rest, first, last, role))
    return found


def _lists(sentence: Sentence) -> list[tuple[tuple[str, ...], int, int, int]]:
    """Names, first and last token of each list, and where the phrase that holds it opens ("treatments like …")."""
    grammar = words().grammar
    found: list[tuple[tuple[str, ...], int, int, int]] = []
    wide: Match | None = None
    for match in sentence.kinds("treatment"):
        if match.id in (GENERAL, PRONOUN):
            wide = match
            continue
        if found:
            names, first, last, opens = found[-1]
            gap = sentence.gap(last, match.first)
            apart = sentence.clause_at(last - 1) != sentence.clause_at(match.first)  # "Unlike X, Y …"
            if gap == ["("] and _same_family(match.id, names[-1]):
                found[-1] = ((*names[:-1], match.id), first, match.last, opens)  # "peel (lactic acid)"
                continue
            parts = [word for word in gap if not word[0].isdigit()]  # "ceramides and 5% niacinamide"
            if grammar.listed(parts) and not apart and not (gap == [","] and _is_called(sentence, opens)):
                found[-1] = ((*names, match.id), first, match.last, opens)
                continue
            if _narrows(gap) and _is_kind_of(match.id, names[-1]):
                found[-1] = ((*names[:-1], match.id), first, match.last, opens)
                continue
        opens = (
            wide.first
            if wide and wide.last <= match.first and _narrows(sentence.gap(wide.last, match.first))
            else match.first
        )
        found.append(((match.id,), match.first, match.last, opens))
    return [(known_first(_as_one(names)), first, last, opens) for names, first, last, opens in found]


def _as_one(names: tuple[str, ...]) -> tuple[str, ...]:
    """ "A cream with hydroquinone, tretinoin and a steroid" is one treatment, by its name in the vocabulary."""
    if len(names) < len(_TRIPLE):
        return names
    parts = {next((part for part in _TRIPLE if _is_kind_of(name, part)), name) for name in names}
    return (_TRIPLE_NAME,) if parts == _TRIPLE else names


def known_first(names: tuple[str, ...]) -> tuple[str, ...]:
    """Of a list, the treatments that the vocabulary has a word for ("niacinamide and zinc"), if any."""
    known = tuple(dict.fromkeys(name for name in names if name != "other"))
    return known or ("other",)


def _narrows(gap: list[str]) -> bool:
    grammar = words().grammar
    return 0 < len(gap) <= 4 and any(word in grammar.narrows for word in gap) and all(
        word in grammar.narrows or word in grammar.lists or word in ("as", ".") for word in gap
    )  # fmt: skip


def _too_strong(sentence: Sentence, last: int) -> bool:
    """ "If retinol is too strong for you, …": what follows is about another."""
    return sentence.gap(last, last + 2) in _TOO


def _is_held(sentence: Sentence, opens: int) -> bool:
    """ "Platelets release growth factors": what holds them does it."""
    return any(
        0 <= opens - m.last <= _HELD and m.entry.value.sense in ("act", "give", "up")
        for m in sentence.kinds("effect")
        if m.entry.value.part != "adjective"
    )


def _is_called(sentence: Sentence, opens: int) -> bool:
    return any(0 <= opens - cue.last <= _CALLED for cue in sentence.other.get("called", ()))


def _role(sentence: Sentence, opens: int, first: int, earlier: bool) -> Role:
    kinds: tuple[Literal["versus", "with", "after"], ...] = ("versus", "with", "after")
    for kind in kinds:
        for cue in sentence.other.get(kind, ()):
            if "," in sentence.gap(cue.last, opens):
                continue  # "Unlike other treatments, X …"
            if not 0 <= opens - cue.last <= _NEAR[kind] or _content_between(sentence, cue.last, opens):
                continue
            if kind == "versus" and not _compares(sentence, cue):
                continue
            if kind == "with" and cue.first and sentence.tokens.words[cue.first - 1] in words().grammar.given:
                continue
            return kind
    if sentence.gap(max(0, opens - 1), opens) == ["without"] or sentence.gap(max(0, opens - 2), opens) in _NEEDED:
        return "absent"
    if _is_called(sentence, opens):
        return "part"
    return "part" if earlier and "," not in sentence.gap(max(0, first - 1), first) else "subject"


def _compares(sentence: Sentence, cue: Match) -> bool:
    """Whether "as" is the second of "as … as" or "the same … as"."""
    return sentence.gap(cue.first, cue.last) != ["as"] or any(
        word in ("as", "same") for word in sentence.gap(max(0, cue.first - 10), cue.first)
    )


def _content_between(sentence: Sentence, first: int, last: int) -> bool:
    return any(
        first <= match.first < last
        and (match.kind != "treatment" or match.id not in (GENERAL, PRONOUN))
        and match.kind != "effect"
        for match in sentence.content
    )


def who(sentence: Sentence, here: list[Group], at: int, carried: tuple[str, ...], main: str | None) -> Who:
    """Whom a promise at token `at` is about: the subject before it, else after it, else the one carried on."""
    if not here:
        return Who(tuple(dict.fromkeys(carried)))
    subjects = [group for group in here if group.role == "subject"]
    before = [group for group in subjects if group.first <= at]
    related = _related(sentence, here, at)
    clause = sentence.clause_at(at)
    if related:
        names: tuple[str, ...] = related.names
    elif before:
        names = before[-1].names
    elif subjects and (subjects[0].first < clause[1] or not carried):
        names = subjects[0].names
    else:
        names = ()
    with_ = tuple(
        name for group in here if group.role in ("with", "after") and group is not related for name in group.names
    )
    versus = tuple(dict.fromkeys(name for group in here if group.role == "versus" for name in group.names))
    if not names:
        shared = tuple(name for name in with_ if name in carried)
        names = shared or carried or with_
        if versus and main and main not in versus and set(names) <= set(versus):
            names = (main,)  # "It is milder than retinol", where retinol was spoken of last
    elif main in with_ and main not in names and not related:
        # "Combining microneedling with exosomes", on a page about exosomes.
        with_, names = names, (str(main),)
    brought = tuple(name for name in with_ if name not in names and not _is_device(name))
    if names == _NEEDLES and brought and not related and not any(_same_family(name, _NEEDLES[0]) for name in versus):
        with_, names = names, brought[:1]  # "Microneedling with exosomes": the needles bring in what is meant
    if not subjects and (arms := _arm_by_arm(sentence, here)):
        names = arms
    names = tuple(dict.fromkeys(names))
    return Who(names, tuple(name for name in dict.fromkeys(with_) if name not in names), versus)


def _arm_by_arm(sentence: Sentence, here: list[Group]) -> tuple[str, ...]:
    """ "Scores fell by 44% with X and by 35% with Y": the result is told of each."""
    arms = [group for group in here if group.role == "with"]
    if len(arms) != _TWO_ARMS:
        return ()
    gap = sentence.gap(arms[0].last, arms[1].first)
    if gap[:1] not in (["and"], [","]) or not any(word[0].isdigit() for word in gap):
        return ()
    return tuple(next((n for n in group.names if n not in _NEEDLES), group.names[0]) for group in arms)


def _related(sentence: Sentence, here: list[Group], at: int) -> Group | None:
    """ "… contains ceramides, which strengthen …": what "which" speaks of."""
    for group in reversed(here):
        if group.last <= at and group.role in ("part", "with", "after") and group.names != _CARRIED:
            gap = [word for word in sentence.gap(group.last, at) if word != ","]
            if gap[:1] in (["which"], ["that"]) and len(gap) <= 4:
                return group
            if group.role == "with" and sentence.gap(group.last, group.last + 2) == [",", "which"]:
                return group  # "compare that with X, which does this and has that"
    return None


def dummies(names: tuple[str, ...]) -> bool:
    """Whether all of them are only ever held against something: placebo, vehicle."""
    return all(name in _compared_only_names() for name in names)


@cache
def _compared_only_names() -> frozenset[str]:
    return frozenset(t.id for t in vocabulary().treatments.values() if t.family == "comparators")


def _is_device(name: str) -> bool:
    known = vocabulary().treatments
    return name not in known or name == "other" or known[name].family in _DEVICES


def _same_family(name: str, other: str) -> bool:
    known = vocabulary().treatments
    return name in known and other in known and known[name].family == known[other].family


@cache
def _is_kind_of(name: str, wider: str) -> bool:
    known = vocabulary().treatments
    word: str | None = name
    while word is not None:
        if word == wider:
            return True
        word = known[word].kind_of if word in known else None
    return False
