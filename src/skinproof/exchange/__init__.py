"""FHIR R4 (4.0.1) out and in: a person's whole record as one Bundle, and such a Bundle read back. Pure functions."""

from ._bundle import bundle, read_bundle
from ._codes import BASE
from ._read import ExchangeError
from .record import (
    AuditLine,
    Concern,
    ConsentGiven,
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
)

__all__ = [
    "BASE",
    "AuditLine",
    "Concern",
    "ConsentGiven",
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
    "Score",
    "bundle",
    "read_bundle",
]
