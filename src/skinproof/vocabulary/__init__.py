"""The nouns all rooms share: treatments, forms, concerns, outcome concepts, routes, with their plain-English names."""

from ._fhir import FHIR_BASE, code_system
from ._knowledge import Kept, KnowledgeError, YamlLoader, knowledge_error, load, parse_yaml, read_yaml, validate
from ._model import (
    About,
    Concept,
    Concern,
    Described,
    Family,
    Form,
    Legal,
    Route,
    Source,
    Treatment,
    Vocabulary,
    unknown,
    vocabulary,
)

__all__ = [
    "FHIR_BASE",
    "About",
    "Concept",
    "Concern",
    "Described",
    "Family",
    "Form",
    "Kept",
    "KnowledgeError",
    "Legal",
    "Route",
    "Source",
    "Treatment",
    "Vocabulary",
    "YamlLoader",
    "code_system",
    "knowledge_error",
    "load",
    "parse_yaml",
    "read_yaml",
    "unknown",
    "validate",
    "vocabulary",
]
