"""Rules held against one person: what stops, delays or limits each form of treatment, and what must be known first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from skinproof.vocabulary import vocabulary

from .accounts import Account, as_answered, form_alone, told_together
from .concerns import concern_care
from .conditions import Atom, Known, Value, fact_of
from .facts import Facts, read_facts
from .half_told import HalfTold, half_told
from .patients import Patient, read_patient
from .reading import read_words
from .rules import STRENGTH, Rule, RuleBook, Until, rules
from .terms import FactError, terms

VerdictWord = Literal[
    "ok", "ask-first", "caution", "delay", "avoid", "contraindicated", "urgent-referral",
    "not-screened",  # a form that nobody has written rules for: never taken as ok
]  # fmt: skip
CAUTION = STRENGTH["caution"]
_GRAVITY: Mapping[str, float] = {**STRENGTH, "ask-first": CAUTION + 0.5, "not-screened": CAUTION + 0.6}
NOT_SCREENED = "We have no safety rules for this one, so a doctor must check it for you."
SCREENED_IN_PART = "Our safety rules cover only part of what matters for this one, so a doctor must check it for you."


@dataclass(frozen=True)
class PersonFlag:
    """A red flag that belongs to the person. With several, the most urgent speaks."""

    flag: Literal["none", "urgent-referral"]
    urgency: str | None = None
    to: str | None = None
    rules: tuple[str, ...] = ()
    holds: bool = False  # no treatment goes on until it has been dealt with


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one form for one person."""

    form: str
    verdict: VerdictWord
    provisional: VerdictWord  # leaving aside what a clinician or provider fills in before the start (`needs`)
    rules: tuple[str, ...]  # that fired, strongest first
    ask: tuple[str, ...]  # facts that could still change the verdict, those of the strongest rules first
    own: tuple[str, ...]  # those of `ask` that rules on this form turn on; the others are red flags, asked of everybody
    needs: tuple[str, ...]  # those of `ask` that somebody else than the person fills in
    reason: str
    limit: Mapping[str, Any]
    until: Until | None

    @property
    def refused(self) -> bool:
        return STRENGTH.get(self.verdict, 0) >= STRENGTH["delay"]

    def to_json(self) -> dict[str, Any]:
        row: dict[str, Any] = {
            "verdict": self.verdict,
            "rules": list(self.rules),
            "ask": list(self.ask),
            "reason": self.reason,
        }
        row["limit"] = dict(self.limit)
        row["until"] = self.until.model_dump(exclude_none=True) if self.until else {}
        return row


@dataclass(frozen=True)
class Screening:
    person: PersonFlag
    treatments: Mapping[str, Verdict]  # by form
    facts: Facts
    still_open: tuple[str, ...]  # forms asked about that are not refused
    notes: tuple[str, ...]
    account: Account  # how form and words were put together
    half_told: tuple[HalfTold, ...] = ()  # red flags of the person that their words tell half of

    @property
    def ask_everybody(self) -> tuple[str, ...]:
        """Facts that red flags of the person turn on and nobody answered: they keep every treatment closed."""
        atoms = [
            atom
            for rule in rules().person_rules
            for atom in sorted(rule.condition.open_atoms(self.facts.known), key=str)
        ]
        return tuple(dict.fromkeys(fact_of(atom) for atom in atoms))

    def to_json(self) -> dict[str, Any]:
        flag = self.person
        row: dict[str, Any] = {
            "person": {"flag": flag.flag, "urgency": flag.urgency, "to": flag.to, "rules": list(flag.rules)},
            "treatments": {form: verdict.to_json() for form, verdict in self.treatments.items()},
            "still_open": list(self.still_open),
            "notes": list(self.notes),
        }
        row["facts_from_text"] = self.account.facts_from_text
        if self.account.readings:
            row["if_now"] = [each.to_json() for each in self.half_told]
            row["contradictions"] = [each.to_json() for each in self.account.contradictions]
            row["found"] = [each.to_json() for each in self.account.found]
            row["to_confirm"] = [each.to_json() for each in self.account.to_confirm]
        return row


def screen(patient: Mapping[str, Any], *, today: date | None = None, assume_for_tests: bool = False) -> Screening:
    """The rules held against one person: what the form says and what their own words say (`accounts` has the rule).

    `patient` has `facts` ({fact: value}), and may have `concern`, `complaint` (free text), `asks-for` (forms or agents;
    all forms if absent), `unknown` (facts to leave unknown) and `today` (the day of writing). A fact that must be asked
    and was not is unknown, never "no"; `assume_for_tests` fills such gaps with the vocabulary's test values, and is for
    tests alone.

    Raises:
        FactError: a field, fact or treatment that cannot be used.
    """
    given = read_patient(patient)
    account = account_of(given, today=today, assume_for_tests=assume_for_tests)
    return screen_account(account, list(vocabulary().forms) if given.asks_for is None else forms_named(given.asks_for))


