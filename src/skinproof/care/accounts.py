"""What the form says and what the person's own words say, put together for the rules.

The rule, in full (short in docs/safety.md):

- The form is silent, the words say something: what they say is used, and told as read in the words.
- The words are unsure ("might", "I think"), or tell that something was so and not when: the fact is left open, so that
  it is asked, unless the form already says what asks for more care.
- The words say no ("I'm not pregnant"), or what reassures ("I have a coil"): a question that must be asked stays open.
  Only an answer to that question closes it. The words are kept beside it, to be confirmed.
- Form and words contradict each other: the rules are held against both readings, and of the two the graver verdict
  stands, with the fact among those to be asked. Nothing is open on the reassuring reading alone.
- What words say of another person, of the past, as a question or a wish is used for nothing; the clinician sees it.

So words close no question with "no", and never open what the form closes. Ages, dates, measures and the skin type are
answers when they are stated outright, whichever way they point.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from .conditions import Atom, Value, fact_of
from .facts import Facts, complete, in_words
from .reading import Found, Reading
from .rules import rules
from .terms import terms

# The facts of which "true" is the reassuring answer.
CALM_WHEN_TRUE = frozenset({"contraception-effective", "gp-sharing-consent"})
# Of two numbers, whether the larger asks for more care; of the others the smaller does (an age, weeks since something).
GRAVER_WHEN_LARGER = frozenset(
    {
        "steroid-on-face-weeks",
        "hydroquinone-weeks-used",
        "hydroquinone-strength-percent",
        "lesion-diameter-mm",
        "fitzpatrick",
    }
)
# Somebody who was taken for an adult and tells that they are none: their age was not checked, whatever the form says.
OF_AGE = 18


@dataclass(frozen=True, slots=True)
class Contradiction:
    """The form says one thing and the words another. `used` is what the graver reading takes."""

    fact: str
    form: Value
    text: Value
    used: Value
    words: str

    def to_json(self) -> dict[str, Any]:
        return {"fact": self.fact, "form": self.form, "text": self.text, "used": self.used, "words": self.words}


@dataclass(frozen=True)
class Account:
    """`facts` is the reading with the words in it; `form` the form alone, against which the rules are held too."""

    facts: Facts
    form: Facts
    used: Mapping[Atom, Value]  # what the words say and the rules use
    contradictions: tuple[Contradiction, ...] = ()
    opened: frozenset[Atom] = frozenset()  # left open because of the words
    to_confirm: tuple[Found, ...] = ()  # answers that only a question can take: denied, reassuring, unsure
    readings: tuple[Reading, ...] = ()  # what was read

    @property
    def ways(self) -> tuple[Mapping[Atom, Value], ...]:
        """What is known, each way in which it can be taken: with the words and, where they contradict it, as the form
        says. The rules are held against each."""
        return (self.facts.known, self.form.known) if self.contradictions else (self.facts.known,)

    @property
    def facts_from_text(self) -> dict[str, Any]:
        """{fact: value} of what the words say and the rules use, with what follows; lists hold the words said."""
        shown: dict[str, Any] = {}
        follows = complete(dict(self.used), assume=False).known
        for atom, value in follows.items():
            if atom not in self.used and value is not True:
                continue
            if isinstance(atom, str):
                shown[atom] = value
            else:
                shown.setdefault(atom[0], []).append(atom[1])
        return shown

    @property
    def found(self) -> tuple[Found, ...]:
        """Everything read in the words, in order of place."""
        return tuple(found for reading in self.readings for found in reading.found)

    @property
    def disputed(self) -> frozenset[str]:
        return frozenset(each.fact for each in self.contradictions)


def form_alone(form: Facts) -> Account:
    """An account in which no words were read."""
    return Account(form, form, MappingProxyType({}))


def told_together(form: Facts, *given: Reading | None) -> Account:
    """The form's facts and those of the texts that were read together, by the rule at the head of this module."""
    readings = tuple(reading for reading in given if reading is not None)
    everything = tuple(found for reading in readings for found in reading.found)
    if not everything:
        return replace(form_alone(form), readings=readings)
    used: dict[Atom, Value] = {}
    contradictions: list[Contradiction] = []
    to_confirm: list[Found] = []
    opened: set[Atom] = set()
    for atom, (value, found) in _said(everything).items():
        if not _answered(form, atom):
            if _reassures(found.fact, value):
                to_confirm.append(found)
            else:
                used[atom] = value
            continue
        ours = form.known[atom]
        used[atom] = value
        if ours != value and (found.list_fact or _differ(found.fact, ours, value)):
            contradictions.append(_contradiction(found, atom, ours, value))
    for found in everything:
        atom = found.atom
        grave = _answered(form, atom) and form.known[atom] is True and found.fact not in CALM_WHEN_TRUE
        if found.how == "denied" and atom not in used:
            if grave:
                contradictions.append(_contradiction(found, atom, True, False))
            elif not _answered(form, atom):
                to_confirm.append(found)
        elif found.how == "possible" or (found.how == "said" and found.value is None):
            to_confirm.append(found)
            if not grave and atom not in used and not _reassures(found.fact, found.value):
                opened.add(atom)
    if any(each.fact == "age" and _tells_of_a_child(each) for each in contradictions):
        opened.add("age-verified")
    known = _with(form, used, opened)
    notes = (
        f"{in_words(each.fact)}: the form and the person's own words contradict each other" for each in contradictions
    )
    said = {atom: value for atom, value in {**form.said, **used}.items() if atom not in opened}
    facts = replace(
        form,
        known=MappingProxyType(known),
        said=MappingProxyType(said),
        notes=tuple(dict.fromkeys((*form.notes, *notes))),
    )
    return Account(
        facts,
        form,
        MappingProxyType(used),
        tuple(dict.fromkeys(contradictions)),
        frozenset(opened),
        tuple(to_confirm),
        readings,
    )


