"""Mantel-Haenszel networks, regression on studies and subgroups."""

from __future__ import annotations

import math

import numpy as np
import pytest

from skinproof.evidence import (
    NetworkDataError,
    mantel_haenszel_network,
    network_meta_analysis,
    network_regression,
    network_subgroups,
    pairwise_binary,
)

STUDIES = ["one", "one", "two", "two", "three", "three"]
ARMS = ["A", "B"] * 3
EVENTS = [1, 4, 0, 3, 2, 2]
PEOPLE = [40, 38, 52, 50, 33, 35]


def test_two_treatments_are_the_mantel_haenszel_odds_ratio() -> None:
    net = mantel_haenszel_network(pairwise_binary(STUDIES, ARMS, EVENTS, PEOPLE))
    a, b = np.array(EVENTS[::2]), np.array(EVENTS[1::2])
    n, m = np.array(PEOPLE[::2]), np.array(PEOPLE[1::2])
    R, S = a * (m - b) / (n + m), b * (n - a) / (n + m)
    P, Q = (a + m - b) / (n + m), (b + n - a) / (n + m)
    # Robins, Breslow & Greenland (1986) Biometrics 42:311.
    variance = (
        (P * R).sum() / (2 * R.sum() ** 2)
        + (P * S + Q * R).sum() / (2 * R.sum() * S.sum())
        + (Q * S).sum() / (2 * S.sum() ** 2)
    )
    assert net.effects.TE[0, 1] == pytest.approx(math.log(R.sum() / S.sum()))
    assert net.effects.seTE[0, 1] == pytest.approx(math.sqrt(variance))
    assert (net.k, net.k_excluded, net.inconsistency.df) == (3, 0, 0)


def test_what_has_no_events_is_left_out_and_said() -> None:
    pairs = pairwise_binary([*STUDIES, "none", "none"], [*ARMS, "A", "B"], [*EVENTS, 0, 0], [*PEOPLE, 20, 20])
    net = mantel_haenszel_network(pairs)
    assert (net.k, net.k_excluded) == (3, 1)
    assert net.excluded == ("study 'none': no events, or only events, in all its arms",)
    with pytest.raises(NetworkDataError, match="no design is left"):
        mantel_haenszel_network(pairwise_binary(["s", "s"], ["A", "B"], [0, 3], [9, 9]))


def test_a_slope_that_is_there_is_found() -> None:
    dose = {str(i): float(i) for i in range(8)}
    TE = [0.5 + 0.25 * dose[str(i)] for i in range(8)]
    net = network_meta_analysis(TE, [0.2] * 8, ["B", "C"] * 4, ["A"] * 8, list(dose), reference="A")
    found = network_regression(net, dose, "dose", assumption="common")
    assert found.names == ("B", "C", "nonref:dose")
    np.testing.assert_allclose(found.beta, [0.5, 0.5, 0.25], atol=1e-9)
    assert found.tau2 == 0
    with pytest.raises(NetworkDataError, match=r"study '7'.*no value of dose"):
        network_regression(net, {k: v for k, v in dose.items() if k != "7"}, "dose")
    with pytest.raises(ValueError, match="not all slopes"):
        network_regression(net, dict.fromkeys(dose, 1.0), "dose")


def test_subgroups_are_networks_of_their_own() -> None:
    labels = [str(i) for i in range(6)]
    net = network_meta_analysis([0.1, 0.2, 0.3, 1.1, 1.2, 1.3], [0.2] * 6, ["A"] * 6, ["B"] * 6, labels)
    groups = network_subgroups(net, {s: "face" if int(s) < 3 else "scalp" for s in labels})
    effects = groups.effects("A", "B", "common")
    assert float(effects["face"].TE) == pytest.approx(0.2)
    assert float(effects["scalp"].TE) == pytest.approx(1.2)
    # Two means of three, each with standard error 0.2/√3, one apart.
    assert pytest.approx(1 / (2 * 0.04 / 3)) == groups.difference("A", "B", "common").Q
    with pytest.raises(NetworkDataError, match="no subgroup"):
        network_subgroups(net, {"0": "face"})
