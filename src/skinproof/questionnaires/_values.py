"""Answers as Python values, and when two are equal or ordered.

boolean: bool; integer: int; decimal: Decimal; string, text, url, date, dateTime, time: str as written in FHIR; Coding,
Quantity, Reference and Attachment: the classes below.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Coding:
    """A code in a system. The display is what people read; it is no part of what the coding is."""

    system: str | None
    code: str | None
    display: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: `system` and `code` for machines, `unit` for people."""

    value: Decimal | None
    system: str | None = None
    code: str | None = None
    unit: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to another resource, as written."""

    reference: str | None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document or picture: its content type, and its bytes (base64) or where they are."""

    content_type: str | None = None
    data: str | None = None
    url: str | None = None
    size: int | None = None


Value: TypeAlias = bool | int | Decimal | str | Coding | Quantity | Reference | Attachment

ORDERED = frozenset({"integer", "decimal", "date", "dateTime", "time", "string", "Quantity"})
TEXTS = frozenset({"string", "uri", "date", "dateTime", "time"})

_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]{1,9})?")
_ZONE = re.compile(r"Z|[+-](0[0-9]|1[0-4]):[0-5][0-9]")


def number(raw: object) -> int | Decimal | None:
    """A JSON number as int or Decimal; None for anything else, NaN and the infinities among it."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        return raw
    if isinstance(raw, float):
        raw = Decimal(repr(raw))
    return raw if isinstance(raw, Decimal) and raw.is_finite() else None


def is_date(text: str) -> bool:
    """Whether `text` is a FHIR date: a year, a year and month, or a day that the calendar has."""
    if not _DATE.fullmatch(text) or text.startswith("0000"):
        return False
    return len(text) < 10 or _day(text) is not None


def is_time(text: str) -> bool:
    """Whether `text` is a FHIR time: hours, minutes and seconds."""
    return _TIME.fullmatch(text) is not None


def is_date_time(text: str) -> bool:
    """Whether `text` is a FHIR dateTime: a date, or a day and a time with its zone."""
    day, mark, rest = text.partition("T")
    if not mark:
        return is_date(text)
    time = _TIME.match(rest)
    return len(day) == 10 and is_date(day) and time is not None and _ZONE.fullmatch(rest[time.end() :]) is not None


def read_value(kind: str, raw: object) -> Value | None:
    """The JSON of `value[x]` or `answer[x]`, where x is `kind` (`Coding`, `integer`), as a value; None if not one."""
    if kind == "boolean":
        return raw if isinstance(raw, bool) else None
    if kind == "integer":
        return raw if isinstance(raw, int) and not isinstance(raw, bool) and -(2**31) <= raw < 2**31 else None
    if kind == "decimal":
        found = number(raw)
        return None if found is None else Decimal(found)
    if kind in TEXTS:
        if not isinstance(raw, str) or not raw.strip():
            return None
        form = {"date": is_date, "dateTime": is_date_time, "time": is_time}.get(kind)
        return raw if form is None or form(raw) else None
    return _read_record(kind, raw) if isinstance(raw, Mapping) else None


def _read_record(kind: str, raw: Mapping[str, Any]) -> Value | None:
    def text(name: str) -> str | None:
        found = raw.get(name)
        if found is not None and not (isinstance(found, str) and found):
            raise TypeError(name)
        return found

    try:
        if kind == "Coding":
            return Coding(text("system"), text("code"), text("display"))
        if kind == "Quantity":
            amount = number(raw.get("value"))
            if amount is None and "value" in raw:
                return None
            return Quantity(None if amount is None else Decimal(amount), text("system"), text("code"), text("unit"))
        if kind == "Reference":
            return Reference(text("reference"), text("type"))
        if kind == "Attachment":
            size = raw.get("size")
            if size is not None and (isinstance(size, bool) or not isinstance(size, int) or size < 0):
                return None
            return Attachment(text("contentType"), text("data"), text("url"), size)
    except (TypeError, InvalidOperation):
        return None
    return None


def kind_of(value: Value) -> str:
    """The FHIR type under which a value is written; a str is taken for a string."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return {int: "integer", Decimal: "decimal"}.get(type(value)) or type(value).__name__


def same(one: Value, other: Value) -> bool:
    """Whether two values are equal: true is not 1, 1 is 1.0, and codings without codes go by what they display."""
    if isinstance(other, Coding):
        if not isinstance(one, Coding):
            return False
        if one.code is None and other.code is None:
            return one.system == other.system and one.display is not None and one.display == other.display
        return one.code == other.code and one.system == other.system
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other


def order(kind: str, one: Value, other: Value) -> int | None:
    """-1, 0 or 1 as `one` is before, equal to or after `other`, both of `kind`; None where FHIR leaves it open
    (a year against a day in it, quantities in different units)."""
    if kind == "Quantity":
        if not isinstance(one, Quantity) or not isinstance(other, Quantity) or one.value is None or other.value is None:
            return None
        if (one.system, one.code) != (other.system, other.code) or (one.code is None and one.unit != other.unit):
            return None
        return _sign(one.value, other.value)
    if kind in ("integer", "decimal"):
        if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
            return None if isinstance(one, bool) or isinstance(other, bool) else _sign(one, other)
        return None
    if not isinstance(one, str) or not isinstance(other, str):
        return None
    if kind in ("date", "dateTime"):
        return _order_dates(one, other)
    return _sign(one, other)


def _order_dates(one: str, other: str) -> int | None:
    first, second = _span(one), _span(other)
    if first is None or second is None:
        return None
    if first == second:
        return 0
    if first[1] <= second[0]:
        return -1
    return 1 if second[1] <= first[0] else None


def _span(text: str) -> tuple[datetime, datetime] | None:
    """The first instant of what `text` tells, and the first one after it."""
    try:
        if len(text) == 4:
            return _start(int(text), 1), _start(int(text) + 1, 1)
        if len(text) == 7:
            year, month = int(text[:4]), int(text[5:])
            return _start(year, month), _start(year + month // 12, month % 12 + 1)
        if len(text) == 10:
            day = _day(text)
            return None if day is None else (day, day + timedelta(days=1))
        whole, _, fraction = text.replace("Z", "+00:00").partition(".")
        moment = datetime.fromisoformat(whole if not fraction else f"{whole}{fraction.lstrip('0123456789')}")
        if fraction:
            digits = re.match(r"[0-9]+", fraction)
            moment += timedelta(seconds=float(f"0.{digits.group()}") if digits else 0)
        return moment.astimezone(UTC), moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _start(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


def _day(text: str) -> datetime | None:
    try:
        return datetime(int(text[:4]), int(text[5:7]), int(text[8:10]), tzinfo=UTC)
    except (ValueError, IndexError):
        return None


def _sign(one: Any, other: Any) -> int:
    return int(one > other) - int(one < other)
