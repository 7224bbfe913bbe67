"""Judgements by named reviewers in place of the rules': data/overrides.yaml, validated. What is lost is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from skinproof.evidence.studies.records import Record
from skinproof.vocabulary import KnowledgeError, load

from .judgements import Certainty, Judgement, Override

FILE = Path(__file__).parent.parent / "data" / "overrides.yaml"

PAIR_DOMAINS = ("risk of bias", "inconsistency", "indirectness", "imprecision", "publication bias", "limit")
NETWORK_DOMAINS = (
    "within-study bias", "reporting bias", "indirectness", "imprecision", "heterogeneity", "incoherence", "limit",
)  # fmt: skip


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text.strip()


Words = Annotated[str, AfterValidator(_said)]


class Reviewer(Record):
    """Who judged, and in what capacity."""

    name: Words
    role: Words


class Entry(Record):
    """One entry of overrides.yaml."""

    finding: Words | None = None
    network: Words | None = None
    comparison: tuple[Words, Words] | None = None
    component: Words | None = None
    domain: Literal[
        "risk of bias", "inconsistency", "indirectness", "imprecision", "publication bias", "limit",
        "within-study bias", "reporting bias", "heterogeneity", "incoherence",
    ]  # fmt: skip
    was: Judgement
    judgement: Literal["no concerns", "some concerns", "major concerns"]
    reviewer: Reviewer
    date: dt.date
    reason: Words = Field(min_length=10)

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        about_network = self.network is not None
        if (self.finding is not None) == about_network:
            raise ValueError("names either a finding, or a network with a comparison or a component")
        if about_network and (self.comparison is None) == (self.component is None):
            raise ValueError("a network needs a comparison or a component, and not both")
        if not about_network and (self.comparison or self.component):
            raise ValueError("a comparison or a component belongs to a network, not to a finding")
        if self.comparison and self.comparison[0] == self.comparison[1]:
            raise ValueError(f"comparison of {self.comparison[0]!r} with itself")
        fitting = NETWORK_DOMAINS if about_network else PAIR_DOMAINS
        if self.domain not in fitting:
            kind = "a network" if about_network else "a finding"
            raise ValueError(f"{self.domain!r} is no domain of {kind}; there are: {', '.join(fitting)}")
        if self.domain == "limit" and self.judgement != "no concerns":
            raise ValueError("the limit is either kept, without an entry, or lifted with no concerns")
        if self.was == self.judgement:
            raise ValueError(f"was and judgement are both {self.was!r}: nothing is overridden")
        return self

    @property
    def subject(self) -> str:
        """What it judges, in one line; a pair reads the same in either order."""
        if self.network is None:
            return f"finding {self.finding}"
        if self.comparison:
            return _pair(self.network, self.comparison)
        return _component(self.network, self.component or "")

    @property
    def override(self) -> Override:
        return Override(
            self.domain, self.was, self.judgement, self.reviewer.name, self.reviewer.role, self.date, self.reason
        )


@dataclass(frozen=True, slots=True)
class LostOverride:
    """An override that does not apply, and why."""

    subject: str
    override: Override
    why: str

    @property
    def sentence(self) -> str:
        by = f"{self.override.reviewer}, {self.override.date}"
        return f"The override of {self.override.domain} in {self.subject} ({by}) does not apply: {self.why}."


@dataclass(frozen=True, slots=True)
class Overrides:
    """Every override, by what it judges."""

    entries: tuple[Entry, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.entries)

    def of_finding(self, finding_id: str) -> tuple[Override, ...]:
        return self._of(f"finding {finding_id}")

    def of_comparison(self, network: str, a: str, b: str) -> tuple[Override, ...]:
        """In either order of the treatments."""
        return self._of(_pair(network, (a, b)))

    def of_component(self, network: str, component: str) -> tuple[Override, ...]:
        return self._of(_component(network, component))

    def of_network(self, network: str, trts: Sequence[str]) -> Mapping[tuple[str, str], tuple[Override, ...]]:
        """Those of comparisons of these treatments, for `rate_network`; the others are lost (see `lost_networks`)."""
        pairs = {tuple(sorted(e.comparison)): e.comparison for e in self._in(network) if e.comparison}
        here = [(a, b) for a, b in pairs.values() if {a, b} <= set(trts)]
        return {(a, b): self.of_comparison(network, a, b) for a, b in here}

    def of_components(self, network: str, comps: Sequence[str]) -> Mapping[str, tuple[Override, ...]]:
        """Those of these components, for `rate_components`; the others are lost (see `lost_networks`)."""
        named = dict.fromkeys(e.component for e in self._in(network) if e.component in comps)
        return {name: self.of_component(network, name) for name in named if name}

    def _in(self, network: str) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.network == network)

    def _of(self, subject: str) -> tuple[Override, ...]:
        return tuple(entry.override for entry in self.entries if entry.subject == subject)

    def lost_findings(self, rated: Mapping[str, Certainty]) -> tuple[LostOverride, ...]:
        """Overrides of findings that do not apply to these, by id."""
        known = {f"finding {each}": certainty for each, certainty in rated.items()}
        return _lost((entry for entry in self.entries if entry.network is None), known, "finding")

    def lost_networks(
        self,
        comparisons: Mapping[str, Mapping[tuple[str, str], Certainty]],
        components: Mapping[str, Mapping[str, Certainty]],
    ) -> tuple[LostOverride, ...]:
        """Overrides of networks that do not apply to these: what was rated, by network id."""
        known = {_pair(n, pair): made for n, rated in comparisons.items() for pair, made in rated.items()}
        known |= {_component(n, name): made for n, rated in components.items() for name, made in rated.items()}
        return _lost((entry for entry in self.entries if entry.network is not None), known, "network estimate")


def _lost(entries: Iterable[Entry], rated: Mapping[str, Certainty], what: str) -> tuple[LostOverride, ...]:
    lost = []
    for entry in entries:
        certainty = rated.get(entry.subject)
        if certainty is None:
            lost.append(LostOverride(entry.subject, entry.override, f"there is no such {what} any more"))
        elif entry.override not in certainty.overrides:
            now = certainty.judgement(entry.domain)
            said = f"the rule now finds {now}" if now else "the rule no longer looks at this domain"
            why = f"{said}, where it found {entry.was} when it was reviewed"
            lost.append(LostOverride(entry.subject, entry.override, why))
    return tuple(lost)


def _pair(network: str, pair: tuple[str, str]) -> str:
    return f"network {network}, {' against '.join(sorted(pair))}"


def _component(network: str, component: str) -> str:
    return f"network {network}, component {component}"


def read_overrides(path: Path) -> Overrides:
    """The overrides in a file.

    Raises:
        KnowledgeError: a fault in it; names the file, the entry (counted from 0), the field and the fault.
    """
    entries = load(path, TypeAdapter(tuple[Entry, ...]))
    seen: dict[tuple[str, str], int] = {}
    for place, entry in enumerate(entries):
        key = (entry.subject, entry.domain)
        if key in seen:
            fault = f"{entry.domain} of {entry.subject} is already judged in entry {seen[key]}"
            raise KnowledgeError(path, f"field {place}.domain", fault)
        seen[key] = place
    return Overrides(entries)


@cache
def overrides() -> Overrides:
    """The product's own overrides, read once."""
    return read_overrides(FILE)
