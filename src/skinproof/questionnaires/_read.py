"""Reading a FHIR R4 Questionnaire from its JSON. Every fault is collected and told with its linkId."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ._conditions import OPERATORS, can_ask, test_for
from ._extensions import CALCULATED, HIDDEN, extensions
from ._issues import Issue, QuestionnaireError, Severity
from ._model import Condition, Item, Questionnaire
from ._options import options_of
from ._order import loop_in, order_of
from ._values import ORDERED, Value, read_value

SIMPLE = frozenset({"boolean", "decimal", "integer", "string", "text", "url"})
WITH_OPTIONS = frozenset(
    {"choice", "open-choice", "decimal", "integer", "date", "dateTime", "time", "string", "quantity"}
)
WITH_MAX_LENGTH = SIMPLE | {"open-choice"}
TYPES = SIMPLE | WITH_OPTIONS | {"group", "display", "attachment", "reference"}
DEEPEST = 50
_RECORDS = frozenset({"Coding", "Quantity", "Reference", "Attachment"})


def read_questionnaire(source: Mapping[str, Any] | str | bytes) -> Questionnaire:
    """The Questionnaire in `source` (JSON text, or what it says). Raises QuestionnaireError with all its faults."""
    if not isinstance(source, Mapping):
        try:
            source = json.loads(source)
        except (ValueError, RecursionError) as error:
            raise QuestionnaireError([_fault("Questionnaire", f"is not JSON: {error}")]) from None
    if not isinstance(source, Mapping) or source.get("resourceType") != "Questionnaire":
        raise QuestionnaireError([_fault("Questionnaire", "is not a Questionnaire: see its resourceType")])
    return _Reader(source).read()


def _fault(where: str, words: str, link_id: str | None = None, severity: Severity = "error") -> Issue:
    return Issue(severity, "invalid", "questionnaire", where, words, link_id)


class _Reader:
    def __init__(self, source: Mapping[str, Any]) -> None:
        self.source = source
        self.issues: list[Issue] = []
        self.raws: list[tuple[Mapping[str, Any], int, str]] = []
        self.places: dict[str, int] = {}
        self.children: list[list[int]] = []

    def tell(self, index: int, words: str, severity: Severity = "error") -> None:
        raw, _, where = self.raws[index]
        link_id = raw.get("linkId")
        self.issues.append(_fault(where, words, link_id if isinstance(link_id, str) else None, severity))

    def read(self) -> Questionnaire:
        source = self.source
        self.gather(source.get("item"), -1, "Questionnaire", 1)
        if source.get("modifierExtension"):
            self.issues.append(_fault("Questionnaire", "has a modifierExtension, whose meaning is not known here"))
        status = source.get("status")
        if status not in ("draft", "active", "retired", "unknown"):
            self.issues.append(
                _fault("Questionnaire.status", f"is {status!r}; it must be draft, active, retired or unknown")
            )
        self.stop_at_errors()
        items = [self.item(index) for index in range(len(self.raws))]
        self.stop_at_errors()
        looks_at = [[*([i.parent] if i.parent >= 0 else []), *(c.source for c in i.conditions)] for i in items]
        order = order_of(looks_at)
        if order is None:
            found = loop_in(looks_at)
            self.tell(found[0], "its enableWhen runs in a loop: " + " → ".join(items[i].link_id for i in found))
        self.stop_at_errors()
        return Questionnaire(
            url=_text(source, "url"),
            version=_text(source, "version"),
            status=str(status),
            title=_text(source, "title") or "",
            items=tuple(items),
            order=tuple(order or ()),
            by_link_id={item.link_id: item for item in items},
            issues=tuple(self.issues),
            json=source,
        )

    def stop_at_errors(self) -> None:
        errors = [issue for issue in self.issues if issue.severity == "error"]
        if errors:
            raise QuestionnaireError(errors)

    def gather(self, raws: object, parent: int, where: str, depth: int) -> None:
        """Lists the items, each before those in it, and holds their linkIds to being there and unique."""
        if raws is None:
            return
        if not isinstance(raws, Sequence) or isinstance(raws, str) or not raws:
            self.issues.append(_fault(f"{where}.item", "must be a list with something in it"))
            return
        if depth > DEEPEST:
            self.issues.append(_fault(f"{where}.item", f"items stand more than {DEEPEST} deep in one another"))
            return
        for number, raw in enumerate(raws):
            place = f"{where}.item[{number}]"
            if not isinstance(raw, Mapping):
                self.issues.append(_fault(place, "must be an object"))
                continue
            index = len(self.raws)
            self.raws.append((raw, parent, place))
            self.children.append([])
            if parent >= 0:
                self.children[parent].append(index)
            link_id = raw.get("linkId")
            if not isinstance(link_id, str) or not link_id.strip():
                self.tell(index, "has no linkId")
            elif link_id in self.places:
                self.tell(index, f"its linkId is used twice, here and at {self.raws[self.places[link_id]][2]}")
            else:
                self.places[link_id] = index
            self.gather(raw.get("item"), index, place, depth + 1)

    def item(self, index: int) -> Item:
        raw, parent, _ = self.raws[index]
        kind = raw.get("type")
        if not isinstance(kind, str) or kind not in TYPES:
            self.tell(index, f"its type {kind!r} is not one of FHIR R4")
            kind = "display"
        children = tuple(self.children[index])
        self.invariants(index, kind, children)
        options, fault = options_of(raw, self.source)
        if fault:
            self.tell(index, fault)
        value_set = _text(raw, "answerValueSet")
        if value_set is not None and options is None:
            self.tell(
                index, f"its value set {value_set} is not here with its codes, so answers are not held to it", "warning"
            )
        behaviour = raw.get("enableBehavior")
        if behaviour not in (None, "all", "any"):
            self.tell(index, f"its enableBehavior {behaviour!r} is neither all nor any")
        hidden = next(extensions(raw, HIDDEN), {})
        return Item(
            index=index,
            parent=parent,
            link_id=raw["linkId"],
            type=kind,
            text=_text(raw, "text") or "",
            required=self.flag(index, "required"),
            repeats=self.flag(index, "repeats"),
            read_only=self.flag(index, "readOnly"),
            hidden=hidden.get("valueBoolean") is True,
            calculated=any(True for _ in extensions(raw, CALCULATED)),
            conditions=self.conditions(index),
            any=behaviour == "any",
            options=options,
            open=kind == "open-choice",
            value_set=value_set,
            initial=self.initial(index),
            children=children,
            raw=raw,
        )

    def flag(self, index: int, name: str) -> bool:
        found = self.raws[index][0].get(name, False)
        if not isinstance(found, bool):
            self.tell(index, f"its {name} must be true or false")
        return found is True

    def invariants(self, index: int, kind: str, children: tuple[int, ...]) -> None:
        """FHIR's own rules for an item, que-1 and que-3 to que-13."""
        raw = self.raws[index][0]
        many = len(raw["initial"]) if isinstance(raw.get("initial"), list) else 0
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
            "has several enableWhen and no enableBehavior": isinstance(raw.get("enableWhen"), list)
            and len(raw["enableWhen"]) > 1
            and "enableBehavior" not in raw,
            "has several initial values and does not repeat": many > 1 and raw.get("repeats") is not True,
            "has a modifierExtension, whose meaning is not known here": bool(raw.get("modifierExtension")),
        }
        for words, broken in rules.items():
            if broken:
                self.tell(index, words)

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
        read = _choice(raw, "answer")
        if read is None:
            self.tell(
                index, f"its enableWhen on {question!r} must have one answer, of a type that FHIR allows, well formed"
            )
            return None
        kind, expected = read
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
        return Condition(question, operator, expected, kind, source, test_for(operator, kind, expected))

    def initial(self, index: int) -> tuple[Value, ...]:
        raws = self.raws[index][0].get("initial", [])
        read = (
            [_choice(raw, "value") if isinstance(raw, Mapping) else None for raw in raws]
            if isinstance(raws, list)
            else [None]
        )
        if None in read:
            self.tell(index, "its initial values must each be one value, well formed")
        return tuple(pair[1] for pair in read if pair is not None)


def _text(raw: Mapping[str, Any], name: str) -> str | None:
    found = raw.get(name)
    return found if isinstance(found, str) and found else None


def _choice(raw: Mapping[str, Any], stem: str) -> tuple[str, Value] | None:
    """The one `stem[x]` of an element, as its kind and value."""
    keys = [key for key in raw if key.startswith(stem) and len(key) > len(stem)]
    if len(keys) != 1:
        return None
    kind = keys[0][len(stem) :]
    kind = kind if kind in _RECORDS else kind[0].lower() + kind[1:]
    value = read_value(kind, raw[keys[0]])
    return None if value is None else (kind, value)
