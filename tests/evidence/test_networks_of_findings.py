"""Networks made from records."""

from __future__ import annotations

import json
import math
from collections import Counter

import numpy as np
import pytest
from evidence_records import arm, binary, continuous, record, told
from network_records import arms_trial, counted_trial, loop, made_of, pair

from skinproof.evidence import (
    Findings,
    Library,
    NetworkFinding,
    Overlap,
    document,
    findings,
    library,
    network_meta_analysis,
)
from skinproof.evidence.synthesis.overrides import Entry, Overrides
from skinproof.evidence.synthesis.rows import place


def only(made: Findings) -> NetworkFinding:
    (network,) = made.networks.all
    return network


def test_a_chain_gives_the_indirect_difference_by_hand() -> None:
    network = only(
        made_of(pair("one-2001", "prp", "microneedling", -6.0), pair("two-2002", "microneedling", "saline", -4.0))
    )
    entry = network.parts[0].entry("prp", "dummy")
    assert entry.estimate.value == pytest.approx(-10.0)
    assert entry.estimate.high - entry.estimate.low == pytest.approx(2 * 1.959964 * math.sqrt(4 * 100 / 50))
    assert (entry.first, entry.second, entry.direct, entry.direct_share) == ("prp", "dummy", None, 0)
    assert entry.indirect == pytest.approx((entry.estimate.value, entry.estimate.low, entry.estimate.high))
    assert {(share.study_id, share.share) for share in entry.shares} == {("one-2001", 0.5), ("two-2002", 0.5)}
    assert entry.estimate.k == 0
    assert "Incoherence cannot be checked" in network.parts[0].incoherence.sentence


def test_it_is_the_network_model_on_the_same_numbers() -> None:
    network = only(made_of(*loop()))
    se = math.sqrt(2 * 100 / 50)
    fit = network_meta_analysis(
        [-6, -4, -13], [se] * 3, ["prp", "mn", "prp"], ["mn", "dummy", "dummy"], ["a", "b", "c"], method_tau="REML"
    )
    for name, other in (("prp", "dummy"), ("prp", "mn"), ("mn", "dummy")):
        entry = network.parts[0].entry(*(each.replace("mn", "microneedling") for each in (name, other)))
        turned = entry.first != name.replace("mn", "microneedling")
        TE, _, low, high = fit.estimate(*((other, name) if turned else (name, other)))
        assert (entry.estimate.value, entry.estimate.low, entry.estimate.high) == pytest.approx((TE, low, high))


def test_direct_and_indirect_evidence_are_held_against_each_other() -> None:
    network = only(made_of(*loop()))
    part = network.parts[0]
    entry = part.entry("prp", "dummy")
    assert entry.direct is not None
    assert entry.indirect is not None
    assert (entry.direct[0], entry.indirect[0]) == pytest.approx((-13, -10))
    se = math.sqrt(4 + 8)  # direct, and two steps; tau² is 0, as three trials differ by less than chance would have
    assert part.tau2 == 0
    assert entry.p_difference == pytest.approx(math.erfc(3 / se / math.sqrt(2)))
    assert part.incoherence.checkable
    assert part.incoherence.df == 1
    assert part.ranking[0][0] == "prp"


def test_every_edge_names_study_row_and_arms() -> None:
    network = only(made_of(*loop()))
    assert [(edge.first, edge.second, edge.study_ids) for edge in network.edges] == [
        ("dummy", "microneedling", ("two-2002",)),
        ("dummy", "prp", ("three-2003",)),
        ("microneedling", "prp", ("one-2001",)),
    ]
    row = network.edges[2].rows[0]
    assert (row.row, row.arms, row.value) == (0, ("c", "t"), pytest.approx(6))


def test_parts_that_no_trial_joins_are_told_apart() -> None:
    made = made_of(*loop(), pair("four-2004", "fractional-co2-laser", "subcision", -3.0))
    network = only(made)
    assert not network.connected
    assert [part.nodes for part in network.parts] == [
        ("dummy", "microneedling", "prp"),
        ("fractional-co2-laser", "subcision"),
    ]
    with pytest.raises(KeyError, match="no comparison of 'prp' and 'subcision'"):
        network.part_of("prp").entry("prp", "subcision")


