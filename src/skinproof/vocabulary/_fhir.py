"""The addresses under which everything of ours stands in FHIR: one base, one way to name a code system."""

from __future__ import annotations

FHIR_BASE = "https://skinproof.example/fhir"


def code_system(name: str) -> str:
    """The system of one list of our codes: a question's options, `concern`, `fact`, `fact-word`, `form`, `rule`, …"""
    return f"{FHIR_BASE}/CodeSystem/{name}"
