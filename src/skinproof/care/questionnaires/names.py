"""The names that our questionnaires use in FHIR: addresses, code systems, extensions, and what an extension holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from skinproof.care.conditions import Atom, Value
from skinproof.care.questions import UNSURE
from skinproof.vocabulary import FHIR_BASE, code_system

Json: TypeAlias = dict[str, Any]

_OWN = f"{FHIR_BASE}/StructureDefinition/"
_FHIR = "http://hl7.org/fhir/StructureDefinition/"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"

# What an option says: a fact, for a list fact a word of it, the value, and the value if it is left unticked where that
# says something. A part named `…-never` is a number known to be absent.
SAYS = _OWN + "says"
NUMBER = _OWN + "says-number"  # the fact that a number is
GIVEN = _OWN + "given"  # what a concern itself says, on the questionnaire
ADDS = _OWN + "adds"  # a form or treatment that an option brings into play
CALM = _OWN + "nothing-to-declare"  # the option of somebody with nothing to declare
NOT_SAFETY = _OWN + "not-used-by-safety-rules"
ALWAYS = _OWN + "asked-of-everybody"

ITEM_CONTROL = _FHIR + "questionnaire-itemControl"
EXCLUSIVE = _FHIR + "questionnaire-optionExclusive"
HIDDEN = _FHIR + "questionnaire-hidden"
UNIT = _FHIR + "questionnaire-unit"
MIN, MAX = _FHIR + "minValue", _FHIR + "maxValue"
ORDINAL, WEIGHT = _FHIR + "ordinalValue", _FHIR + "itemWeight"
CALCULATED = _SDC + "sdc-questionnaire-calculatedExpression"
CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"

NONE = "none-of-these"
ANSWERS = "answer"  # the code system of what any question can be answered with


def address(family: str) -> str:
    return f"{FHIR_BASE}/Questionnaire/{family}"


def system(question: str) -> str:
    """The code system of a question's options."""
    return code_system(question)


def control(code: str) -> Json:
    return {"url": ITEM_CONTROL, "valueCodeableConcept": {"coding": [{"system": CONTROLS, "code": code}]}}


def coding(question: str, code: str, display: str | None = None) -> Json:
    found = {"system": system(question), "code": code}
    return found if display is None else {**found, "display": display}


NONE_CODE, UNSURE_CODE = (ANSWERS, NONE), (ANSWERS, UNSURE)


# --- facts in extensions
def saying(atom: Atom, value: Value, *otherwise: Value) -> Json:
    """One atom as an extension: its value, and, if given, its value where the option is left unticked."""
    parts: list[Json] = [{"url": "fact", "valueCode": atom if isinstance(atom, str) else atom[0]}]
    if not isinstance(atom, str):
        parts.append({"url": "word", "valueCode": atom[1]})
    parts += [_part("value", value), *(_part("otherwise", each) for each in otherwise)]
    return {"url": SAYS, "extension": parts}


def _part(name: str, value: Value) -> Json:
    if value is None:
        return {"url": f"{name}-never", "valueBoolean": True}
    kind = "Boolean" if isinstance(value, bool) else "Decimal" if isinstance(value, int | float) else "Code"
    return {"url": name, f"value{kind}": value}


def said(element: Mapping[str, Any]) -> dict[Atom, Value]:
    """The atoms that an element says."""
    found: dict[Atom, Value] = {}
    for entry in extensions(element, SAYS):
        parts = {part["url"]: next(v for k, v in part.items() if k != "url") for part in entry["extension"]}
        atom: Atom = (parts["fact"], parts["word"]) if "word" in parts else parts["fact"]
        found[atom] = parts.get("value")
    return found


def extensions(element: Mapping[str, Any], url: str) -> Iterator[Mapping[str, Any]]:
    return (entry for entry in element.get("extension", ()) if entry["url"] == url)


def value(element: Mapping[str, Any], url: str) -> Any:
    """The value of an element's first extension of this address; None if it has none."""
    entry: Mapping[str, Any] = next(extensions(element, url), {})
    return next((v for k, v in entry.items() if k.startswith("value")), None)