def test_a_pair_alone_is_the_pairwise_finding() -> None:
    made = made_of(pair("one-2001", "prp", "saline", -6.0), pair("two-2002", "prp", "vehicle", -9.0))
    (entry,) = only(made).parts[0].league
    finding = made.get("acne-scars_scar-severity_prp_vs_placebo")
    assert entry.finding_id == finding.id
    assert finding.estimate is not None
    assert entry.estimate.value == finding.estimate.value
    assert (entry.certainty, entry.size, entry.sentence) == (finding.certainty, finding.size, finding.sentence)


def test_arms_of_one_treatment_are_put_together() -> None:
    trial = arms_trial(
        "one-2001",
        {"high": ("prp", (40, 10, 30)), "low": ("prp", (44, 10, 30)), "c": ("saline", (50, 10, 30))},
    )
    network = only(made_of(trial))
    assert [node.id for node in network.nodes] == ["dummy", "prp"]
    assert network.parts[0].league[0].estimate.value == pytest.approx(-8)
    assert network.people == 90


def test_a_trial_of_three_arms_gives_all_its_pairs_once() -> None:
    trial = arms_trial(
        "one-2001",
        {"ab": ("prp+microneedling", (38, 9, 40)), "a": ("microneedling", (45, 11, 35)), "b": ("prp", (43, 10, 50))},
    )
    network = only(made_of(trial))
    part = network.parts[0]
    assert len(network.edges) == 3
    assert network.people == 125
    one, two, rest = (
        part.entry(*pair).direct
        for pair in (("microneedling + prp", "microneedling"), ("microneedling + prp", "prp"), ("microneedling", "prp"))
    )
    assert one is not None
    assert two is not None
    assert rest is not None
    assert (one[0], two[0], abs(rest[0])) == pytest.approx((-7, -5, 2))


def test_zero_counts_of_a_trial_of_three_arms_add_up() -> None:
    given = {"t": ("prp", (9, 30)), "u": ("subcision", (4, 30)), "c": ("saline", (0, 30))}
    network = only(made_of(counted_trial("one-2001", given)))
    values = {
        frozenset({edge.first, edge.second}): (edge.first, math.log(edge.rows[0].value)) for edge in network.edges
    }
    first = values[frozenset({"dummy", "prp"})][1] - values[frozenset({"dummy", "subcision"})][1]
    assert first == pytest.approx(-values[frozenset({"prp", "subcision"})][1])
    assert values[frozenset({"dummy", "prp"})][1] == pytest.approx(math.log(0.5 / 9.5))


def test_counts_of_opposite_things_are_turned_round() -> None:
    one = {"t": ("prp", (20, 30)), "c": ("saline", (10, 30))}
    other = {"t": ("subcision", (6, 30)), "u": ("prp", (9, 30)), "c": ("saline", (18, 30))}  # not better
    network = only(made_of(counted_trial("one-2001", one), counted_trial("two-2002", other, better="lower")))
    rows = {(edge.first, edge.second, row.study_id): row for edge in network.edges for row in edge.rows}
    turned = rows["dummy", "subcision", "two-2002"]
    assert turned.value == pytest.approx((12 / 30) / (24 / 30))
    assert any("turned round" in step for step in turned.conversions)


def test_a_standardised_difference_of_three_arms_has_one_spread() -> None:
    more = {"instrument": "Goodman and Baron", "concept": "scar-severity"}
    given = {"t": ("prp", (40, 8, 30)), "u": ("subcision", (45, 10, 30)), "c": ("saline", (50, 12, 30))}
    two = record("two-2002", [arm("t", "prp"), arm("c", "saline")], [continuous((2.0, 1, 20), (2.5, 1, 20), **more)])
    made = made_of(arms_trial("one-2001", given), two)
    network = made.networks.all[0]
    assert network.measure == "SMD"
    spread = math.sqrt((64 + 100 + 144) / 3)
    row = next(row for edge in network.edges for row in edge.rows if {edge.first, edge.second} == {"subcision", "prp"})
    j = 1 - 3 / (4 * 87 - 1)
    assert abs(row.value) == pytest.approx(j * 5 / spread, rel=1e-4)


