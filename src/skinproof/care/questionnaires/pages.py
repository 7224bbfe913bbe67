"""What one concern's pages are: which questions and options can matter at all, shared out, in the order of asking.

An option can matter if some rule on a form in play turns on what it says: a form that the concern puts on the table,
or one that an answer to "did you hear of a treatment" brings in. Options of the second kind alone stand on pages of
their own (`…-more`), so that nobody else meets them.

The order, most consequential first: who you are, what you want and your own words, as written; then sections, and the
pages in each, by the strongest action that a page's answers can lead to (a red flag before all), for red flags that
one answer raises by their urgency, then by how many verdicts it can change; a page whose question is asked only after
another's answer comes after it; pages that change no verdict come last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from skinproof.care.concerns import concern_care, in_play
from skinproof.care.conditions import Atom, Value
from skinproof.care.facts import complete
from skinproof.care.questions import Option, Question, consultation, not_so
from skinproof.care.rules import STRENGTH, Rule, rules

CAUTION = STRENGTH["caution"]
PERSON = ""  # stands for the form in a pair whose rule is a red flag of the person


@dataclass(frozen=True)
class Pair:
    """A verdict that can still change: one rule on one form."""

    form: str
    rule: Rule


@dataclass(frozen=True)
class Choice:
    """An option with the question that it was written in, which gives its code its meaning on whatever page it is."""

    question: str
    option: Option


@dataclass(frozen=True)
class Page:
    """One question as it is put on a page."""

    id: str
    question: Question
    choices: tuple[Choice, ...] = ()

    @property
    def atoms(self) -> frozenset[Atom]:
        own: frozenset[Atom] = frozenset({self.question.fact} if self.question.fact else ())
        return own.union(*(choice.option.atoms for choice in self.choices))


class Play:
    """What is in play for a concern: its forms, those that can be wanted as well, and the rules on them."""

    def __init__(self, concern: str) -> None:
        self.concern = concern
        self.given = concern_care(concern).atoms
        self.base = in_play(concern)
        self.brought: dict[str, set[str]] = {}  # form to the options that bring it in
        for question in consultation().questions:
            for option in question.options:
                for form in in_play(concern, option.adds) if option.adds else ():
                    if form not in self.base:
                        self.brought.setdefault(form, set()).add(option.id)
        book = rules()
        pairs = [Pair(PERSON, rule) for rule in book.person_rules]
        for form in (*self.base, *self.brought):
            pairs += [
                Pair(form, rule) for rule in book.for_form(form) if not rule.for_person and rule.strength >= CAUTION
            ]
        start = complete(self.given, assume=False).known
        self.pairs = [pair for pair in pairs if pair.rule.condition.truth(start) is None]
        self.by_atom: dict[Atom, set[int]] = {}
        for index, pair in enumerate(self.pairs):
            for leaf in pair.rule.condition.leaves():
                for atom in leaf.atoms():
                    self.by_atom.setdefault(atom, set()).add(index)

    def known(self, atoms: Mapping[Atom, Value]) -> Mapping[Atom, Value]:
        """What is known once this was said, by somebody with this concern."""
        return complete({**atoms, **self.given}, assume=False).known

    def spoken_to(self, atoms: Iterable[Atom]) -> set[int]:
        """The pairs whose rule turns on one of these atoms."""
        return set().union(*(self.by_atom.get(atom, set()) for atom in atoms))

    def of_option(self, question: Question, option: Option) -> set[int]:
        """The pairs that an option speaks to, chosen or not."""
        spoken = set(self.known(option.atoms)) if option.atoms else set()
        if question.kind == "any-of":
            for atom in option.atoms:
                spoken |= set(self.known({atom: not_so(atom)}))
        return self.spoken_to(spoken - self.given.keys())

    def of_page(self, page: Page) -> set[int]:
        if page.question.fact:
            return self.spoken_to({page.question.fact})
        found = [self.of_option(page.question, choice.option) for choice in page.choices]
        return set().union(*found)

    def is_base(self, pairs: Iterable[int]) -> bool:
        return any(self.pairs[index].form in (PERSON, *self.base) for index in pairs)


@cache
def play(concern: str) -> Play:
    return Play(concern)


def pages_of(concern: str) -> tuple[Page, ...]:
    """The pages of a concern, in the order in which the questions are written."""
    here = play(concern)
    pages: list[Page] = []
    pools: set[str] = set()
    for question in consultation().questions:
        if question.concerns and concern not in question.concerns:
            continue
        if question.pool is None:
            pages += _alone(here, question)
        elif question.pool not in pools:
            pools.add(question.pool)
            pages += _pooled(here, question.pool)
    return tuple(pages)


def _alone(here: Play, question: Question) -> list[Page]:
    choices = [Choice(question.id, option) for option in question.options]
    if question.always:
        return [Page(question.id, question, tuple(choices))]
    if question.kind != "any-of":
        whole = Page(question.id, question, tuple(choices))
        return [whole] if here.of_page(whole) else []
    base, more = _sorted(here, question)
    found = [Page(question.id, _with(question, base), tuple(base))] if any(c.option.atoms for c in base) else []
    if more:
        found.append(Page(f"{question.id}-more", _with(question, more), tuple(more)))
    return found


def _sorted(here: Play, question: Question) -> tuple[list[Choice], list[Choice]]:
    """The options that matter for the concern itself (or say nothing), and those only for what is wanted."""
    base, more = [], []
    for option in question.options:
        pairs = here.of_option(question, option)
        if not option.atoms or here.is_base(pairs):
            base.append(Choice(question.id, option))
        elif pairs:
            more.append(Choice(question.id, option))
    return base, more


def _pooled(here: Play, pool: str) -> list[Page]:
    """The options of a pool on as few pages as hold them, each question's together, first fit."""
    members = [question for question in consultation().questions if question.pool == pool]
    parts = {question.id: _sorted(here, question) for question in members}
    pages = []
    for kind, ending in ((0, ""), (1, "-more")):
        bins: list[list[tuple[Question, list[Choice]]]] = []
        for question in members:
            choices = parts[question.id][kind]
            if not choices:
                continue
            room = (b for b in bins if sum(len(c) for _, c in b) + len(choices) <= consultation().most_options)
            home = next(room, None)
            if home is None:
                bins.append([(question, choices)])
            else:
                home.append((question, choices))
        for home in bins:
            choices = [choice for _, several in home for choice in several]
            first = home[0][0]
            others = [question for question, _ in home[1:]]
            joined = first.joined(others, consultation().pools[pool])
            pages.append(Page(f"{first.id}{ending}", _with(joined, choices), tuple(choices)))
    return pages


