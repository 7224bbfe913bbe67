"""What was read in a person's own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from skinproof.care.conditions import Atom, Value

# said: so now, of the person; the others say why it is not taken as so.
How = Literal["said", "possible", "question", "past", "denied", "other-person", "hypothetical"]
# stop-now: a red flag that must not wait; confirm: asked of the person with their words beside it; note: shown to the
# clinician only
Use = Literal["stop-now", "confirm", "note"]


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that the words say of one fact.

    `value` is the fact's value (for a list fact the word that is on it); None where the words leave it open ("I have
    kidney trouble"). `start:end` are offsets of `words` in the text, `sentence` the offsets of the sentence around it.
    """

    fact: str
    value: Value
    words: str
    start: int
    end: int
    sentence: tuple[int, int]
    how: How
    use: Use
    list_fact: bool = False

    @property
    def atom(self) -> Atom:
        return (self.fact, str(self.value)) if self.list_fact else self.fact

    def to_json(self) -> dict[str, Any]:
        return {
            "fact": self.fact,
            "value": self.value,
            "words": self.words,
            "start": self.start,
            "end": self.end,
            "how": self.how,
            "use": self.use,
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything found in a text, in order of place; `today` is the day from which dates were counted."""

    text: str
    today: date
    found: tuple[Found, ...]

    @property
    def said(self) -> dict[Atom, Value]:
        """What the person says is so, by atom (a list fact's word is true). Of two values of one fact that the words
        give, the one that asks for more care is kept by `told_together`; here the first stands."""
        kept: dict[Atom, Value] = {}
        for each in self.found:
            if each.how == "said" and each.value is not None:
                kept.setdefault(each.atom, True if each.list_fact else each.value)
        return kept

    def about(self, fact: str) -> tuple[Found, ...]:
        return tuple(each for each in self.found if each.fact == fact)

    def sentence(self, found: Found) -> str:
        return self.text[slice(*found.sentence)]
