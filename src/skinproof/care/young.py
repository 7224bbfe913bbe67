"""Who can agree to treatment when the person is young, as data with the pages it was read in."""

from __future__ import annotations

from functools import cache

from pydantic import Field

from skinproof.vocabulary import Kept, KnowledgeError, load

from .conditions import is_number
from .screening import Screening
from .sourced import Line
from .terms import DATA

FILE = DATA / "young-people.yaml"
CONSENT = "consent-under-16"  # the fact in which a doctor records who agrees
BY_THEMSELVES, BY_A_PARENT = "young-person", "parent"


class _Doctor(Kept):
    under: str
    older: str


class Young(Kept):
    """The ages in years, what a young person reads, and what a doctor is told."""

    below: int
    grown_up: int = Field(alias="grown-up")
    person: tuple[Line, ...]
    doctor: _Doctor


@cache
def young() -> Young:
    """
    Raises:
        KnowledgeError: the file is at fault.
    """
    found = load(FILE, Young)
    if not found.below < found.grown_up:
        raise KnowledgeError(FILE, "below", "must be less than grown-up")
    return found


def youngest(screening: Screening) -> float | None:
    """The age in years as anything the person said has it, the least of them; None if nothing was said."""
    ages = [age for known in screening.account.ways if is_number(age := known.get("age"))]
    return min(ages, default=None)


def is_under_age(screening: Screening) -> bool:
    """Whether somebody has to make sure who can agree to treatment."""
    age = youngest(screening)
    return age is not None and age < young().below


def may_agree(screening: Screening) -> bool:
    """Whether a doctor has recorded who agrees to the treatment of a person under age."""
    return screening.facts.known.get(CONSENT) in (BY_THEMSELVES, BY_A_PARENT)
