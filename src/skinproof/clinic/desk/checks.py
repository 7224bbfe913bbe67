"""What stands against signing a plan: care's checks on the case as it is known now, and the reasons a doctor gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from skinproof import care
from skinproof.care.prescribing import KEY, PrescribingProblem, formulary, standing
from skinproof.clinic.consultations.names import form_name
from skinproof.clinic.library import safety
from skinproof.clinic.library.sources import Address, address
from skinproof.clinic.library.words import lower_first
from skinproof.clinic.people.models import User
from skinproof.clinic.products import selectors as products
from skinproof.vocabulary import vocabulary

from .content import PlanContent
from .judging import Judged
from .models import Override, Plan

# kind: (badge, icon, what it is, the label of the field for a reason)
KINDS = {
    "person": ("stop", "stop", "Holds everything", ""),
    "hard-stop": ("stop", "stop", "Hard stop", "Why do you go on against this rule?"),
    "ask": ("caution", "ask", "Not known", "Why do you go on without knowing?"),
    "caution": ("caution", "caution", "Needs a talk", "What was said about this, and what was decided?"),
    "override": ("stop", "stop", "Reason that cannot be used", ""),
    "product": ("stop", "stop", "Product", ""),
    # of medicines that are prescribed
    "rx-missing": ("stop", "stop", "To be done first", ""),
    "rx-stop": ("stop", "stop", "Past a hard limit", "Why do you go past this limit?"),
    "rx-unknown": ("caution", "ask", "No limit known", "Which limit do you go by, and from where?"),
    "rx-reason": ("caution", "caution", "Needs a reason", "Why is it right for this person?"),
}
Where = tuple[str, str]  # (form, rule)


@dataclass(frozen=True)
class Line:
    """One problem as the doctor reads it, with the reason they gave for going on."""

    kind: str
    form: str
    form_name: str
    rule: str
    shown: safety.RuleShown | None
    reason: str
    facts: tuple[str, ...]
    override: Override | None  # whoever wrote it
    solved: bool
    pages: tuple[tuple[Address, str], ...] = ()  # for limits of the formulary
    earlier: Override | None = None  # a reason given when the numbers were others: shown again, and not counted

    @property
    def badge(self) -> str:
        return KINDS[self.kind][0]

    @property
    def icon(self) -> str:
        return KINDS[self.kind][1]

    @property
    def words(self) -> str:
        return KINDS[self.kind][2]

    @property
    def ask_for_reason(self) -> str:
        """The label of the reason's field; empty where no reason serves."""
        return KINDS[self.kind][3] if self.form else ""

    @property
    def of_medicine(self) -> bool:
        return self.kind.startswith(KEY)

    @property
    def where(self) -> Where:
        return (self.form, self.rule)


@dataclass(frozen=True)
class Group:
    """One rule, or one missing answer, and the forms of the plan that it stands against."""

    first: Line
    lines: tuple[Line, ...]

    @property
    def solved(self) -> bool:
        return all(line.solved for line in self.lines)

    @property
    def against(self) -> str:
        """'Not known for azelaic acid cream or gel, tretinoin cream or gel': what it is, and of which forms."""
        names = [lower_first(line.form_name) for line in self.lines if line.form_name]
        return f"{self.first.words} for {', '.join(names)}" if names else self.first.words


def groups(found: Iterable[Line]) -> tuple[Group, ...]:
    """Lines put together by rule: what has no reason yet first, the strongest first."""
    by_rule: dict[tuple[str, str, str], list[Line]] = {}
    for line in found:
        by_rule.setdefault((line.kind, line.rule, line.reason if line.of_medicine else ""), []).append(line)
    made = [Group(rows[0], tuple(rows)) for rows in by_rule.values()]
    order = list(KINDS)
    return tuple(sorted(made, key=lambda group: (group.solved, order.index(group.first.kind), group.against)))