def test_only_randomised_trials_are_in_and_the_others_are_told() -> None:
    loose = pair("four-2004", "prp", "saline", -30.0, randomised=False, design="non-randomised-controlled")
    overlap = pair("five-2005", "prp", "saline", -13.0, n=20)
    pairs = [Overlap(whole="three-2003", part="five-2005", kind="contains", reason="same people")]
    review = record(
        "six-2006",
        [arm("t", "prp"), arm("c", "saline")],
        [continuous((1, 1, 10), (2, 1, 10))],
        design="systematic-review",
    )
    said = record("seven-2007", [arm("t", "prp"), arm("c", "saline")], [told("favours-a")])
    made = made_of(*loop(), loose, overlap, review, said, overlaps=pairs)
    assert only(made).study_ids == ("one-2001", "three-2003", "two-2002")
    reasons = {row.study_id: row.reason for row in made.networks.unused}
    assert "chance did not decide" in reasons["four-2004"]
    assert "same people" in reasons["five-2005"]
    assert "review" in reasons["six-2006"]
    assert "no effect with an interval" in reasons["seven-2007"]


def test_one_row_speaks_for_a_trial_and_the_row_of_more_arms_first() -> None:
    given = {"t": ("prp", (40, 10, 30)), "u": ("subcision", (45, 10, 30)), "c": ("saline", (50, 10, 30))}
    later = continuous((30, 10, 30), (50, 10, 30), weeks=24, primary=True)
    network = only(made_of(arms_trial("one-2001", given, more=[later])))
    assert {row.row for edge in network.edges for row in edge.rows} == {0}
    assert [(row.row, "more arms" in row.reason) for row in network.unused] == [(1, True)]


def test_a_further_scale_is_there_only_for_trials_that_would_not_be_heard() -> None:
    counts = binary((20, 30), (10, 30), concept="scar-severity", better="higher")
    both = record("two-2002", [arm("t", "prp"), arm("c", "saline")], [continuous((4, 1, 30), (5, 1, 30)), counts])
    alone = record("three-2003", [arm("t", "prp"), arm("c", "saline")], [counts])
    made = made_of(pair("one-2001", "prp", "saline", -6.0), both)
    assert [network.measure for network in made.networks.all] == ["MD"]
    made = made_of(pair("one-2001", "prp", "saline", -6.0), pair("four-2004", "prp", "saline", -5.0), both, alone)
    assert [(network.measure, network.rank) for network in made.networks.all] == [("MD", 1), ("RR", 2)]
    assert made.networks.all[1].study_ids == ("three-2003", "two-2002")


def test_two_sides_of_the_same_people_with_three_treatments_are_left_out_with_the_reason() -> None:
    given = {"t": ("prp", (40, 10, 30)), "u": ("subcision", (45, 10, 30)), "c": ("saline", (50, 10, 30))}
    made = made_of(pair("one-2001", "prp", "saline", -6.0), arms_trial("two-2002", given, within_person=True))
    (row,) = only(made).unused
    assert row.study_id == "two-2002"
    assert "more than two sides of the same people" in row.reason


def test_a_dummy_beside_a_treatment_against_the_treatment_alone_is_what_the_dummy_does() -> None:
    trial = arms_trial(
        "one-2001",
        {
            "t": ("microneedling+prp", (40, 10, 30)),
            "d": ("microneedling+saline", (45, 10, 30)),
            "n": ("microneedling", (50, 10, 30)),
        },
    )
    entry = only(made_of(trial)).parts[0].entry("microneedling + dummy", "microneedling")
    assert (entry.first, entry.comparison.id) == ("microneedling + dummy", "placebo_vs_none_on_microneedling")
    assert entry.estimate.value == pytest.approx(-5)


def test_order_of_studies_and_arms_changes_nothing() -> None:
    studies = [*loop(), pair("four-2004", "prp", "subcision", -3.0), pair("five-2005", "subcision", "saline", -2.0)]
    turned = [
        study.model_copy(update={"arms": study.arms[::-1], "outcomes": study.outcomes}) for study in reversed(studies)
    ]
    one, other = made_of(*studies), made_of(*turned)
    assert one.networks.all == other.networks.all
    assert document(one.components.all) == document(other.components.all)


def test_of_the_library_every_row_with_a_comparison_is_in_a_network_or_has_a_reason() -> None:
    made = findings()
    told = {(row.study_id, row.row) for row in made.networks.unused}
    for network in made.networks.all:
        told |= {(row.study_id, row.row) for row in network.unused}
        told |= {(row.study_id, row.row) for edge in network.edges for row in edge.rows}
    wanted = {
        (study.id, row.row)
        for study in library().studies.values()
        for row in place(study)[0]
        if row.setting in ("controlled", "dose")
    }
    assert told == wanted
    assert all(row.reason for row in made.networks.unused)


