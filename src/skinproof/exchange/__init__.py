"""FHIR R4 (4.0.1) out and in: a person's whole record as one Bundle, and such a Bundle read back. Pure functions."""

from ._bundle import bundle, read_bundle
from ._codes import Resource
from ._node import ExchangeError
from .record import (
    Alert,
    AuditLine,
    Concern,
    ConsentGiven,
    Document,
    Event,
    Fact,
    Medicine,
    MessageSent,
    Person,
    Photo,
    Plan,
    PlanItem,
    Practitioner,
    Record,
    Score,
    Session,
)

__all__ = [
    "Alert",
    "AuditLine",
    "Concern",
    "ConsentGiven",
    "Document",
    "Event",
    "ExchangeError",
    "Fact",
    "Medicine",
    "MessageSent",
    "Person",
    "Photo",
    "Plan",
    "PlanItem",
    "Practitioner",
    "Record",
    "Resource",
    "Score",
    "Session",
    "bundle",
    "read_bundle",
]
