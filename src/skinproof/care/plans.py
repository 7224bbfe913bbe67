"""Checks on a plan before it is signed, and what may be expected of it when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from skinproof.vocabulary import vocabulary

from .concerns import NO_TREATMENT
from .conditions import fact_of
from .market import Told, span, times_of
from .rules import STRENGTH, Rule, rules
from .screening import NOT_SCREENED, Screening, judge
from .shown import findings_of
from .terms import FactError, terms

SHORTEST_REASON = 20  # characters
NO_RULES = "not-screened"  # stands in an override for the rules that a form does not have


@dataclass(frozen=True)
class Override:
    """A clinician goes against one rule for one form, and says why."""

    form: str
    rule: str
    reason: str


@dataclass(frozen=True)
class Problem:
    """Something that keeps a plan from being signed as it is.

    A hard stop needs an override for each of its rules. `ask` needs the fact, or an override of the rule that turns on
    it (not where that is a red flag: `form` is None then, and only the answer serves). `caution` needs the talk to be
    recorded as had: an override of that rule serves. `person` is a red flag that holds everything: no override lifts
    it, it has to be recorded as dealt with. `product` is a product that is not named or may not be used: no override
    lifts it either. `check_plan` gives none of these: `care.products.check` tells them.
    """

    kind: Literal["person", "hard-stop", "ask", "caution", "override", "product"]
    form: str | None
    rule: str | None
    reason: str
    facts: tuple[str, ...] = ()


def check_plan(
    items: Iterable[str],
    screening: Screening,
    overrides: Iterable[Override] = (),
    *,
    dealt_with: Iterable[str] = (),
) -> tuple[Problem, ...]:
    """What stands against signing a plan of these forms.

    `dealt_with` are the ids of red-flag rules that a clinician has recorded as dealt with.

    Raises:
        FactError: a form that does not exist, or was not screened for this person.
    """
    forms = list(dict.fromkeys(items))
    for form in forms:
        if form not in vocabulary().forms:
            raise FactError("items", f"{form!r} is not a form")
        if form != NO_TREATMENT and form not in screening.treatments:
            raise FactError("items", f"{form} was not screened for this person")
    given = list(overrides)
    done = set(dealt_with)
    problems = [*_person(screening, done), *_faulty(given, forms)]
    sound = {(o.form, o.rule) for o in given if len(o.reason.strip()) >= SHORTEST_REASON}
    for form in forms:
        if form != NO_TREATMENT:
            problems += _of_form(form, screening, sound)
    return tuple(problems)


def _person(screening: Screening, done: set[str]) -> list[Problem]:
    flags = [rules().rule(rule) for rule in screening.person.rules if rule not in done]
    held = [
        Problem("person", None, flag.id, f"{flag.reason} Send to: {flag.to}. Record how this was dealt with first.")
        for flag in flags
        if rules().urgencies[flag.urgency or ""].holds
    ]
    return held + [_asked(None, rule, screening) for rule in rules().person_rules if _is_open(rule, screening)]


def _is_open(rule: Rule, screening: Screening) -> bool:
    """Whether it turns on what nobody has answered, or on what answers and words contradict each other in."""
    truths = {rule.condition.truth(known) for known in screening.account.ways}
    return None in truths or len(truths) > 1


def _asked(form: str | None, rule: Rule, screening: Screening) -> Problem:
    ways, disputed = screening.account.ways, screening.account.disputed
    missing = {fact_of(atom) for known in ways for atom in rule.condition.open_atoms(known)}
    facts = tuple(sorted(missing or {leaf.fact for leaf in rule.condition.leaves() if leaf.fact in disputed}))
    labels = ", ".join(terms().facts[fact].label for fact in facts)
    return Problem("ask", form, rule.id, f"Not known yet: {labels}.", facts)


def _faulty(overrides: list[Override], forms: list[str]) -> list[Problem]:
    found = []
    known = {NO_RULES, *(rule.id for rule in rules().rules)}
    flags = {rule.id for rule in rules().person_rules}
    for override in overrides:
        fault = None
        if override.rule not in known:
            fault = "names no rule"
        elif override.form not in forms:
            fault = "is for a form that the plan does not have"
        elif len(override.reason.strip()) < SHORTEST_REASON:
            fault = f"needs a reason of at least {SHORTEST_REASON} characters"
        elif override.rule in flags:
            fault = "cannot lift a red flag; record it as dealt with"
        if fault:
            found.append(Problem("override", override.form, override.rule, f"The override {fault}."))
    return found


def _of_form(form: str, screening: Screening, sound: set[tuple[str, str]]) -> list[Problem]:
    """The rules that fired on a form and were not overridden; and those that turn on what nobody has answered."""
    # without the hold, which is the person's and told apart
    fired = dict.fromkeys(rule for known in screening.account.ways for rule in judge(form, known, rules()).rules)
    found = []
    for rule in sorted((rules().rule(rule_id) for rule_id in fired), key=lambda rule: -rule.strength):
        if rule.strength >= STRENGTH["caution"] and (form, rule.id) not in sound:
            stops = rule.strength > STRENGTH["caution"]
            found.append(Problem("hard-stop" if stops else "caution", form, rule.id, rule.reason))
    for rule in rules().for_form(form):
        weak = rule.strength < STRENGTH["caution"] or rule.for_person or (form, rule.id) in sound
        if not weak and _is_open(rule, screening):
            found.append(_asked(form, rule, screening))
    if form not in terms().forms and (form, NO_RULES) not in sound:
        found.append(Problem("caution", form, NO_RULES, NOT_SCREENED))
    return found


@dataclass(frozen=True)
class Course:
    """When what may be expected, each line with its page or studies. Empty lines are not known."""

    form: str
    concern: str
    change_may_be_seen: tuple[Told, ...]  # what pages tell readers
    full_result: tuple[Told, ...]
    lasts: tuple[Told, ...]
    studies_looked_at: str | None  # "4 to 24 weeks": when studies here measured it
    study_ids: tuple[str, ...]

    @property
    def known(self) -> bool:
        return bool(self.change_may_be_seen or self.studies_looked_at)

    @property
    def words(self) -> str:
        """One line for a person."""
        if self.change_may_be_seen:
            return f"A change may be seen after {self.change_may_be_seen[0].text}."
        if self.studies_looked_at:
            return f"When a change is seen is not known. Studies looked after {self.studies_looked_at}."
        return "When a change is seen is not known."


def expected_course(form: str, concern: str) -> Course:
    """What pages and studies tell of when a change may be seen.

    Raises:
        FactError: no such form or concern.
    """
    if form not in vocabulary().forms or concern not in vocabulary().concerns:
        raise FactError("items" if form not in vocabulary().forms else "concern", "is not known")
    times = times_of(vocabulary().forms[form], concern)
    found = [finding for finding in findings_of(form, concern) if finding.weeks and finding.kind == "controlled"]
    weeks = [week for finding in found for week in finding.weeks or ()]
    return Course(
        form=form,
        concern=concern,
        change_may_be_seen=tuple(Told(span(t.onset_weeks, "weeks"), t.url, t.note) for t in times if t.onset_weeks),
        full_result=tuple(
            Told(span(end, "weeks"), t.url, t.note)
            for t in times
            if (end := t.full_weeks or t.stable_weeks or t.peak_weeks)
        ),
        lasts=tuple(Told(span(t.lasts_months, "months"), t.url, t.note) for t in times if t.lasts_months),
        studies_looked_at=span((min(weeks), max(weeks)), "weeks") if weeks else None,
        study_ids=tuple(dict.fromkeys(study for finding in found for study in finding.study_ids)),
    )
