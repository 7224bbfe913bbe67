"""Consultations as FHIR R4 Questionnaires: compiled from questions and rules, published in versions, read back."""

from .compiling import compile_family
from .families import Family, families, family_of
from .form import Form, answer_json, answers_in, atoms_said, read_form, response_to
from .publishing import changed, for_concern, load, newest, publish, published, versions

__all__ = [
    "Family",
    "Form",
    "answer_json",
    "answers_in",
    "atoms_said",
    "changed",
    "compile_family",
    "families",
    "family_of",
    "for_concern",
    "load",
    "newest",
    "publish",
    "published",
    "read_form",
    "response_to",
    "versions",
]
