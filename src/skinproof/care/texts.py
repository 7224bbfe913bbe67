"""What a person wrote, what they answered when they were shown it, and both put together with the form's answers.

Beside the rule of `accounts`: whoever is shown their own words and says that they are so has answered the question, and
so has whoever says that they are not: the words then count no more. A clinician who records a fact after a text was
written settles what that text says of it. Everything stays to be read: see `Text.reading`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, TypeAlias

from skinproof.language.text import TextError

from .accounts import Account, graver, told_together
from .conditions import Atom, Value, fact_of
from .facts import Facts, complete
from .reading import Found, Reading, read_words

Confirmed: TypeAlias = Literal["yes", "no", "not-sure"]
Key: TypeAlias = tuple[str, str, str]  # the fact, its word if it is a list, and the words that were read
CONFIRMED: tuple[Confirmed, ...] = ("yes", "no", "not-sure")


@dataclass(frozen=True)
class Text:
    """One text of a person's. `where` names it, so that an answer belongs to the text that it was given about."""

    where: str
    text: str
    day: date
    reading: Reading | None  # None: it could not be read
    confirmed: Mapping[Key, Confirmed] = field(default_factory=lambda: MappingProxyType({}))
    settled: frozenset[str] = frozenset()  # facts that a clinician recorded after it was written

    @property
    def found(self) -> tuple[Found, ...]:
        return self.reading.found if self.reading else ()

    @property
    def counted(self) -> Reading | None:
        """What was read, without what the person said is not so and what was settled since."""
        if self.reading is None or not (self.settled or "no" in self.confirmed.values()):
            return self.reading
        left = (each for each in self.found if each.fact not in self.settled and self.confirmed.get(key(each)) != "no")
        return replace(self.reading, found=tuple(left))


@dataclass(frozen=True)
class Quoted:
    """One thing that a text says of one fact, in all the words that say it: what a person is asked about as one."""

    where: str
    atom: Atom
    value: Value  # what the words come to
    found: tuple[Found, ...]

    @property
    def fact(self) -> str:
        return fact_of(self.atom)

    @property
    def id(self) -> str:
        """The same for the same text and fact."""
        return ".".join((self.where, *(self.atom if isinstance(self.atom, tuple) else (self.atom,))))

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.words for each in self.found))


def key(found: Found) -> Key:
    return found.fact, str(found.value) if found.list_fact else "", found.words


def claim(found: Found) -> tuple[Atom, Value] | None:
    """What somebody says who says "yes" to it; None where the words name no value, so that only a question can ask."""
    if found.value is None or (found.how == "denied" and not (found.list_fact or isinstance(found.value, bool))):
        return None
    if found.how == "denied":
        return found.atom, False if found.list_fact else not found.value
    return found.atom, True if found.list_fact else found.value


def write(
    where: str,
    text: str,
    day: date,
    known: Mapping[Atom, Value],
    confirmed: Mapping[Key, Confirmed] | None = None,
    settled: frozenset[str] = frozenset(),
) -> Text:
    """A text, read. `known` are the form's facts, some of which decide what words mean."""
    medicines = (atom for atom, value in known.items() if value is True and atom[0] == "medicines")
    needed = frozenset({(atom, True) for atom in medicines} | {(name, known.get(name)) for name in ("age", "sex")})
    reading = _read(text, day, needed) if text.strip() else None
    return Text(where, text, day, reading, MappingProxyType(dict(confirmed or {})), settled)


@lru_cache(maxsize=512)
def _read(text: str, day: date, known: frozenset[tuple[Atom, Value]]) -> Reading | None:
    """A step of a consultation asks for the same reading several times; what it depends on is in the key."""
    try:
        return read_words(text, today=day, facts=dict(known))
    except TextError:
        return None


def told(said: Mapping[Atom, Value], texts: Iterable[Text]) -> Account:
    """What the form says, with what the person confirmed, and what their words say beside it: the one way in which a
    person's answers and words become facts."""
    several = tuple(texts)
    answered: dict[Atom, Value] = {}
    for text in several:
        for found in text.found:
            answer, meant = text.confirmed.get(key(found)), claim(found)
            if meant is None or answer not in ("yes", "no") or found.fact in text.settled:
                continue
            atom, value = meant
            if answer == "no":
                if not isinstance(value, bool):
                    continue  # a number that is not so says no other number
                value = not value
            answered[atom] = value if atom not in answered else graver(found.fact, answered[atom], value)
    form: Facts = complete({**answered, **said})
    return told_together(form, *(text.counted for text in several))


def quoted(texts: Iterable[Text]) -> tuple[Quoted, ...]:
    """What the texts say that can be asked about, by text and fact, in order of place, without what was answered."""
    groups: dict[tuple[str, Atom], list[Found]] = {}
    values: dict[tuple[str, Atom], Value] = {}
    for text in texts:
        for found in text.counted.found if text.counted else ():
            meant = claim(found)
            if meant is None or (found.use == "note" and found.how != "denied") or key(found) in text.confirmed:
                continue
            place = (text.where, meant[0])
            if place in values and values[place] != meant[1]:
                values[place] = graver(found.fact, values[place], meant[1])
            values.setdefault(place, meant[1])
            groups.setdefault(place, []).append(found)
    return tuple(Quoted(where, atom, values[where, atom], tuple(found)) for (where, atom), found in groups.items())
