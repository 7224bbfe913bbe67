"""One case in words, for one screen: what alarms first, then the person, what they ask for, and what the rules say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from skinproof import care
from skinproof.care.concerns import NO_TREATMENT
from skinproof.care.rules import STRENGTH
from skinproof.care.screening import Verdict
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations import progress
from skinproof.clinic.consultations.models import Consultation, Correction, Message
from skinproof.clinic.consultations.names import concern_name, form_name
from skinproof.clinic.library import safety, shown
from skinproof.vocabulary import vocabulary

from . import words
from .facts_form import METHODS, fact_label, in_words
from .judging import Judged
from .models import FlagDealtWith, Plan
from .words import reference


@dataclass(frozen=True)
class FlagLine:
    """A red flag as the doctor reads it."""

    rule: safety.RuleShown
    urgency: str
    kind: str  # which callout
    do_now: tuple[str, ...]
    holds: bool
    new: bool  # raised by what was recorded, not by the person's answers
    of_person: bool  # else of one form only
    dealt_with: FlagDealtWith | None
    before: FlagDealtWith | None  # what was done before the person told it again

    @property
    def open(self) -> bool:
        return self.holds and self.of_person and self.dealt_with is None


@dataclass(frozen=True)
class VerdictLine:
    """What the rules say of one form, and what studies found."""

    form: str
    name: str
    verdict: str
    kind: str  # which badge
    icon: str
    rules: tuple[safety.RuleShown, ...]  # that close it or ask for care, strongest first
    advice: tuple[safety.RuleShown, ...]  # that leave it open
    reason: str  # where no rule and no missing fact tells it
    ask: tuple[str, ...]
    until: str
    limit: tuple[tuple[str, Any], ...]
    findings: tuple[shown.Shown, ...]  # the surest
    more_findings: int
    chosen: bool
    prescription_only: bool


@dataclass(frozen=True)
class AnswerLine:
    text: str
    answer: str
    unsure: bool
    nothing: bool  # "none of these", and sure of it


@dataclass(frozen=True)
class Section:
    name: str
    rows: tuple[AnswerLine, ...]


@dataclass(frozen=True)
class CorrectionLine:
    question: str
    before: str
    after: str
    at: dt.datetime
    lifted: tuple[safety.RuleShown, ...]  # red flags that stood before the change and not after it
    raised: tuple[safety.RuleShown, ...]


@dataclass(frozen=True)
class RecordedLine:
    label: str
    value: str
    method: str
    note: str
    doctor: str
    at: dt.datetime


@dataclass(frozen=True)
class ChangeLine:
    name: str
    before: str
    now: str


@dataclass(frozen=True)
class CaseView:
    case: Consultation
    reference: str
    concern: str
    person: str
    urgency: str
    urgency_kind: str
    waited: str
    flags: tuple[FlagLine, ...]
    wished: tuple[VerdictLine, ...]  # what the person chose
    others: tuple[VerdictLine, ...]
    corrections: tuple[CorrectionLine, ...]
    story: str
    unsure: int
    sections: tuple[Section, ...]  # answers that tell something
    nothing: tuple[AnswerLine, ...]  # questions with nothing to declare
    priorities: tuple[tuple[str, str], ...]
    recorded: tuple[RecordedLine, ...]
    changes: tuple[ChangeLine, ...]
    messages: tuple[Message, ...]
    plans: tuple[Plan, ...]
    trail: tuple[Entry, ...]

    @property
    def new_message(self) -> bool:
        return self.case.owed_since is not None

    @property
    def draft(self) -> Plan | None:
        return next((plan for plan in self.plans if not plan.signed), None)

    @property
    def signed(self) -> tuple[Plan, ...]:
        """Signed plans, the one in force first."""
        return tuple(plan for plan in reversed(self.plans) if plan.signed)


# verdict: (badge, icon, words)
VERDICTS = {
    "urgent-referral": ("stop", "stop", "Be seen first"),
    "contraindicated": ("stop", "stop", "Contraindicated"),
    "avoid": ("stop", "stop", "Not online"),
    "delay": ("caution", "time", "Not yet"),
    "ask-first": ("caution", "ask", "Ask first"),
    "caution": ("caution", "caution", "With care"),
    "ok": ("fine", "fine", "Open"),
    "not-screened": ("quiet", "ask", "No rules for it"),
}
CHECKS_FIRST = ("caution", "ask", "Your checks first")
PLACES = {"note": "their note", "message": "a message of theirs", "reply": "what they answered"}
PRESCRIBED = ("prescription", "prescription__issue", "prescription__ending")  # with a plan, in its query
FINDINGS = 2  # of a form, shown on the case
RATINGS = ("Not at all", "A little", "Quite", "Very")


def show(case: Consultation, judged: Judged) -> CaseView:
    """Everything on the screen, in four queries beside those of `judged`: corrections, messages, plans, trail."""
    journey = judged.progress.journey
    plans = tuple(case.plans.select_related("signed_by", "author", *PRESCRIBED).order_by("number"))
    verdicts = [verdict_line(form, judged.now.treatments[form], case) for form in judged.forms]
    answers = [_answer(each) for each in journey.asked if each.question.kind != "text"]  # the story stands by itself
    return CaseView(
        case=case,
        reference=reference(case.public_id),
        concern=concern_name(case.concern),
        person=case.person.name if case.person else "Guest, no account",
        urgency=words.urgency(case.urgency),
        urgency_kind=words.urgency_kind(case.urgency),
        waited=words.waited(case.sent_at, timezone.now()),
        flags=flags(judged),
        wished=tuple(line for line in verdicts if line.chosen),
        others=tuple(line for line in verdicts if not line.chosen),
        corrections=tuple(_correction(row, journey.form) for row in case.corrections.all()),
        story=journey.story,
        unsure=sum(row.unsure for _, row in answers),
        sections=_sections(answers),
        nothing=tuple(row for _, row in answers if row.nothing),
        priorities=_priorities(case.priorities),
        recorded=tuple(
            RecordedLine(
                label=fact_label(row.fact) if row.fact in care.terms().facts else row.fact,
                value=in_words(row.fact, row.value),
                method=METHODS.get(row.method, row.method),
                note=row.note,
                doctor=row.doctor.name,
                at=row.at,
            )
            for row in judged.recorded.values()
        ),
        changes=tuple(
            ChangeLine(form_name(change.form), verdict_words(change.before), verdict_words(change.now))
            for change in judged.changes
        ),
        messages=tuple(case.messages.select_related("author")),
        plans=plans,
        trail=trail(case, plans),
    )


def _badge(verdict: Verdict) -> tuple[str, str, str]:
    """(badge, icon, words); told apart where nothing but the clinician's own checks is missing."""
    if verdict.form == NO_TREATMENT and verdict.verdict == "not-screened":
        return VERDICTS["ok"]  # doing nothing needs no rules
    if verdict.verdict == "ask-first" and verdict.provisional in ("ok", "caution"):
        return CHECKS_FIRST
    return VERDICTS[verdict.verdict]


