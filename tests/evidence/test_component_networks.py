"""Component networks: properties, and what the data cannot tell."""

from __future__ import annotations

import numpy as np
import pytest
from evidence_networks import network
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.evidence import (
    NetworkDataError,
    component_matrix,
    component_network,
    components_of,
    network_meta_analysis,
)

few = settings(max_examples=25, deadline=None)


@few
@given(st.integers(0, 10_000))
def test_one_component_an_arm_is_the_network_model(seed: int) -> None:
    net = network_meta_analysis(*network(seed).all())
    components = components_of(net)
    for model in ("common", "random"):
        np.testing.assert_allclose(components.network(model).TE, net.network(model).TE, atol=1e-9)  # type: ignore[arg-type]
        np.testing.assert_allclose(components.network(model).seTE, net.network(model).seTE, atol=1e-9)  # type: ignore[arg-type]
    assert components.tau2 == pytest.approx(net.tau2, abs=1e-9)
    assert components.additivity is not None
    assert components.additivity.df == 0
    # Without an inactive component only differences are identified.
    assert components.unidentified == net.trts


@few
@given(st.integers(0, 10_000), st.sampled_from("ABCD"))
def test_an_inactive_component_is_a_reference(seed: int, inactive: str) -> None:
    net = network_meta_analysis(*network(seed).all(), reference=inactive)
    components = components_of(net, inactive=inactive)
    place = net.index(inactive)
    for name, TE, seTE in zip(components.comps, components.components().TE, components.components().seTE, strict=True):
        assert pytest.approx(net.random.TE[net.index(name), place], abs=1e-9) == TE
        assert seTE == pytest.approx(net.random.seTE[net.index(name), place], abs=1e-9)


ADDITIVE = (
    [1.0, 2.0, 3.0, 1.0],
    [0.1, 0.1, 0.1, 0.1],
    ["laser", "exosome", "laser + exosome", "laser + exosome"],
    ["sham", "sham", "sham", "exosome"],
    ["1", "2", "3", "4"],
)


def test_effects_that_add_up_are_found_and_unseen_sums_are_predicted() -> None:
    found = component_network(*ADDITIVE, inactive="sham")
    np.testing.assert_allclose(found.components().TE, [2.0, 1.0], atol=1e-12)
    assert found.comps == ("exosome", "laser")
    assert found.additivity is not None
    assert pytest.approx(0, abs=1e-12) == found.additivity.Q
    assert found.comparison(["laser + exosome"], ["laser"]).TE[0] == pytest.approx(2.0)
    assert found.combinations(["exosome + laser"]).TE[0] == pytest.approx(3.0)


def test_an_interaction_takes_up_what_does_not_add_up() -> None:
    TE = [1.0, 2.0, 4.0, 2.0]
    plain = component_network(TE, *ADDITIVE[1:], inactive="sham")
    assert plain.additivity is not None
    assert plain.additivity.pval < 0.001
    joint = component_network(TE, *ADDITIVE[1:], inactive="sham", interactions=[("exosome", "laser")])
    np.testing.assert_allclose(joint.components().TE, [2.0, 1.0, 1.0], atol=1e-12)
    assert joint.combinations(["exosome + laser"]).TE[0] == pytest.approx(4.0)


def test_disconnected_networks_are_joined_by_what_they_share() -> None:
    found = component_network(
        [2.0, 1.0], [0.1, 0.1], ["needle + plasma", "needle"], ["needle", "sham"], ["one", "two"], inactive="sham"
    )
    assert found.s == 1
    apart = component_network(
        [2.0, 1.0], [0.1, 0.1], ["laser + plasma", "needle"], ["laser", "sham"], ["one", "two"], inactive="sham"
    )
    assert apart.s == 2
    assert apart.additivity is None
    assert "cannot be tested" in apart.summary()
    # plasma is known from laser + plasma against laser; laser itself from nothing.
    assert apart.unidentified == ("laser",)
    assert apart.comparison(["needle + plasma"], ["needle"]).TE[0] == pytest.approx(2.0)
    assert np.isnan(apart.comparison(["laser"], ["needle"]).TE[0])


def test_components_that_are_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="inactive 'placebo'"):
        component_network(*ADDITIVE, inactive="placebo")
    with pytest.raises(ValueError, match="no component 'cream'"):
        component_network(*ADDITIVE, interactions=[("cream", "laser")])
    found = component_network(*ADDITIVE, inactive="sham")
    with pytest.raises(ValueError, match="'cream'"):
        found.combinations(["cream + laser"])
    with pytest.raises(ValueError, match="empty component"):
        component_matrix(["A + "])
    with pytest.raises(NetworkDataError, match="positive"):
        component_network([1.0], [0.0], ["A"], ["B"], ["one"])
