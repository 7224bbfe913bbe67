"""Which prediction interval to trust: how often each held what it should have held.

    .venv/bin/python benchmarks/coverage.py [--format text|json|markdown] [--reps 500]

Each study of a finding is left out in turn, and its effect is held against the interval that the others give. "With
error" widens the interval by that study's own sampling variance, as it must be to hold an observed effect 95 times of
100; "true" is the interval of a true effect as pages print it, which an observed effect leaves more often. The same is
done with five published meta-analyses, whole and a few trials at a time, and with simulated trials whose truth is
known.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import betaincinv, ndtr, ndtri, stdtrit

from skinproof.evidence import (
    NetworkMetaAnalysis,
    Scenario,
    bayes_meta_analysis,
    findings,
    meta_analysis,
    network_meta_analysis,
)
from skinproof.evidence.statistics.bayes_priors import HalfNormal, NormalMixture
from skinproof.evidence.statistics.bootstrap import new_effects

PUBLISHED = Path(__file__).resolve().parent.parent / "tests" / "evidence" / "metafor"
CHOSEN = {"bcg": "RR", "nielweise2007": "OR", "normand1999": "SMD", "pignon2000": "HR", "raudenbush1985": "SMD"}
FEW = (3, 4, 5, 8)
DRAWS = 2000  # of a new effect, in the bootstrap interval

NORMAL = "normal"
PLAIN = "t(k−1), HKSJ"
FLOORED = "t(k−1), HKSJ ≥ 1"
FEWER = "t(k−2), HKSJ ≥ 1"
BOOTSTRAP = "bootstrap"
BAYES = "Bayes, half-normal"
NETWORK = "t(df of Q)"
INTERVALS = (NORMAL, PLAIN, FLOORED, FEWER, BOOTSTRAP, BAYES)


@dataclass
class Held:
    """How often an interval held the study left out, and how wide it was (median)."""

    times: int = 0
    of: int = 0
    widths: list[float] = field(default_factory=list)

    def add(self, held: bool, width: float) -> None:
        self.times, self.of = self.times + held, self.of + 1
        self.widths.append(width)

    def __str__(self) -> str:
        if not self.of:
            return "–"
        return f"{self.times}/{self.of}" if self.of < 30 else f"{100 * self.times / self.of:.0f} %"

    @property
    def limits(self) -> tuple[float, float]:
        """Exact 95 % interval of the share (Clopper and Pearson 1934)."""
        low = betaincinv(self.times, self.of - self.times + 1, 0.025) if self.times else 0.0
        high = betaincinv(self.times + 1, self.of - self.times, 0.975) if self.times < self.of else 1.0
        return float(low), float(high)


def intervals(
    yi: np.ndarray, vi: np.ndarray, extra: float, scale: float, seed: int = 1
) -> dict[str, tuple[float, float]]:
    """95 % intervals of a new effect observed with variance `extra`; an interval that is not defined is not there.

    `scale`: standard deviation of people in the effects' unit, by which the half-normal prior of tau is multiplied.
    """
    k = len(yi)
    spread = bayes_meta_analysis(yi, vi, HalfNormal(0.5 * scale)).prediction
    found = {BAYES: NormalMixture(spread.weights, spread.means, np.sqrt(spread.sds**2 + extra)).interval(95)}
    if k < 2:
        return found
    fits = {test: meta_analysis(yi, vi, test=test) for test in ("z", "knha", "adhoc")}
    for name, test, critical in (
        (NORMAL, "z", ndtri(0.975)),
        (PLAIN, "knha", stdtrit(k - 1, 0.975)),
        (FLOORED, "adhoc", stdtrit(k - 1, 0.975)),
        (FEWER, "adhoc", stdtrit(k - 2, 0.975) if k > 2 else math.nan),
    ):
        if k > 2 or name == NORMAL:  # the clinic gives no interval of two studies
            fit = fits[test]
            half = critical * math.sqrt(fit.se[0] ** 2 + fit.tau2 + extra)
            found[name] = (fit.coef[0] - half, fit.coef[0] + half)
    if k > 2:
        new = new_effects(fits["adhoc"], DRAWS, seed=seed)
        noise = np.random.default_rng(seed + 1).standard_normal(DRAWS) * math.sqrt(extra)
        low, high = np.quantile(new + noise, [0.025, 0.975])
        fit = fits["adhoc"]  # as `random_effects` gives it: never narrower than the interval of the mean
        half = stdtrit(k - 1, 0.975) * math.sqrt(fit.se[0] ** 2 + extra)
        found[BOOTSTRAP] = (min(float(low), fit.coef[0] - half), max(float(high), fit.coef[0] + half))
    return found


Table = dict[str, dict[str, Held]]  # row, interval


def left_out(table: Table, row: str, yi: np.ndarray, vi: np.ndarray, scale: float, true: bool = False) -> None:
    """Each effect against the interval of the others; `true` without the effect's own error."""
    for out in range(len(yi)):
        others = np.arange(len(yi)) != out
        check(table, row, yi[others], vi[others], yi[out], 0.0 if true else vi[out], scale)


