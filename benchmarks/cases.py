"""What evidence.py times: one engine's answer to a case, and the data that cases are about."""

from __future__ import annotations

import json
import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from skinproof.evidence import escalc

BCG = Path(__file__).resolve().parent.parent / "tests" / "oracle" / "data" / "pw-bcg.json"


@dataclass
class Answer:
    """One engine's time for one case, and what it found."""

    ms: float
    estimate: float = math.nan
    se: float = math.nan
    tau2: float = math.nan


@dataclass
class Case:
    group: str
    name: str
    ours: Answer
    peers: dict[str, Answer] = field(default_factory=dict)
    goal: str = ""

    def ratio(self, peer: str) -> float:
        return self.peers[peer].ms / self.ours.ms

    def difference_of(self, peer: str) -> float:
        """The largest relative difference from ours in estimate and standard error, and in tau² against se² + tau²."""
        theirs, ours = self.peers[peer], self.ours
        found = [abs(getattr(theirs, name) / getattr(ours, name) - 1) for name in ("estimate", "se")]
        return max(*found, abs(theirs.tau2 - ours.tau2) / (ours.tau2 + ours.se**2))

    @property
    def furthest(self) -> str:
        """The peer that differs most."""
        return max(self.peers, key=self.difference_of)

    @property
    def difference(self) -> float:
        return self.difference_of(self.furthest)


class Clock:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self, work: Callable[[], Any], most: int = 2000) -> float:
        """Milliseconds, the median of warm runs."""
        work()
        taken: list[float] = []
        began = time.perf_counter()
        while len(taken) < 5 or (time.perf_counter() - began < self.seconds and len(taken) < most):
            start = time.perf_counter()
            work()
            taken.append(time.perf_counter() - start)
        return 1000 * statistics.median(taken)


def bcg() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log risk ratios of the 13 BCG trials (Colditz and others 1994) with their variances, and the latitudes."""
    rows = json.loads(BCG.read_text())["data"]["dat"]
    sizes = escalc("RR", **{name: rows[name] for name in ("ai", "n1i", "ci", "n2i")})
    return np.asarray(sizes.yi), np.asarray(sizes.vi), np.asarray(rows["ablat"], dtype=float)


def drawn(k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(k)
    vi, x = draw.uniform(0.02, 0.3, k), draw.normal(0, 1, k)
    return 0.3 + 0.1 * x + 0.3 * draw.standard_normal(k) + np.sqrt(vi) * draw.standard_normal(k), vi, x


@dataclass
class Trials:
    """Arms of simulated trials: every treatment is reached; about one trial in ten has three arms."""

    arms: list[list[int]]
    means: list[np.ndarray]
    variances: list[np.ndarray]

    @classmethod
    def drawn(cls, treatments: int, studies: int) -> Trials:
        draw = np.random.default_rng(treatments)
        level = draw.normal(0, 0.5, treatments)
        arms, means, variances = [], [], []
        for study in range(studies):
            three = draw.random() < 0.1
            first = study % treatments
            others = [t for t in range(treatments) if t not in (first, (first + 1) % treatments)]
            chosen = [first, (first + 1) % treatments] if study < treatments else [first, int(draw.choice(others))]
            if three:
                chosen.append(int(draw.choice([t for t in others if t not in chosen])))
            own = draw.uniform(0.02, 0.1, len(chosen))
            arms.append(chosen)
            variances.append(own)
            means.append(
                level[chosen]
                + draw.normal(0, 0.2 / math.sqrt(2), len(chosen))
                + np.sqrt(own) * draw.normal(size=len(chosen))
            )
        return cls(arms, means, variances)

    def pairs(self) -> tuple[list[Any], ...]:
        """TE, seTE, treat1, treat2, studlab of every pair."""
        rows = []
        for study, (arms, mean, variance) in enumerate(zip(self.arms, self.means, self.variances, strict=True)):
            for i in range(len(arms)):
                for j in range(i + 1, len(arms)):
                    rows.append(
                        (
                            mean[i] - mean[j],
                            math.sqrt(variance[i] + variance[j]),
                            f"T{arms[i]:03}",
                            f"T{arms[j]:03}",
                            f"S{study}",
                        )
                    )
        return tuple(list(column) for column in zip(*rows, strict=True))

    def basic(self, treatments: int) -> dict[str, list[Any]]:
        """Each other arm against a trial's first, with a column for each treatment but the first: what rma.mv takes."""
        columns: dict[str, list[Any]] = {name: [] for name in ("yi", "v", "shared", "study", "contrast")}
        columns |= {f"t.{t}": [] for t in range(1, treatments)}
        for study, (arms, mean, variance) in enumerate(zip(self.arms, self.means, self.variances, strict=True)):
            for place in range(1, len(arms)):
                row = {
                    "yi": float(mean[place] - mean[0]), "v": float(variance[place] + variance[0]),
                    "shared": float(variance[0]), "study": study, "contrast": place,
                }  # fmt: skip
                for t in range(1, treatments):
                    row[f"t.{t}"] = int(arms[place] == t) - int(arms[0] == t)
                for name, value in row.items():
                    columns[name].append(value)
        return columns