def verdict_words(verdict: Verdict) -> str:
    return _badge(verdict)[2]


def verdict_line(form: str, verdict: Verdict, case: Consultation) -> VerdictLine:
    kind, icon, text = _badge(verdict)
    fired = [care.rules().rule(rule) for rule in verdict.rules]
    strong = [rule for rule in fired if rule.strength >= STRENGTH["caution"]]
    found = shown.best_first(care.findings_of(form, case.concern))
    return VerdictLine(
        form=form,
        name=form_name(form),
        verdict=text,
        kind=kind,
        icon=icon,
        rules=tuple(safety.show(rule) for rule in strong),
        advice=tuple(safety.show(rule) for rule in fired if rule not in strong),
        reason="" if strong or verdict.ask or form == NO_TREATMENT else verdict.reason,
        ask=tuple(care.terms().facts[fact].meaning for fact in verdict.ask),
        until=verdict.until.words if verdict.until else "",
        limit=tuple(verdict.limit.items()),
        findings=tuple(shown.show(finding) for finding in found[:FINDINGS]),
        more_findings=max(0, len(found) - FINDINGS),
        chosen=form in case.choices,
        prescription_only=_prescription_only(form),
    )


def _prescription_only(form: str) -> bool:
    noun = vocabulary().forms.get(form)
    return noun is not None and noun.prescription_only