def as_answered(form: Facts) -> Facts:
    """The facts without what merely follows and reassures: a question that must be asked and was left blank stays open,
    even where another answer would tell ("male", so not pregnant). The questions of a consultation may infer that; a
    program that leaves the answer out may have lost it."""
    known = {
        atom: value
        for atom, value in form.known.items()
        if atom in form.said
        or fact_of(atom) in form.assumed
        or not _closes(atom, value)
        or not terms().facts[fact_of(atom)].ask  # nobody need be asked: it is at its usual value anyway
    }
    return replace(form, known=MappingProxyType(known))


def _closes(atom: Atom, value: Value) -> bool:
    """Whether a value is the answer that asks for no care."""
    return value is False or value is None or (value is True and fact_of(atom) in CALM_WHEN_TRUE)


def _said(everything: Iterable[Found]) -> dict[Atom, tuple[Value, Found]]:
    """What the person says is so; of two values of one fact the graver."""
    said: dict[Atom, tuple[Value, Found]] = {}
    for found in everything:
        if found.how != "said" or found.value is None:
            continue
        value: Value = True if found.list_fact else found.value
        if found.atom not in said or graver(found.fact, said[found.atom][0], value) != said[found.atom][0]:
            said[found.atom] = value, found
    return said


def _tells_of_a_child(told: Contradiction) -> bool:
    ages = [age for age in (told.form, told.text) if isinstance(age, int | float)]
    return len(ages) == 2 and ages[1] < OF_AGE <= ages[0]


def _contradiction(found: Found, atom: Atom, form: Value, text: Value) -> Contradiction:
    return Contradiction(
        found.fact, _worded(atom, form), _worded(atom, text), _worded(atom, graver(found.fact, form, text)), found.words
    )


def graver(fact: str, one: Value, other: Value) -> Value:
    """Of two values of a fact, the one that asks for more care."""
    if isinstance(one, bool):
        return fact not in CALM_WHEN_TRUE if one != other else one
    numbers = [value for value in (one, other) if isinstance(value, int | float)]
    if not numbers:
        return other if one in (None, "none") else one
    return max(numbers) if fact in GRAVER_WHEN_LARGER else min(numbers)


def _answered(form: Facts, atom: Atom) -> bool:
    """Whether the form says something of it: a value that was only assumed says nothing."""
    return atom in form.known and fact_of(atom) not in form.assumed


def _reassures(fact: str, value: Value) -> bool:
    if value is True:
        return fact in CALM_WHEN_TRUE
    return value is False and fact not in CALM_WHEN_TRUE


def _differ(fact: str, one: Value, other: Value) -> bool:
    """Whether two values differ for any rule: 45 and 44 are one, 17 and 18 are not."""
    return any(
        leaf.truth({fact: one}) is not leaf.truth({fact: other})
        for rule in rules().rules
        for leaf in rule.condition.leaves()
        if leaf.fact == fact
    )


def _worded(atom: Atom, value: Value) -> Value:
    if isinstance(atom, tuple):
        return atom[1] if value else f"not {atom[1]}"
    return value


def _with(form: Facts, used: Mapping[Atom, Value], opened: set[Atom]) -> dict[Atom, Value]:
    """What is known once the words are in. What merely follows from them closes nothing that the form left open."""
    said = {atom: value for atom, value in form.said.items() if atom not in opened}
    told = complete({**said, **used}, assume=False).known
    # What followed from an answer that is open now is open as well.
    followed = complete(form.said).known.keys() - complete(said).known.keys()
    known: dict[Atom, Value] = {}
    for atom, value in told.items():
        if atom in form.known or atom in used or not _closes(atom, value):
            known[atom] = value
    for atom, value in form.known.items():
        if atom not in followed:
            known.setdefault(atom, value)
    return {atom: value for atom, value in known.items() if atom not in opened}