def lines(
    content: PlanContent,
    judged: Judged,
    overrides: Iterable[Override],
    doctor: User,
    prescribed: Iterable[PrescribingProblem] = (),
    more: Iterable[care.Problem] = (),
) -> tuple[Line, ...]:
    """Every problem of the plan, the solved ones too, in care's order. A reason counts for the doctor who wrote it.

    `prescribed` is what stands against its medicines: see `prescribing.problems`. `more` are problems that no reason
    lifts, told by others: of the products that the plan names.
    """
    unsolved = tuple(more)
    rows = {(row.form, row.rule): row for row in overrides}
    usable = [row for row in rows.values() if row.doctor_id == doctor.pk]
    still = {(problem.kind, problem.form, problem.rule) for problem in (*against(content, judged, usable), *unsolved)}
    return _prescribed(prescribed, rows, usable) + tuple(
        Line(
            kind=problem.kind,
            form=problem.form or "",
            form_name=form_name(problem.form) if problem.form else "",
            rule=problem.rule or "",
            shown=_shown(problem.rule),
            reason=_for_doctors(problem),
            facts=problem.facts,
            override=rows.get((problem.form or "", problem.rule or "")),
            solved=(problem.kind, problem.form, problem.rule) not in still,
        )
        for problem in (*against(content, judged, ()), *unsolved)
    )


def _prescribed(
    problems: Iterable[PrescribingProblem], rows: dict[Where, Override], usable: Iterable[Override]
) -> tuple[Line, ...]:
    found = [problem for problem in problems if problem.kind != "note"]
    still = set(standing(found, _reasons(usable)))
    return tuple(
        Line(
            kind=f"{KEY}{problem.kind}",
            form=problem.form,
            form_name=form_name(problem.form),
            rule=problem.key,
            shown=None,
            reason=problem.says,
            facts=(),
            override=rows.get((problem.form, problem.key)),
            solved=problem not in still,
            earlier=next((row for (form, rule), row in rows.items() if _was(problem, form, rule)), None),
            pages=tuple(
                (address(page.url, page.organisation), safety.TIERS.get(page.tier, page.tier))
                for page in formulary().sources(problem.source)
            ),
        )
        for problem in found
    )


def _was(problem: PrescribingProblem, form: str, rule: str) -> bool:
    """Whether a reason was given for the same problem with other numbers."""
    return form == problem.form and rule != problem.key and rule.rpartition("-")[0] == problem.stem


def _reasons(overrides: Iterable[Override]) -> dict[Where, str]:
    return {(row.form, row.rule): row.reason for row in overrides}


def against(content: PlanContent, judged: Judged, overrides: Iterable[Override]) -> tuple[care.Problem, ...]:
    """What keeps the plan from being signed with these overrides.

    A form that the vocabulary no longer has is told by `content.missing`; no rule can speak of it.
    """
    return care.check_plan(
        [form for form in content.forms if form in vocabulary().forms],
        judged.now,
        [
            care.Override(row.form, row.rule, row.reason)
            for row in overrides
            if row.form in content.forms and row.form in vocabulary().forms and not row.rule.startswith(KEY)
        ],
        dealt_with=judged.dealt_with,
    )


def of_signature(
    plan: Plan, content: PlanContent, judged: Judged, doctor: User, prescribed: Iterable[PrescribingProblem] = ()
) -> tuple[care.Problem | PrescribingProblem, ...]:
    """What keeps this doctor from signing: only reasons they wrote themselves count."""
    own = list(plan.overrides.filter(doctor=doctor))
    return (
        *against(content, judged, own),
        *products.against(plan, content),
        *standing(prescribed, _reasons(own)),
    )


def _for_doctors(problem: care.Problem) -> str:
    """A problem in words for a clinician: what a missing fact means, not how a person is told of it."""
    if problem.kind != "ask":
        return problem.reason
    return "; ".join(care.terms().facts[fact].meaning for fact in problem.facts) + "?"


def _shown(rule: str | None) -> safety.RuleShown | None:
    try:
        return safety.show(care.rules().rule(rule or ""))
    except KeyError:
        return None