def check(table: Table, row: str, yi: np.ndarray, vi: np.ndarray, new: float, extra: float, scale: float) -> None:
    for name, (low, high) in intervals(yi, vi, extra, scale).items():
        table[row][name].add(low <= new <= high, high - low)


def empty() -> Table:
    return defaultdict(lambda: defaultdict(Held))


def library_effects() -> Iterator[tuple[str, str, np.ndarray, np.ndarray, float]]:
    """Concern, finding, effects, variances and scale of every finding that pools at least two studies."""
    for finding in findings().all:
        if finding.estimate is None or finding.estimate.basis != "pooled":
            continue
        effects = [line.effect for line in finding.studies if line.role == "estimate" and line.effect is not None]
        spreads = [effect.sd for effect in effects if effect.sd]
        if finding.estimate.measure == "MD" and not spreads:
            continue  # no unit for the prior of tau
        scale = float(np.median(spreads)) if finding.estimate.measure == "MD" else 1.0
        yi, vi = (np.array([getattr(effect, name) for effect in effects]) for name in ("yi", "vi"))
        yield finding.concern, finding.id, yi, vi, scale


def library_tables() -> dict[str, Table]:
    tables = {name: empty() for name in ("with error", "true", "pairs, with error")}
    for concern, _, yi, vi, scale in library_effects():
        if len(yi) > 2:
            left_out(tables["with error"], concern, yi, vi, scale)
            left_out(tables["true"], concern, yi, vi, scale, true=True)
        else:
            left_out(tables["pairs, with error"], concern, yi, vi, scale)
    return tables


def network_tables() -> dict[str, Table]:
    """Each trial's contrasts against what the rest of its network says of them, by t and by the normal distribution.

    A contrast is predicted where the others still join its two treatments and leave a degree of freedom for tau².
    """
    tables = {name: empty() for name in ("with error", "true")}
    for network in findings().networks.all:
        for out in network.voices:
            rows = [(each, voice.label) for voice in network.voices if voice is not out for each in voice.contrasts]
            own = [each for each in out.contrasts if out.contrasts[0].first in (each.first, each.second)]
            for each in own if rows else ():
                fit = joined(rows, each.first, each.second)
                if fit is None or fit.df_Q == 0:
                    continue
                centre, se, _, _ = fit.estimate(each.first, each.second)
                for table, extra in (("with error", each.effect.vi), ("true", 0.0)):
                    for name, critical in ((NORMAL, ndtri(0.975)), (NETWORK, stdtrit(fit.df_Q, 0.975))):
                        half = critical * math.sqrt(se**2 + fit.tau2 + extra)
                        tables[table][network.concern][name].add(abs(each.effect.yi - centre) <= half, 2 * half)
    return tables


def joined(rows: list[tuple[Any, str]], first: str, second: str) -> NetworkMetaAnalysis | None:
    """A random-effects (REML) fit of the part of a network that holds both treatments; None where none does."""
    part = {first}
    while (
        grown := {t for each, _ in rows for t in (each.first, each.second) if part & {each.first, each.second}} - part
    ):
        part |= grown
    if second not in part:
        return None
    kept = [(each, label) for each, label in rows if each.first in part]
    return network_meta_analysis(
        [each.effect.yi for each, _ in kept], [math.sqrt(each.effect.vi) for each, _ in kept],
        [each.first for each, _ in kept], [each.second for each, _ in kept], [label for _, label in kept],
        method_tau="REML",
    )  # fmt: skip


def published_effects() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    found = {}
    for name, measure in CHOSEN.items():
        told = json.loads((PUBLISHED / f"{name}.json").read_text())
        made = next((check["value"] for check in told["checks"] if check["id"] == f"escalc.{measure}"), told["data"])
        found[f"{told['title'].split(',')[0]} ({measure})"] = (np.array(made["yi"]), np.array(made["vi"]))
    return found


