"""The options for one person and one concern: what is open, what is not and why, what would change it, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from skinproof.evidence import Harm, PriceRange, Time, findings
from skinproof.vocabulary import Form, Source, unknown, vocabulary

from .accounts import Account, form_alone
from .concerns import NO_TREATMENT, concern_care, in_play
from .facts import Facts, read_facts
from .fit import Fit, check_priorities, fits
from .market import Row, prices_of, rows_of, times_of
from .rules import Rule, RuleSource, rules
from .screening import CAUTION, PersonFlag, Screening, Verdict, VerdictWord, listed, screen_account
from .shown import Untreated, by_concept, got_only, studies_of, untreated, used_in
from .terms import terms

Status = Literal[
    "open",
    "open-with-care",
    "ask-first",
    "not-yet",
    "not-here",
    "not-for-you",
    "needs-to-be-seen",
    "doctor-must-check",
    "by-yourself",
]
_STATUS: Mapping[VerdictWord, Status] = {
    "ok": "open",
    "caution": "open-with-care",
    "ask-first": "ask-first",
    "delay": "not-yet",
    "avoid": "not-here",
    "contraindicated": "not-for-you",
    "urgent-referral": "needs-to-be-seen",
    "not-screened": "doctor-must-check",
}
WORDS: Mapping[Status, str] = {
    "open": "Open to you",
    "open-with-care": "Open to you, with care",
    "ask-first": "We need to know more first",
    "not-yet": "Not yet",
    "not-here": "Not here",
    "not-for-you": "Not for you",
    "needs-to-be-seen": "On hold: you need to be seen first",
    "doctor-must-check": "Safety rules are missing: a doctor must check",
    "by-yourself": "Open to you: we have no safety rule on it",
}
# Everyday care (sunscreen, a moisturiser): nobody needs a clinic's leave for it, so a missing rule does not close it.
EVERYDAY = ("none", "self-care")
ORDER = (
    "The usual choice comes first, then no treatment. Then come what you can do yourself, what a pharmacy sells, "
    "creams and serums sold for looks, prescription medicines, and procedures, each by name. What matters to you is "
    "shown beside each one. It never changes the order."
)
KINDS = ("none", "self-care", "otc", "cosmetic", "pom", "adjunct", "pom-procedure", "procedure")
# Where no page names a usual choice, it is looked for in this order: what is cheap and at hand before what is not, and
# nothing that is sold for looks alone before there is nothing else.
CHEAP_FIRST = (("self-care", "otc"), ("pom",), ("procedure", "pom-procedure"), ("cosmetic",))
BY_RULE = (
    "No page was found that names a usual choice. Of the simplest kind of treatment that studies here looked at, this "
    "is the one that most of them used, those with a known price first."
)


@dataclass(frozen=True)
class Because:
    """One rule that fired, in words, with how far its pages carry it."""

    rule: str
    action: str
    sentence: str
    support: str  # direct | partial | inferred | none
    support_words: str
    sources: tuple[RuleSource, ...]
    advice: str | None
    jurisdiction: str | None


@dataclass(frozen=True)
class Asked:
    """Something that must be known first, and who can say it."""

    fact: str
    label: str
    of: str  # person | clinician | provider


@dataclass(frozen=True)
class Option:
    """One form for this person. Every option has the same parts; what is not known is empty and said so."""

    form: str
    name: str
    sentence: str
    kind: str
    usual: bool
    usual_source: Source | None
    usual_note: str | None
    status: Status
    verdict: Verdict
    why: tuple[Because, ...]  # what closes it or asks for care, strongest first
    advice: tuple[Because, ...]  # what is said with it
    ask: tuple[Asked, ...]  # what the person or the seller must say first; red flags, asked of everybody, are apart
    before_start: tuple[str, ...]  # "we check your age": what a clinician does before it can start
    would_change: tuple[str, ...]
    limits: Mapping[str, Any]
    findings: Mapping[str, tuple[str, ...]]  # finding ids by concept, the concern's concepts in order
    studies: int  # with a comparison group
    harms: tuple[Harm, ...]
    prices: tuple[PriceRange, ...]
    times: tuple[Time, ...]
    rows: tuple[Row, ...]  # prices and times in words, the same rows for every option
    fit: Mapping[str, Fit]  # by priority

    @property
    def status_words(self) -> str:
        return WORDS[self.status]


@dataclass(frozen=True)
class Options:
    concern: str
    decision: str
    person: PersonFlag
    all: tuple[Option, ...]
    ask_everybody: tuple[Asked, ...]  # red flags that were not answered: they keep every treatment closed
    concepts: tuple[str, ...]
    untreated: tuple[Untreated, ...]
    priorities: tuple[str, ...]
    screening: Screening
    order: str = ORDER

    def get(self, form: str) -> Option:
        """
        Raises:
            KeyError: the form is not among the options.
        """
        for option in self.all:
            if option.form == form:
                return option
        raise KeyError(unknown(form, [option.form for option in self.all]))

    @property
    def open(self) -> tuple[Option, ...]:
        return tuple(option for option in self.all if option.status in ("open", "open-with-care", "by-yourself"))

    @property
    def ask_first(self) -> tuple[Option, ...]:
        return tuple(option for option in self.all if option.status in ("ask-first", "doctor-must-check"))

    @property
    def closed(self) -> tuple[Option, ...]:
        """Refused, now or for good. What is still possible is in `open` and `ask_first`."""
        closed = ("not-yet", "not-here", "not-for-you", "needs-to-be-seen")
        return tuple(option for option in self.all if option.status in closed)


def options(
    concern: str,
    facts: Mapping[str, object] | Facts | Account,
    priorities: Iterable[str] | None = None,
    *,
    wanted: Iterable[str] = (),
    assume_for_tests: bool = False,
) -> Options:
    """The options for one person. `facts` as `read_facts` takes them, or read already, with the person's own words or
    without (from a journey); `wanted` are treatments or forms the person asked about.

    Raises:
        FactError: a concern, fact, treatment or priority that cannot be used.
    """
    care = concern_care(concern)
    if not isinstance(facts, Facts | Account):
        facts = read_facts(facts, also=care.atoms, assume_for_tests=assume_for_tests)
    chosen = check_priorities(list(priorities) if priorities is not None else None)
    forms = ordered(in_play(concern, wanted), usual_form(concern))
    screening = screen_account(facts if isinstance(facts, Account) else form_alone(facts), forms)
    return Options(
        concern=concern,
        decision=care.decision,
        person=screening.person,
        all=tuple(_option(vocabulary().forms[form], concern, screening.treatments[form], screening) for form in forms),
        ask_everybody=tuple(_asked(fact) for fact in screening.ask_everybody if not terms().facts[fact].provisional),
        concepts=care.concepts,
        untreated=untreated(concern),
        priorities=chosen,
        screening=screening,
    )


@cache
def usual_form(concern: str) -> str:
    """The cheap usual choice: the form that the concern's page names, else one found by `CHEAP_FIRST`."""
    named = concern_care(concern).usual.form
    if named:
        return named
    for kinds in CHEAP_FIRST:
        shown = [
            form for form in in_play(concern) if vocabulary().forms[form].kind in kinds and studies_of(form, concern)
        ]
        if shown:
            return max(shown, key=lambda form: (_priced(form, concern), used_in(form, concern)))
    return NO_TREATMENT


