"""Quantities in different units of one kind: UCUM units that differ by a metric prefix (`km` and `m`, `mg` and `g`).

No other conversion is known here, so that none can be wrong.
"""

from __future__ import annotations

from decimal import Decimal

from ._values import Quantity

UCUM = "http://unitsofmeasure.org"
_ATOMS = ("mol", "m", "g", "s", "L", "l", "A", "K", "Pa", "J", "W", "V", "Hz", "cd")
_PREFIXES = {
    "": 0,
    "T": 12,
    "G": 9,
    "M": 6,
    "k": 3,
    "h": 2,
    "da": 1,
    "d": -1,
    "c": -2,
    "m": -3,
    "u": -6,
    "n": -9,
    "p": -12,
}
_SCALES = {
    prefix + atom: (atom.lower() if atom == "L" else atom, power)
    for atom in _ATOMS
    for prefix, power in _PREFIXES.items()
}
_SCALES |= {atom: (atom.lower() if atom == "L" else atom, 0) for atom in _ATOMS} | {"cd": ("cd", 0), "Pa": ("Pa", 0)}


def in_unit_of(quantity: Quantity, other: Quantity) -> Decimal | None:
    """The value of `quantity` in the unit of `other`; None where they cannot be compared."""
    if quantity.value is None:
        return None
    if quantity.code is None and other.code is None:
        return quantity.value if quantity.unit == other.unit else None
    if quantity.system != other.system:
        return None
    if quantity.code == other.code:
        return quantity.value
    if quantity.system != UCUM or quantity.code not in _SCALES or other.code not in _SCALES:
        return None
    (one, power), (two, other_power) = _SCALES[quantity.code], _SCALES[other.code]
    return quantity.value.scaleb(power - other_power) if one == two else None
