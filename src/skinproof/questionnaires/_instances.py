"""A response laid over its questionnaire: for each item its occurrences, those that are not there too.

An item in a repeating group occurs once in each of its repetitions. An item that the response leaves out still occurs,
empty, where it would stand, so that a condition on it finds it unanswered there and not in another repetition; unless
there is nothing to find out about it (`Questionnaire.missed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._answers import faults_of, read_answer
from ._issues import Issue, Severity
from ._model import Item, Questionnaire
from ._values import Value

_ITEM_KEYS = frozenset({"linkId", "definition", "text", "answer", "item", "id", "extension", "modifierExtension"})
_ANSWER_KEYS = frozenset({"item", "id", "extension", "modifierExtension"})


MOST_INSTANCES = 20_000
MOST_ISSUES = 1_000


class TooMuch(ValueError):
    """A response with so many repetitions or faults that it is not looked through; `issues`: the faults so far."""

    def __init__(self, words: str, issues: list[Issue]) -> None:
        self.issues = issues
        super().__init__(words)


class Instance:
    """One occurrence of an item. `where`: its FHIRPath, or that of what it would be in.
    `asked`: what it stands in is there or is always there, so that leaving it out is leaving it unanswered. `values`:
    its answers that have the right type; `answers`: how many it has of any; `there`: whether the response has it.
    `count`: how often a question is answered, and on its first occurrence how often a group is there."""

    __slots__ = ("answers", "asked", "count", "enabled", "item", "parent", "place", "there", "values", "where")

    def __init__(self, item: Item, parent: Instance | None, where: str, place: int, asked: bool) -> None:
        self.item = item
        self.parent = parent
        self.where = where
        self.place = place
        self.asked = asked
        self.enabled = False
        self.there = False
        self.values: list[Value] = []
        self.answers = 0
        self.count: int | None = None


class Layout:
    """`instances`: all occurrences, in order. `of`: those of each item, by its index. `issues`: what was wrong."""

    def __init__(self, questionnaire: Questionnaire, raw: Mapping[str, Any]) -> None:
        self.questionnaire = questionnaire
        self.issues: list[Issue] = []
        self.instances: list[Instance] = []
        self.of: list[list[Instance]] = [[] for _ in questionnaire.items]
        self.partial = raw.get("status") == "in-progress"
        self.missed = questionnaire.missed
        self.place(questionnaire.top, raw, None, -1, "QuestionnaireResponse", True)

    def tell(
        self, code: str, kind: str, where: str, words: str, link_id: str | None, severity: Severity = "error"
    ) -> None:
        if len(self.issues) >= MOST_ISSUES:
            raise TooMuch(f"has more than {MOST_ISSUES} faults; the others were not looked for", self.issues)
        self.issues.append(Issue(severity, code, kind, where, words, link_id))

    def place(
        self,
        indexes: tuple[int, ...],
        raw: Mapping[str, Any],
        parent: Instance | None,
        above: int,
        where: str,
        asked: bool,
    ) -> None:
        """Lays the items of one element over those that the questionnaire has there."""
        items = self.questionnaire.items
        entries = self.sort(raw["item"], above, where) if "item" in raw else {}
        for index in indexes:
            item = items[index]
            found = entries.get(index)
            if found is None:
                if index in self.missed:
                    self.leave_out(item, parent, where, asked)
                continue
            if len(found) > 1 and not (item.type == "group" and item.repeats):
                words = f"stands here {len(found)} times" + (
                    ", and its answers belong in one item" if item.repeats else ", and does not repeat"
                )
                self.tell("structure", "repeatedItem", f"{where}.item[{found[1][0]}]", words, item.link_id)
            for nth, (number, entry) in enumerate(found):
                instance = self.put(item, parent, f"{where}.item[{number}]", entry)
                if item.type == "group" and nth == 0:
                    instance.count = len(found)
            most = item.limits.max_occurs
            if item.type == "group" and most is not None and len(found) > most:
                words = f"stands here {len(found)} times, more than {most}"
                self.tell("business-rule", "maxCount", f"{where}.item[{found[most][0]}]", words, item.link_id)

    def sort(self, raws: object, above: int, where: str) -> dict[int, list[tuple[int, Mapping[str, Any]]]]:
        """The items of an element by which item they are; unknown and misplaced ones are told of and left out."""
        found: dict[int, list[tuple[int, Mapping[str, Any]]]] = {}
        if not isinstance(raws, list) or not raws:
            self.tell("structure", "invalidItem", f"{where}.item", "must be a list with something in it", None)
            return found
        last = -1
        for number, raw in enumerate(raws):
            link_id = raw.get("linkId") if isinstance(raw, Mapping) else None
            if not isinstance(link_id, str):
                self.tell(
                    "structure", "invalidItem", f"{where}.item[{number}]", "must be an object with a linkId", None
                )
                continue
            item = self.questionnaire.by_link_id.get(link_id)
            if item is None or item.parent != above:
                words = (
                    "is no item of the questionnaire" if item is None else "does not stand here in the questionnaire"
                )
                self.tell("structure", "invalidLinkId", f"{where}.item[{number}]", words, link_id[:200])
                continue
            if item.index < last:
                words = f"comes after {self.questionnaire.items[last].link_id!r}, and before it in the questionnaire"
                self.tell("structure", "itemOrder", f"{where}.item[{number}]", words, link_id)
            last = max(last, item.index)
            found.setdefault(item.index, []).append((number, raw))
        return found

    def add(self, item: Item, parent: Instance | None, where: str, asked: bool) -> Instance:
        instance = Instance(item, parent, where, len(self.instances), asked)
        if len(self.instances) >= MOST_INSTANCES:
            raise TooMuch(f"has so many repetitions that it comes to more than {MOST_INSTANCES} items", self.issues)
        self.instances.append(instance)
        self.of[item.index].append(instance)
        return instance

    def leave_out(self, item: Item, parent: Instance | None, where: str, asked: bool) -> None:
        instance = self.add(item, parent, where, asked)
        instance.count = 0
        # A repeating group may be left out with all that is required in it; so may what an unanswered question holds.
        inside = asked and item.type == "group" and not item.repeats
        for index in item.children:
            if index in self.missed:
                self.leave_out(self.questionnaire.items[index], instance, where, inside)

    def put(self, item: Item, parent: Instance | None, where: str, raw: Mapping[str, Any]) -> Instance:
        instance = self.add(item, parent, where, True)
        instance.there = True
        for key in raw:
            if key not in _ITEM_KEYS and not str(key).startswith("_"):
                self.tell(
                    "structure",
                    "unknownElement",
                    where,
                    f"has {str(key)[:50]!r}, which FHIR does not know",
                    item.link_id,
                )
        if raw.get("modifierExtension"):
            self.tell("structure", "modifierExtension", where, "has a modifierExtension, unknown here", item.link_id)
        if not isinstance(raw.get("text", ""), str):
            self.tell("structure", "invalidItem", where, "its text must be a text", item.link_id)
        answered = "answer" in raw
        if item.type == "group":
            if answered:
                self.tell(
                    "structure",
                    "groupShouldNotHaveAnswers",
                    f"{where}.answer",
                    "is a group and has an answer",
                    item.link_id,
                )
            self.place(item.children, raw, instance, item.index, where, True)
            return instance
        instance.count = 0
        if item.type == "display" and answered:
            self.tell("structure", "displayAnswer", where, "is only shown and has an answer", item.link_id)
        elif item.type == "question" and answered:
            self.tell("structure", "invalidType", where, "has an abstract type, which takes no answer", item.link_id)
        elif answered:
            self.answer(instance, raw["answer"])
        if "item" in raw:
            self.tell(
                "structure", "invalidNesting", f"{where}.item", "items in a question belong in its answer", item.link_id
            )
        if not instance.answers:
            for index in item.children:
                if index in self.missed:
                    self.leave_out(self.questionnaire.items[index], instance, where, False)
        return instance

    def answer(self, instance: Instance, raws: object) -> None:
        item, where = instance.item, instance.where
        if not isinstance(raws, list) or not raws:
            self.tell(
                "structure", "invalidAnswer", f"{where}.answer", "must be a list with something in it", item.link_id
            )
            return
        for number, raw in enumerate(raws):
            place = f"{where}.answer[{number}]"
            if not isinstance(raw, Mapping):
                self.tell("structure", "invalidAnswer", place, "must be an object", item.link_id)
                continue
            for key in raw:
                if key not in _ANSWER_KEYS and not str(key).startswith(("value", "_value")):
                    words = f"has {str(key)[:50]!r}, which FHIR does not know"
                    self.tell("structure", "unknownElement", place, words, item.link_id)
            value, fault = read_answer(item, raw)
            if fault is not None:
                self.tell(fault.code, fault.kind, place, fault.words, item.link_id)
            elif value is not None:
                for fault in faults_of(item, value):
                    self.tell(fault.code, fault.kind, place, fault.words, item.link_id)
                instance.values.append(value)
            instance.answers += 1
            instance.count = instance.answers
            if item.children or "item" in raw:
                self.place(item.children, raw, instance, item.index, place, value is not None)
        self.count(instance, raws)

    def count(self, instance: Instance, raws: list[Any]) -> None:
        item, where, many = instance.item, instance.where, len(raws)
        severity: Severity = "warning" if self.partial else "error"  # of a draft, an answer may still be taken away
        if many > 1 and not item.repeats:
            self.tell("business-rule", "repeats", where, f"has {many} answers and takes one", item.link_id, severity)
        most = item.limits.max_occurs
        if most is not None and many > most:
            self.tell(
                "business-rule", "maxCount", where, f"has {many} answers, more than {most}", item.link_id, severity
            )
        if many > 1 and item.options:
            for number, value in enumerate(instance.values):
                option = item.by_value.get(value)
                if option is not None and option.exclusive:
                    place = f"{where}.answer[{number}]"
                    words = f"{option.label!r} cannot be chosen together with another answer"
                    self.tell("business-rule", "exclusiveAnswerOption", place, words, item.link_id)