def _priced(form: str, concern: str) -> bool:
    return any(price.low is not None for price in prices_of(vocabulary().forms[form], concern))


def ordered(forms: Iterable[str], usual: str) -> list[str]:
    """The order that `ORDER` states; it depends on nothing a person says."""

    def place(form_id: str) -> tuple[int, int, str]:
        form = vocabulary().forms[form_id]
        first = 0 if form_id == usual else 1 if form_id == NO_TREATMENT else 2
        return first, KINDS.index(form.kind), form.name.lower()

    return sorted(dict.fromkeys(forms), key=place)


def _option(form: Form, concern: str, verdict: Verdict, screening: Screening) -> Option:
    care = concern_care(concern)
    status = _STATUS[verdict.provisional]
    asked = verdict.ask
    if form.id == NO_TREATMENT:  # nothing need be known for it
        status, asked = ("open" if status == "doctor-must-check" else status), ()
    elif form.kind in EVERYDAY and status == "doctor-must-check":
        status = "by-yourself"
    fired = [rules().rule(rule) for rule in verdict.rules]
    usual = form.id == usual_form(concern)
    specs = terms().facts
    return Option(
        form=form.id,
        name=form.name,
        sentence=form.sentence,
        kind=form.kind,
        usual=usual,
        usual_source=care.usual.source if usual else None,
        usual_note=BY_RULE if usual and care.usual.by_rule else None,
        status=status,
        verdict=verdict,
        why=tuple(_because(rule) for rule in fired if rule.strength >= CAUTION),
        advice=tuple(_because(rule) for rule in fired if rule.strength < CAUTION and rule.advise),
        ask=tuple(_asked(fact) for fact in asked if not specs[fact].provisional and fact in verdict.own),
        before_start=tuple(specs[fact].needs or "" for fact in asked if specs[fact].provisional),
        would_change=_would_change(status, verdict, fired, screening),
        limits=verdict.limit,
        **_known_of(form.id, concern),
    )


