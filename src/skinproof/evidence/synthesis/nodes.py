"""What an arm stands for in a network: the active treatments it got, and what its control was given in their place.

Doses, sources, routes and schedules of one treatment are one node. A dummy and nothing are kept apart, as in
`comparisons`: an arm is a control with a dummy where it holds something inert and its active treatments are a part of
those of another arm of its trial ("laser + dummy" beside "laser + exosome"). A dummy beside an active treatment that is
nobody's control (a double dummy) is not part of what was given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skinproof.evidence.studies.records import Arm, Component, Study
from skinproof.vocabulary import Vocabulary, vocabulary

from .comparisons import MIXED_CONTROL, NONE, UMBRELLA, keyed_parts, listed, said

DUMMY = "dummy"
NOTHING = "no treatment"
EITHER = "dummy or none"
JOIN = " + "


@dataclass(frozen=True, slots=True)
class Node:
    """A treatment combination, or a control without one. `parts` are its active components, in order of id."""

    id: str  # "exosome + fractional-co2-laser", "fractional-co2-laser + dummy", "no treatment"
    name: str
    parts: tuple[str, ...]
    treatments: tuple[str, ...]  # the vocabulary's ids of `parts`
    dummy: bool  # with a dummy in place of what another arm got
    arm: Arm  # one that stands for it, so that two nodes can be compared as arms are

    @property
    def inert(self) -> bool:
        """Nothing active in it: a dummy, or nothing at all."""
        return not self.parts


@dataclass(frozen=True, slots=True)
class Placing:
    """An arm's node; `known` counts how often in its trial someone is known to have got more than an arm below it."""

    node: Node
    known: int


def placings(study: Study, arms: Sequence[str], words: Vocabulary | None = None) -> dict[str, Placing]:
    """The node of each of a trial's arms.

    Where one arm gets nothing in place of what another gets, people know it: `known` is 0 for such an arm and one more
    for an arm above it. In a double-blind trial all arms look alike, whatever the record lists, but for an arm with
    nothing at all, or one beside which another got the same with a dummy.
    """
    words = words or vocabulary()
    given = {arm: _Given.of(study.arm(arm), words) for arm in arms}
    dummies = {
        arm: one.inert and (not one.active or any(one.active < other.active for other in given.values()))
        for arm, one in given.items()
    }
    with_dummy = {given[arm].active for arm, dummy in dummies.items() if dummy}
    plain = {
        arm
        for arm, one in given.items()
        if not dummies[arm] and (study.blinding != "double" or not one.active or one.active in with_dummy)
    }
    known: dict[str, int] = {}
    for arm in sorted(given, key=lambda each: (len(given[each].active), dummies[each], each)):
        below = [known[o] for o in known if o in plain and _more(given[arm].active, dummies[arm], given[o].active)]
        known[arm] = 1 + max(below) if below else 0
    return {arm: Placing(_node(given[arm], dummies[arm], words), known[arm]) for arm in arms}


def _more(active: frozenset[str], dummy: bool, other: frozenset[str]) -> bool:
    return other < active or (dummy and other == active)


@dataclass(frozen=True, slots=True)
class _Given:
    components: dict[str, Component]  # active ones
    active: frozenset[str]
    inert: bool  # something that looks like treatment
    either: bool  # a review's control that may be a dummy or nothing

    @classmethod
    def of(cls, arm: Arm, words: Vocabulary) -> _Given:
        parts = keyed_parts(arm.components)
        active = {key: part for key, part in parts.items() if not words.treatments[part.treatment].inert}
        inert = {part.treatment for key, part in parts.items() if key not in active}
        return cls(active, frozenset(active), bool(inert - {NONE, MIXED_CONTROL}), MIXED_CONTROL in inert)


def _node(given: _Given, dummy: bool, words: Vocabulary) -> Node:
    keys = sorted(given.active)
    parts = [given.components[key] for key in keys]
    name = listed(said(part, words) for part in parts)
    ids = tuple(part.treatment for part in parts)
    if dummy or not keys:
        inert = "placebo" if dummy else MIXED_CONTROL if given.either else NONE
        label = {"placebo": DUMMY, MIXED_CONTROL: EITHER, NONE: NOTHING}[inert]
        told = {"placebo": "a dummy treatment", MIXED_CONTROL: "a dummy treatment or none", NONE: "no treatment"}[inert]
        name = f"{name} with {told}" if keys else told
        keys, parts = [*keys, label], [*parts, Component(treatment=inert)]
    node_id = JOIN.join(keys)
    plain = [part if part.treatment == UMBRELLA else Component(treatment=part.treatment) for part in parts]
    return Node(node_id, name, tuple(sorted(given.active)), ids, dummy, Arm(id=node_id, components=tuple(plain)))
