"""What an item's answers are held to beyond their type and options, read from its extensions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import _extensions as known
from ._extensions import extensions, value_of
from ._units import in_unit_of
from ._values import Coding, Quantity, Value, order, read_value


@dataclass(frozen=True, slots=True)
class Limits:
    """Lengths in characters, sizes in bytes; a bound is a kind (`date`) with its value; None: not limited."""

    min_length: int | None = None
    max_length: int | None = None
    min_value: tuple[str, Value] | None = None
    max_value: tuple[str, Value] | None = None
    max_decimal_places: int | None = None
    regex: re.Pattern[str] | None = None
    entry_format: str | None = None
    min_occurs: int | None = None
    max_occurs: int | None = None
    max_size: int | None = None
    mime_types: tuple[str, ...] = ()
    units: tuple[Coding, ...] = ()
    unit_value_set: str | None = None
    resources: tuple[str, ...] = ()


NONE = Limits()

_BOUNDS = {
    "integer": ("integer", "decimal"),
    "decimal": ("decimal", "integer"),
    "date": ("date", "dateTime"),
    "dateTime": ("dateTime", "date"),
    "time": ("time",),
    "quantity": ("Quantity",),
}


def limits_of(raw: Mapping[str, Any], item_type: str) -> tuple[Limits, list[str], list[str]]:
    """The limits of an item, what is wrong with them in words, and what is odd."""
    if "extension" not in raw and "maxLength" not in raw:
        return NONE, [], []
    reader = _Reader(raw, item_type)
    return reader.read(), reader.faults, reader.doubts


class _Reader:
    def __init__(self, raw: Mapping[str, Any], item_type: str) -> None:
        self.raw, self.type = raw, item_type
        self.faults: list[str] = []
        self.doubts: list[str] = []

    def read(self) -> Limits:
        limits = Limits(
            min_length=self.count(known.MIN_LENGTH),
            max_length=self.max_length(),
            min_value=self.bound(known.MIN_VALUE, known.MIN_QUANTITY),
            max_value=self.bound(known.MAX_VALUE, known.MAX_QUANTITY),
            max_decimal_places=self.count(known.MAX_DECIMAL_PLACES),
            regex=self.regex(),
            entry_format=self.text(known.ENTRY_FORMAT, "string"),
            min_occurs=self.count(known.MIN_OCCURS),
            max_occurs=self.count(known.MAX_OCCURS),
            max_size=self.count(known.MAX_SIZE, "decimal"),
            mime_types=tuple(str(v) for v in self.values(known.MIME_TYPE, "code", "string")),
            units=tuple(v for v in self.values(known.UNIT_OPTION, "Coding") if isinstance(v, Coding)),
            unit_value_set=self.text(known.UNIT_VALUE_SET, "canonical"),
            resources=tuple(str(v) for v in self.values(known.REFERENCE_RESOURCE, "code", "string")),
        )
        if limits.min_value and limits.max_value and compared(limits.min_value[1], limits.max_value) == 1:
            self.doubts.append("no answer is between its least and its greatest value")
        return limits

    def values(self, url: str, kind: str, read_as: str | None = None) -> list[Value]:
        found = []
        for entry in extensions(self.raw, url):
            read = value_of(entry)
            value = read_value(read_as or kind, read[1]) if read and read[0] == kind else None
            if value is None:
                self.faults.append(f"its {url.rsplit('/', 1)[1]} must be a well-formed {kind}")
            else:
                found.append(value)
        return found

    def text(self, url: str, kind: str) -> str | None:
        found = self.values(url, kind, "string")
        return str(found[0]) if found else None

    def count(self, url: str, kind: str = "integer") -> int | None:
        found = next(iter(self.values(url, kind)), None)
        if not isinstance(found, int | Decimal):
            return None
        if found < 0:
            self.faults.append(f"its {url.rsplit('/', 1)[1]} is below nought")
            return None
        return int(found)

    def max_length(self) -> int | None:
        raw = self.raw.get("maxLength")
        if raw is None:
            return None
        if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
            self.faults.append("its maxLength must be a whole number")
            return None
        return raw

    def bound(self, *urls: str) -> tuple[str, Value] | None:
        kinds = _BOUNDS.get(self.type, ())
        for url in urls:
            for entry in extensions(self.raw, url):
                read = value_of(entry)
                value = read_value(*read) if read and read[0] in kinds else None
                if value is None:
                    name = url.rsplit("/", 1)[1]
                    self.faults.append(f"its {name} must fit a question of type {self.type}, and be no expression")
                    return None
                return (read[0] if read else ""), value
        return None

    def regex(self) -> re.Pattern[str] | None:
        written = self.text(known.REGEX, "string")
        if written is None:
            return None
        try:
            return re.compile(written)
        except (re.error, RecursionError, OverflowError) as error:
            self.faults.append(f"its regex cannot be read: {error}")
            return None


def compared(value: Value, bound: tuple[str, Value]) -> int | None:
    """-1, 0 or 1 as a value is below, at or above a bound; None where that is open or they cannot be compared."""
    kind, limit = bound
    if isinstance(value, Quantity) and isinstance(limit, Quantity):
        amount = in_unit_of(value, limit)
        return None if amount is None or limit.value is None else order("decimal", amount, limit.value)
    return order(kind, value, limit)
