"""One answer held to its item: its type, its options, its limits."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from ._limits import NONE, compared
from ._model import Item
from ._options import label_of
from ._resources import RESOURCES
from ._units import in_unit_of
from ._values import Attachment, Coding, Quantity, Reference, Value, read_value

_LONGEST = 1024 * 1024  # FHIR: strings shall not exceed 1 MB
_LONGEST_FOR_REGEX = 10_000  # an expression may take long over a long text
_URI = re.compile(r"[^\s<>\"{}|\\^`]+")
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OID = re.compile(r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+")
_RESOURCE = re.compile(r"(?:https?://\S*/)?([A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?")


class Fault(NamedTuple):
    """What is wrong with an answer: FHIR's IssueType, the kind and the words of an Issue."""

    code: str
    kind: str
    words: str


def read_answer(item: Item, raw: Mapping[str, Any]) -> tuple[Value | None, Fault | None]:
    """The value of an answer in a response, None if it has none that its item can have; and what is wrong with it."""
    keys = [key for key in raw if isinstance(key, str) and key.startswith("value")]
    if len(keys) > 1:
        return None, Fault("structure", "invalidAnswer", "has more than one value")
    if not keys:
        empty = not any(raw.get(key) for key in ("item", "extension")) and not any(
            str(k).startswith("_value") for k in raw
        )
        return None, Fault("structure", "invalidAnswer", "is empty") if empty else None
    kind = item.keys.get(keys[0])
    if kind is None:
        takes = " or ".join(item.keys.values())
        words = f"is a {keys[0][5:][:50]}; a question of type {item.type} takes a {takes}"
        return None, Fault("structure", "invalidAnswerType", words)
    value = read_value(kind, raw[keys[0]])
    if value is None:
        return None, Fault("value", "invalidAnswerValue", f"is no well-formed {kind}")
    return value, None


def faults_of(item: Item, value: Value) -> Iterator[Fault]:
    """What is wrong with a value of the right type."""
    if item.options is not None and value not in item.by_value and not (item.open and isinstance(value, str)):
        if item.value_set is None:
            yield Fault("business-rule", "invalidAnswerOption", f"{_said(value)} is not one of the options")
        elif not isinstance(value, str) or not any(_coded(option.value, value) for option in item.options):
            yield Fault("code-invalid", "invalidCoding", f"{_said(value)} is not in the value set {item.value_set}")
    if isinstance(value, str):
        yield from _text_faults(item, value)
    elif isinstance(value, Quantity):
        yield from _quantity_faults(item, value)
    elif isinstance(value, Reference):
        yield from _reference_faults(item, value)
    elif isinstance(value, Attachment):
        yield from _attachment_faults(item, value)
    if item.limits is not NONE:
        yield from _bound_faults(item, value)


def _coded(option: Value, text: str) -> bool:
    """Whether a string names a code of the value set of a question of type string."""
    return isinstance(option, Coding) and text in (option.code, option.display)


def _said(value: Value) -> str:
    words = label_of(value)
    return repr(words if len(words) <= 80 else words[:80] + "…")


def _text_faults(item: Item, value: str) -> Iterator[Fault]:
    limits = item.limits
    if len(value) > _LONGEST:
        yield Fault("too-long", "maxLength", "is longer than FHIR allows a text to be")
        return
    if item.type == "string" and ("\n" in value or "\r" in value):
        yield Fault("business-rule", "invalidNewLine", "has more than one line; only a question of type text may")
    if item.type == "url" and not _is_uri(value):
        yield Fault("value", "invalidUrlValue", f"{_said(value)} is not a URL")
    if limits.min_length is not None and len(value) < limits.min_length:
        yield Fault("business-rule", "minLength", f"has {len(value)} characters, fewer than {limits.min_length}")
    if limits.max_length is not None and len(value) > limits.max_length:
        yield Fault("business-rule", "maxLength", f"has {len(value)} characters, more than {limits.max_length}")
    elif limits.regex is not None:
        if len(value) > _LONGEST_FOR_REGEX:
            yield Fault(
                "invalid", "regex", f"is too long to be held to its form, {_LONGEST_FOR_REGEX} characters at most"
            )
        elif not limits.regex.fullmatch(value):
            form = limits.entry_format or limits.regex.pattern
            yield Fault("invalid", "regex", f"{_said(value)} does not have the form {form}")


