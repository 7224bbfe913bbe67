"""Networks of a library, and finding them."""

from __future__ import annotations

from collections.abc import Iterable

from skinproof.evidence.studies.library import Library
from skinproof.vocabulary import Vocabulary, unknown

from .model import Finding, UnusedRow
from .network_model import NetworkFinding
from .networks import build, questions
from .rows import PlacedRow


class Networks:
    """Every network of a library. Get the product's own from `findings().networks`."""

    def __init__(
        self, lib: Library, words: Vocabulary, placed: Iterable[PlacedRow], pairwise: Iterable[Finding]
    ) -> None:
        by_pair = {(f.concern, f.concept, f.event, f.comparison.id): f for f in pairwise if f.kind == "controlled"}
        groups = questions(placed)
        built = [build(lib, words, groups[key], by_pair) for key in sorted(groups, key=str)]
        self.all: tuple[NetworkFinding, ...] = tuple(network for one in built for network in one.networks)
        self.unused: tuple[UnusedRow, ...] = tuple(row for one in built for row in one.unused)
        self._by_id = {network.id: network for network in self.all}

    def __repr__(self) -> str:
        return f"<Networks: {len(self.all)}, {sum(each.is_network for each in self.all)} of more than two treatments>"

    def __len__(self) -> int:
        return len(self.all)

    def get(self, network_id: str) -> NetworkFinding:
        """One network; KeyError, which offers near ids, where there is none."""
        if network_id not in self._by_id:
            raise KeyError(unknown(network_id, list(self._by_id)))
        return self._by_id[network_id]

    def find(
        self, concern: str | None = None, treatments: set[str] | None = None, concept: str | None = None
    ) -> tuple[NetworkFinding, ...]:
        """Networks that fit all that is given, some node of which holds one of the treatments."""
        return tuple(
            network
            for network in self.all
            if concern in (None, network.concern)
            and concept in (None, network.concept)
            and (treatments is None or any(treatments & set(node.treatments) for node in network.nodes))
        )
