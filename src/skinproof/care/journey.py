"""The walk through a published questionnaire: the next page that is enabled, or a red flag's words, or done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from skinproof.questionnaires import Answers, open_items

from .accounts import Account
from .concerns import in_play
from .conditions import Atom, Value, fact_of
from .facts import Facts, complete
from .half_told import half_told
from .questionnaires.form import Form, atoms_said
from .questions import Answer, Question
from .reading import day_here
from .rules import Rule, Urgency, rules
from .screening import Screening, open_atoms, screen_account
from .terms import terms
from .texts import Confirmed, Key, Quoted, Text, quoted, told, write


@dataclass(frozen=True)
class Flag:
    """One red flag in words."""

    rule: Rule
    urgency: Urgency
    quotes: tuple[Quoted, ...] = ()  # the person's own words that raise it; none where an answer does

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

    @property
    def quotes(self) -> tuple[Quoted, ...]:
        """The person's own words behind these red flags, each once."""
        return tuple({quote.id: quote for flag in self.flags for quote in flag.quotes}.values())


@dataclass(frozen=True)
class Journey:
    """Where a person stands. `asked` are the answers that count, in the order of asking."""

    form: Form
    concern: str
    forms: tuple[str, ...]  # in play
    asked: tuple[Answer, ...]
    flags: tuple[Flag, ...]  # the red flags that stand, the most urgent first
    next: Question | Stop | None
    said: Mapping[Atom, Value]  # by the answers alone
    answers: Answers
    texts: tuple[Text, ...]  # what they wrote in answers, read
    account: Account  # answers and words together
    half_told: tuple[Flag, ...] = ()  # red flags that their words tell half of; what decides them is asked next

    @property
    def unsure(self) -> frozenset[Atom]:
        """What they were asked and do not know."""
        return _unsure(self.asked)

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

    @property
    def facts(self) -> Facts:
        """What the answers and the words say and what follows from it."""
        return self.account.facts

    @cached_property
    def _screening(self) -> Screening:
        return screen_account(self.account, self.forms)

    def screening(self) -> Screening:
        """The rules held against what was said so far, for the forms in play."""
        return self._screening

    @cached_property
    def quoted(self) -> tuple[Quoted, ...]:
        """What their words say and nobody has asked them about yet."""
        return quoted(self.texts)

    def beside(self, question: Question) -> tuple[Quoted, ...]:
        """What the person wrote of what this question asks."""
        leads = leading_to(question.atoms, {})
        return tuple(each for each in self.quoted if each.atom in leads)

    @cached_property
    def to_confirm(self) -> tuple[Quoted, ...]:
        """What the words say and no answer does, because no question asked it or the person was not sure, and what can
        change what is said of the forms in play, or raise a red flag."""
        form = self.account.form
        known = {atom: value for atom, value in form.known.items() if fact_of(atom) not in form.assumed}
        rest = [each for each in self.quoted if each.atom not in known]
        if not rest:
            return ()
        matters = leading_to(open_atoms(known, self.forms, rules()), known)
        return tuple(each for each in rest if each.atom in matters)


def journey(
    form: Form,
    answers: Answers,
    *,
    concern: str,
    seen: Iterable[str] = (),
    today: date | None = None,
    confirmed: Mapping[str, Mapping[Key, Confirmed]] | None = None,
) -> Journey:
    """Where somebody with these answers stands in this questionnaire.

    Args:
        answers: linkId to FHIR values, checked; those to pages that are not enabled count for nothing.
        seen: ids of red-flag rules whose words the person has read and may go on from.
        today: the day on which they write, from which dates in their words are counted.
        confirmed: by the linkId of a text, what they said of what was read in it.

    Raises:
        FactError: no such concern.
    """
    answers = {**answers, **form.start(concern)}
    asked = tuple(form.answers(answers))
    forms = in_play(concern, _wanted(asked))
    said = atoms_said(asked, form.given.get(concern, {}))
    texts = _texts(asked, said, today or day_here(), confirmed or {})
    account = told(said, texts)
    unsure = _unsure(asked)
    flags = red_flags(account, forms, texts, unsure=unsure)
    half = _half_told(account, forms, texts, {flag.rule.id for flag in flags})
    stop = Stop(flags) if flags else None
    step: Question | Stop | None = None
    if stop and (stop.holds or not set(seen).issuperset(stop.rules)):
        step = stop
    else:
        waiting = [form.questions[item.link_id] for item in open_items(form.questionnaire, answers)]
        step = _deciding(waiting, account, forms) or next(iter(waiting), None)
    return Journey(form, concern, forms, asked, flags, step, said, answers, texts, account, half)


