"""Which facts of a person the checks on a medicine turn on: no more is shown to whoever reviews its prescription."""

from __future__ import annotations

from collections.abc import Iterable

from skinproof.care.rules import rules
from skinproof.care.terms import terms

from .formulary import formulary

# What the checks ask whatever the medicine: the sex on the label, how the decision was reached, the GP.
ALWAYS = ("sex", "consult-mode", "in-person-examined", "gp-sharing-consent")


def facts_behind(forms: Iterable[str]) -> tuple[str, ...]:
    """The facts that safety rules on these forms, and the formulary's checks of them, turn on, in the vocabulary's
    order; none for no form. Red flags of the person are left out: they are no matter of a medicine."""
    wanted = tuple(forms)
    found = set(ALWAYS) if wanted else set()
    for form in wanted:
        for rule in rules().for_form(form):
            if not rule.for_person:
                found |= {leaf.fact for leaf in rule.condition.leaves()}
        if (medicine := formulary().medicines.get(form)) is not None:
            named = (medicine.used_weeks_fact, medicine.strength_fact)
            found |= {*medicine.gives, *(fact for fact in named if fact is not None)}
    return tuple(fact for fact in terms().facts if fact in found)