def account_of(given: Patient, *, today: date | None = None, assume_for_tests: bool = False) -> Account:
    """What a person's file says, form and words together.

    Raises:
        FactError: a fact or concern that cannot be used.
    """
    also = concern_care(given.concern).atoms if given.concern else {}
    form = read_facts(given.facts, also=also, blank=given.unknown, assume_for_tests=assume_for_tests)
    form = replace(form if assume_for_tests else as_answered(form), notes=(*given.notes, *form.notes))
    if not given.complaint:
        return form_alone(form)
    return told_together(form, read_words(given.complaint, today=given.today or today, facts=form.known))


def forms_named(words: Iterable[str]) -> list[str]:
    """The forms that ids of either set name, in their order, each once.

    Raises:
        FactError: an id of neither set, or a treatment that has no form.
    """
    found: dict[str, None] = {}
    for word in words:
        try:
            forms = vocabulary().resolve(word)
        except KeyError as error:
            raise FactError("asks-for", str(error.args[0])) from None
        if not forms:
            raise FactError("asks-for", f"{word!r} is studied, but not given in any form here")
        found |= dict.fromkeys(form.id for form in forms)
    return list(found)


def screen_facts(facts: Facts, forms: Iterable[str]) -> Screening:
    """The rules held against facts that were read already; `forms` are ids of forms."""
    return screen_account(form_alone(facts), forms)


def screen_account(
    account: Account, forms: Iterable[str], *, book: RuleBook | None = None, hold: bool = True
) -> Screening:
    """The rules held against what form and words say together; where they contradict each other, against both.

    Args:
        forms: ids of forms.
        book: the rules in force if not given.
        hold: whether a red flag of the person closes every form; without, each is judged by its own rules.
    """
    book = book or rules()
    flag = person_flag(account.ways, book)
    verdicts = {
        form: _graver(
            [judge(form, known, book, hold=hold and flag.holds) for known in account.ways], account.disputed, book
        )
        for form in forms
    }
    half = half_told(account, book.person_rules)
    first = [fact for each in half for fact in each.ask]
    if first:
        verdicts = {form: _asks_first(verdict, first) for form, verdict in verdicts.items()}
    return Screening(
        person=flag,
        treatments=verdicts,
        facts=account.facts,
        still_open=tuple(form for form, verdict in verdicts.items() if not verdict.refused),
        notes=account.facts.notes,
        account=account,
        half_told=half,
    )


def _asks_first(verdict: Verdict, facts: list[str]) -> Verdict:
    """The verdict with these of its open facts before the others."""
    ask = tuple(dict.fromkeys((*(fact for fact in facts if fact in verdict.ask), *verdict.ask)))
    reason = _reason(verdict.form, verdict.verdict, [], ask) if verdict.verdict == "ask-first" else verdict.reason
    return replace(verdict, ask=ask, reason=reason)


def _graver(verdicts: list[Verdict], disputed: frozenset[str], book: RuleBook) -> Verdict:
    """Of the verdicts of several readings the graver, which then asks for what they differ in."""
    if len(verdicts) == 1:
        return verdicts[0]
    kept = max(verdicts, key=lambda verdict: _GRAVITY[verdict.verdict])
    fired = [set(verdict.rules) for verdict in verdicts]
    between = set[str]().union(*fired).difference(fired[0].intersection(*fired[1:]))
    differ = [
        leaf.fact for rule in sorted(between) for leaf in book.rule(rule).condition.leaves() if leaf.fact in disputed
    ]
    return replace(kept, ask=tuple(dict.fromkeys((*kept.ask, *differ)))) if differ else kept


def person_flag(readings: Iterable[Known], book: RuleBook) -> PersonFlag:
    """The red flags that fire on any reading of the person, the most urgent first."""
    order = list(book.urgencies)
    several = list(readings)
    fired = [rule for rule in book.person_rules if any(rule.condition.truth(known) is True for known in several)]
    fired.sort(key=lambda rule: order.index(rule.urgency or order[-1]))
    if not fired:
        return PersonFlag("none")
    return PersonFlag(
        "urgent-referral", fired[0].urgency, fired[0].to, tuple(rule.id for rule in fired),
        any(book.urgencies[rule.urgency].holds for rule in fired if rule.urgency),
    )  # fmt: skip


