"""A Bundle's values with their paths. Every fault names the entry and the field."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from ._codes import system

T = TypeVar("T")


class ExchangeError(ValueError):
    """A Bundle that cannot be read: `where` names the entry and field, `fault` what is wrong."""

    def __init__(self, where: str, fault: str) -> None:
        self.where, self.fault = where, fault
        super().__init__(f"{where}: {fault}")


class Node:
    """A value of the Bundle with its path, asked for what it must or may hold."""

    def __init__(self, value: Any, where: str) -> None:
        self.value, self.where = value, where

    def wrong(self, fault: str) -> ExchangeError:
        return ExchangeError(self.where, fault)

    def get(self, name: str) -> Node | None:
        if not isinstance(self.value, Mapping):
            raise self.wrong("needs an object")
        found = self.value.get(name)
        return None if found is None else Node(found, f"{self.where}.{name}")

    def need(self, name: str) -> Node:
        found = self.get(name)
        if found is None:
            raise ExchangeError(f"{self.where}.{name}", "is missing")
        return found

    def each(self, name: str) -> list[Node]:
        found = self.get(name)
        if found is None:
            return []
        if not isinstance(found.value, list):
            raise found.wrong("needs a list")
        return [Node(value, f"{found.where}[{number}]") for number, value in enumerate(found.value)]

    def first(self, name: str) -> Node:
        found = self.each(name)
        if not found:
            raise ExchangeError(f"{self.where}.{name}", "is missing")
        return found[0]

    def one(self, name: str) -> Node:
        """What stands there, or the first of what stands there."""
        return self.first(name) if isinstance(self.need(name).value, list) else self.need(name)

    @property
    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.wrong("needs text")
        return self.value

    @property
    def number(self) -> int | float:
        if isinstance(self.value, bool) or not isinstance(self.value, int | float) or not math.isfinite(self.value):
            raise self.wrong("needs a number")
        return self.value

    @property
    def whole(self) -> int:
        if self.number != int(self.number):
            raise self.wrong("needs a whole number")
        return int(self.number)

    @property
    def moment(self) -> dt.datetime:
        try:
            found = dt.datetime.fromisoformat(self.text)
        except ValueError:
            raise self.wrong("needs a date with a time") from None
        if found.tzinfo is None:
            raise self.wrong("needs a time zone")
        return found.astimezone(dt.UTC)

    @property
    def day(self) -> dt.date:
        try:
            return dt.date.fromisoformat(self.text)
        except ValueError:
            raise self.wrong("needs a date") from None

    def words(self, name: str, default: str = "") -> str:
        found = self.get(name)
        return default if found is None else found.text

    def code(self, name: str) -> tuple[str, str]:
        """The code and the text of our own concept."""
        concept = self.need(name)
        return concept.first("coding").need("code").text, concept.words("text")

    def standard(self, name: str) -> str:
        return self.need(name).first("coding").need("code").text


class Reader:
    """One Bundle's entries, with our own ids for what they refer to."""

    def __init__(self, entries: Iterable[Node]) -> None:
        self.resources: dict[str, list[Node]] = {}
        self.own: dict[str, str] = {}
        for entry in entries:
            resource = entry.need("resource")
            kind = resource.need("resourceType").text
            self.resources.setdefault(kind, []).append(resource)
            url = entry.get("fullUrl")
            if url is not None and kind != "Questionnaire":
                if url.text in self.own:
                    raise url.wrong("stands in the Bundle twice")
                self.own[url.text] = own_id(resource, kind)

    def all(self, kind: str, read: Callable[[Node], T]) -> tuple[T, ...]:
        return tuple(read(resource) for resource in self.resources.get(kind, []))

    def target(self, node: Node, name: str) -> str:
        """Our id of what is referred to."""
        reference = node.one(name).need("reference")
        if reference.text not in self.own:
            raise reference.wrong("refers to nothing in this Bundle")
        return self.own[reference.text]

    def of_kind(self, node: Node, name: str, kind: str) -> str | None:
        """Our id of the first of several that is of this kind; None without one."""
        for each in node.each(name):
            reference = each.need("reference")
            if each.words("type") == kind:
                if reference.text not in self.own:
                    raise reference.wrong("refers to nothing in this Bundle")
                return self.own[reference.text]
        return None

    def concern(self, node: Node, name: str) -> str:
        """Our id of the consultation among what is referred to."""
        found = self.of_kind(node, name, "Condition")
        if found is None:
            raise ExchangeError(f"{node.where}.{name}", "refers to no Condition")
        return found

    def doctor(self, node: Node, name: str) -> str | None:
        """The practitioner's id, or None where it is the person."""
        return self.target(node, name) if node.one(name).words("type") == "Practitioner" else None

    def maybe(self, node: Node, name: str) -> str | None:
        return self.target(node, name) if node.get(name) is not None else None


def own_id(resource: Node, kind: str) -> str:
    if kind == "AuditEvent":
        return resource.first("entity").first("detail").need("valueString").text
    if kind == "QuestionnaireResponse":
        return resource.need("identifier").need("value").text
    for identifier in resource.each("identifier"):
        if identifier.words("system") == system(kind):
            return identifier.need("value").text
    raise ExchangeError(f"{resource.where}.identifier", f"holds none of {system(kind)}")
