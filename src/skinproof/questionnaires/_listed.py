"""The items of a Questionnaire listed, before they are read, and the faults found so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._issues import Issue, QuestionnaireError, Severity

DEEPEST = 50


def fault(
    where: str, words: str, link_id: str | None = None, severity: Severity = "error", code: str = "invalid"
) -> Issue:
    """A fault of a questionnaire."""
    return Issue(severity, code, "questionnaire", where, words, link_id)


class Listed:
    """`raws`: each item's JSON, the place of the item it stands in (-1: none), and its FHIRPath. `children`: the places
    of those in it. `places`: linkId to place."""

    def __init__(self, source: Mapping[str, Any], lenient: bool, value_sets: Sequence[Mapping[str, Any]] = ()) -> None:
        self.source = source
        self.lenient = lenient
        self.value_sets = [*list_in(source, "contained"), *value_sets]
        self.issues: list[Issue] = []
        self.broken = False
        self.raws: list[tuple[Mapping[str, Any], int, str]] = []
        self.places: dict[str, int] = {}
        self.children: list[list[int]] = []

    def tell(
        self, index: int, words: str, severity: Severity = "error", *, usable: bool = False, code: str = "invalid"
    ) -> None:
        """Notes a fault of an item. `usable`: the questionnaire can be worked with all the same."""
        raw, _, where = self.raws[index]
        link_id = raw.get("linkId")
        self.issues.append(fault(where, words, link_id if isinstance(link_id, str) else None, severity, code))
        self.broken = self.broken or (severity == "error" and not (usable and self.lenient))

    def tell_whole(self, where: str, words: str, *, usable: bool = False) -> None:
        """Notes a fault of no item."""
        self.issues.append(fault(where, words))
        self.broken = self.broken or not (usable and self.lenient)

    def stop_at_errors(self) -> None:
        """Raises QuestionnaireError if the questionnaire cannot be worked with."""
        if self.broken:
            raise QuestionnaireError(issue for issue in self.issues if issue.severity == "error")

    def gather(self, raws: object, parent: int, where: str, depth: int) -> None:
        """Lists the items, each before those in it, and holds their linkIds to being there and unique."""
        if raws is None:
            return
        if not isinstance(raws, Sequence) or isinstance(raws, str) or not raws:
            self.tell_whole(f"{where}.item", "must be a list with something in it")
            return
        if depth > DEEPEST:
            self.tell_whole(f"{where}.item", f"items stand more than {DEEPEST} deep in one another")
            return
        for number, raw in enumerate(raws):
            place = f"{where}.item[{number}]"
            if not isinstance(raw, Mapping):
                self.tell_whole(place, "must be an object")
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


def text_in(raw: Mapping[str, Any], name: str) -> str | None:
    """The text of that name, if it is one and not empty."""
    found = raw.get(name)
    return found if isinstance(found, str) and found else None


def list_in(raw: Mapping[str, Any], name: str) -> list[Any]:
    """The list of that name, empty if it is none."""
    found = raw.get(name)
    return found if isinstance(found, list) else []
