"""Who can agree to treatment when the person is young."""

import pytest
from test_prescribing import check, codes, item, only

from skinproof import care
from skinproof.care.screening import screen_facts
from skinproof.care.young import CONSENT, is_under_age, may_agree, young, youngest
from skinproof.vocabulary import KnowledgeError, load


def screening(**facts):
    return screen_facts(
        care.read_facts({name.replace("_", "-"): value for name, value in facts.items()}), ["adapalene"]
    )


@pytest.mark.parametrize("agreed", [None, "neither"])
@pytest.mark.parametrize("age", [12, 15, 15.9])
def test_under_sixteen_nothing_is_prescribed_before_somebody_can_agree(age, agreed):
    found = check(item(), facts={"age": age, **({CONSENT: agreed} if agreed else {})})
    assert only(found, "consent-under-16").kind == "missing", "no reason takes its place"
    assert only(found, "consent-under-16").source == ("gmc-capacity", "bma-competence")


@pytest.mark.parametrize("agreed", ["young-person", "parent"])
def test_a_recorded_assessment_or_a_parent_serves(agreed):
    assert not codes(check(item(), facts={"age": 15, CONSENT: agreed})) & {"consent-under-16", "consent-older"}


@pytest.mark.parametrize(("age", "told"), [(16, True), (17.9, True), (18, False), (40, False)])
def test_at_sixteen_and_seventeen_the_family_is_only_thought_of(age, told):
    found = check(item(), facts={"age": age})
    assert "consent-under-16" not in codes(found)
    assert ("consent-older" in codes(found, "note")) == told


def test_what_a_pharmacy_sells_needs_no_such_record():
    assert "consent-under-16" not in codes(check(item("benzoyl-peroxide-gel-5"), facts={"age": 15}))


def test_the_youngest_age_that_was_told_counts():
    told = care.screen(
        {"facts": {"age": 17}, "complaint": "I am 15 years old and have spots", "asks-for": ["adapalene"]}
    )
    assert youngest(told) == 15
    assert is_under_age(told)
    assert youngest(screening()) is None
    assert not is_under_age(screening())
    assert not is_under_age(screening(age=16))


def test_only_a_person_or_a_parent_agrees():
    assert not may_agree(screening(age=15))
    assert not may_agree(screening(age=15, consent_under_16="neither"))
    assert may_agree(screening(age=15, consent_under_16="parent"))
    assert may_agree(screening(age=15, consent_under_16="young-person"))


def test_it_changes_no_verdict():
    """Who agrees is settled before a prescription is signed; what is safe does not turn on it."""
    with_it, without = screening(age=15, consent_under_16="neither"), screening(age=15)
    assert with_it.treatments == without.treatments
    assert CONSENT not in without.treatments["adapalene"].ask


def test_the_young_person_is_told_who_else_can_help():
    words = " ".join(line.text for line in young().person)
    assert "GP" in words
    assert "pharmacist" in words
    assert "parent or guardian" in words


def test_ages_that_make_no_sense_are_refused(tmp_path, monkeypatch):
    from skinproof.care import young as module

    text = module.FILE.read_text().replace("grown-up: 18", "grown-up: 16")
    path = tmp_path / "young-people.yaml"
    path.write_text(text)
    monkeypatch.setattr(module, "FILE", path)
    with pytest.raises(KnowledgeError, match="grown-up"):
        module.young.__wrapped__()
    assert load(path, module.Young).below == 16
