"""When a page is enabled, from the rules, in what plain FHIR R4 can say: groups within groups, each under any of its
conditions, so an AND of ORs.

A page matters as long as one pair (a form, and a rule on it that the page's facts speak to) is alive. An *event* is
something that an earlier page's answer says: "sex is male", "under 18", "no option on blood thinners was ticked". It
kills a pair if it decides the rule, if it refuses the form for good, or if a rule as strong already stands on the form;
and a form that nobody wants is not in play. The page is hidden when events have happened that together kill all its
pairs. So each smallest set of events that kills all of them is one clause: not all of these at once. Left out are sets
of three and more events that are out of the ordinary, and of the clauses that need a group of their own all but the few
most usual ones. To leave a clause out only ever shows a page more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from types import MappingProxyType
from typing import TypeAlias

from skinproof.care.conditions import Atom, Known
from skinproof.care.questions import QUESTIONS_FILE, UNSURE, not_so
from skinproof.care.rules import STRENGTH
from skinproof.care.terms import terms
from skinproof.vocabulary import KnowledgeError

from .pages import PERSON, Page, Pair, Play

MOST_WIDE = 7  # clauses of several conditions kept for one page: each is a group around it
WANTED = "wanted"  # the question whose answers bring forms into play
NOT_SO = (False, None, "none")  # what leaving an option unticked says
ANSWERS = "answer"  # stands for the question in the code system of "none of these" and "not sure"


@dataclass(frozen=True, order=True)
class When:
    """One enableWhen. `answer`: (question, option) for a code, a number, or true or false for `exists`."""

    page: str
    operator: str
    answer: tuple[str, str] | int | float | bool


Clause: TypeAlias = tuple[When, ...]  # any of them


@dataclass(frozen=True)
class Event:
    """What an answer can say. `unless`: any of these holds exactly when it was not said."""

    unless: Clause
    decided: frozenset[str] = frozenset()  # ids of rules
    levels: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({})
    )  # form to the strength of what stands on it, from a delay on
    absent: frozenset[str] = frozenset()  # forms that nobody wants
    usual: bool = False  # so for people with nothing to declare
    single: bool = False  # an answer to a question that takes one

    def kills(self, pair: Pair) -> bool:
        if pair.rule.id in self.decided or pair.form in self.absent:
            return True
        level = self.levels.get(pair.form, 0)
        return level >= STRENGTH["avoid"] or (level >= STRENGTH["delay"] and pair.rule.strength <= level)


def clauses(here: Play, ordered: Sequence[Page]) -> dict[str, tuple[Clause, ...]]:
    """For each page, by id, what must hold for it to be enabled: all of the clauses."""
    found: dict[str, tuple[Clause, ...]] = {}
    events: list[Event] = []
    said_by = _sayers(here, ordered)
    for page in ordered:
        if page.question.always:
            found[page.id] = ()
        else:
            pairs = [here.pairs[index] for index in sorted(here.of_page(page))]
            found[page.id] = _tidy([*_gate(here, page, ordered), *(_clauses(here, pairs, events) if pairs else ())])
        events += _events(here, page, said_by)
    return found


def _clauses(here: Play, pairs: Sequence[Pair], events: Sequence[Event]) -> list[Clause]:
    """What kills all pairs must not all be so. The most usual first."""
    found = _sets(pairs, events)
    brought = frozenset(pair.form for pair in pairs) & here.brought.keys()
    if brought:
        nobody = _nobody_wants(here, brought)
        rest = [pair for pair in pairs if not nobody.kills(pair)]
        found += [(nobody, *several) for several in (_sets(rest, events) if rest else [()])]
    found.sort(key=lambda several: (sum(not event.usual for event in several), len(several)))
    return [tuple(dict.fromkeys(when for event in several for when in event.unless)) for several in found]


def _sets(pairs: Sequence[Pair], events: Sequence[Event]) -> list[tuple[Event, ...]]:
    """The events, alone, two by two, or two usual ones with any third, that kill all pairs."""
    full = (1 << len(pairs)) - 1
    masked = [(e, sum(1 << index for index, pair in enumerate(pairs) if e.kills(pair))) for e in events]
    found: list[tuple[Event, ...]] = [(event,) for event, mask in masked if mask == full]
    partly = [(event, mask) for event, mask in masked if mask and mask != full]
    usual = [(event, mask) for event, mask in partly if event.usual]
    found += [(one, other) for (one, a), (other, b) in combinations(partly, 2) if a | b == full]
    for (one, a), (other, b) in combinations(usual, 2):
        both = a | b
        if both not in (full, a, b):
            found += [(one, other, e) for e, c in partly if both | c == full and a | c != full and b | c != full]
    return [several for several in found if not _contrary(several)]


def _contrary(events: Sequence[Event]) -> bool:
    """Whether they cannot all have happened: two answers to one question that takes one."""
    chosen = [event.unless[0].page for event in events if event.single]
    return len(set(chosen)) < len(chosen)


def _tidy(rows: Iterable[Clause]) -> tuple[Clause, ...]:
    """Without clauses that follow from another, and with few that need a group of their own."""
    rows = list(dict.fromkeys(rows))
    needed = [c for c in rows if not any(set(other) < set(c) or _weaker(c, other) for other in rows)]
    wide = [clause for clause in needed if len(clause) > 1]
    return (*(clause for clause in needed if len(clause) == 1), *wide[:MOST_WIDE])


def _weaker(clause: Clause, other: Clause) -> bool:
    """Whether a limit of a number follows from the other one: at least 16 where at least 18 is asked."""
    if len(clause) != 1 or len(other) != 1:
        return False
    (a,), (b,) = clause, other
    if a.page != b.page or a.operator != b.operator or a.operator not in ("<", ">="):
        return False
    return bool(a.answer < b.answer) if a.operator == ">=" else bool(a.answer > b.answer)  # type: ignore[operator]


# --- what answers say
def _sayers(here: Play, ordered: Sequence[Page]) -> dict[Atom, set[str]]:
    """Which pages can say that an atom is so (for a number: say one)."""
    found: dict[Atom, set[str]] = {}
    for page in ordered:
        for choice in page.choices:
            for atom, value in here.known(choice.option.atoms).items():
                if value not in NOT_SO:
                    found.setdefault(atom, set()).add(page.id)
    return found


def _events(here: Play, page: Page, said_by: Mapping[Atom, set[str]]) -> list[Event]:
    if page.question.fact:
        return _of_number(here, page)
    found = []
    for choice in page.choices:
        if choice.option.atoms:
            unless = (When(page.id, "!=", (choice.question, choice.option.id)),)
            usual = page.question.always or page.question.calm == choice.option.id
            single = page.question.kind == "one-of"
            found.append(replace(_event(here, unless, here.known(choice.option.atoms)), usual=usual, single=single))
    if page.question.kind == "any-of":
        found += _denials(here, page, said_by)
    return [event for event in found if event.decided or event.levels]


def _event(here: Play, unless: Clause, known: Known) -> Event:
    decided, levels = set(), dict[str, int]()
    for index in here.spoken_to(known):
        pair = here.pairs[index]
        truth = pair.rule.condition.truth(known)
        if truth is None:
            continue
        decided.add(pair.rule.id)
        if truth and pair.form != PERSON and pair.rule.strength >= STRENGTH["delay"]:
            levels[pair.form] = max(levels.get(pair.form, 0), pair.rule.strength)
    return Event(unless, frozenset(decided), MappingProxyType(levels))


def _of_number(here: Play, page: Page) -> list[Event]:
    """Each limit that a rule sets, met and not met."""
    fact = page.question.fact or ""
    leaves = {leaf for pair in here.pairs for leaf in pair.rule.condition.leaves() if leaf.fact == fact}
    limits = sorted({float(leaf.wanted) for leaf in leaves})
    spec = terms().fact(fact)
    points = sorted(
        {p for limit in limits for p in (limit - 0.5, limit, limit + 0.5)} | {spec.low or 0, spec.high or 0}
    )
    found = []
    for limit in limits:
        shown = int(limit) if limit == int(limit) else limit
        for unless, within in (
            (When(page.id, ">=", shown), [p for p in points if p < limit]),
            (When(page.id, "<", shown), [p for p in points if p >= limit]),
        ):
            each = [_event(here, (unless,), here.known({fact: point})) for point in within]
            decided = frozenset.intersection(*(e.decided for e in each))
            levels = {form: min(e.levels.get(form, 0) for e in each) for form in each[0].levels}
            found.append(Event((unless,), decided, MappingProxyType({f: n for f, n in levels.items() if n})))
    return [event for event in found if event.decided or event.levels]


def _denials(here: Play, page: Page, said_by: Mapping[Atom, set[str]]) -> list[Event]:
    """What it says that options were left unticked: of facts that no other page can say, and so gainsay."""
    offered: dict[Atom, list[When]] = {}
    for choice in page.choices:
        for atom, value in here.known(choice.option.atoms).items():
            if atom not in here.given and value not in NOT_SO:
                offered.setdefault(atom, []).append(When(page.id, "=", (choice.question, choice.option.id)))
    only_here = {atom for atom in page.atoms if atom in offered and said_by.get(atom) == {page.id}}
    groups: set[frozenset[Atom]] = set()
    for index in here.spoken_to(only_here):
        leaves = here.pairs[index].rule.condition.leaves()
        atoms = sorted({atom for leaf in leaves for atom in leaf.atoms()} & only_here, key=str)
        groups |= {
            frozenset(group) for group in (*combinations(atoms, 1), *combinations(atoms, 2), tuple(atoms)) if group
        }
    found: dict[frozenset[Atom], Event] = {}
    for group in sorted(groups, key=lambda group: (len(group), sorted(map(str, group)))):
        ticked = dict.fromkeys(when for atom in sorted(group, key=str) for when in offered[atom])
        unless = (*ticked, When(page.id, "=", (ANSWERS, UNSURE)), When(page.id, "exists", False))
        event = _event(here, unless, here.known({atom: not_so(atom) for atom in group}))
        parts = [part.decided for atoms, part in found.items() if atoms < group]
        if not event.decided <= frozenset[str]().union(*parts):
            found[group] = replace(event, usual=True)
    return list(found.values())


# --- what is not asked for
def _nobody_wants(here: Play, forms: frozenset[str]) -> Event:
    """That nobody wants these forms, which the concern itself does not put on the table."""
    words = sorted(set().union(*(here.brought[form] for form in forms)))
    return Event(tuple(When(WANTED, "=", (WANTED, word)) for word in words), absent=forms, usual=True)


# --- what a question asks for itself
def _gate(here: Play, page: Page, ordered: Sequence[Page]) -> list[Clause]:
    """The question's own `when`: known to be so from one answer.

    Raises:
        KnowledgeError: no single answer makes it so.
    """
    condition = page.question.condition
    if condition is None:
        return []
    making = tuple(
        When(other.id, "=", (choice.question, choice.option.id))
        for other in ordered
        for choice in other.choices
        if other is not page and condition.truth(here.known(choice.option.atoms)) is True
    )
    if not making:
        raise KnowledgeError(QUESTIONS_FILE, page.id, f"no answer for {here.concern} makes its when true")
    return [making]
