"""Random networks for the property tests, made from arms so that multi-arm studies are consistent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Columns:
    """Contrasts in columns, as `network_meta_analysis` takes them."""

    TE: list[float]
    seTE: list[float]
    treat1: list[str]
    treat2: list[str]
    studlab: list[str]

    def all(self) -> tuple[list[float], list[float], list[str], list[str], list[str]]:
        return self.TE, self.seTE, self.treat1, self.treat2, self.studlab

    def rearranged(self, order: list[int], turned: list[bool]) -> Columns:
        """Rows in another order, some with their treatments swapped."""
        return Columns(
            [-self.TE[i] if turned[i] else self.TE[i] for i in order],
            [self.seTE[i] for i in order],
            [self.treat2[i] if turned[i] else self.treat1[i] for i in order],
            [self.treat1[i] if turned[i] else self.treat2[i] for i in order],
            [self.studlab[i] for i in order],
        )


def network(seed: int, treatments: int = 4, studies: int = 9, names: str = "ABCDEFGHIJ") -> Columns:
    """A connected network: a chain of two-arm studies first, then studies of two to four arms."""
    random = np.random.default_rng(seed)
    true = random.normal(size=treatments)
    columns = Columns([], [], [], [], [])
    for study in range(studies):
        if study < treatments - 1:
            arms = [study, study + 1]
        else:
            arms = list(random.choice(treatments, size=int(random.integers(2, min(4, treatments) + 1)), replace=False))
        variance = random.uniform(0.05, 0.5, len(arms))
        mean = true[arms] + random.normal(size=len(arms)) * np.sqrt(variance + 0.1)
        for i in range(len(arms)):
            for j in range(i + 1, len(arms)):
                columns.TE.append(float(mean[i] - mean[j]))
                columns.seTE.append(float(np.sqrt(variance[i] + variance[j])))
                columns.treat1.append(names[arms[i]])
                columns.treat2.append(names[arms[j]])
                columns.studlab.append(f"study {study}")
    return columns