def judge(form: str, known: Known, book: RuleBook, *, hold: bool = False) -> Verdict:
    """The verdict on one form: the strongest action that fires, unless something must be asked first."""
    fired, pending = [], []
    for rule in book.for_form(form):
        truth = rule.condition.truth(known)
        if truth is True and not rule.for_person:
            fired.append(rule)
        elif truth is None and rule.strength >= CAUTION:
            pending.append(rule)
    fired.sort(key=lambda rule: -rule.strength)
    base: VerdictWord = fired[0].action if fired and fired[0].strength >= CAUTION else "ok"  # type: ignore[assignment]
    if hold:
        base, pending = "urgent-referral", []
    # Above caution only a stronger rule changes anything; up to caution each further one does, since it adds a talk.
    level = STRENGTH[base]
    pending = sorted(
        (rule for rule in pending if rule.strength > level or level <= CAUTION),
        key=lambda rule: -rule.strength,
    )
    open_facts = {rule.id: sorted({fact_of(atom) for atom in rule.condition.open_atoms(known)}) for rule in pending}
    ask = tuple(dict.fromkeys(fact for rule in pending for fact in open_facts[rule.id]))
    specs = terms().facts
    needs = tuple(fact for fact in ask if specs[fact].filled_by != "person")
    waits = any(not specs[fact].provisional for facts in open_facts.values() for fact in facts)

    verdict = provisional = base
    if base in ("ok", "caution"):
        if ask:
            verdict = "ask-first"
        if waits:
            provisional = "ask-first"
    if form not in terms().forms:
        verdict, provisional = (_unscreened(word) for word in (verdict, provisional))
    return Verdict(
        form=form,
        verdict=verdict,
        provisional=provisional,
        rules=tuple(rule.id for rule in fired),
        ask=ask,
        own=tuple(dict.fromkeys(fact for rule in pending if not rule.for_person for fact in open_facts[rule.id])),
        needs=needs,
        reason=_reason(form, verdict, fired, ask),
        limit=_limits(fired),
        until=_until(fired, base),
    )


def _unscreened(verdict: VerdictWord) -> VerdictWord:
    return "not-screened" if verdict in ("ok", "caution", "ask-first") else verdict


def _reason(form: str, verdict: VerdictWord, fired: list[Rule], ask: tuple[str, ...]) -> str:
    if verdict == "not-screened":
        if form not in terms().partly:
            return NOT_SCREENED
        return " ".join([*(rule.reason for rule in fired if rule.action == "caution"), SCREENED_IN_PART])
    if verdict == "ask-first":
        labels = [terms().facts[fact].label for fact in ask]
        return f"We need to know {listed(labels[:4])}{' and more' if len(labels) > 4 else ''} before we can say."
    if verdict == "urgent-referral" and not (fired and fired[0].action == "urgent-referral"):
        return "Something you told us must be dealt with first, so every treatment waits."
    return " ".join(rule.reason for rule in fired if rule.action == verdict)


def _limits(fired: list[Rule]) -> dict[str, Any]:
    """The limits that hold together: of two numbers for one limit the stricter."""
    limits: dict[str, Any] = {}
    for rule in fired:
        for name, value in (rule.limit or {}).items():
            other = limits.get(name, value)
            numbers = all(isinstance(number, int | float) and not isinstance(number, bool) for number in (value, other))
            if numbers:
                limits[name] = max(value, other) if name.startswith("min-") else min(value, other)
            else:
                limits.setdefault(name, value)
    return limits


def _until(fired: list[Rule], verdict: VerdictWord) -> Until | None:
    """What ends the refusal: all that the deciding rules ask for, or None where one of them has no end."""
    deciding = [rule for rule in fired if rule.action == verdict]
    ends = [rule.until for rule in deciding if rule.until]
    if not ends or len(ends) < len(deciding):
        return None
    weeks = [end.weeks for end in ends if end.weeks is not None]
    months = [end.months for end in ends if end.months is not None]
    words = dict.fromkeys(end.condition for end in ends if end.condition)
    return Until(
        weeks=max(weeks, default=None), months=max(months, default=None), condition="; ".join(map(str, words)) or None
    )


def open_atoms(known: Mapping[Atom, Value], forms: Iterable[str], book: RuleBook) -> frozenset[Atom]:
    """The missing atoms that could still change what is said of any of the forms, or raise a red flag.

    A form that is refused for good (`avoid` or stronger) is left alone: no answer opens it again.
    """
    truths: dict[str, bool | None] = {}

    def truth(rule: Rule) -> bool | None:
        if rule.id not in truths:
            truths[rule.id] = rule.condition.truth(known)
        return truths[rule.id]

    undecided = {rule.id: rule for rule in book.person_rules if truth(rule) is None}
    for form in forms:
        own = [rule for rule in book.for_form(form) if not rule.for_person]
        level = max((rule.strength for rule in own if truth(rule)), default=0)
        if level < STRENGTH["avoid"]:
            undecided |= {
                rule.id: rule
                for rule in own
                if truth(rule) is None and rule.strength >= CAUTION and (level <= CAUTION or rule.strength > level)
            }
    return frozenset(atom for rule in undecided.values() for atom in rule.condition.open_atoms(known))


def listed(words: Iterable[str]) -> str:
    """'a, b and c'"""
    rows = list(words)
    return ", ".join(rows[:-1]) + (" and " if len(rows) > 1 else "") + rows[-1] if rows else ""
