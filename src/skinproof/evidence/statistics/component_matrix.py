"""Which components each treatment of a network is made of. A combination is written `A + B`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ._contrasts import Floats, alphabetical
from .tabular import Tabular

INTERACTION = " * "


@dataclass(frozen=True, eq=False, repr=False)
class ComponentMatrix(Tabular):
    """`values` (n, c): how often each component (column) is part of each treatment (row)."""

    trts: tuple[str, ...]
    comps: tuple[str, ...]
    values: Floats
    separator: str = "+"
    inactive: str | None = None

    def column(self, component: str) -> Floats:
        """One component's column; ValueError names those there are."""
        if component not in self.comps:
            raise ValueError(f"no component {component!r}; there are: {', '.join(self.comps)}")
        return np.asarray(self.values[:, self.comps.index(component)])

    def with_column(self, name: str, values: ArrayLike) -> ComponentMatrix:
        """The matrix with one more column, an interaction for instance."""
        column = np.asarray(values, dtype=np.float64)
        if column.shape != (len(self.trts),):
            raise ValueError(f"column {name!r} must have one value for each of {len(self.trts)} treatments")
        if name in self.comps:
            raise ValueError(f"there is a component {name!r} already")
        return ComponentMatrix(
            self.trts, (*self.comps, name), np.column_stack([self.values, column]), self.separator, self.inactive
        )

    def with_interaction(self, *components: str) -> ComponentMatrix:
        """The matrix with the product of components' columns, named `A * B`."""
        if len(set(components)) < 2:
            raise ValueError("an interaction is between two different components or more")
        product = np.prod([self.column(each) for each in components], axis=0)
        if not product.any():
            raise ValueError(f"no treatment contains {' and '.join(components)}: their interaction cannot be seen")
        return self.with_column(INTERACTION.join(components), product)

    def with_observed_interactions(self) -> ComponentMatrix:
        """The matrix with an interaction for every combination studied, unless an equal column is there already."""
        matrix = self
        for name in self.trts:
            parts = [part for part in dict.fromkeys(split_components(name, self.separator)) if part in self.comps]
            if len(parts) < 2 or INTERACTION.join(parts) in matrix.comps:
                continue
            product = np.prod([self.column(part) for part in parts], axis=0)
            if not (matrix.values == product[:, None]).all(axis=0).any():
                matrix = matrix.with_interaction(*parts)
        return matrix

    def row(self, treatment: str) -> Floats:
        """(c,) the components of any combination of known components; ValueError for an unknown one."""
        if treatment in self.trts:
            return np.asarray(self.values[self.trts.index(treatment)])
        counts = np.zeros(len(self.comps))
        parts = split_components(treatment, self.separator)
        for part in parts:
            if part == self.inactive:
                continue
            if part not in self.comps:
                raise ValueError(f"{treatment!r} contains {part!r}, which is no component; there are: {self.comps}")
            counts[self.comps.index(part)] += 1.0
        for place, name in enumerate(self.comps):
            joined = name.split(INTERACTION)
            if len(joined) > 1 and all(each in parts for each in joined):
                counts[place] = 1.0
        return counts

    def columns(self) -> dict[str, list[Any]]:
        """A row a treatment, a column a component."""
        return {"treatment": list(self.trts), **{name: self.column(name).tolist() for name in self.comps}}

    def _told(self) -> str:
        return f"{len(self.trts)} treatments of {len(self.comps)} components: {', '.join(self.comps)}"


def split_components(treatment: str, separator: str = "+") -> list[str]:
    """Components of a combination, in its order."""
    parts = [part.strip() for part in treatment.split(separator)]
    if not all(parts):
        raise ValueError(f"{treatment!r} has an empty component")
    return parts


def component_matrix(trts: Iterable[str], *, separator: str = "+", inactive: str | None = None) -> ComponentMatrix:
    """Components read from the names of treatments; `inactive` (a placebo, say) has no effect and gets no column."""
    names = tuple(trts)
    parts = {name: split_components(name, separator) for name in names}
    comps = alphabetical(part for each in parts.values() for part in each)
    if inactive is not None:
        if inactive not in comps:
            raise ValueError(f"inactive {inactive!r} is no component; there are: {', '.join(comps)}")
        comps.remove(inactive)
    values = np.array([[float(parts[name].count(comp)) for comp in comps] for name in names])
    return ComponentMatrix(names, tuple(comps), values.reshape(len(names), len(comps)), separator, inactive)