def flags(judged: Judged) -> tuple[FlagLine, ...]:
    """The person's red flags, the most urgent first, then those of single forms."""
    book = care.rules()
    of_forms = [
        rule
        for verdict in judged.now.treatments.values()
        for rule in verdict.rules
        if book.rule(rule).action == "urgent-referral"
    ]
    lines = []
    for rule_id in dict.fromkeys([*judged.now.person.rules, *of_forms]):
        rule = book.rule(rule_id)
        flag = care.Flag(rule, book.urgencies[rule.urgency or list(book.urgencies)[-1]])
        lines.append(
            FlagLine(
                rule=safety.show(rule),
                urgency=words.urgency(flag.urgency.id),
                kind="stop" if flag.urgency.holds else "caution",
                do_now=flag.do_now,
                holds=flag.urgency.holds,
                new=rule_id in judged.new_flags,
                of_person=rule_id in judged.now.person.rules,
                dealt_with=judged.dealt_with.get(rule_id),
                before=judged.told_again.get(rule_id),
            )
        )
    return tuple(lines)


def _answer(answer: care.Answer) -> tuple[str, AnswerLine]:
    nothing = answer.question.kind == "any-of" and not answer.chosen and not answer.unsure
    return answer.question.section, AnswerLine(answer.question.text, progress.in_words(answer), answer.unsure, nothing)


def _sections(answers: Iterable[tuple[str, AnswerLine]]) -> tuple[Section, ...]:
    found: dict[str, list[AnswerLine]] = {}
    for section, row in answers:
        if not row.nothing:
            found.setdefault(section, []).append(row)
    return tuple(Section(name, tuple(rows)) for name, rows in found.items())


def _correction(row: Correction, form: care.Form) -> CorrectionLine:
    asked = form.questions.get(row.question)
    question = asked.text if asked else row.question
    before, after = _in_words(asked, row.before), _in_words(asked, row.after)
    if isinstance(row.before, dict) and "quotes" in row.before:  # something that was read in their words
        question = f"What was read in {PLACES.get(row.question.partition(':')[0], 'their story')}"
        quotes = ", ".join(f"“{words}”" for words in row.before["quotes"])
        before, after = f"{quotes}, read as: {row.before['means']}", "The person says that this is not so"
    return CorrectionLine(
        question=question,
        before=before,
        after=after,
        at=row.at,
        lifted=_rules(set(row.flags_before) - set(row.flags_after)),
        raised=_rules(set(row.flags_after) - set(row.flags_before)),
    )


def _in_words(question: care.Question | None, raw: Any) -> str:
    """A stored answer in words; as it is stored, where its question has changed since."""
    if isinstance(raw, dict) and "chosen" in raw:  # how options were kept before a consultation was a questionnaire
        raw = [*raw["chosen"], *([care.UNSURE] if raw.get("unsure") else [])]
    if question is not None:
        try:
            return progress.in_words(question.read(raw))
        except care.FactError:
            pass
    return str(raw)


def _rules(ids: Iterable[str]) -> tuple[safety.RuleShown, ...]:
    book = care.rules()
    known = {rule.id for rule in book.rules}
    return tuple(safety.show(book.rule(rule)) for rule in sorted(ids) if rule in known)


def _priorities(kept: dict[str, int]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (care.priorities().get(name, name), RATINGS[rating])
        for name, rating in sorted(kept.items(), key=lambda pair: -pair[1])
        if 0 <= rating < len(RATINGS)
    )


def trail(case: Consultation, plans: Iterable[Plan]) -> tuple[Entry, ...]:
    """What was done to the case and its plans, newest first."""
    about = Q(object_type="consultation", object_id=case.public_id) | Q(
        object_type="plan", object_id__in=[plan.public_id for plan in plans]
    )
    return tuple(Entry.objects.filter(about).select_related("actor")[:100])
