"""Certainties as tables for a statistician: a row a judgement, or a row an estimate with its domains side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skinproof.evidence.statistics.tabular import Tabular

from .judgements import Certainty

CINEMA = ("within-study bias", "reporting bias", "indirectness", "imprecision", "heterogeneity", "incoherence")


@dataclass(frozen=True, repr=False)
class CertaintyTable(Tabular):
    """Every judgement behind certainties, a row each, in the order in which they were made."""

    rated: tuple[tuple[str, Certainty], ...]  # the name of what is rated, and how sure one can be of it

    def columns(self) -> dict[str, list[Any]]:
        """`down` and `reason` are the rule's own; `override` and the columns after it a reviewer's, else None."""
        rows = [(name, certainty, reason) for name, certainty in self.rated for reason in certainty.reasons]
        given = [reason.override for _, _, reason in rows]
        return {
            "of": [name for name, _, _ in rows],
            "level": [certainty.level for _, certainty, _ in rows],
            "rule_level": [certainty.rule_level for _, certainty, _ in rows],
            "domain": [reason.domain for _, _, reason in rows],
            "judgement": [reason.judgement for _, _, reason in rows],
            "down": [reason.down for _, _, reason in rows],
            "reason": [reason.sentence for _, _, reason in rows],
            "studies": [" ".join(reason.study_ids) for _, _, reason in rows],
            "override": [each.judgement if each else None for each in given],
            "reviewer": [f"{each.reviewer}, {each.role}" if each else None for each in given],
            "date": [str(each.date) if each else None for each in given],
            "override_reason": [each.reason if each else None for each in given],
        }

    def _told(self) -> str:
        return f"{len(self.rated)} certainties, {sum(len(certainty.reasons) for _, certainty in self.rated)} judgements"


class NetworkCertainty(Tabular, Mapping[tuple[str, str], Certainty]):
    """The certainty of every comparison of a network; a pair is found in either order."""

    def __init__(self, made: Mapping[tuple[str, str], Certainty]) -> None:
        self._made = dict(made)

    def __getitem__(self, pair: tuple[str, str]) -> Certainty:
        a, b = pair
        found = self._made.get((a, b)) or self._made.get((b, a))
        if found is None:
            known = ", ".join(f"{one} and {other}" for one, other in self)
            raise KeyError(f"no comparison of {a!r} and {b!r} here; there are: {known}")
        return found

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    def columns(self) -> dict[str, list[Any]]:
        """A row a comparison: its level, and the rule's judgement on each of the six domains."""
        return {"treat1": [a for a, _ in self], "treat2": [b for _, b in self], **_domains(self)}

    def table(self) -> CertaintyTable:
        """A row a judgement."""
        return CertaintyTable(tuple((f"{a}:{b}", each) for (a, b), each in self.items()))

    def _told(self) -> str:
        return f"{len(self)} comparisons"


class ComponentCertainty(Tabular, Mapping[str, Certainty]):
    """The certainty of every component effect that the data identify."""

    def __init__(self, made: Mapping[str, Certainty]) -> None:
        self._made = dict(made)

    def __getitem__(self, component: str) -> Certainty:
        if component not in self._made:
            raise KeyError(f"no effect of {component!r} here; there are: {', '.join(self)}")
        return self._made[component]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    def columns(self) -> dict[str, list[Any]]:
        """A row a component: its level, and the rule's judgement on each domain ("incoherence": on additivity)."""
        return {"component": list(self), **_domains(self)}

    def table(self) -> CertaintyTable:
        """A row a judgement."""
        return CertaintyTable(tuple(self.items()))

    def _told(self) -> str:
        return f"{len(self)} components"


def _domains(rated: Mapping[Any, Certainty]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {
        "level": [each.level for each in rated.values()],
        "rule_level": [each.rule_level for each in rated.values()],
    }
    return found | {domain: [each.judgement(domain) for each in rated.values()] for domain in CINEMA}  # type: ignore[arg-type]
