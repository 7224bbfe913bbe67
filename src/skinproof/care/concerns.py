"""What each concern puts on the table: the decision, the forms in play, the cheap usual choice, what matters most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from pydantic import Field, TypeAdapter, model_validator

from skinproof.vocabulary import Kept, KnowledgeError, Source, load, unknown, vocabulary

from .conditions import Atom, Value
from .facts import atoms_of
from .terms import DATA, FactError

CONCERNS_FILE = DATA / "concerns.yaml"
NO_TREATMENT = "no-treatment"


class Usual(Kept):
    """The cheap usual choice: a form with the page that says so, or one found by rule from our own records."""

    form: str | None = None
    source: Source | None = None
    by_rule: bool = Field(default=False, alias="by-rule")

    @model_validator(mode="after")
    def _one_way(self) -> Usual:
        if self.by_rule == (self.form is not None) or (self.form is None) != (self.source is None):
            raise ValueError("needs a form with its source, or by-rule")
        return self


class ConcernCare(Kept):
    decision: str = Field(pattern=r"\?$")
    in_play: tuple[str, ...] = Field(alias="in-play", min_length=1)
    usual: Usual
    concepts: tuple[str, ...] = Field(min_length=1)
    has: Mapping[str, tuple[str, ...]] = {}

    @property
    def atoms(self) -> dict[Atom, Value]:
        """What the concern itself says of the person: somebody here for melasma has melasma."""
        return {(fact, word): True for fact, words in self.has.items() for word in words}


@cache
def concerns() -> Mapping[str, ConcernCare]:
    """By concern, read once.

    Raises:
        KnowledgeError: a concern is missing, or names a form, concept or fact that does not exist.
    """
    found = load(CONCERNS_FILE, TypeAdapter(dict[str, ConcernCare]))
    words = vocabulary()
    for concern in {*found, *words.concerns}:
        if concern not in found or concern not in words.concerns:
            raise KnowledgeError(CONCERNS_FILE, concern, "stands here or in the vocabulary, and must stand in both")
        care = found[concern]
        for field, names, known in (
            ("in-play", care.in_play, words.forms),
            ("usual", (care.usual.form,) if care.usual.form else (), words.forms),
            ("concepts", care.concepts, words.concepts),
        ):
            for name in names:
                if name not in known:
                    raise KnowledgeError(CONCERNS_FILE, f"{concern}, field {field}", unknown(name, list(known)))
        for fact, several in care.has.items():
            try:
                atoms_of(fact, list(several))
            except FactError as error:
                raise KnowledgeError(CONCERNS_FILE, f"{concern}, field has", str(error)) from None
    return MappingProxyType({concern: found[concern] for concern in words.concerns})


def concern_care(concern: str) -> ConcernCare:
    """
    Raises:
        FactError: no such concern; offers near ones.
    """
    if concern not in concerns():
        raise FactError("concern", unknown(concern, list(concerns())))
    return concerns()[concern]


def in_play(concern: str, wanted: Iterable[str] = ()) -> tuple[str, ...]:
    """The forms weighed for a concern, each once: its own, its usual choice, and what the person asked about.

    Raises:
        FactError: no such concern, or no such treatment or form in `wanted` (told as `asks-for`).
    """
    care = concern_care(concern)
    asked: list[str] = []
    for word in wanted:
        try:
            asked += [form.id for form in vocabulary().resolve(word)]
        except KeyError as error:
            raise FactError("asks-for", str(error.args[0])) from None
    usual = [care.usual.form] if care.usual.form else []
    return tuple(dict.fromkeys([NO_TREATMENT, *usual, *care.in_play, *asked]))
