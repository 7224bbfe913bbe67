"""Which findings speak of a form, for one concern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from skinproof.evidence import Absolute, Finding, findings, library
from skinproof.vocabulary import Form, vocabulary

# Held against nothing, or against something that looks the same and does nothing.
AGAINST_NOTHING = ("placebo-like", "placebo-or-none", "none")
_KINDS = ("controlled", "review-only", "before-after")
_CONTROLS = (*AGAINST_NOTHING, "active", "untold", "before")


@cache
def findings_of(form_id: str, concern: str) -> tuple[Finding, ...]:
    """The findings in which the form is what was tried, those against nothing first, and it alone before it on top of
    something. Laboratory and dose findings are left out: they say nothing of having it or not."""
    form = vocabulary().forms[form_id]
    found = [
        finding
        for finding in findings().for_concern(concern)
        if finding.kind in _KINDS and finding.comparison.control in _CONTROLS and speaks_of(form, finding)
    ]
    return tuple(sorted(found, key=_order))


def _order(finding: Finding) -> tuple[int, bool, bool, int]:
    control = finding.comparison.control
    place = _KINDS.index(finding.kind), control not in AGAINST_NOTHING, bool(finding.comparison.background)
    return (*place, _CONTROLS.index(control))


def speaks_of(form: Form, finding: Finding) -> bool:
    """Whether what a finding tried is this form.

    What is given together (exosomes with needling) needs all its parts, and nothing else, in the treated group. A form
    by itself takes findings that try it alone or on top of something else, unless another form is just that
    combination, or it is put on whole skin and the something else is a procedure.
    """
    tried, background = set(finding.comparison.intervention), set(finding.comparison.background)
    if form.combinations:
        return any(_given_together(together, tried, background) for together in form.combinations)
    own = {kind for treatment in form.treatments for kind in vocabulary().kinds_of(treatment)}
    if not tried <= own:
        return False
    several_ways = len(vocabulary().forms_of(form.treatments[0])) > 1
    if several_ways and form.route and finding.routes and form.route not in finding.routes:
        return False
    if background and form.route in ("topical", "oral") and any(_is_procedure(word) for word in background):
        return False
    return not any(
        _given_together(together, tried, background)
        for other in vocabulary().forms.values()
        for together in other.combinations
    )


def _given_together(together: Sequence[str], tried: set[str], background: set[str]) -> bool:
    kinds = [set(vocabulary().kinds_of(part)) for part in together]
    everything = tried | background
    return bool(kinds[0] & tried) and all(everything & each for each in kinds) and everything <= set().union(*kinds)


def _is_procedure(treatment: str) -> bool:
    return vocabulary().treatments[treatment].legal == "procedure"


def got_only(form: Form, treatments: Sequence[str]) -> bool:
    """Whether people in an arm got the form and, dummies aside, nothing else."""
    got = {treatment for treatment in treatments if not vocabulary().treatments[treatment].inert}
    if form.combinations:
        return any(got == set(together) for together in form.combinations)
    kinds = {kind for treatment in form.treatments for kind in vocabulary().kinds_of(treatment)}
    return bool(got) and got <= kinds


def by_concept(form_id: str, concern: str, concepts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Ids of a form's findings by what was measured, in the concern's order; the same concepts for every form."""
    found = findings_of(form_id, concern)
    return {concept: tuple(f.id for f in found if f.concept == concept) for concept in concepts}


def studies_of(form_id: str, concern: str) -> set[str]:
    """Ids of the studies with a comparison group that speak of a form."""
    return {study for f in findings_of(form_id, concern) if f.kind == "controlled" for study in f.study_ids}


def used_in(form_id: str, concern: str) -> int:
    """How many studies on a concern gave some group the form and nothing else."""
    form = vocabulary().forms[form_id]
    studies = [study for study in library().studies.values() if study.concern == concern]
    return sum(
        any(got_only(form, [part.treatment for part in arm.components]) for arm in study.arms) for study in studies
    )


@dataclass(frozen=True)
class Untreated:
    """What happened to people who got nothing, or a dummy treatment, in studies here: n of 100."""

    concept: str
    finding: str
    without: float
    control: str
    absolute: Absolute


def untreated(concern: str) -> tuple[Untreated, ...]:
    """From every finding on the concern that holds a treatment, and nothing on top of anything, against nothing."""
    return tuple(
        Untreated(finding.concept, finding.id, finding.absolute.without, finding.comparison.control, finding.absolute)
        for finding in findings().for_concern(concern)
        if finding.absolute and finding.comparison.control in AGAINST_NOTHING and not finding.comparison.background
    )
