"""How sure one can be: a level, the judgements behind it, each in words, and what reviewers put in their place."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from skinproof.evidence.statistics.tabular import Tabular

Level = Literal["high", "moderate", "low", "very-low"]

Domain = Literal[
    "start", "risk of bias", "inconsistency", "indirectness", "imprecision", "publication bias", "limit",
    # of a network, as CINeMA names them; indirectness and imprecision are shared
    "within-study bias", "reporting bias", "heterogeneity", "incoherence",
]  # fmt: skip

Judgement = Literal["no concerns", "some concerns", "major concerns", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Override:
    """A named reviewer's judgement in place of the rule's. What the rule said is kept beside it."""

    domain: Domain
    was: Judgement  # what the rule said when the reviewer looked
    judgement: Judgement
    reviewer: str
    role: str
    date: dt.date
    reason: str

    @property
    def sentence(self) -> str:
        """Who judged what, when and why."""
        return f"{self.reviewer} ({self.role}, {self.date}) judges it as {self.judgement}: {self.reason}"

    def document(self) -> dict[str, str]:
        """For JSON."""
        return {
            "judgement": self.judgement, "was": self.was, "reviewer": self.reviewer, "role": self.role,
            "date": self.date.isoformat(), "reason": self.reason,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One judgement by rule, in words. A reviewer's `override` of its domain counts instead."""

    domain: Domain
    down: int  # levels the rule takes off; 0 where it was looked at and nothing was taken off
    sentence: str
    judged: Judgement | None = None  # None: as many concerns as levels
    study_ids: tuple[str, ...] = ()  # the studies it rests on, where it rests on some and not on all alike
    override: Override | None = None

    @property
    def judgement(self) -> Judgement:
        """The rule's own judgement."""
        return self.judged or concerns(self.down)


def concerns(down: int) -> Judgement:
    """Levels taken off, in CINeMA's words."""
    return "no concerns" if down == 0 else "some concerns" if down == 1 else "major concerns"


@dataclass(frozen=True, slots=True, repr=False)
class Certainty(Tabular):
    """How sure one can be, worked out by rule; `checked_by` names a reviewer once one has looked.

    `level` counts reviewers' overrides, `rule_level` does not.
    """

    level: Level
    reasons: tuple[Reason, ...]
    checked_by: str | None = None
    by_rule: Level | None = None  # None: no override, so the same

    @property
    def rule_level(self) -> Level:
        return self.by_rule or self.level

    @property
    def overrides(self) -> tuple[Override, ...]:
        """Each override once, in the order of the reasons."""
        return tuple(dict.fromkeys(reason.override for reason in self.reasons if reason.override))

    def judgement(self, domain: Domain) -> Judgement | None:
        """The rule's judgement on a domain, all its reasons together; None where it was not looked at."""
        own = [reason for reason in self.reasons if reason.domain == domain]
        if not own:
            return None
        if len(own) == 1:
            return own[0].judgement
        down = sum(reason.down for reason in own)
        unknown = down == 0 and any(reason.judgement == "cannot tell" for reason in own)
        return "cannot tell" if unknown else concerns(down)

    @property
    def status(self) -> str:
        if self.checked_by:
            return f"Checked by {self.checked_by}."
        changed = self.overrides
        if changed:
            names = ", ".join(dict.fromkeys(each.reviewer for each in changed))
            many = "one judgement" if len(changed) == 1 else f"{len(changed)} judgements"
            return f"Worked out by rule, {many} changed by {names}; by rule alone it is {_words(self.rule_level)}."
        return "Worked out by rule, not yet checked by a reviewer."

    def summary(self) -> str:
        """The level and every reason, a line each."""
        lines = [f"Certainty: {_words(self.level)}. {self.status}"]
        for reason in self.reasons:
            down = f" [{-reason.down}]" if reason.down else ""
            lines.append(f"  {reason.domain}: {reason.judgement}{down}. {reason.sentence}")
        lines += [f"  override of {each.domain} ({each.was}): {each.sentence}" for each in self.overrides]
        return "\n".join(lines)

    def columns(self) -> dict[str, list[Any]]:
        """A row a reason."""
        return {
            "domain": [reason.domain for reason in self.reasons],
            "judgement": [reason.judgement for reason in self.reasons],
            "down": [reason.down for reason in self.reasons],
            "reason": [reason.sentence for reason in self.reasons],
            "studies": [", ".join(reason.study_ids) for reason in self.reasons],
            "override": [reason.override.sentence if reason.override else None for reason in self.reasons],
        }

    def document(self) -> dict[str, Any]:
        """For JSON: the level with and without overrides, and each reason with what a reviewer put in its place."""
        return {
            "level": self.level,
            "rule_level": self.rule_level,
            "status": self.status,
            "reasons": [
                {
                    "domain": reason.domain,
                    "judgement": reason.judgement,
                    "down": reason.down,
                    "sentence": reason.sentence,
                    "study_ids": list(reason.study_ids),
                    "override": reason.override.document() if reason.override else None,
                }
                for reason in self.reasons
            ],
        }

    def _told(self) -> str:
        return f"{_words(self.level)}, {len(self.reasons)} reasons"


def _words(level: Level) -> str:
    return level.replace("-", " ")
