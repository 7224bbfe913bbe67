"""A record as a Bundle: read by two FHIR libraries, and back without loss."""

from __future__ import annotations

import copy
import datetime as dt
import json
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle as StrictBundle
from fhirclient.models.bundle import Bundle as R4Bundle
from hypothesis import given, settings
from hypothesis import strategies as st
from records import FULL, NOON, records

from skinproof.exchange import ExchangeError, Record, bundle, read_bundle

KINDS = {
    "Patient", "Practitioner", "Questionnaire", "Condition", "QuestionnaireResponse", "Observation", "CarePlan",
    "MedicationRequest", "Consent", "Communication", "Media", "DocumentReference", "DetectedIssue", "AuditEvent",
}  # fmt: skip


@pytest.fixture(name="full")
def _full() -> dict[str, Any]:
    return bundle(FULL)


def test_holds_every_kind(full: dict[str, Any]) -> None:
    assert {entry["resource"]["resourceType"] for entry in full["entry"]} == KINDS


def test_is_read_by_a_library_of_r4(full: dict[str, Any]) -> None:
    assert R4Bundle(json.loads(json.dumps(full)), strict=True).as_json() == full
    for entry in full["entry"]:
        kind = entry["resource"]["resourceType"]
        model = getattr(import_module(f"fhirclient.models.{kind.lower()}"), kind)
        assert model(entry["resource"], strict=True).as_json() == entry["resource"]


def test_is_read_by_a_strict_library(full: dict[str, Any]) -> None:
    StrictBundle.model_validate(full)


@settings(max_examples=40, deadline=None)
@given(records())
def test_any_record_is_valid_and_comes_back(record: Record) -> None:
    written = json.loads(json.dumps(bundle(record)))
    R4Bundle(written, strict=True)
    StrictBundle.model_validate(written)
    assert read_bundle(written) == record


def test_the_full_record_comes_back(full: dict[str, Any]) -> None:
    assert read_bundle(json.loads(json.dumps(full))) == FULL


def test_every_reference_leads_to_an_entry_and_ids_stay_the_same(full: dict[str, Any]) -> None:
    urls = [entry["fullUrl"] for entry in full["entry"]]
    assert len(set(urls)) == len(urls)
    found = [node["reference"] for node in _nodes(full) if "reference" in node and isinstance(node["reference"], str)]
    assert found
    assert {each for each in found if each.startswith("urn:uuid:")} <= set(urls)
    assert bundle(FULL) == full


def _nodes(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(node for each in value.values() for node in _nodes(each))]
    return [node for each in value for node in _nodes(each)] if isinstance(value, list) else []


def test_a_moment_without_its_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        bundle(replace(FULL, written_at=dt.datetime(2026, 5, 4)))  # noqa: DTZ001 - the fault that is tested
    assert bundle(FULL)["timestamp"] == NOON.isoformat(timespec="microseconds").replace("+00:00", "Z")


def one(found: dict[str, Any], kind: str) -> dict[str, Any]:
    """The first resource of a kind."""
    return next(entry["resource"] for entry in found["entry"] if entry["resource"]["resourceType"] == kind)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda found: found.update(resourceType="Patient"), "Bundle.resourceType"),
        (lambda found: found.pop("timestamp"), "Bundle.timestamp"),
        (lambda found: found.update(timestamp="soon"), "Bundle.timestamp"),
        (lambda found: found.update(entry={}), "Bundle.entry"),
        (lambda found: found["entry"].append(found["entry"][0]), "Bundle.entry[{end}].fullUrl"),
        (lambda found: found["entry"].append({}), "Bundle.entry[{end}].resource"),
        (lambda found: found["entry"].pop(1), ".reference"),
        (lambda found: one(found, "Condition").pop("recordedDate"), "Bundle.entry[{Condition}].resource.recordedDate"),
        (lambda found: found["entry"][0]["resource"].update(birthDate="3 May"), "Bundle.entry[0].resource.birthDate"),
        (
            lambda found: one(found, "MedicationRequest").update(status="on-hold"),
            "[{MedicationRequest}].resource.status",
        ),
        (lambda found: one(found, "Communication").update(category=[{"coding": [{"code": "x"}]}]), "coding[0].code"),
        (lambda found: one(found, "DocumentReference")["context"].pop("related"), "resource.context.related"),
        (lambda found: one(found, "DetectedIssue").update(implicated=[{"reference": "urn:x"}]), "resource.implicated"),
        (lambda found: one(found, "Media")["content"].update(size=float("inf")), "resource.content.size"),
        (lambda found: found["entry"][0]["resource"].pop("identifier"), "Bundle.entry[0].resource.identifier"),
    ],
)
def test_a_fault_names_the_entry_and_the_field(full: dict[str, Any], change: Any, where: str) -> None:
    kinds = [entry["resource"]["resourceType"] for entry in full["entry"]]
    named = where.format(end=len(kinds), **{kind: kinds.index(kind) for kind in KINDS})
    change(full)
    with pytest.raises(ExchangeError) as caught:
        read_bundle(full)
    assert caught.value.where.endswith(named)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(json_values, st.data())
def test_no_bundle_ends_in_anything_but_a_clear_error(junk: Any, data: st.DataObject) -> None:
    """One value anywhere in a good Bundle is exchanged for something else."""
    found = copy.deepcopy(bundle(FULL))
    node: Any = data.draw(st.sampled_from([each for each in _nodes(found) if each]))
    node[data.draw(st.sampled_from(sorted(node)))] = junk
    with suppress(ExchangeError):
        read_bundle(found)
