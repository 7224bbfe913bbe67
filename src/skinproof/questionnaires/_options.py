"""The answers an item permits: its answerOption, or its answerValueSet where that is contained with its codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ._extensions import OPTION_EXCLUSIVE, SCORES, extensions, value_of
from ._model import Option
from ._values import Coding, Value, number, read_value

_KINDS = ("integer", "date", "time", "string", "Coding", "Reference")


def options_of(raw: Mapping[str, Any], whole: Mapping[str, Any]) -> tuple[tuple[Option, ...] | None, str]:
    """The options of an item, None where it names none that are here, and what is wrong with them ("" if nothing)."""
    listed = raw.get("answerOption")
    if listed is not None:
        if not isinstance(listed, list) or not listed:
            return None, "its answerOption must be a list with something in it"
        read = [_option(entry) if isinstance(entry, Mapping) else None for entry in listed]
        found = tuple(option for option in read if option is not None)
        if len(found) < len(read):
            return found, f"its option {read.index(None) + 1} must be one value, of a type that FHIR allows"
        values = [option.value for option in found]
        seen: set[tuple[type, Value]] = set()
        for value in values:
            if (type(value), value) in seen:
                return found, f"it has the option {label_of(value)} twice"
            seen.add((type(value), value))
        return found, ""
    named = raw.get("answerValueSet")
    if isinstance(named, str):
        for entry in whole.get("contained", []) if isinstance(whole.get("contained"), list) else []:
            if isinstance(entry, Mapping) and entry.get("resourceType") == "ValueSet" and _is_named(named, entry):
                codes = _codes(entry)
                return (None if codes is None else tuple(codes)), ""
        if named.startswith("#"):
            return None, f"its value set {named} is not contained in the questionnaire"
    return None, ""


def label_of(value: Value) -> str:
    """What people read of a value."""
    if isinstance(value, Coding):
        return value.display or value.code or ""
    return str(value)


def _is_named(named: str, value_set: Mapping[str, Any]) -> bool:
    if named.startswith("#"):
        return named[1:] == value_set.get("id")
    url, _, version = named.partition("|")
    return url == value_set.get("url") and version in ("", value_set.get("version"))


def _option(entry: Mapping[str, Any]) -> Option | None:
    found = value_of(entry)
    value = None if found is None or found[0] not in _KINDS else read_value(*found)
    if value is None:
        return None
    exclusive = next(extensions(entry, OPTION_EXCLUSIVE), {})
    return Option(
        value=value,
        label=label_of(value),
        score=_score(entry, entry.get("valueCoding")),
        exclusive=exclusive.get("valueBoolean") is True,
        initial=entry.get("initialSelected") is True,
    )


def _score(*elements: object) -> Decimal | None:
    """The weight of an answer: itemWeight where it has one, otherwise its ordinalValue; on the option or its coding."""
    for element in elements:
        if isinstance(element, Mapping):
            for url in SCORES:
                for entry in extensions(element, url):
                    found = number(entry.get("valueDecimal"))
                    if found is not None:
                        return Decimal(found)
    return None


def _codes(value_set: Mapping[str, Any]) -> list[Option] | None:
    """The codes of a contained value set, from its expansion or from a compose that lists them all."""
    expansion = value_set.get("expansion")
    if isinstance(expansion, Mapping):
        return list(_expanded(expansion.get("contains"), 0))
    compose = value_set.get("compose")
    includes = compose.get("include") if isinstance(compose, Mapping) and not compose.get("exclude") else None
    if not isinstance(includes, list) or not all(
        isinstance(i, Mapping) and isinstance(i.get("concept"), list) and not i.get("filter") and not i.get("valueSet")
        for i in includes
    ):
        return None
    found = (_concept(concept, include.get("system")) for include in includes for concept in include["concept"])
    return [option for option in found if option is not None]


def _expanded(entries: object, depth: int) -> Iterator[Option]:
    for entry in entries if isinstance(entries, list) and depth < 50 else []:
        if isinstance(entry, Mapping):
            option = _concept(entry, entry.get("system"))
            if option is not None and entry.get("abstract") is not True and entry.get("inactive") is not True:
                yield option
            yield from _expanded(entry.get("contains"), depth + 1)


def _concept(entry: object, system: object) -> Option | None:
    if not isinstance(entry, Mapping):
        return None
    coding = read_value("Coding", {"system": system, "code": entry.get("code"), "display": entry.get("display")})
    if not isinstance(coding, Coding) or coding.code is None:
        return None
    return Option(coding, label_of(coding), _score(entry))
