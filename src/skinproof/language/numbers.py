"""Numbers as people write them: "1,200", "twenty-five", "a hundred and twenty", "two and a half", "1½".

A number that cannot be taken whole is not a number: of "1,20", "1.2.3" or "12/45" no part is read.
"""

from __future__ import annotations

import re

_ONES = dict(zip(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), range(1, 10), strict=True))
_TEENS = dict(
    zip(
        ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
        range(10, 20),
        strict=True,
    )
)
_TENS = dict(
    zip(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), range(20, 100, 10), strict=True)
)
_MANY = {"hundred": 100, "hundreds": 100, "thousand": 1_000, "thousands": 1_000, "million": 10**6, "millions": 10**6}
NUMBER_WORDS = frozenset({*_ONES, *_TEENS, *_TENS, *_MANY})

_ONE, _TEEN, _TEN = ("|".join(several) for several in (_ONES, _TEENS, _TENS))
_SMALL = rf"(?:(?:{_TEN})(?:[ -](?:{_ONE}))?|{_TEEN}|{_ONE})"
_HUNDREDS = rf"(?:(?:(?:a|{_SMALL})\s)?hundreds?(?:\s(?:and\s)?{_SMALL})?)"
_THOUSANDS = rf"(?:(?:(?:a|{_HUNDREDS}|{_SMALL})\s)?(?:thousand|million)s?(?:\s(?:and\s)?(?:{_HUNDREDS}|{_SMALL}))?)"
_WHOLE = r"(?:\d{1,3}(?:[, ]\d{3})+|\d+)"
_FRACTION = r"(?:1/2|½)"
# Parts of patterns, without groups of their own.
WORDS_FROM_TEN = rf"\b(?:(?:{_TEN})(?:[ -](?:{_ONE}))?|{_TEEN})\b"  # to 99: "one" is too often no number
SMALL_WORDS = rf"\b{_SMALL}\b"  # to 99
FIGURE = (
    r"(?<!\d)(?<!\d[.,:/])"
    rf"(?:(?:{_WHOLE}\s?)?{_FRACTION}|{_WHOLE}(?:\.\d{{1,2}})?)"
    r"(?!\d)(?![.,:]\d)(?!/\d\b)"
)
NUMBER = rf"(?:{FIGURE}|\b(?:{_THOUSANDS}|{_HUNDREDS}|{_SMALL})\b)(?:\s+and\s+a\s+half)?"
# What ends like a number of which no number was read: "12,34", "2k", "dozens".
COUNTED = re.compile(r"(?:\S*\d\S*|\b(?:hundred|thousand|million|dozen)s?(?:\s+of)?)\s*\Z", re.IGNORECASE)

_HALF = re.compile(r"\s+and\s+a\s+half\Z")
_SPLIT = re.compile(r"[\s-]+")


def number_of(said: str) -> float:
    """'forty-five', '45', '1,200', '2 and a half' and '1½' as a number.

    Raises:
        ValueError: what no pattern above finds.
    """
    said = said.lower().strip()
    plain, halves = _HALF.subn("", said)
    if plain.endswith(("1/2", "½")):
        plain = plain.removesuffix("1/2").removesuffix("½").strip() or "0"
        halves += 1
    value = float(re.sub(r"[, ]", "", plain)) if plain[:1].isdigit() else float(_spelt(plain))
    return value + halves / 2


def _spelt(said: str) -> int:
    total = part = 0
    for word in _SPLIT.split(said):
        if word in ("a", "and"):
            continue
        if word in _MANY:
            part = max(part, 1) * _MANY[word]
            if _MANY[word] > 100:
                total, part = total + part, 0
        else:
            value = _ONES.get(word) or _TEENS.get(word) or _TENS.get(word)
            if value is None:
                raise ValueError(f"not a number: {said!r}")
            part += value
    return total + part
