"""Whole people against the rules: nobody harmed, and nobody with nothing to declare turned away."""

from pathlib import Path

import pytest

from skinproof.care import concerns, rules, screen
from skinproof.vocabulary import read_yaml

PATIENTS = read_yaml(Path(__file__).with_name("whole-people.yaml"))


@pytest.mark.parametrize("patient", PATIENTS, ids=[patient["name"] for patient in PATIENTS])
def test_patient(patient):
    asked = [*patient["expect"], *patient.get("open", [])]
    given = {key: patient[key] for key in ("concern", "facts", "unknown") if key in patient}
    found = screen({**given, "asks-for": asked}, assume_for_tests=True)
    assert (found.person.urgency if found.person.flag != "none" else None) == patient.get("flag")
    for form, word in patient["expect"].items():
        assert found.treatments[form].verdict in (word if isinstance(word, list) else [word]), form
    assert set(patient.get("open", [])) <= set(found.still_open)
    for form, limits in patient.get("limits", {}).items():
        assert limits.items() <= found.treatments[form].limit.items()
    for form, until in patient.get("until", {}).items():
        assert until.items() <= found.treatments[form].to_json()["until"].items()
    if "noted" in patient:
        assert any(patient["noted"] in note for note in found.notes)


def test_the_patients_meet_every_concern_action_and_comparator():
    assert {patient["concern"] for patient in PATIENTS} == set(concerns())
    words = {
        word for p in PATIENTS for each in p["expect"].values() for word in (each if isinstance(each, list) else [each])
    }
    assert words == {
        "ok",
        "ask-first",
        "caution",
        "delay",
        "avoid",
        "contraindicated",
        "urgent-referral",
        "not-screened",
    }
    met = set()
    for patient in PATIENTS:
        facts = {k: v for k, v in patient.items() if k in ("concern", "facts", "unknown")}
        found = screen({**facts, "asks-for": list(patient["expect"])}, assume_for_tests=True)
        fired = {rule for verdict in found.treatments.values() for rule in verdict.rules} | set(found.person.rules)
        met |= {(leaf.comparator) for rule in fired for leaf in rules().rule(rule).condition.leaves()}
        met |= {rules().rule(rule).action for rule in fired}
    comparators = {leaf.comparator for rule in rules().rules for leaf in rule.condition.leaves()}
    assert met >= comparators | {rule.action for rule in rules().rules}
