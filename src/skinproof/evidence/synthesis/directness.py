"""Did the studies take people like this one? Skin type, age, sex and pregnancy against what the records say.

What a record does not say is "not reported": it never counts as fitting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, TypeAdapter, model_validator

from skinproof.evidence.studies.library import Library
from skinproof.evidence.studies.records import Record, Study
from skinproof.vocabulary import KnowledgeError, load, unknown

from .certainty_rules import CertaintyRules, PersonRules, certainty_rules
from .judgements import Certainty, Reason
from .levels import LEVELS

FILE = Path(__file__).parent.parent / "data" / "populations.yaml"

SkinType = Literal["I", "II", "III", "IV", "V", "VI"]
Sex = Literal["female", "male"]
Trait = Literal["skin type", "age", "sex", "pregnancy"]
Verdict = Literal["like", "unlike", "not reported"]


@dataclass(frozen=True, slots=True)
class Population:
    """The facts about one person (or about one kind of people) that directness is judged by; None where not known."""

    skin_type: SkinType | None = None  # Fitzpatrick
    age: float | None = None  # years
    sex: Sex | None = None
    pregnant: bool | None = None


def _pair(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class Told(Record):
    """One entry of populations.yaml: whom a study took, as far as its record says."""

    record: str
    sex: Literal["female", "male", "both"] | None = None
    age: Annotated[Literal["adults", "children"] | tuple[float | None, float | None] | None, BeforeValidator(_pair)] = (
        None
    )
    pregnant: Literal["included", "excluded"] | None = None

    @model_validator(mode="after")
    def _age_in_order(self) -> Self:
        if isinstance(self.age, tuple):
            low, high = self.age
            if low is None and high is None:
                raise ValueError("an age that is open at both ends says nothing")
            if low is not None and high is not None and low > high:
                raise ValueError(f"the lower age ({low:g}) is above the upper ({high:g})")
        return self


@dataclass(frozen=True, slots=True)
class Match:
    """A study held against a person in one respect."""

    study_id: str
    trait: Trait
    verdict: Verdict
    sentence: str


def match(
    study: Study, person: Population, told: Told | None = None, rules: PersonRules | None = None
) -> tuple[Match, ...]:
    """A study held against each thing that is known of a person.

    Args:
        told: whom it took, from populations.yaml; None, and all but skin types is not reported.
    """
    rules = rules or certainty_rules().person
    found = []
    if person.skin_type is not None:
        taken = study.skin_types
        words = f"people of skin type {_list(taken)}" if taken else ""
        found.append(_match(study, "skin type", taken and person.skin_type in taken, words))
    if person.age is not None:
        fits, words = _age(told.age if told else None, person.age, rules)
        found.append(_match(study, "age", fits, words))
    if person.sex is not None:
        taken_sex = told.sex if told else None
        words = {"female": "women alone", "male": "men alone", "both": "women and men", None: ""}[taken_sex]
        found.append(_match(study, "sex", taken_sex and taken_sex in (person.sex, "both"), words))
    if person.pregnant:
        rule = told.pregnant if told else None
        words = {"included": "pregnant women too", "excluded": "no pregnant women", None: ""}[rule]
        found.append(_match(study, "pregnancy", rule and rule == "included", words))
    return tuple(found)


def _match(study: Study, trait: Trait, fits: object, words: str) -> Match:
    """`fits` is None (or empty) where the record does not say."""
    verdict: Verdict = "not reported" if not words else "like" if fits else "unlike"
    sentence = f"It took {words}." if words else f"The record does not tell {_ASKED[trait]}."
    return Match(study.id, trait, verdict, sentence)


_ASKED: Mapping[Trait, str] = {
    "skin type": "the skin types of the people in it",
    "age": "how old the people in it were",
    "sex": "whether women, men or both took part",
    "pregnancy": "whether pregnant women took part",
}


def _age(
    told: Literal["adults", "children"] | tuple[float | None, float | None] | None, age: float, rules: PersonRules
) -> tuple[bool, str]:
    if told is None:
        return False, ""
    if isinstance(told, str):
        return (age >= rules.adult_from) == (told == "adults"), told
    low, high = told
    fits = (low is None or age >= low) and (high is None or age < high + 1)
    if low is None:
        return fits, f"people aged up to {high:g}"
    return fits, f"people aged {low:g} or older" if high is None else f"people aged {low:g} to {high:g}"


def unlike(study: Study, person: Population, told: Told | None = None) -> tuple[str, ...]:
    """The ways in which a study's people differ from a person, in words, for `appraise(indirect=...)`."""
    found = match(study, person, told)
    return tuple(f"{_WHO[each.trait]}: {_lower(each.sentence)}" for each in found if each.verdict == "unlike")


