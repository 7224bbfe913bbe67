"""The forms of an English word that a lexicon should find, from the one form that its author writes.

Regular forms only; irregular ones stand in the lexicon as phrases of their own.
"""

from __future__ import annotations

from collections.abc import Callable

_VOWELS = "aeiou"
# Verbs of more than one syllable that double their last letter are few: they are stressed at the end.
_DOUBLE = ("prefer", "occur", "refer", "permit", "control")


def inflected(phrase: str, part: str) -> tuple[str, ...]:
    """All ways to say a phrase: `verb` bends its first word, `noun` its last, `adjective` its last by degree.

    `fixed` leaves it as it is.

    Raises:
        ValueError: no such part of speech.
    """
    if part not in _PARTS:
        raise ValueError(f"part of speech {part!r} is none of {', '.join(_PARTS)}")
    return tuple(dict.fromkeys(_PARTS[part](phrase)))


def _fixed(phrase: str) -> list[str]:
    return [phrase]


def _noun(phrase: str) -> list[str]:
    head, gap, last = phrase.rpartition(" ")
    return [phrase, head + gap + _plural(last)]


def _verb(phrase: str) -> list[str]:
    first, gap, rest = phrase.partition(" ")
    third = first + "es" if first.endswith(("go", "do")) else _plural(first)
    return [form + gap + rest for form in (first, third, _past(first), _gerund(first))]


def _adjective(phrase: str) -> list[str]:
    head, gap, last = phrase.rpartition(" ")
    return [phrase, head + gap + _degree(last, "er"), head + gap + _degree(last, "est")]


_PARTS: dict[str, Callable[[str], list[str]]] = {"fixed": _fixed, "noun": _noun, "verb": _verb, "adjective": _adjective}


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ies"
    return word + "s"


def _past(word: str) -> str:
    if word.endswith("e"):
        return word + "d"
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ied"
    return _doubled(word) + "ed"


def _gerund(word: str) -> str:
    if word.endswith("ie"):
        return word[:-2] + "ying"
    if word.endswith("e") and not word.endswith(("ee", "oe", "ye")):
        return word[:-1] + "ing"
    return _doubled(word) + "ing"


def _degree(word: str, ending: str) -> str:
    if word.endswith("e"):
        return word + ending[1:]
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "i" + ending
    return _doubled(word) + ending


def _doubled(word: str) -> str:
    if len(word) < 3 or word[-1] in _VOWELS + "wxy" or word[-2] not in _VOWELS or word[-3] in _VOWELS:
        return word
    one_syllable = sum(letter in _VOWELS for letter in word) == 1
    return word + word[-1] if one_syllable or word in _DOUBLE else word
