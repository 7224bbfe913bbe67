"""One person as a file or another program gives them: the fields, and harmless other ways to write them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from skinproof.vocabulary import unknown, vocabulary

from .terms import FactError, FactSpec, shown, terms

STORY_LIMIT = 4_000  # characters
_FIELDS = ("facts", "concern", "complaint", "asks-for", "unknown", "priorities", "today")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?(e[+-]?[0-9]{1,2})?")
_DAYS = date(1900, 1, 1), date(2200, 12, 31)  # what `today` may be
_YES, _NO = ("yes", "true", "y"), ("no", "false", "n")
# Words for a concern that are not its id.
_CONCERNS = {
    word: concern
    for concern, several in {
        "skin-ageing": (
            "ageing",
            "aging",
            "skin-aging",
            "wrinkles",
            "anti-ageing",
        ),
        "hyperpigmentation": (
            "pigmentation",
            "dark-spots",
            "pigment",
        ),
        "other-scars": (
            "scars",
            "scar",
        ),
        "acne-scars": ("acne-scarring",),
        "barrier": (
            "dryness",
            "dry-skin",
        ),
        "redness": (
            "sensitive",
            "sensitive-skin",
        ),
        "hair-loss": (
            "hair",
            "alopecia",
        ),
        "wound-healing": (
            "wound",
            "wounds",
            "recovery",
        ),
        "stretch-marks": ("striae",),
    }.items()
    for word in several
}


class Patient(BaseModel):
    """What `screen` takes. Fact names are those of the safety vocabulary; treatments by form or by agent."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, strict=True)

    facts: dict[str, Any] = {}
    concern: str | None = None
    complaint: str | None = Field(default=None, max_length=STORY_LIMIT)
    asks_for: list[str] | None = Field(default=None, alias="asks-for")
    unknown: list[str] = []
    priorities: list[str] = []  # what matters to the person: for options, not for safety
    today: date | None = None  # the day of writing, from which dates in the words are counted
    notes: tuple[str, ...] = Field(default=(), exclude=True)

    @field_validator("complaint")
    @classmethod
    def _is_text(cls, complaint: str | None) -> str | None:
        if complaint is not None and "\x00" in complaint:
            raise ValueError(f"is not text: character {complaint.index(chr(0)) + 1:,} is a NUL")
        return complaint


def read_patient(patient: Mapping[str, Any]) -> Patient:
    """
    Raises:
        FactError: names the field and the fault.
    """
    if not isinstance(patient, Mapping):
        raise FactError("patient", f"needs a mapping with facts, not {shown(patient)}")
    given: dict[str, Any] = {}
    for key, value in patient.items():
        name = _near(str(key), _FIELDS)
        if name is None:
            hint = "; facts stand under facts:" if key in terms().facts else ""
            raise FactError(str(key), f"no such field: {unknown(str(key), list(_FIELDS))}{hint}")
        if name in given:
            raise FactError(name, "is given twice, written in two ways")
        given[name] = value
    notes = []
    if isinstance(given.get("facts"), Mapping):
        facts: dict[str, Any] = {}
        for key, value in given["facts"].items():
            name, read = _fact(key, value)
            if name in facts:
                raise FactError(name, "is given twice, written in two ways")
            facts[name] = read
        given["facts"] = facts
    if isinstance(given.get("asks-for"), str):
        given["asks-for"] = [given["asks-for"]]
    if isinstance(given.get("asks-for"), list):
        given["asks-for"] = [_id(word) if isinstance(word, str) else word for word in given["asks-for"]]
    if isinstance(given.get("today"), str):
        try:
            given["today"] = date.fromisoformat(given["today"])
        except ValueError:
            raise FactError("today", f"needs a date such as 2026-03-09, not {shown(given['today'])}") from None
    if isinstance(given.get("today"), date) and not _DAYS[0] <= given["today"] <= _DAYS[1]:
        raise FactError("today", f"{given['today']} is out of range ({_DAYS[0]} to {_DAYS[1]})")
    if isinstance(given.get("concern"), str):
        given["concern"], note = _concern(given["concern"])
        notes += [note] if note else []
    try:
        return Patient.model_validate({**given, "notes": tuple(notes)})
    except ValidationError as error:
        first = error.errors()[0]
        raise FactError(".".join(map(str, first["loc"])), first["msg"]) from None


def _concern(said: str) -> tuple[str | None, str | None]:
    """The concern, and a note where no rule knows it: safety must not fail for the name of a worry."""
    name = _id(said)
    if not name:
        return None, None
    concerns = list(vocabulary().concerns)
    name = _CONCERNS.get(name, name)
    if name in concerns:
        return name, None
    near = difflib.get_close_matches(name, concerns, n=1, cutoff=0.7)
    if near:
        raise FactError("concern", unknown(said, concerns))
    return None, f"concern: {unknown(said, concerns)}; nothing was taken from it"


def _fact(name: Any, value: Any) -> tuple[str, Any]:
    known = _near(str(name), terms().facts)
    if known is None:
        return str(name), value  # refused later, with near names
    return known, _value(terms().facts[known], value)


def _value(spec: FactSpec, value: Any) -> Any:
    """Ways to write a value that can mean one thing alone: "Yes", "38", "Female", one word for a list of one."""
    if spec.type == "list":
        if isinstance(value, str):
            value = [value] if value.strip() else value
        return (
            [_id(word) if isinstance(word, str) and _id(word) in spec.values else word for word in value]
            if isinstance(value, list)
            else value
        )
    if not isinstance(value, str):
        return value
    said = value.strip().lower()
    if spec.type == "bool":
        return True if said in _YES else False if said in _NO else value
    if spec.type == "enum":
        return said if said in spec.values else value
    if not _NUMBER.fullmatch(said):
        return value
    number = float(said)
    return int(number) if number.is_integer() else number


def _near(name: str, known: Iterable[str]) -> str | None:
    """The known name that is written the same but for capitals, blanks and underscores."""
    return _id(name) if _id(name) in known else None


def _id(word: str) -> str:
    return word.strip().lower().replace("_", "-").replace(" ", "-")
