"""A Bundle held against two FHIR libraries, and read back."""

from __future__ import annotations

import json
from typing import Any

from fhir.resources.R4B.bundle import Bundle as StrictBundle
from fhirclient.models.bundle import Bundle as R4Bundle

from skinproof.exchange import Record, bundle, read_bundle


def sound(record: Record) -> dict[str, Any]:
    """The record's Bundle, once both libraries have read it, each reference leads somewhere and it comes back equal."""
    found = json.loads(json.dumps(bundle(record)))
    R4Bundle(found, strict=True)
    StrictBundle.model_validate(found)
    urls = [entry["fullUrl"] for entry in found["entry"]]
    assert len(set(urls)) == len(urls)
    named = {node["reference"] for node in _nodes(found) if isinstance(node.get("reference"), str)}
    assert {each for each in named if each.startswith("urn:uuid:")} <= set(urls)
    assert read_bundle(found) == record
    return found


def kinds(found: dict[str, Any]) -> dict[str, int]:
    """{resource type: how many}"""
    counted: dict[str, int] = {}
    for entry in found["entry"]:
        kind = entry["resource"]["resourceType"]
        counted[kind] = counted.get(kind, 0) + 1
    return counted


def _nodes(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(node for each in value.values() for node in _nodes(each))]
    return [node for each in value for node in _nodes(each)] if isinstance(value, list) else []