def test_of_the_library_every_network_holds_together() -> None:
    for network in findings().networks.all:
        assert sorted(node for part in network.parts for node in part.nodes) == sorted(n.id for n in network.nodes)
        for part in network.parts:
            n = len(part.nodes)
            assert len(part.league) == n * (n - 1) // 2
            reached, todo = set(), [part.reference]
            while todo:
                here = todo.pop()
                reached.add(here)
                todo += [
                    other
                    for edge in network.edges
                    if here in (edge.first, edge.second)
                    for other in (edge.first, edge.second)
                    if other not in reached
                ]
            assert reached == set(part.nodes)
            for entry in part.league:
                assert sum(share.share for share in entry.shares) == pytest.approx(1, abs=0.05)
                assert entry.estimate.low <= entry.estimate.value <= entry.estimate.high
        voices = Counter(voice.label for voice in network.voices)
        assert max(voices.values()) == 1
        assert all(study_id in library().studies for study_id in network.study_ids)


def test_of_the_library_a_league_adds_up() -> None:
    for network in findings().networks.all:
        for part in network.parts:
            if part.fit is None:
                continue
            TE = part.fit.network().TE
            assert np.allclose(TE[:, :, None] + TE[None, :, :], TE[:, None, :])


def test_networks_are_found_by_concern_treatment_and_concept_and_told_as_json() -> None:
    made = findings().networks
    found = made.find("hair-loss", "minoxidil-topical", "hair-density")
    assert {network.concept for network in found} == {"hair-density"}
    assert made.find(treatment="tranexamic-acid")  # covers its narrower kinds
    assert json.loads(json.dumps(document(found)))[0]["id"] == found[0].id
    assert "fit" not in document(found[0].parts[0])
    with pytest.raises(KeyError):
        made.find(treatment="no-such-thing")
    with pytest.raises(KeyError, match="hair-loss"):
        made.get("hair-loss_hair-density_md")


def test_rows_in_another_order_of_the_library_give_the_same_networks() -> None:
    lib = library()
    studies = list(lib.studies.values())
    studies.sort(key=lambda study: study.id[::-1])
    few = [study for study in studies if study.concern in ("acne-scars", "hair-loss")]
    one = made_of(*few, overlaps=lib.overlaps, doubts=lib.doubts)
    other = made_of(*sorted(few, key=lambda study: study.id), overlaps=lib.overlaps, doubts=lib.doubts)
    assert one.networks.all == other.networks.all


def test_a_reviewers_judgement_counts_and_one_that_no_longer_fits_is_told() -> None:
    base = {
        "network": "acne-scars_scar-severity_md-ecca-points", "domain": "heterogeneity", "was": "some concerns",
        "judgement": "no concerns", "reviewer": {"name": "A. Reader", "role": "statistician"}, "date": "2026-01-02",
        "reason": "The trials are of one clinic and one method.",
    }  # fmt: skip
    given = [
        base | {"comparison": ["dummy", "prp"]},
        base | {"comparison": ["dummy", "subcision"]},
        base | {"component": "prp"},
    ]
    lib = Library.of(loop()[:2])
    plain = Findings(lib)
    made = Findings(lib, overrides=Overrides(tuple(Entry.model_validate(each) for each in given)))
    (part,) = only(made).parts
    changed, was = part.entry("prp", "dummy").certainty, only(plain).parts[0].entry("prp", "dummy").certainty
    assert changed.rule_level == was.level
    assert [each.reviewer for each in changed.overrides] == ["A. Reader"]
    assert [each.judgement("heterogeneity") for each in (changed, was)] == ["some concerns"] * 2
    added = made.components.all[0].adds("prp").certainty
    assert added is not None
    assert len(added.overrides) == 1
    (lost,) = made.lost_overrides
    assert "dummy against subcision" in lost.sentence


def test_no_clear_ratio_is_told_as_little_or_no_difference() -> None:
    """Judged by the risk under a dummy, a ratio of 0.1 between two treatments would look like nothing."""
    entries = [
        entry
        for network in findings().networks.all
        if network.measure in ("RR", "OR")
        for part in network.parts
        for entry in part.league
        if entry.finding_id is None and entry.estimate
    ]
    clear = [entry for entry in entries if entry.estimate.high < 0.75 or entry.estimate.low > 1.25]
    assert clear
    assert not [entry.sentence for entry in clear if entry.size == "trivial"]
