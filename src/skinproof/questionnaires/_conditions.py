"""enableWhen: its operators as FHIR R4 defines them (code system questionnaire-enable-operator).

`=`: at least one answer is equal. `!=`: no answer is equal, so true where there is none, as in LHC-Forms.
`>`, `<`, `>=`, `<=`: at least one answer compares so. `exists`: whether there is an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ._model import Test
from ._values import Value, order, same

OPERATORS = ("exists", "=", "!=", ">", "<", ">=", "<=")

_COMPARES: dict[str, Callable[[int], bool]] = {
    ">": lambda sign: sign > 0,
    "<": lambda sign: sign < 0,
    ">=": lambda sign: sign >= 0,
    "<=": lambda sign: sign <= 0,
}
_CHOICES = frozenset({"Coding", "string", "integer", "date", "time", "Reference"})
_ASKS: dict[str, frozenset[str]] = {
    "boolean": frozenset({"boolean"}),
    "decimal": frozenset({"decimal", "integer"}),
    "integer": frozenset({"integer", "decimal"}),
    "date": frozenset({"date", "dateTime"}),
    "dateTime": frozenset({"dateTime", "date"}),
    "time": frozenset({"time"}),
    "string": frozenset({"string"}),
    "text": frozenset({"string"}),
    "url": frozenset({"string", "uri"}),
    "choice": _CHOICES,
    "open-choice": _CHOICES,
    "reference": frozenset({"Reference"}),
    "quantity": frozenset({"Quantity"}),
}


def can_ask(item_type: str, kind: str) -> bool:
    """Whether an item of this type can have an answer that a condition of this kind is compared with."""
    return kind in _ASKS.get(item_type, frozenset())


def test_for(operator: str, kind: str, expected: Value) -> Test:
    """The condition as a function of the answers to its question."""
    if operator == "exists":

        def exists(given: Sequence[Value]) -> bool:
            return bool(given) is expected

        return exists
    if operator in ("=", "!="):
        return _equality(kind, expected, operator == "=")
    holds = _COMPARES[operator]

    def compares(given: Sequence[Value]) -> bool:
        signs = (order(kind, value, expected) for value in given)
        return any(sign is not None and holds(sign) for sign in signs)

    return compares


def _equality(kind: str, expected: Value, wanted: bool) -> Test:
    def equals(given: Sequence[Value]) -> bool:
        for value in given:
            if same(value, expected):
                return wanted
        return not wanted

    def falls_on(given: Sequence[Value]) -> bool:
        return any(order(kind, value, expected) == 0 for value in given) is wanted

    return falls_on if kind in ("date", "dateTime") else equals
