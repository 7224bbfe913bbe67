"""Consultations as FHIR R4 Questionnaires: compiled from questions and rules, published in versions, read back."""

from .compiling import compile_family
from .families import Family, families, family_of
from .form import Form, atoms_said, read_form
from .publishing import changed, for_concern, load, newest, publish, published, source, versions

__all__ = [
    "Family",
    "Form",
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
    "source",
    "versions",
]