def _unsure(asked: Iterable[Answer]) -> frozenset[Atom]:
    return frozenset(atom for answer in asked if answer.unsure for atom in answer.question.atoms - answer.says.keys())


def _deciding(waiting: Iterable[Question], account: Account, forms: Iterable[str]) -> Question | None:
    """Of the questions that may come next the one that decides a red flag told by half; where that one is only asked of
    those who ticked what the words say, the one in which they can tick it."""
    several = list(waiting)
    half = half_told(account, _raising(tuple(forms), rules().version))
    decides = frozenset[Atom]().union(*(each.decides for each in half))
    leads = leading_to(decides, account.facts.known)
    for atoms in (decides, leads, frozenset[Atom]().union(*(each.atoms for each in half))):
        for question in several:
            if not question.atoms.isdisjoint(atoms):
                return question
    return None


def _half_told(
    account: Account, forms: Iterable[str], texts: Iterable[Text], raised: Iterable[str]
) -> tuple[Flag, ...]:
    book, in_words = rules(), quoted(texts)
    return tuple(
        _flag(each.rule, _behind(each.rule, in_words, account.used))
        for each in half_told(account, _raising(tuple(forms), book.version))
        if each.rule.id not in set(raised)
    )


def _flag(rule: Rule, behind: tuple[Quoted, ...]) -> Flag:
    book = rules()
    return Flag(rule, book.urgencies[rule.urgency or list(book.urgencies)[-1]], behind)


def _texts(
    asked: Iterable[Answer],
    said: Mapping[Atom, Value],
    today: date,
    confirmed: Mapping[str, Mapping[Key, Confirmed]],
) -> tuple[Text, ...]:
    written = [(answer.question.id, answer.text) for answer in asked if answer.question.kind == "text" and answer.text]
    return tuple(write(where, text, today, said, confirmed.get(where)) for where, text in written)


def _wanted(asked: Iterable[Answer]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for answer in asked for word in answer.adds))


def red_flags(
    account: Account,
    forms: Iterable[str],
    texts: Iterable[Text] = (),
    *,
    quote_all: bool = False,
    unsure: frozenset[Atom] = frozenset(),
) -> tuple[Flag, ...]:
    """The red flags that fire on what was said, in answers or in the texts, of the person and of single forms, the most
    urgent first. Words are quoted where no answer says it; with `quote_all` where words alone would raise it, too.

    `unsure` is what the person was asked and does not know: a flag that their words tell half of, and of which nobody
    knows the other half, stands."""
    answered = complete(account.form.said, assume=False).known
    ways, in_words, alone = [answered], tuple[Quoted, ...](), Facts({}, {})
    if account.used:
        ways.append(complete({**account.form.said, **account.used}, assume=False).known)
        in_words = quoted(texts)
        alone = complete(account.used, assume=False)
    book = rules()
    order = list(book.urgencies)
    found = []
    raising = _raising(tuple(forms), book.version)
    undecided = {
        each.rule.id
        for each in (half_told(account, raising) if unsure else ())
        if all(not leading_to(frozenset({atom}), account.facts.known).isdisjoint(unsure) for atom in each.decides)
    }
    for rule in raising:
        if rule.id in undecided or any(rule.condition.truth(known) is True for known in ways):
            quote = rule.condition.truth(answered) is not True
            quote = quote or (quote_all and rule.condition.truth(alone.known) is True)
            behind = _behind(rule, in_words, account.used) if quote else ()
            found.append(_flag(rule, behind))
    return tuple(sorted(found, key=lambda flag: order.index(flag.urgency.id)))


def _behind(rule: Rule, in_words: Iterable[Quoted], used: Mapping[Atom, Value]) -> tuple[Quoted, ...]:
    """What was written and bears on a rule."""
    atoms = leading_to(frozenset(atom for leaf in rule.condition.leaves() for atom in leaf.atoms()), {})
    return tuple(each for each in in_words if each.atom in atoms and each.atom in used)


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
