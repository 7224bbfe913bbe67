"""A healthy adult who answers "no" to everything that is asked is kept from nothing without a rule that truly fires."""

import pytest
from patients import CALM_FORM
from test_journey import walk

from skinproof.care import concerns, in_play, rules, screen, terms

ADULTS = [(sex, age) for sex in ("female", "male") for age in (18, 35, 70)]
# What may stand against a treatment for a healthy adult, by the rule's own words: how it is given, sex or age.
TRUE_OF_THEM = {
    "gen-toxin-needs-face-to-face", "exo-injected", "exo-needled-not-cleared", "iso-referral-only", "melasma-ipl",
    "fiv-female", "fiv-psa", "spi-male", "coc-male", "min-over-65", "txa-risk-factors", "peel-deep-specialist",
}  # fmt: skip


def unexplained(screening, known):
    """Verdicts that no rule that fires gives, and rules that fire and are not expected of a healthy adult."""
    book, found = rules(), []
    for form, verdict in screening.treatments.items():
        if verdict.verdict in ("ok", "ask-first"):
            continue
        if verdict.verdict == "not-screened":
            if form in terms().forms:
                found.append((form, "has rules, and is not screened"))
            continue
        fired = [rule for rule in verdict.rules if book.rule(rule).action == verdict.verdict]
        if not fired:
            found.append((form, verdict.verdict))
        for rule in fired:
            if rule not in TRUE_OF_THEM or book.rule(rule).condition.truth(known) is not True:
                found.append((form, rule))
    return found


@pytest.mark.parametrize(("sex", "age"), ADULTS)
@pytest.mark.parametrize("concern", concerns())
def test_a_whole_form_of_no(concern, sex, age):
    form = {**CALM_FORM, "sex": sex, "age": age}
    found = screen({"facts": form, "concern": concern, "asks-for": list(in_play(concern))})
    assert found.person.flag == "none"
    assert unexplained(found, found.facts.known) == []
    assert not any(verdict.verdict == "ask-first" for verdict in found.treatments.values()), "nothing is left to ask"


@pytest.mark.parametrize(("sex", "age"), ADULTS)
@pytest.mark.parametrize("concern", concerns())
def test_the_questions_answered_with_no(concern, sex, age):
    """Through the questionnaire itself: only what a clinician fills in is left to ask."""
    _, end = walk(concern, sex, age=age)
    found = end.screening()
    assert found.person.flag == "none"
    assert unexplained(found, found.facts.known) == []
    for verdict in found.treatments.values():
        if verdict.verdict == "ask-first":
            assert set(verdict.ask) == set(verdict.needs), "the person is asked nothing more"