def _is_uri(text: str) -> bool:
    if text.startswith("urn:uuid:"):
        return _UUID.fullmatch(text) is not None
    if text.startswith("urn:oid:"):
        return _OID.fullmatch(text) is not None
    return _URI.fullmatch(text) is not None


def _bound_faults(item: Item, value: Value) -> Iterator[Fault]:
    limits = item.limits
    for bound, wrong, kind, words in (
        (limits.min_value, -1, "minValue", "the least"),
        (limits.max_value, 1, "maxValue", "the greatest"),
    ):
        if bound is None:
            continue
        if isinstance(value, Quantity) and isinstance(bound[1], Quantity) and in_unit_of(value, bound[1]) is None:
            yield Fault(
                "value", kind + "IncompatUnits", f"cannot be compared with {_amount(bound[1])}, {words} allowed"
            )
        elif compared(value, bound) == wrong:
            yield Fault(
                "business-rule", kind, f"{_amount(value)} is {'below' if wrong < 0 else 'above'} {_amount(bound[1])}"
            )
    places = limits.max_decimal_places
    exact = value.value if isinstance(value, Quantity) else value
    if places is not None and isinstance(exact, Decimal):
        exponent = exact.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > places:
            yield Fault("business-rule", "maxDecimalPlaces", f"has {-exponent} decimal places, more than {places}")


def _amount(value: Value) -> str:
    if isinstance(value, Quantity):
        return f"{value.value} {value.unit or value.code or ''}".strip()[:80]
    return str(value)[:80]


def _quantity_faults(item: Item, value: Quantity) -> Iterator[Fault]:
    units = item.limits.units
    if units and not any(_is_unit(unit, value) for unit in units):
        if item.limits.unit_value_set is None:
            allowed = ", ".join(label_of(unit) for unit in units)
            yield Fault("value", "invalidUnit", f"{_amount(value)} is not in one of the units {allowed}")
        else:
            named = item.limits.unit_value_set
            yield Fault("code-invalid", "invalidUnitValueSet", f"{_amount(value)} is in no unit of {named}")


def _is_unit(unit: Coding, value: Quantity) -> bool:
    if value.code is not None:
        return (unit.system, unit.code) == (value.system, value.code)
    return value.unit is not None and value.unit in (unit.display, unit.code)


def _reference_faults(item: Item, value: Reference) -> Iterator[Fault]:
    text, allowed = value.reference, item.limits.resources
    if text is None or text.startswith("#"):
        return
    if not _is_uri(text):
        yield Fault("invalid", "invalidRefValue", f"{_said(text)} is not a reference")
        return
    found = _RESOURCE.fullmatch(text)
    if found is None:
        return
    if found.group(1) not in RESOURCES:
        yield Fault("invalid", "invalidRefResourceType", f"{_said(text)} names no type of resource of FHIR R4")
    elif allowed and found.group(1) not in allowed:
        yield Fault("value", "invalidRefResourceTypeRestriction", f"{_said(text)} is no {' or '.join(allowed)}")


def _attachment_faults(item: Item, value: Attachment) -> Iterator[Fault]:
    size, limits = value.size, item.limits
    if value.data is not None:
        try:
            size = len(base64.b64decode("".join(value.data.split()), validate=True))
        except (binascii.Error, ValueError):
            yield Fault("value", "invalidAnswerValue", "its data is not base64")
            return
        if value.size is not None and value.size != size:
            yield Fault("invalid", "attachmentSizeInconsistent", f"says that it has {value.size} bytes, and has {size}")
    if limits.max_size is not None and size is not None and size > limits.max_size:
        yield Fault("business-rule", "maxAttachmentSize", f"has {size} bytes, more than {limits.max_size}")
    if limits.mime_types and value.content_type not in limits.mime_types:
        named = _said(value.content_type or "no type")
        yield Fault("business-rule", "invalidAttachmentType", f"is {named}, not {' or '.join(limits.mime_types)}")
