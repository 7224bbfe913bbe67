"""Intervals hold what they promise: simulated data with a known truth, seeds fixed, within binomial limits."""

from __future__ import annotations

import numpy as np
import pytest

from skinproof.evidence import component_network, meta_analysis, network_meta_analysis, predict

NOMINAL = 0.95


def within_chance(held: int, runs: int, sigma: float = 3.3) -> bool:
    """Whether a count of intervals is one that 95 % intervals give by chance."""
    return abs(held / runs - NOMINAL) <= sigma * np.sqrt(NOMINAL * (1 - NOMINAL) / runs)


@pytest.mark.parametrize(("k", "tau2"), [(6, 0.1), (15, 0.4), (15, 0.0)])
def test_knapp_hartung_intervals_cover(k: int, tau2: float) -> None:
    runs, truth = 3000, 0.3
    random = np.random.default_rng(11 + k)
    v = random.uniform(0.08, 0.12, k)
    effects = truth + random.normal(size=(runs, k)) * np.sqrt(v + tau2)
    held = 0
    for y in effects:
        fit = meta_analysis(y, v, method="DL", test="knha")
        held += bool(fit.ci_lb[0] <= truth <= fit.ci_ub[0])
    assert within_chance(held, runs)


def test_prediction_intervals_hold_a_new_study() -> None:
    runs, k, tau2, truth = 1500, 20, 0.5, -0.2
    random = np.random.default_rng(7)
    v = random.uniform(0.04, 0.06, k)
    effects = truth + random.normal(size=(runs, k)) * np.sqrt(v + tau2)
    new = truth + random.normal(size=runs) * np.sqrt(tau2)
    held = 0
    for y, other in zip(effects, new, strict=True):
        interval = predict(meta_analysis(y, v, method="DL", test="knha"))
        held += bool(interval.pi_lb[0] <= other <= interval.pi_ub[0])
    assert within_chance(held, runs)


def studies(names: list[tuple[str, ...]], each: int) -> tuple[list[str], list[str], list[str]]:
    """The contrasts of `each` studies of every design: treatments and study labels."""
    pairs = [
        (a, b, f"{place} {study}")
        for place, design in enumerate(names)
        for study in range(each)
        for i, a in enumerate(design)
        for b in design[i + 1 :]
    ]
    first, second, labels = zip(*pairs, strict=True)
    return list(first), list(second), list(labels)


def simulated(
    random: np.random.Generator, truth: dict[str, float], names: list[tuple[str, ...]], each: int, tau2: float
) -> tuple[np.ndarray, np.ndarray]:
    """Effects and errors from arms, so that those of one study add up; tau² is that of a difference of two arms."""
    TE, seTE = [], []
    for design in names:
        for _ in range(each):
            v = np.full(len(design), 0.05)
            means = np.array([truth[arm] for arm in design])
            means = means + random.normal(size=len(design)) * np.sqrt(v + tau2 / 2)
            for i in range(len(design)):
                for j in range(i + 1, len(design)):
                    TE.append(means[i] - means[j])
                    seTE.append(np.sqrt(v[i] + v[j]))
    return np.array(TE), np.array(seTE)


def test_network_intervals_cover_in_random_effects_with_studies_of_three_arms() -> None:
    names: list[tuple[str, ...]] = [("A", "B"), ("A", "C"), ("B", "C"), ("C", "D"), ("A", "B", "D")]
    truth = {"A": 0.0, "B": 0.4, "C": -0.3, "D": 0.1}
    columns = studies(names, 10)
    random, runs, held = np.random.default_rng(5), 800, np.zeros(2, dtype=int)
    for _ in range(runs):
        net = network_meta_analysis(*simulated(random, truth, names, 10, 0.1), *columns)
        for place, (a, b) in enumerate((("A", "B"), ("B", "D"))):
            _, _, low, high = net.estimate(a, b)
            held[place] += low <= truth[a] - truth[b] <= high
    assert all(within_chance(each, runs) for each in held.tolist())


def test_component_intervals_cover() -> None:
    names: list[tuple[str, ...]] = [("plac", "x"), ("plac", "y"), ("x", "x+y"), ("plac", "x+y"), ("x", "y", "x+y")]
    effects = {"x": 0.5, "y": -0.2}
    truth = {"plac": 0.0, "x": 0.5, "y": -0.2, "x+y": 0.3}
    columns = studies(names, 9)
    random, runs, held = np.random.default_rng(6), 800, np.zeros(2, dtype=int)
    for _ in range(runs):
        data = simulated(random, truth, names, 9, 0.1)
        net = component_network(*data, *columns, inactive="plac")
        found = net.components()
        for place, name in enumerate(net.comps):
            held[place] += found.lower[place] <= effects[name] <= found.upper[place]
    assert all(within_chance(each, runs) for each in held.tolist())
