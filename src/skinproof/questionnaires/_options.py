"""The answers an item permits: its answerOption, or its answerValueSet where that is contained with its codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ._extensions import OPTION_EXCLUSIVE, SCORES, extensions, value_of
from ._model import Option
from ._values import Coding, Value, number, read_value

_KINDS = ("integer", "date", "time", "string", "Coding", "Reference")


def options_of(raw: Mapping[str, Any], value_sets: Sequence[object]) -> tuple[tuple[Option, ...] | None, str]:
    """The options of an item, None where it names none that are here, and what is wrong with them ("" if nothing).

    `value_sets`: the ValueSet resources that it may name; others among them are passed over.
    """
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
    if not isinstance(named, str):
        return None, ""
    found_codes = codes_of(named, value_sets)
    if found_codes is None and named.startswith("#") and not any(_is_named(named, entry) for entry in value_sets):
        return None, f"its value set {named} is not contained in the questionnaire"
    return found_codes, ""


def codes_of(named: str, value_sets: Sequence[object]) -> tuple[Option, ...] | None:
    """The codes of the value set of that name (`#id`, `url` or `url|version`); None where it is not there, or does not
    list them."""
    entry = next((entry for entry in value_sets if _is_named(named, entry)), None)
    codes = _codes(entry) if isinstance(entry, Mapping) else None
    return None if codes is None else tuple(codes)


def label_of(value: Value) -> str:
    """What people read of a value."""
    if isinstance(value, Coding):
        return value.display or value.code or ""
    return str(value)


def _is_named(named: str, entry: object) -> bool:
    if not isinstance(entry, Mapping) or entry.get("resourceType") != "ValueSet":
        return False
    if named.startswith("#"):
        return named[1:] == entry.get("id")
    url, _, version = named.partition("|")
    return url == entry.get("url") and version in ("", entry.get("version"))


def _option(entry: Mapping[str, Any]) -> Option | None:
    found = value_of(entry)
    value = None if found is None or found[0] not in _KINDS else read_value(*found)
    if found is None or value is None:
        return None
    exclusive = next(extensions(entry, OPTION_EXCLUSIVE), {})
    return Option(
        value=value,
        kind=found[0],
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
    return Option(coding, "Coding", label_of(coding), _score(entry))


_TAKES = {"text": "string", "url": "uri", "attachment": "Attachment", "reference": "Reference", "quantity": "Quantity"}


def keys_of(item_type: str, options: tuple[Option, ...] | None) -> dict[str, str]:
    """How an answer to an item of this type is written in a response, and as which type: `valueCoding`, `Coding`."""
    if item_type in ("group", "display", "question"):
        return {}
    if item_type in ("choice", "open-choice"):
        kinds = list(dict.fromkeys(option.kind for option in options)) if options else ["Coding"]
        if item_type == "open-choice" and "string" not in kinds:
            kinds.append("string")
    else:
        kinds = [_TAKES.get(item_type, item_type)]
    return {f"value{kind[0].upper()}{kind[1:]}": kind for kind in kinds}
