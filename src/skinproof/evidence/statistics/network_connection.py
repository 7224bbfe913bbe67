"""Is the network one? Sub-networks, distances, designs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse.csgraph import shortest_path

from ._contrasts import Contrasts, Floats, alphabetical, contrasts
from .tabular import Tabular


@dataclass(frozen=True, eq=False, repr=False)
class NetworkConnection(Tabular):
    """`subnet` (m,) the sub-network of each contrast, counted from 1, larger ones first.

    `distance` (n, n) steps between treatments (inf across sub-networks), `adjacency` contrasts between them,
    `laplacian` degrees less adjacency; order of `trts`.
    """

    trts: tuple[str, ...]
    k: int
    m: int
    subnetworks: tuple[tuple[str, ...], ...]
    subnet: tuple[int, ...]
    distance: Floats
    adjacency: Floats
    designs: tuple[str, ...]

    @property
    def n(self) -> int:
        return len(self.trts)

    @property
    def n_subnets(self) -> int:
        return len(self.subnetworks)

    @property
    def connected(self) -> bool:
        return self.n_subnets == 1

    @property
    def laplacian(self) -> Floats:
        return np.diag(self.adjacency.sum(axis=1)) - self.adjacency

    def __str__(self) -> str:
        head = (
            f"k = {self.k} studies, m = {self.m} pairwise contrasts, n = {self.n} treatments, "
            f"{self.n_subnets} sub-network{'s' if self.n_subnets > 1 else ''}"
        )
        return "\n".join([head, *(f"  {i}: {', '.join(names)}" for i, names in enumerate(self.subnetworks, start=1))])

    def columns(self) -> dict[str, list[Any]]:
        """A row a treatment, with its sub-network counted from 1."""
        rows = [(name, place) for place, names in enumerate(self.subnetworks, start=1) for name in names]
        return {"treatment": [name for name, _ in rows], "subnet": [place for _, place in rows]}

    def _told(self) -> str:
        return str(self).partition("\n")[0]


def network_connection(
    treat1: Sequence[object], treat2: Sequence[object], studlab: Sequence[object]
) -> NetworkConnection:
    """What hangs together, from treatments and studies alone; NetworkDataError as `network_meta_analysis`."""
    m = len(treat1)
    return connection_of(contrasts(np.zeros(m), np.ones(m), treat1, treat2, studlab))


def connection_of(data: Contrasts) -> NetworkConnection:
    """As `network_connection`, for contrasts already checked."""
    n = len(data.trts)
    counts = np.zeros((n, n))
    np.add.at(counts, (data.treat1, data.treat2), 1.0)
    component = data.component_of
    edges = np.bincount(component[data.treat1])
    sizes = np.bincount(component)
    order = sorted(range(len(sizes)), key=lambda c: (-int(sizes[c]), -int(edges[c]), int(np.argmax(component == c))))
    number = {c: place for place, c in enumerate(order, start=1)}
    return NetworkConnection(
        data.trts,
        len(data.studies),
        len(data.TE),
        tuple(data.subnetworks[c] for c in order),
        tuple(number[int(c)] for c in component[data.treat1]),
        np.asarray(shortest_path(counts + counts.T, unweighted=True)),
        counts + counts.T,
        tuple(alphabetical(data.designs)),
    )
