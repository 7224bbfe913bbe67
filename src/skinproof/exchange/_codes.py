"""Names, ids and references that every resource shares."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, TypeAlias

from skinproof.vocabulary import FHIR_BASE, code_system

from .record import Person

Resource: TypeAlias = dict[str, Any]

# The numbers of the register of doctors, as UK Core names it.
GMC = "https://fhir.hl7.org.uk/Id/gmc-number"
REGISTER = f"{FHIR_BASE}/id/registration"
# Of `CodeSystem/answer`: what a person may say of any question.
NEVER, NONE = "never", "none-of-these"
_TERMS = "http://terminology.hl7.org/CodeSystem"
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, FHIR_BASE)


def key(kind: str, own: str) -> str:
    """The resource's id: always the same for the same thing, and shaped as FHIR wants ids, which ours are not."""
    return str(uuid.uuid5(_SPACE, f"{kind}/{own}"))


def to(kind: str, own: str) -> Resource:
    """A reference to another entry of the same Bundle."""
    return {"reference": f"urn:uuid:{key(kind, own)}", "type": kind}


def identified(kind: str, own: str) -> Resource:
    """The head of a resource: its kind, id and our own id for it."""
    return {"resourceType": kind, "id": key(kind, own), "identifier": [{"system": system(kind), "value": own}]}


def system(kind: str) -> str:
    return f"{FHIR_BASE}/id/{kind}"


def subject(person: Person) -> Resource:
    return to("Patient", person.id)


def own(kind: str, code: str, text: str) -> Resource:
    """A concept of our vocabulary."""
    return {"coding": [{"system": code_system(kind), "code": code}], "text": text or code}


def standard(kind: str, code: str) -> Resource:
    """A concept of HL7's own code systems."""
    return {"coding": [{"system": f"{_TERMS}/{kind}", "code": code}]}


def moment(at: dt.datetime) -> str:
    """
    Raises:
        ValueError: a moment without its time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def filled(resource: Mapping[str, Any]) -> Resource:
    """Without what is empty: FHIR knows no empty text, list or null."""
    return {
        name: value for name, value in resource.items() if value is not None and value != "" and value not in ([], {})
    }