_WHO: Mapping[Trait, str] = {
    "skin type": "a study took people of other skin types",
    "age": "a study took people of another age",
    "sex": "a study took people of the other sex",
    "pregnancy": "a study left out pregnant women",
}


def for_person(
    certainty: Certainty,
    studies: Sequence[tuple[Study, float]],
    person: Population,
    told: Mapping[str, Told] | None = None,
    rules: CertaintyRules | None = None,
) -> Certainty:
    """How sure one can be for one person: never surer than in general, less sure where studies took others.

    Args:
        studies: those behind the answer with their weights (people, or shares of an estimate); all weights above 0.
        told: whom each took, by record (`populations`).

    Raises:
        ValueError: a weight that is not above 0, or no study at all.
    """
    known = (rules or certainty_rules()).person
    if not studies or any(not weight > 0 for _, weight in studies):
        raise ValueError("directness to a person needs one study or more, each with a weight above 0")
    total = sum(weight for _, weight in studies)
    held = [(match(study, person, (told or {}).get(study.id), known), weight / total) for study, weight in studies]
    reasons, left = [], known.most
    for place, trait in enumerate(each.trait for each in held[0][0]):
        shares = {"like": 0.0, "unlike": 0.0, "not reported": 0.0}
        for found, weight in held:
            shares[found[place].verdict] += weight
        ids = tuple(found[place].study_id for found, _ in held if found[place].verdict != "like")
        reason = _reason(trait, shares, ids, known, left)
        left -= reason.down
        reasons.append(reason)
    taken = sum(reason.down for reason in reasons)
    level = LEVELS[max(0, LEVELS.index(certainty.level) - taken)]
    by_rule = certainty.by_rule and LEVELS[max(0, LEVELS.index(certainty.by_rule) - taken)]
    return replace(certainty, level=level, by_rule=by_rule, reasons=(*certainty.reasons, *reasons))


def _reason(trait: Trait, shares: Mapping[str, float], ids: tuple[str, ...], rules: PersonRules, left: int) -> Reason:
    if shares["unlike"] >= rules.share:
        text = f"For you: most people in these studies were not like you ({trait})."
        return Reason("indirectness", min(rules.unlike, left), text, "some concerns", ids)
    if shares["like"] > 0.5:
        return Reason("indirectness", 0, f"For you: most people in these studies were like you ({trait}).")
    text = f"For you: it is not reported whether most people in these studies were like you ({trait})."
    return Reason("indirectness", min(rules.not_reported, left), text, "cannot tell", ids)


@cache
def _product() -> tuple[Told, ...]:
    return load(FILE, TypeAdapter(tuple[Told, ...]))


def populations(lib: Library, entries: Sequence[Told] | None = None) -> Mapping[str, Told]:
    """Whom each study of a library took, by record.

    Args:
        entries: in place of the product's own populations.yaml.

    Raises:
        KnowledgeError: an entry names a record that the library does not have, or one twice.
    """
    found: dict[str, Told] = {}
    for place, entry in enumerate(_product() if entries is None else entries):
        if entry.record not in lib.studies:
            raise KnowledgeError(FILE, f"field {place}.record", unknown(entry.record, sorted(lib.studies)))
        if entry.record in found:
            raise KnowledgeError(FILE, f"field {place}.record", f"{entry.record!r} is here twice")
        found[entry.record] = entry
    return found


def _list(types: Sequence[str]) -> str:
    return types[0] if len(types) == 1 else f"{', '.join(types[:-1])} or {types[-1]}"


def _lower(sentence: str) -> str:
    return (sentence[:1].lower() + sentence[1:]).rstrip(".")
