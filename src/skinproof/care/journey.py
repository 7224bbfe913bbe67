"""The walk through the questions: the next one that still matters, or a red flag's words, or done. Pages draw it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .concerns import concern_care, in_play
from .conditions import Atom, Known, Value
from .facts import FactError, Facts, complete, terms
from .questions import Answer, Consultation, Question, RawAnswer, concern_question, consultation
from .rules import Rule, RuleBook, Urgency, rules
from .screening import Screening, open_atoms, screen_facts

SEEN = "seen"  # the key under which a person's "I have read this" is kept: a list of rule ids


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
    """Where a person stands. `asked` are the answers that count, in the order they were asked."""

    concern: str | None  # None until the first question is answered
    forms: tuple[str, ...]  # in play
    asked: tuple[Answer, ...]
    next: Question | Stop | None
    facts: Facts
    left: int  # further questions, for somebody with nothing to declare in them
    unused: tuple[str, ...]  # answers that were given and are not asked any more: they count for nothing
    unfit: Mapping[str, str]  # answers that do not fit their question, and why: asked again

    @property
    def done(self) -> bool:
        return self.next is None

    @property
    def story(self) -> str:
        return next((answer.text or "" for answer in self.asked if answer.question.kind == "text"), "")

    @property
    def wanted(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word for answer in self.asked for word in answer.adds))

    def screening(self) -> Screening:
        """The rules held against what was said so far, for the forms in play."""
        return screen_facts(self.facts, self.forms, free_text=bool(self.story))


@dataclass
class _Walk:
    """What is known on the way, and what of it still matters."""

    concern: str
    atoms: dict[Atom, Value]
    forms: tuple[str, ...]
    wanted: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.given = concern_care(self.concern).atoms  # what the concern itself says: no answer unsays it
        self.atoms = {**self.atoms, **self.given}
        self.book: RuleBook = rules()
        self.consultation: Consultation = consultation()
        self._refresh(forms_changed=True)

    def _refresh(self, *, forms_changed: bool) -> None:
        self.known: Known = complete(self.atoms, assume=False).known
        self.matters = leading_to(open_atoms(self.known, self.forms, self.book), self.known)
        if forms_changed:
            self.relevant = leading_to(atoms_in_play(self.forms, self.book), {}) - self.given.keys()

    def say(self, answer: Answer) -> None:
        self.atoms = {**self.atoms, **answer.atoms, **self.given}
        if answer.adds:
            self.wanted += answer.adds
            self.forms = in_play(self.concern, self.wanted)
        self._refresh(forms_changed=bool(answer.adds))

    def take(self, rest: list[Question]) -> Question | None:
        """The next question that is due, taken from `rest`, joined with neighbours of its pool while there is room."""
        while rest:
            first = rest.pop(0).narrowed(self.relevant)
            if not self.due(first):
                continue
            others: list[Question] = []
            room = self.consultation.most_options - len(first.options)
            while first.pool and rest and rest[0].pool == first.pool:
                neighbour = rest[0].narrowed(self.relevant)
                if self.due(neighbour):
                    room -= len(neighbour.options)
                    if room < 0:
                        break
                    others.append(neighbour)
                rest.pop(0)
            return first.joined(others, self.consultation.pools[first.pool]) if first.pool else first
        return None

    def due(self, question: Question) -> bool:
        """Whether it is asked now: something that its answers say can still change a verdict."""
        if question.concerns and self.concern not in question.concerns:
            return False
        if question.condition is not None and question.condition.truth(self.known) is not True:
            return False
        return question.always or not self.matters.isdisjoint(question.atoms)

    def flags(self) -> list[Flag]:
        fired = [rule for rule in self.book.person_rules if rule.condition.truth(self.known) is True]
        for form in self.forms:
            for rule in self.book.for_form(form):
                if rule.action == "urgent-referral" and rule not in fired and rule.condition.truth(self.known) is True:
                    fired.append(rule)
        order = list(self.book.urgencies)
        found = [Flag(rule, self.book.urgencies[rule.urgency or order[-1]]) for rule in fired]
        return sorted(found, key=lambda flag: order.index(flag.urgency.id))


def journey(concern: str | None, answers: Mapping[str, RawAnswer]) -> Journey:
    """The walk from the first question, taking each answer that is there, up to the first thing to show.

    Without a concern, that is the first question, answered under "concern".
    `answers` is {question id: answer} as `Question.read` takes it, and may hold "seen": the ids of red-flag rules whose
    words the person has read. An answer that does not fit its question is asked again, never guessed at.

    Raises:
        FactError: no such concern.
    """
    if concern is None:
        unfit: dict[str, str] = {}
        first = _fitting(concern_question(), answers, unfit)
        if first is None:
            unused = tuple(sorted(set(answers) - {SEEN} - set(unfit)))
            return Journey(None, (), (), concern_question(), complete({}), 1, unused, unfit)
        concern = first.chosen[0]
    walk = _Walk(concern, {}, in_play(concern))
    read = answers.get(SEEN)
    seen = {rule for rule in read if isinstance(rule, str)} if isinstance(read, list | tuple) else set()
    asked: list[Answer] = []
    unfit = {}
    step: Question | Stop | None = None
    rest = list(consultation().questions)
    while (question := walk.take(rest)) is not None:
        answer = _fitting(question, answers, unfit)
        if answer is None:
            step = question
            break
        asked.append(answer)
        walk.say(answer)
        flags = walk.flags()
        stop = Stop(tuple(flags)) if flags else None
        if stop and (stop.holds or not seen.issuperset(stop.rules)):
            step = stop
            break
    pools = {answer.question.pool for answer in asked} - {None}
    used = {each.id for each in consultation().questions if each.pool in pools}
    used |= {answer.question.id for answer in asked} | {SEEN, concern_question().id} | set(unfit)
    left = (
        0
        if isinstance(step, Stop) and step.holds
        else _left(walk, [step, *rest] if isinstance(step, Question) else rest)
    )
    return Journey(
        concern=concern,
        forms=walk.forms,
        asked=tuple(asked),
        next=step,
        facts=complete(walk.atoms),
        left=left,
        unused=tuple(sorted(set(answers) - used)),
        unfit=unfit,
    )


def _fitting(question: Question, answers: Mapping[str, RawAnswer], unfit: dict[str, str]) -> Answer | None:
    """The answer that is there, if it fits and says something of every option that is shown now."""
    try:
        if question.pool:
            answer = _pooled(question, answers)
        elif question.id in answers:
            answer = question.read(answers[question.id])
        else:
            return None
    except FactError as error:
        unfit[question.id] = error.fault
        return None
    return answer if answer.covers(question) else None


def _pooled(question: Question, answers: Mapping[str, RawAnswer]) -> Answer:
    """What was said of this question's options in any question of its pool, however they were shared out then."""
    given = [
        (question if each.id == question.id else each).read(answers[each.id])
        for each in consultation().questions
        if each.pool == question.pool and each.id in answers
    ]
    chosen = {option for answer in given for option in answer.chosen}
    shown = {option for answer in given for option in answer.shown}
    unsure = any(answer.unsure and not set(question.offered).isdisjoint(answer.shown) for answer in given)
    return Answer(
        question,
        chosen=tuple(option for option in question.offered if option in chosen),
        shown=tuple(option for option in question.offered if option in shown),
        unsure=unsure,
    )


def calm_answer(question: Question) -> Any:
    """How somebody with nothing to declare answers; "not sure" where there is no such answer."""
    if question.kind == "text":
        return ""
    if question.kind == "any-of":
        return []
    return question.calm or "not-sure"


def _left(walk: _Walk, rest: list[Question]) -> int:
    """How many questions would still come if each were answered calmly."""
    ahead = _Walk(walk.concern, dict(walk.atoms), walk.forms, list(walk.wanted))
    rest, count = list(rest), 0
    while (question := ahead.take(rest)) is not None:
        count += 1
        ahead.say(question.read(calm_answer(question)))
    return count


def atoms_in_play(forms: Iterable[str], book: RuleBook) -> frozenset[Atom]:
    """Every atom that some rule for these forms, or some red flag, turns on."""
    rows = {rule.id: rule for form in ("", *forms) for rule in book.for_form(form)}
    return frozenset(atom for rule in rows.values() for leaf in rule.condition.leaves() for atom in leaf.atoms())


def leading_to(atoms: frozenset[Atom], known: Known) -> frozenset[Atom]:
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