@cache
def _known_of(form_id: str, concern: str) -> dict[str, Any]:
    """The parts of an option that are the same for everybody."""
    form = vocabulary().forms[form_id]
    return {
        "findings": by_concept(form_id, concern, concern_care(concern).concepts),
        "studies": len(studies_of(form_id, concern)),
        "harms": _harms(form, concern),
        "prices": prices_of(form, concern),
        "times": times_of(form, concern),
        "rows": rows_of(form, concern),
        "fit": fits(form, concern),
    }


def _asked(fact: str) -> Asked:
    spec = terms().facts[fact]
    return Asked(fact, spec.label, spec.filled_by)


def _because(rule: Rule) -> Because:
    return Because(
        rule=rule.id,
        action=rule.action,
        sentence=rule.reason,
        support=rule.support,
        support_words=terms().support[rule.support],
        sources=rule.source,
        advice=rule.advise,
        jurisdiction=rule.jurisdiction,
    )


def _would_change(status: Status, verdict: Verdict, fired: list[Rule], screening: Screening) -> tuple[str, ...]:
    """What would open it, in words: time, something that passes, or somebody who may decide otherwise."""
    if status in ("open", "open-with-care", "doctor-must-check", "by-yourself"):
        return ()
    specs = terms().facts
    if status == "ask-first":
        person = [specs[fact].label for fact in verdict.own if specs[fact].filled_by == "person"]
        seller = [specs[fact].needs or "" for fact in verdict.ask if specs[fact].filled_by == "provider"]
        lines = [f"Once we know {listed(person)}."] if person else []
        lines += [f"It can be weighed once {need}." for need in seller if need]
        return tuple(lines) or ("Once the questions that everybody is asked are answered.",)
    if status == "needs-to-be-seen":
        return ("Once somebody has seen you, and you tell us what they said.",)
    deciding = [rule for rule in fired if rule.action == verdict.verdict]
    ways = screening.account.ways
    lines = []
    for rule in deciding:
        changes = [
            specs[leaf.fact].change
            for leaf in rule.condition.leaves()
            if any(leaf.truth(known) is True for known in ways)
        ]
        lines += [f"This can change {change}." for change in changes if change]
    if verdict.until:
        lines.append(f"Until: {verdict.until.words}.")
    if status == "not-here":
        lines.append("A specialist who sees you in person may decide otherwise.")
    lines += [f"Ask for: {rule.to}." for rule in deciding if rule.to]
    return tuple(dict.fromkeys(lines)) or ("We know of nothing that would change this.",)


def _harms(form: Form, concern: str) -> tuple[Harm, ...]:
    """Unwanted effects that studies on this concern counted or told of, in people who got the form and nothing else."""
    if form.id == NO_TREATMENT:
        return ()
    return tuple(harm for harm in findings().harms(form.id, concern) if got_only(form, harm.treatments))
