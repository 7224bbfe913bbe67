"""Hold a promise against the findings: verdict, reason, studies, and what the same evidence would let a page say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter

from skinproof.evidence import Finding, Findings

from .flags import flags_of
from .model import Claim, Found
from .verdicts.effects import effect, equal_or_worse
from .verdicts.evidence import Evidence
from .verdicts.judgement import Asked, Judgement, level_words, on_finding
from .verdicts.known import known
from .verdicts.money import cost
from .verdicts.rules import Rules, rules
from .verdicts.safety import harmful, safe, unknown_safety
from .verdicts.standing import standing
from .verdicts.times import lasting

_KEPT = 20_000
_DECIDES: Callable[[Found], tuple[object, ...]] = attrgetter(
    *(each.name for each in fields(Found) if each.name not in ("at", "stance", "free", "unit"))
)
_SAID_BY = {"denied": "The text itself doubts or denies this.", "reported": "The text reports this as what others say."}
_STANDING = ("human-derived",)
_SAFETY_ONLY = ("adverse-events", "pain", "downtime")


class Judge:
    """Holds promises against one set of findings; the same promise is worked out once."""

    def __init__(self, findings: Findings, by: Rules | None = None) -> None:
        self.findings, self.rules = findings, by or rules()
        self.evidence = Evidence(findings, self.rules)
        self._known: dict[Asked, Judgement] = {}
        self._told: dict[tuple[object, ...], Judgement] = {}  # by the words as well: quicker to look up

    def claim(self, found: Found, quoted: Finding | None = None) -> Claim:
        """The promise with its verdict; `quoted` is the finding whose own sentence it stands in, if any."""
        made = _quoting(quoted) if quoted else self.judgement(found)
        reason = f"{_SAID_BY[found.stance]} {made.reason}" if found.stance in _SAID_BY else made.reason
        return Claim(
            found, made.verdict, made.certainty, reason, made.studies, flags_of(found), made.honest, made.findings,
            made.pages,
        )  # fmt: skip

    def judgement(self, found: Found) -> Judgement:
        """The verdict on what is promised, whoever says it."""
        told = _DECIDES(found)
        if (known_already := self._told.get(told)) is not None:
            return known_already
        asked = Asked.of(found, self.rules)
        if asked not in self._known:
            if len(self._known) >= _KEPT:
                self._known.clear()
                self._told.clear()
            self._known[asked] = self._judged(asked)
        if len(self._told) < _KEPT:
            self._told[told] = self._known[asked]
        return self._known[asked]

    def _judged(self, asked: Asked) -> Judgement:
        found, evidence = asked.found, self.evidence
        if found.treatment is None or found.treatment not in evidence.words.treatments:
            return Judgement("not-checkable", "The text does not say which treatment this is about.")
        if evidence.words.treatments[found.treatment].family == "mixed" or found.treatment == "other":
            return Judgement(
                "not-checkable", "Our vocabulary has no word for this treatment, so nothing can be looked up."
            )
        if found.kind == "cost":
            return cost(asked, evidence)
        if found.kind == "regulatory" or found.says in _STANDING:
            return standing(asked, evidence)
        if about := known(asked, evidence):
            return about
        if found.direction == "none":
            return self._neither_way(asked)
        if found.kind == "timing" and found.concept == "relapse" and found.direction == "reduces":
            return lasting(asked, evidence)
        if found.direction == "harms":
            return harmful(asked, evidence)
        if found.direction == "safe" and not found.versus and found.concept in _SAFETY_ONLY:
            return safe(asked, evidence)
        return effect(asked, evidence)

    def _neither_way(self, asked: Asked) -> Judgement:
        if asked.found.kind == "safety":
            return unknown_safety(asked, self.evidence)
        if asked.found.kind == "comparison":
            return equal_or_worse(asked, self.evidence)
        why = "This tells how it is meant to work. Our library holds what happened to people."
        if asked.found.kind != "mechanism":
            why = "It promises nothing that a study could measure."
        return Judgement("not-checkable", why)


def _quoting(finding: Finding) -> Judgement:
    """A page that says word for word what the evidence allows."""
    level = finding.certainty.level
    reason = f"These are the words that the evidence allows ({level_words(level)})."
    return on_finding("uncertain" if level == "very-low" else "well-supported", reason, finding)
