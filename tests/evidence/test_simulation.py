"""Simulations: their answers are known where theory gives them, and the same wherever they are worked out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from skinproof.evidence import Scenario, simulate

MODELS = (("FE", "z"), ("DL", "z"), ("REML", "adhoc"))


def rows(simulation, name):
    return dict(zip(simulation.models, simulation.columns()[name], strict=True))


def test_without_heterogeneity_every_interval_holds_its_level():
    """Large trials: sampling variances are as good as known, and the common-effect interval is exact."""
    found = simulate(Scenario(k=8, tau2=0.0, n=2000, measure="MD"), MODELS, reps=2000, seed=1)
    coverage, error = rows(found, "coverage"), rows(found, "coverage.se")
    assert coverage["FE", "z"] == pytest.approx(0.95, abs=4 * error["FE", "z"])
    assert coverage["REML", "adhoc"] > 0.95
    for bias, se in zip(found.columns()["bias"], found.columns()["bias.se"], strict=True):
        assert abs(bias) < 4 * se


def test_with_heterogeneity_only_hartung_and_knapp_hold_it_for_few_trials():
    found = simulate(Scenario(k=5, tau2=0.1, n=(20, 200), measure="MD"), MODELS, reps=3000, seed=2)
    coverage = rows(found, "coverage")
    assert coverage["FE", "z"] < 0.8
    assert coverage["DL", "z"] < 0.93
    assert coverage["REML", "adhoc"] == pytest.approx(0.95, abs=0.015)
    predicted = rows(found, "pi.coverage")
    assert predicted["DL", "z"] < predicted["REML", "adhoc"]


@pytest.mark.parametrize("measure", ["MD", "SMD", "OR"])
def test_drawn_effects_have_the_mean_and_spread_of_their_scenario(measure):
    scenario = Scenario(k=50, tau2=0.2, n=400, mu=0.5, measure=measure)
    yi, vi = scenario.draw(200, np.random.default_rng(1))
    assert yi.mean() == pytest.approx(0.5, abs=0.03)
    assert yi.var() == pytest.approx(0.2 + vi.mean(), rel=0.05)


def test_the_same_wherever_it_is_worked_out():
    scenarios = [Scenario(k=3, tau2=0.1), Scenario(k=6, tau2=0.1, measure="OR")]
    here = simulate(scenarios, MODELS, reps=600, seed=3)
    told: list[tuple[int, int]] = []
    with ThreadPoolExecutor(2) as pool:
        there = simulate(
            scenarios, MODELS, reps=600, seed=3, client=pool, progress=lambda done, whole: told.append((done, whole))
        )
    assert np.array_equal(here.sums, there.sums)
    assert np.array_equal(here.squares, there.squares)
    assert told == [(done, 6) for done in range(1, 7)]
    assert not np.array_equal(here.sums, simulate(scenarios, MODELS, reps=600, seed=4).sums)


def test_over_a_cluster_of_two_processes(capsys):
    distributed = pytest.importorskip("distributed", reason="skinproof[cluster] is not installed")
    here = simulate(Scenario(k=4, tau2=0.05), MODELS, reps=1000, seed=5)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=40
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        pids = set(client.run(lambda: __import__("os").getpid()).values())
        there = simulate(Scenario(k=4, tau2=0.05), MODELS, reps=1000, seed=5, client=client, progress=True)
    assert len(pids) == 2
    assert np.array_equal(here.sums, there.sums)
    assert "simulated 4 of 4 parts\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"k": 1}, "k is at least 2"),
        ({"tau2": -1}, "tau2 is a number of at least 0"),
        ({"n": (50, 20)}, "n is at least 4"),
        ({"mu": float("nan")}, "mu is a finite number"),
        ({"measure": "RD"}, "the measure is MD, SMD, OR, not RD"),
        ({"risk": 0}, "risk is between 0 and 1"),
    ],
)
def test_scenarios_that_cannot_be(values, message):
    with pytest.raises(ValueError, match=message):
        Scenario(**{"k": 5, "tau2": 0.1} | values)


def test_nothing_to_simulate_and_unknown_models():
    with pytest.raises(ValueError, match="nothing to simulate"):
        simulate([], seed=1)
    with pytest.raises(ValueError, match="'XX'"):
        simulate(Scenario(k=5, tau2=0), [("XX", "z")], seed=1)  # type: ignore[list-item]
    with pytest.raises(ZeroDivisionError), ThreadPoolExecutor(1) as pool:
        simulate(Scenario(k=5, tau2=0), seed=1, reps=2, client=pool, progress=lambda done, whole: 1 / 0)