def _with(question: Question, choices: Iterable[Choice]) -> Question:
    return question.model_copy(update={"options": tuple(choice.option for choice in choices)})


# --- order
def weight(concern: str, page: Page) -> tuple[int, int, int]:
    """How consequential a page is, the least number first: (action, urgency, verdicts)."""
    here = play(concern)
    pairs = [here.pairs[index] for index in here.of_page(page)]
    if not pairs:
        return (0, 0, 0)
    urgencies = list(rules().urgencies)
    raised = [
        urgencies.index(pair.rule.urgency)
        for pair in pairs
        if pair.rule.urgency
        for choice in page.choices
        if pair.rule.condition.truth(here.known(choice.option.atoms)) is True
    ]
    strongest = max(pair.rule.strength for pair in pairs)
    return (-strongest, min(raised, default=len(urgencies)), -len(pairs))


def in_order(pages: Mapping[str, Page], weights: Mapping[str, tuple[int, int, int]]) -> list[str]:
    """The ids of pages in the order of asking; see the module's words. `pages` come in their written order."""
    written = list(pages)
    first = [name for name in written if pages[name].question.always]
    rest = [name for name in written if name not in first]
    sections = list(dict.fromkeys(pages[name].question.section for name in rest))
    leads = {s: min(weights[name] for name in rest if pages[name].question.section == s) for s in sections}
    sections.sort(key=lambda section: leads[section])
    ordered = [*first]
    for section in sections:
        ordered += sorted((n for n in rest if pages[n].question.section == section), key=lambda n: weights[n])
    for name in written:
        question = pages[name].question
        if question.condition is None:
            continue
        facts = {leaf.fact for leaf in question.condition.leaves()}
        before = [n for n in ordered if any(atom in facts for atom in pages[n].atoms)]
        after = max((ordered.index(n) for n in before), default=-1)
        if ordered.index(name) < after:
            ordered.remove(name)
            ordered.insert(after, name)
    return ordered
