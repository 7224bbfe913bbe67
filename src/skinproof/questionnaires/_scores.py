"""Scores: answers have weights (`ordinalValue`, `itemWeight`), and a calculatedExpression adds them up.

Of FHIRPath two forms are understood, and `score_expression` writes the second; all else is refused on reading.
With SOURCE for `%resource.descendants().where(linkId = 'a' or linkId = 'b').answer`:

    SOURCE.value.ordinal().sum()
    iif(SOURCE.count() >= 2, SOURCE.value.ordinal().sum(), {})

`weight()` may stand for `ordinal()`, `=` for `>=`, `repeat(item)` for `descendants()`, and `item` if all items are at
the top. `.sum()` may be left out after a single item.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from ._model import Calculation, Item, Questionnaire
from ._values import Value, same

_WHERE = r"%resource\.(?P<{0}path>item|descendants\(\)|repeat\(item\))\.where\((?P<{0}ids>[^()]*)\)\.answer"
_SUM = _WHERE.format("") + r"\.value\.(?:ordinal|weight)\(\)(?P<sum>\.sum\(\))?"
_PLAIN = re.compile(_SUM)
_GUARDED = re.compile(
    r"iif\(\s*"
    + _WHERE.format("n")
    + r"\.count\(\)\s*(?P<sign>>=|=)\s*(?P<least>[0-9]{1,4})\s*,\s*"
    + _SUM
    + r"\s*,\s*\{\s*\}\s*\)"
)
_ONE_ID = re.compile(r"\s*linkId\s*=\s*'([^'\\]+)'\s*")


class Score(NamedTuple):
    """`total` of the weights of the answers there are; `missing`: linkIds of the enabled items that have none."""

    total: Decimal
    answered: int
    missing: tuple[str, ...]


def score_expression(link_ids: Sequence[str], least: int | None = None) -> str:
    """The FHIRPath that adds up the weights of the answers to these items once `least` of them (all, unless told) have
    one, and says nothing before: a score with answers missing is a wrong number."""
    if not link_ids or any("'" in link_id or "\\" in link_id for link_id in link_ids):
        raise ValueError("a score needs linkIds, and those without quotes and backslashes")
    least = len(link_ids) if least is None else least
    either = " or ".join(f"linkId = '{link_id}'" for link_id in link_ids)
    source = f"%resource.descendants().where({either}).answer"
    return f"iif({source}.count() >= {least}, {source}.value.ordinal().sum(), {{}})"


def read_calculation(entry: Mapping[str, Any], top: frozenset[str], known: frozenset[str]) -> Calculation | str:
    """The score in a calculatedExpression, or what is wrong with it. `top`: the linkIds at the top, `known`: all."""
    raw = entry.get("valueExpression")
    written = raw.get("expression") if isinstance(raw, Mapping) and raw.get("language") == "text/fhirpath" else None
    if not isinstance(written, str):
        return "its calculatedExpression must be an Expression in text/fhirpath"
    found = _GUARDED.fullmatch(written.strip()) or _PLAIN.fullmatch(written.strip())
    parts = found.groupdict() if found else {}
    ids = [_ONE_ID.fullmatch(part) for part in re.split(r"\bor\b", parts.get("ids", ""))]
    link_ids = tuple(match.group(1) for match in ids if match)
    if len(link_ids) < len(ids) or parts.get("nids", parts.get("ids")) != parts.get("ids"):
        return f"its calculatedExpression is none of the sums that are understood here: {written[:200]}"
    if not parts["sum"] and len(link_ids) > 1:
        return "its calculatedExpression gives several weights: add them up with sum()"
    unknown = [i for i in link_ids if i not in known]
    if unknown:
        return f"its calculatedExpression looks at {unknown[0]!r}, which is no item"
    if "item" in (parts["path"], parts.get("npath")) and not top.issuperset(link_ids):
        return "its calculatedExpression looks only at the top: write descendants() for items in groups"
    if len(set(link_ids)) < len(link_ids):
        return "its calculatedExpression names an item twice"
    least = max(1, int(parts.get("least") or 1))
    if parts.get("sign") == "=" and least != len(link_ids):
        return "its calculatedExpression must ask for = all its answers, or >= some of them"
    return Calculation(link_ids, least)


def weight_of(item: Item, value: Value) -> Decimal | None:
    """The weight of an answer; None if its option has none or it is no option."""
    for option in item.options or ():
        if same(option.value, value):
            return option.score
    return None


def add_up(questionnaire: Questionnaire, link_ids: Sequence[str], given: Callable[[Item], Sequence[Value]]) -> Score:
    """The weights of `given(item)` for each item, added up."""
    total, answered, missing = Decimal(0), 0, []
    for link_id in link_ids:
        item = questionnaire[link_id]
        weights = [weight for value in given(item) if (weight := weight_of(item, value)) is not None]
        total += sum(weights, Decimal(0))
        answered += bool(weights)
        if not weights:
            missing.append(link_id)
    return Score(total, answered, tuple(missing))


def work_out(
    questionnaire: Questionnaire, calculation: Calculation, given: Callable[[Item], Sequence[Value]]
) -> Decimal | None:
    """The value of a calculated item, None while too few answers are there."""
    found = add_up(questionnaire, calculation.link_ids, given)
    return found.total if found.answered >= calculation.least else None
