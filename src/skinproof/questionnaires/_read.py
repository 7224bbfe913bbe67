"""Reading a FHIR R4 Questionnaire from its JSON. Every fault is collected and told with its linkId."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ._conditions import OPERATORS, can_ask, test_for
from ._extensions import CALCULATED, CONSTRAINT, HIDDEN, NOT_UNDERSTOOD, extensions, value_of
from ._issues import Issue, QuestionnaireError
from ._limits import Limits, limits_of
from ._listed import Listed, fault, list_in, text_in
from ._model import Calculation, Condition, Item, Option, Questionnaire, Step
from ._options import codes_of, keys_of, label_of, options_of
from ._order import loop_in, order_of
from ._scores import read_calculation
from ._values import ORDERED, Coding, Value, read_value

SIMPLE = frozenset({"boolean", "decimal", "integer", "string", "text", "url"})
WITH_OPTIONS = frozenset(
    {"choice", "open-choice", "decimal", "integer", "date", "dateTime", "time", "string", "quantity"}
)
WITH_MAX_LENGTH = SIMPLE | {"open-choice"}
TYPES = SIMPLE | WITH_OPTIONS | {"group", "display", "attachment", "reference"}


def read_questionnaire(
    source: Mapping[str, Any] | str | bytes, *, lenient: bool = False, value_sets: Sequence[Mapping[str, Any]] = ()
) -> Questionnaire:
    """The Questionnaire in `source` (JSON text, or what it says).

    Raises QuestionnaireError with all its faults. With `lenient` only for those with which it cannot be worked with at
    all; the others stay in its `issues`. `value_sets`: ValueSet resources that it names besides those it contains.
    """
    if not isinstance(source, Mapping):
        try:
            source = json.loads(source)
        except (ValueError, RecursionError) as error:
            raise QuestionnaireError([fault("Questionnaire", f"is not JSON: {error}")]) from None
    if not isinstance(source, Mapping) or source.get("resourceType") != "Questionnaire":
        raise QuestionnaireError([fault("Questionnaire", "is not a Questionnaire: see its resourceType")])
    return _Reader(source, lenient, value_sets).read()


def check_questionnaire(source: Mapping[str, Any] | str | bytes) -> tuple[Issue, ...]:
    """All that is wrong or odd about a Questionnaire; empty if nothing is. Raises nothing."""
    try:
        return read_questionnaire(source).issues
    except QuestionnaireError as error:
        return error.issues


class _Reader(Listed):
    def read(self) -> Questionnaire:
        source = self.source
        self.gather(source.get("item"), -1, "Questionnaire", 1)
        if source.get("modifierExtension"):
            self.tell_whole("Questionnaire", "has a modifierExtension, whose meaning is not known here")
        status = source.get("status")
        if status not in ("draft", "active", "retired", "unknown"):
            words = f"is {status!r}; it must be draft, active, retired or unknown"
            self.tell_whole("Questionnaire.status", words, usable=True)
            status = "unknown"
        self.stop_at_errors()
        items = [self.item(index) for index in range(len(self.raws))]
        self.stop_at_errors()
        self.doubts(items)
        looks_at = [self.looks_at(item) for item in items]
        order = order_of(looks_at)
        if order is None:
            found = loop_in(looks_at)
            words = "its conditions run in a loop: " + " → ".join(items[i].link_id for i in found)
            self.tell(found[0], words, code="business-rule")
        self.stop_at_errors()
        tests = {
            condition: place for place, condition in enumerate(dict.fromkeys(c for i in items for c in i.conditions))
        }
        shown = _shown(items)
        return Questionnaire(
            url=text_in(source, "url"),
            version=text_in(source, "version"),
            status=str(status),
            title=text_in(source, "title") or "",
            items=tuple(items),
            top=tuple(item.index for item in items if item.parent < 0),
            order=tuple(order or ()),
            tests=tuple(tests),
            plan=tuple(_step(items, items[index], tests) for index in order or ()),
            shown=shown,
            asked=tuple(item for item in shown if item.answerable),
            missed=_missed(items),
            calculations=tuple(item for item in items if item.calculation is not None),
            period=self.period(),
            by_link_id={item.link_id: item for item in items},
            issues=tuple(self.issues),
            json=source,
        )

    def doubts(self, items: list[Item]) -> None:
        """What FHIR allows and nobody means."""
        for item in items:
            if item.required and item.hidden and not (item.initial or item.calculated):
                self.tell(item.index, "is required and hidden, so that nobody can answer it", "warning")
            for condition in item.conditions:
                asked = items[condition.source]
                if asked.options is None or asked.open or condition.operator == "exists":
                    continue
                if condition.operator in ("=", "!=") and condition.expected not in asked.by_value:
                    words = f"its enableWhen looks for {label_of(condition.expected)!r}, no option of {asked.link_id!r}"
                    self.tell(item.index, words, "warning")

    def looks_at(self, item: Item) -> list[int]:
        """What must be known before it is known whether an item is enabled and what its score is."""
        above = [item.parent] if item.parent >= 0 else []
        summed = item.calculation.link_ids if item.calculation else ()
        return [*above, *(c.source for c in item.conditions), *(self.places[link_id] for link_id in summed)]

    def period(self) -> tuple[str | None, str | None]:
        raw = self.source.get("effectivePeriod")
        found = [raw.get(name) if isinstance(raw, Mapping) else None for name in ("start", "end")]
        read = [None if text is None else read_value("dateTime", text) for text in found]
        if found != read:
            self.tell_whole("Questionnaire.effectivePeriod", "its start and end must be dateTimes", usable=True)
        start, end = (text if isinstance(text, str) else None for text in read)
        return start, end

    def item(self, index: int) -> Item:
        raw, parent, _ = self.raws[index]
        kind = raw.get("type")
        if not isinstance(kind, str) or kind not in TYPES:
            self.tell(index, f"its type {kind!r} is not one of FHIR R4", usable=kind == "question")
            kind = "question"
        children = tuple(self.children[index])
        self.invariants(index, kind, children)
        options, words = options_of(raw, self.value_sets)
        if words:
            self.tell(index, words)
        limits, faults, doubts = limits_of(raw, kind)
        for words in faults:
            self.tell(index, words)
        for words in doubts:
            self.tell(index, words, "warning")
        if limits.unit_value_set is not None:
            units = codes_of(limits.unit_value_set, self.value_sets)
            codings = tuple(option.value for option in units or () if isinstance(option.value, Coding))
            limits = replace(limits, units=limits.units + codings)
        self.expressions(index)
        behaviour = raw.get("enableBehavior")
        if behaviour not in (None, "all", "any"):
            self.tell(index, f"its enableBehavior {behaviour!r} is neither all nor any")
        hidden = next(extensions(raw, HIDDEN), {})
        return Item(
            index=index,
            parent=parent,
            link_id=raw["linkId"],
            type=kind,
            text=text_in(raw, "text") or "",
            required=self.flag(index, "required"),
            repeats=self.flag(index, "repeats"),
            read_only=self.flag(index, "readOnly"),
            hidden=hidden.get("valueBoolean") is True,
            calculated=any(True for _ in extensions(raw, CALCULATED)),
            calculation=self.calculation(index),
            conditions=self.conditions(index),
            any=behaviour == "any",
            options=options,
            open=kind == "open-choice",
            value_set=text_in(raw, "answerValueSet"),
            limits=limits,
            initial=self.initial(index),
            children=children,
            raw=raw,
            by_value={option.value: option for option in options or ()},
            keys=keys_of(kind, options),
            unchecked=self.unchecked(index, options, limits),
        )

    def unchecked(self, index: int, options: tuple[Option, ...] | None, limits: Limits) -> tuple[tuple[str, str], ...]:
        """What answers to an item are not held to, each as a kind of issue and in words."""
        raw = self.raws[index][0]
        found = []
        for entry in extensions(raw, CONSTRAINT):
            rule = next((part.get("valueString") for part in extensions(entry, "human")), None)
            found.append(("invariantExecution", f"its rule {str(rule)[:200]!r}, which is not understood here"))
        if options is None and isinstance(raw.get("answerValueSet"), str):
            found.append(("valueSetUnknown", f"its value set {raw['answerValueSet'][:200]}, whose codes are not here"))
        if limits.unit_value_set is not None and not limits.units:
            found.append(("valueSetUnknown", f"its units {limits.unit_value_set[:200]}, whose codes are not here"))
        for _, words in found:
            self.tell(index, f"answers are not held to {words}", "warning")
        return tuple(found)

    def calculation(self, index: int) -> Calculation | None:
        raw = self.raws[index][0]
        entry = next(extensions(raw, CALCULATED), None)
        if entry is None:
            return None
        top = frozenset(link_id for link_id, place in self.places.items() if self.raws[place][1] < 0)
        found = read_calculation(entry, top, frozenset(self.places))
        if isinstance(found, str):
            self.tell(index, found, usable=True)
            return None
        if raw.get("type") not in ("decimal", "integer"):
            self.tell(index, f"is a {raw.get('type')} and cannot hold a score", usable=True)
            return None
        return found

    def expressions(self, index: int) -> None:
        """Expressions that decide what is asked or allowed, and that are not understood here."""
        raw = self.raws[index][0]
        for entry in extensions(raw, *NOT_UNDERSTOOD):
            self.tell(index, f"its {str(entry['url']).rsplit('/', 1)[1]} is not understood here", usable=True)
        for entry in extensions(raw, CONSTRAINT):
            severity = next((part.get("valueCode") for part in extensions(entry, "severity")), "error")
            if severity != "warning":
                self.tell(index, "its questionnaire-constraint is not understood here", usable=True)

    def flag(self, index: int, name: str) -> bool:
        found = self.raws[index][0].get(name, False)
        if not isinstance(found, bool):
            self.tell(index, f"its {name} must be true or false")
        return found is True

    def invariants(self, index: int, kind: str, children: tuple[int, ...]) -> None:
        """FHIR's own rules for an item, que-1 and que-3 to que-13."""
        raw = self.raws[index][0]
        many = len(list_in(raw, "initial"))
        rules = {
            "is a display and cannot hold items": kind == "display" and bool(children),
            "is a group and must hold items": kind == "group" and not children,
            "is a display and cannot have a code": kind == "display" and "code" in raw,
            "has both answerOption and answerValueSet": "answerOption" in raw and "answerValueSet" in raw,
            f"is a {kind} and cannot have options": kind not in WITH_OPTIONS
            and ("answerOption" in raw or "answerValueSet" in raw),
            "is a display and can be neither required nor repeat": kind == "display"
            and ("required" in raw or "repeats" in raw),
            f"is a {kind} and cannot have an initial value": kind in ("group", "display") and "initial" in raw,
            "is a display and cannot be readOnly": kind == "display" and "readOnly" in raw,
            f"is a {kind} and cannot have a maxLength": kind not in WITH_MAX_LENGTH and "maxLength" in raw,
            "has answerOption and initial: mark the option with initialSelected": "answerOption" in raw
            and "initial" in raw,
            "has several enableWhen and no enableBehavior": len(list_in(raw, "enableWhen")) > 1
            and "enableBehavior" not in raw,
            "has several initial values and does not repeat": many > 1 and raw.get("repeats") is not True,
        }
        if raw.get("modifierExtension"):
            self.tell(index, "has a modifierExtension, whose meaning is not known here")
        for words, broken in rules.items():
            if broken:
                self.tell(index, words, usable=True, code="invariant")

    def conditions(self, index: int) -> tuple[Condition, ...]:
        raws = self.raws[index][0].get("enableWhen")
        if raws is None:
            return ()
        if not isinstance(raws, list) or not raws:
            self.tell(index, "its enableWhen must be a list with something in it")
            return ()
        found = (self.condition(index, raw) for raw in raws)
        return tuple(condition for condition in found if condition is not None)

    def condition(self, index: int, raw: object) -> Condition | None:
        if not isinstance(raw, Mapping):
            self.tell(index, "each enableWhen must be an object")
            return None
        question, operator = raw.get("question"), raw.get("operator")
        if not isinstance(question, str) or question not in self.places:
            self.tell(index, f"its enableWhen looks at {question!r}, which is no item")
            return None
        if operator not in OPERATORS:
            self.tell(index, f"its enableWhen has the operator {operator!r}; FHIR knows {' '.join(OPERATORS)}")
            return None
        written = value_of(raw, "answer")
        expected = None if written is None else read_value(*written)
        if written is None or expected is None:
            self.tell(
                index, f"its enableWhen on {question!r} must have one answer, of a type that FHIR allows, well formed"
            )
            return None
        kind = written[0]
        source = self.places[question]
        asked = self.raws[source][0].get("type")
        words = None
        if source == index:
            words = "its enableWhen looks at the item itself"
        elif operator == "exists" and kind != "boolean":
            words = f"its enableWhen asks whether {question!r} exists: the answer must be true or false"
        elif operator != "exists" and not can_ask(str(asked), kind):
            words = f"its enableWhen compares {question!r}, which is a {asked}, with a {kind}"
        elif operator in (">", "<", ">=", "<=") and kind not in ORDERED:
            words = f"its enableWhen asks {operator} of a {kind}, which has no order"
        if words:
            self.tell(index, words)
            return None
        if source > index:
            self.tell(index, f"its enableWhen looks at {question!r}, which comes after it", "warning")
        return Condition(question, operator, expected, kind, source, test_for(operator, kind, expected))

    def initial(self, index: int) -> tuple[Value, ...]:
        raw = self.raws[index][0]
        written = [value_of(entry) if isinstance(entry, Mapping) else None for entry in list_in(raw, "initial")]
        read = [None if pair is None else read_value(*pair) for pair in written]
        if None in read or not isinstance(raw.get("initial", []), list):
            self.tell(index, "its initial values must each be one value, well formed")
        return tuple(value for value in read if value is not None)


def _shown(items: list[Item]) -> tuple[Item, ...]:
    hidden: set[int] = set()
    for item in items:
        if item.hidden or item.parent in hidden:
            hidden.add(item.index)
    return tuple(item for item in items if item.index not in hidden)


def _missed(items: list[Item]) -> frozenset[int]:
    """Items that must be answered, those in a required group, those that may be there in one repetition and not in the
    next, scores, and what all these stand in."""
    found: set[int] = set()
    within: set[int] = set()
    for item in items:
        if item.parent in within or item.required or item.repeats:
            within.add(item.index)
        if item.index in within or item.limits.min_occurs is not None or item.calculation is not None:
            found.add(item.index)
    for item in reversed(items):
        if item.index in found and item.parent >= 0:
            found.add(item.parent)
    return frozenset(found)


def _step(items: list[Item], item: Item, tests: Mapping[Condition, int]) -> Step:
    above = items[item.parent] if item.parent >= 0 else None
    question = above.link_id if above is not None and above.type != "group" else None
    return Step(item.index, item.parent, question, tuple(tests[c] for c in item.conditions), item.any, item.calculation)
