"""The extensions this room knows, by the name it calls them, and how they are read from an element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_FHIR = "http://hl7.org/fhir/StructureDefinition/"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"

HIDDEN = _FHIR + "questionnaire-hidden"
OPTION_EXCLUSIVE = _FHIR + "questionnaire-optionExclusive"
ORDINAL_VALUE = (_FHIR + "ordinalValue", _FHIR + "codesystem-ordinalValue", _FHIR + "questionnaire-ordinalValue")
ITEM_WEIGHT = _FHIR + "itemWeight"
SCORES = (ITEM_WEIGHT, *ORDINAL_VALUE)
CALCULATED = _SDC + "sdc-questionnaire-calculatedExpression"


def extensions(element: Mapping[str, Any], *urls: str) -> Iterator[Mapping[str, Any]]:
    """The extensions of an element that have one of these URLs; what is no extension is passed over."""
    found = element.get("extension")
    if isinstance(found, list):
        for entry in found:
            if isinstance(entry, Mapping) and entry.get("url") in urls:
                yield entry


def value_of(entry: Mapping[str, Any]) -> tuple[str, object] | None:
    """The kind and JSON of an element's `value[x]`: `("Coding", {...})`. None if it has none, or more than one."""
    found = [(key[5:], raw) for key, raw in entry.items() if key.startswith("value") and len(key) > 5]
    if len(found) != 1:
        return None
    kind, raw = found[0]
    return (kind if kind in _RECORDS else kind[0].lower() + kind[1:]), raw


_RECORDS = frozenset({"Coding", "Quantity", "Reference", "Attachment", "Expression", "CodeableConcept", "Duration"})
