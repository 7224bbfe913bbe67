"""The walk through a published questionnaire: the next page that is enabled, or a red flag's words, or done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from skinproof.questionnaires import Answers, open_items

from .concerns import in_play
from .conditions import Atom, Value
from .facts import Facts, complete, terms
from .questionnaires.form import Form, atoms_said
from .questions import Answer, Question
from .rules import Rule, Urgency, rules
from .screening import Screening, screen_facts


@dataclass(frozen=True)
class Flag:
    """One red flag in words."""

    rule: Rule
    urgency: Urgency

    @property
    def reason(self) -> str:
        return self.rule.reason

    @property
    def to(self) -> str:
        return self.rule.to or ""

    @property
    def do_now(self) -> tuple[str, ...]:
        advice = rules().advice.get(self.rule.id)
        return advice.do_now if advice else self.urgency.do_now

    @property
    def sources(self) -> tuple[Mapping[str, str], ...]:
        """Where the advice was read (the rule has its own sources)."""
        advice = rules().advice.get(self.rule.id)
        return advice.sources if advice else self.urgency.sources


@dataclass(frozen=True)
class Stop:
    """A red flag, shown before anything else. If it holds, the journey ends here; else it goes on once it was read."""

    flags: tuple[Flag, ...]  # the most urgent first

    @property
    def holds(self) -> bool:
        return any(flag.urgency.holds for flag in self.flags)

    @property
    def heading(self) -> str:
        return self.flags[0].urgency.heading

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(flag.rule.id for flag in self.flags)


@dataclass(frozen=True)
class Journey:
    """Where a person stands. `asked` are the answers that count, in the order of asking."""

    form: Form
    concern: str
    forms: tuple[str, ...]  # in play
    asked: tuple[Answer, ...]
    flags: tuple[Flag, ...]  # the red flags that stand, the most urgent first
    next: Question | Stop | None
    said: Mapping[Atom, Value]
    answers: Answers

    @cached_property
    def left(self) -> int:
        """How many further questions come for somebody with nothing to declare in them."""
        if isinstance(self.next, Stop) and self.next.holds:
            return 0
        form, given = self.form, self.answers
        ahead = {link_id: values for link_id, values in form.calm.items() if link_id not in given}
        waiting = sum(item.link_id in given for item in open_items(form.questionnaire, given))
        return waiting + sum(answer.question.id in ahead for answer in form.answers({**ahead, **given}))

    @property
    def done(self) -> bool:
        return self.next is None

    @property
    def story(self) -> str:
        return next((answer.text or "" for answer in self.asked if answer.question.kind == "text"), "")

    @property
    def wanted(self) -> tuple[str, ...]:
        return _wanted(self.asked)

    @cached_property
    def facts(self) -> Facts:
        """What the answers say and what follows from it."""
        return complete(self.said)

    @cached_property
    def _screening(self) -> Screening:
        return screen_facts(self.facts, self.forms, free_text=bool(self.story))

    def screening(self) -> Screening:
        """The rules held against what was said so far, for the forms in play."""
        return self._screening


def journey(form: Form, answers: Answers, *, concern: str, seen: Iterable[str] = ()) -> Journey:
    """Where somebody with these answers stands in this questionnaire.

    Args:
        answers: linkId to FHIR values, checked; those to pages that are not enabled count for nothing.
        seen: ids of red-flag rules whose words the person has read and may go on from.

    Raises:
        FactError: no such concern.
    """
    answers = {**answers, **form.start(concern)}
    asked = tuple(form.answers(answers))
    forms = in_play(concern, _wanted(asked))
    said = atoms_said(asked, form.given.get(concern, {}))
    flags = red_flags(said, forms)
    stop = Stop(flags) if flags else None
    step: Question | Stop | None = None
    if stop and (stop.holds or not set(seen).issuperset(stop.rules)):
        step = stop
    else:
        item = next(open_items(form.questionnaire, answers), None)
        step = form.questions[item.link_id] if item else None
    return Journey(form, concern, forms, asked, flags, step, said, answers)


def _wanted(asked: Iterable[Answer]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for answer in asked for word in answer.adds))


def red_flags(said: Mapping[Atom, Value], forms: Iterable[str]) -> tuple[Flag, ...]:
    """The red flags that fire on what was said, of the person and of single forms, the most urgent first."""
    known = complete(said, assume=False).known
    book = rules()
    order = list(book.urgencies)
    fired = [rule for rule in _raising(tuple(forms), book.version) if rule.condition.truth(known) is True]
    found = [Flag(rule, book.urgencies[rule.urgency or order[-1]]) for rule in fired]
    return tuple(sorted(found, key=lambda flag: order.index(flag.urgency.id)))


@lru_cache(maxsize=256)
def _raising(forms: tuple[str, ...], _version: str) -> tuple[Rule, ...]:
    """The rules in force that can raise a red flag for these forms; another version of the book is looked up anew."""
    rows = {rule.id: rule for rule in rules().person_rules}
    for form in forms:
        rows |= {rule.id: rule for rule in rules().for_form(form) if rule.action == "urgent-referral"}
    return tuple(rows.values())


def leading_to(atoms: frozenset[Atom], known: Mapping[Atom, Value]) -> frozenset[Atom]:
    """The atoms, and those that are not known and from which one of them would follow."""
    found = set(atoms)
    grew = True
    while grew:
        before = len(found)
        for when, gives in terms().derived:
            if not found.isdisjoint(gives):
                found |= when.open_atoms(known)
        grew = len(found) > before
    return frozenset(found)
