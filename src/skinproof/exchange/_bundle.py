"""The whole record as one Bundle, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import _node, _read, _write
from ._codes import Resource, key, moment
from .record import Record


def bundle(record: Record) -> Resource:
    """A Bundle of type `collection`; its ids are the same each time for the same record.

    It holds Patient, Practitioner, Questionnaire, Condition, QuestionnaireResponse, Observation, CarePlan,
    MedicationRequest, Consent, Communication, Media, DocumentReference, DetectedIssue and AuditEvent, in this order.

    Raises:
        ValueError: a moment without its time zone.
    """
    entries = [{"fullUrl": _full_url(resource), "resource": resource} for resource in _write.resources(record)]
    found: Resource = {"resourceType": "Bundle", "type": "collection", "timestamp": moment(record.written_at)}
    return found | {"entry": entries}


def _full_url(resource: Mapping[str, Any]) -> str:
    # A published questionnaire keeps the id it has, if any: two versions of one must still be two entries.
    if resource["resourceType"] == "Questionnaire":
        return "urn:uuid:" + key("Questionnaire", f"{resource['url']}|{resource['version']}")
    return f"urn:uuid:{resource['id']}"


def read_bundle(found: Any) -> Record:
    """The record that `bundle` wrote.

    Raises:
        ExchangeError: not such a Bundle; names the entry and the field.
    """
    top = _node.Node(found, "Bundle")
    if top.need("resourceType").text != "Bundle":
        raise _node.ExchangeError("Bundle.resourceType", "needs to be Bundle")
    return _read.record(top.each("entry"), top.need("timestamp").moment)
