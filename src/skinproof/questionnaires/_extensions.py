"""The extensions this room knows, by the name it calls them, and how they are read from an element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_FHIR = "http://hl7.org/fhir/StructureDefinition/"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"

HIDDEN = _FHIR + "questionnaire-hidden"
OPTION_EXCLUSIVE = _FHIR + "questionnaire-optionExclusive"
ORDINAL_VALUE = (_FHIR + "ordinalValue", _FHIR + "codesystem-ordinalValue", _FHIR + "questionnaire-ordinalValue")
ITEM_WEIGHT = _FHIR + "itemWeight"
SCORES = (ITEM_WEIGHT, *ORDINAL_VALUE)
CALCULATED = _SDC + "calculatedExpression"

MIN_VALUE = _FHIR + "minValue"
MAX_VALUE = _FHIR + "maxValue"
MIN_QUANTITY = _SDC + "minQuantity"
MAX_QUANTITY = _SDC + "maxQuantity"
MAX_DECIMAL_PLACES = _FHIR + "maxDecimalPlaces"
MIN_LENGTH = _FHIR + "minLength"
REGEX = _FHIR + "regex"
ENTRY_FORMAT = _FHIR + "entryFormat"
MIN_OCCURS = _FHIR + "questionnaire-minOccurs"
MAX_OCCURS = _FHIR + "questionnaire-maxOccurs"
MAX_SIZE = _FHIR + "maxSize"
MIME_TYPE = _FHIR + "mimeType"
UNIT_OPTION = _FHIR + "questionnaire-unitOption"
UNIT_VALUE_SET = _FHIR + "questionnaire-unitValueSet"
REFERENCE_RESOURCE = _FHIR + "questionnaire-referenceResource"
CONSTRAINT = _FHIR + "questionnaire-constraint"

# What these say decides what is asked or allowed, and saying it takes a whole FHIRPath engine.
NOT_UNDERSTOOD = (
    _SDC + "enableWhenExpression",
    _SDC + "answerExpression",
    _SDC + "answerOptionsToggleExpression",
    _FHIR + "cqf-calculatedValue",
)

_RECORDS = frozenset({"Coding", "Quantity", "Reference", "Attachment", "Expression", "CodeableConcept", "Duration"})


def extensions(element: Mapping[str, Any], *urls: str) -> Iterator[Mapping[str, Any]]:
    """The extensions of an element that have one of these URLs; what is no extension is passed over."""
    found = element.get("extension")
    if isinstance(found, list):
        for entry in found:
            if isinstance(entry, Mapping) and entry.get("url") in urls:
                yield entry


def value_of(entry: Mapping[str, Any], stem: str = "value") -> tuple[str, object] | None:
    """The kind and JSON of the one `stem[x]` of an element: `("Coding", {...})`. None if it has none, or several."""
    found = [key for key in entry if key.startswith(stem) and len(key) > len(stem)]
    if len(found) != 1:
        return None
    kind = found[0][len(stem) :]
    return (kind if kind in _RECORDS else kind[0].lower() + kind[1:]), entry[found[0]]
