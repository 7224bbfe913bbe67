"""What cannot be done from afar, and what to ask whoever does it."""

from __future__ import annotations

import pytest

from skinproof.care.in_person import needs_to_be_seen, seen_in_person
from skinproof.care.rules import rules
from skinproof.care.sourced import sources_of
from skinproof.vocabulary import vocabulary

PROCEDURES = [form.id for form in vocabulary().forms.values() if form.kind in ("procedure", "pom-procedure")]


@pytest.mark.parametrize("form", PROCEDURES)
def test_every_procedure_has_a_reason_and_the_questions_that_are_for_all(form):
    found = seen_in_person(form)
    assert found is not None
    assert needs_to_be_seen(form)
    assert found.reasons
    assert {"who", "wrong", "pay"} <= {section.id for section in found.sections}
    for line in (*found.reasons, *found.avoid, *(ask for section in found.sections for ask in section.asks)):
        assert sources_of(line), line.text


@pytest.mark.parametrize("form", ["azelaic-acid", "exosome-topical", "sunscreen", "no-treatment"])
def test_what_a_person_does_alone_is_decided_from_afar(form):
    assert seen_in_person(form) is None
    assert not needs_to_be_seen(form)


def test_the_reason_is_the_rules_own():
    toxin = seen_in_person("botulinum-toxin")
    assert toxin.reasons[0].text == rules().rule("gen-toxin-needs-face-to-face").reason


def asks(form: str) -> str:
    return " ".join(ask.text for section in seen_in_person(form).sections for ask in section.asks)


def test_questions_fit_the_procedure():
    needled = asks("exosome-microneedling")
    for words in ("qualifications", "human, animal or plant", "sterile", "emergency kit", "lot number", "particles"):
        assert words in needled
    assert "exosomes" not in asks("ipl")
    assert "botulinum" in asks("botulinum-toxin")
    assert "prescriber" not in asks("microneedling")


def test_an_unknown_form_is_named_with_near_ones():
    with pytest.raises(KeyError, match="microneedling"):
        seen_in_person("microneedlin")