def published_tables(reps: int) -> dict[str, Table]:
    whole, few = empty(), empty()
    for place, (name, (yi, vi)) in enumerate(published_effects().items()):
        left_out(whole, name, yi, vi, 1.0)
        draw = np.random.default_rng(place)
        for k in FEW:
            for _ in range(reps // 5):
                chosen = draw.choice(len(yi), k + 1, replace=False)
                check(few, f"{k} trials", yi[chosen[:k]], vi[chosen[:k]], yi[chosen[k]], vi[chosen[k]], 1.0)
    return {"whole": whole, "few": few}


def simulated_table(reps: int) -> dict[str, dict[str, tuple[float, float]]]:
    """Mean chance that a new true effect lies in each interval, and its median width, by scenario."""
    found = {}
    for k in FEW:
        for tau2 in (0.0, 0.02, 0.05, 0.2):
            scenario = Scenario(k=k, tau2=tau2, n=(20, 200))
            yi, vi = scenario.draw(reps, np.random.default_rng([k, int(1000 * tau2)]))
            chances: Mapping[str, list[tuple[float, float]]] = defaultdict(list)
            tau = math.sqrt(tau2)
            for rep in range(reps):
                for name, (low, high) in intervals(yi[rep], vi[rep], 0.0, 1.0, seed=rep).items():
                    low, high = low - scenario.mu, high - scenario.mu
                    chance = ndtr(high / tau) - ndtr(low / tau) if tau else float(low <= 0 <= high)
                    chances[name].append((float(chance), high - low))
            found[f"k = {k}, tau² = {tau2:g}"] = {
                name: (float(np.mean([c for c, _ in each])), float(np.median([w for _, w in each])))
                for name, each in chances.items()
            }
    return found


def rows_of(table: Table, names: Sequence[str]) -> list[list[str]]:
    total: dict[str, Held] = defaultdict(Held)
    rows = []
    for name, held in sorted(table.items()):
        rows.append([name, *(str(held[interval]) for interval in names)])
        for interval, each in held.items():
            total[interval].times += each.times
            total[interval].of += each.of
    sure = [
        f"{total[i]} ({100 * total[i].limits[0]:.0f}–{100 * total[i].limits[1]:.0f} %)" if total[i].of else "–"
        for i in names
    ]
    return [*rows, ["all", *sure]]


def printed(title: str, rows: list[list[str]], names: Sequence[str], markdown: bool) -> str:
    heads = ["", *names]
    if markdown:
        lines = ["| " + " | ".join(row) + " |" for row in [heads, ["---", *["---:"] * len(names)], *rows]]
        return f"**{title}**\n\n" + "\n".join(lines) + "\n"
    widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads))]
    lines = [
        "  ".join(
            cell.rjust(w) if place else cell.ljust(w) for place, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in [heads, *rows]
    ]
    return f"{title}\n" + "\n".join(lines) + "\n"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    options.add_argument("--reps", type=int, default=500, help="simulated meta-analyses a scenario (default 500)")
    given = options.parse_args()
    library, networks = library_tables(), network_tables()
    published, simulated = published_tables(given.reps), simulated_table(given.reps)
    titles = {
        "Findings of three or more studies, by concern: the observed effect left out, its own error allowed for":
            library["with error"],
        "The same against the interval as it is printed, of a true effect": library["true"],
        "Findings of two studies: each from the other alone": library["pairs, with error"],
        "Networks: a trial's contrasts from the rest of its network, their own error allowed for":
            networks["with error"],
        "The same against the interval as it is printed": networks["true"],
        "Published meta-analyses, each trial from all others": published["whole"],
        "Published meta-analyses, one trial from a few others drawn at random": published["few"],
    }  # fmt: skip
    if given.format == "json":
        told: dict[str, Any] = {
            title: {row: {name: [h.times, h.of] for name, h in held.items()} for row, held in table.items()}
            for title, table in titles.items()
        }
        print(json.dumps({**told, "Simulated": simulated}, indent=2, ensure_ascii=False))
        return 0
    for title, table in titles.items():
        names = (NORMAL, NETWORK) if any(NETWORK in row for row in table.values()) else INTERVALS
        if table:
            print(printed(title, rows_of(table, names), names, given.format == "markdown"))
    rows = [
        [name, *(f"{100 * row[i][0]:.1f} % ({row[i][1]:.1f})" if i in row else "–" for i in INTERVALS)]
        for name, row in simulated.items()
    ]
    title = "Simulated SMDs of 20 to 200 people: chance that a new true effect is held (median width)"
    print(printed(title, rows, INTERVALS, given.format == "markdown"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
