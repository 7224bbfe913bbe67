"""Certainty by written rule: each step has its reason, and silence never counts as good."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from evidence_records import arm, binary, continuous, exosome_trial, record, told
from hypothesis import given
from hypothesis import strategies as st

from skinproof.evidence import Estimate, Finding, Findings, Library, findings
from skinproof.evidence.synthesis.appraisal import lost_percent, study_points
from skinproof.evidence.synthesis.certainty import _crossing, _new_study
from skinproof.evidence.synthesis.certainty_rules import certainty_rules
from skinproof.evidence.synthesis.importance import bands, important_effects
from skinproof.evidence.synthesis.judgements import Domain
from skinproof.evidence.synthesis.levels import LEVELS

GOOD = {"n_randomised": 1000, "n_analysed": 1000}


def only(*studies: object, **about: object) -> Finding:
    (finding,) = Findings(Library.of(studies, **about)).all  # type: ignore[arg-type]
    return finding


def down(finding: Finding, domain: str) -> int:
    return sum(reason.down for reason in finding.certainty.reasons if reason.domain == domain)


def test_a_large_clean_trial_is_moderate_and_no_more_until_a_reviewer_looks() -> None:
    finding = only(exosome_trial("a-2020-b", binary((300, 500), (150, 500)), **GOOD))
    assert finding.certainty.level == "moderate"
    assert finding.certainty.reasons[-1].domain == "limit"
    assert finding.certainty.status == "Worked out by rule, not yet checked by a reviewer."


@pytest.mark.parametrize(
    ("change", "points"),
    [
        ({}, 0),
        ({"blinding": "unclear"}, 1),
        ({"blinding": "open"}, 2),
        ({"blinding": "single"}, 0.5),
        ({"registration": None}, 1),
        ({"n_randomised": None}, 0.5),
        ({"n_analysed": 899}, 1),
        ({"blinding": "open", "registration": None, "n_analysed": 500}, 4),
    ],
)
def test_what_is_not_reported_never_counts_as_good(change: dict, points: float) -> None:
    study = exosome_trial("a-2020-b", binary((300, 500), (150, 500)), **(GOOD | change))
    assert study_points(study)[0] == points
    assert len(study_points(study)[1]) == len(change)


def test_allotment_in_doubt_is_a_point_and_a_reason() -> None:
    points, faults = study_points(exosome_trial("a-2020-b", told("favours-a"), **GOOD), design_doubted=True)
    assert points == 1
    assert "still to be checked" in faults[0]


def test_people_lost() -> None:
    assert lost_percent(exosome_trial("a-2020-b", n_randomised=27, n_analysed=19)) == pytest.approx(29.6, abs=0.1)
    assert lost_percent(exosome_trial("a-2020-b", n_randomised=27)) is None


def test_risk_of_bias_weighs_by_people() -> None:
    big = exosome_trial("big-2020-b", binary((300, 500), (150, 500)), **GOOD)
    small = exosome_trial("small-2020-b", binary((6, 10), (3, 10)), blinding="open", registration=None)
    assert down(only(big, small), "risk of bias") == 0
    assert down(only(small), "risk of bias") == 2


def test_studies_that_disagree_lose_levels() -> None:
    one = exosome_trial("a-2020-b", binary((300, 500), (150, 500)), **GOOD)
    two = exosome_trial("b-2020-b", binary((150, 500), (300, 500)), **GOOD)
    finding = only(one, two)
    assert finding.estimate is not None
    assert finding.estimate.i2 is not None
    assert finding.estimate.i2 > 75
    assert down(finding, "inconsistency") == 2


def test_few_people_and_wide_intervals_lose_levels() -> None:
    assert down(only(exosome_trial("a-2020-b", binary((300, 500), (150, 500)), **GOOD)), "imprecision") == 0
    assert down(only(exosome_trial("a-2020-b", binary((100, 120), (30, 120)), **GOOD)), "imprecision") == 1
    assert down(only(exosome_trial("a-2020-b", continuous((1, 1, 25), (4, 1, 25)), **GOOD)), "imprecision") == 2
    assert down(only(exosome_trial("a-2020-b", continuous((3.6, 1, 25), (4, 1, 25)), **GOOD)), "imprecision") == 3


def test_a_stand_in_a_combination_and_an_unequal_background_are_indirect() -> None:
    surrogate = only(
        exosome_trial("a-2020-b", continuous((4, 1, 300), (3, 1, 300), concept="collagen", better="higher"))
    )
    assert down(surrogate, "indirectness") == 1
    arms = [arm("t", "exosome", "microneedling"), arm("c", "sham")]
    both = only(record("a-2020-b", arms, [binary((300, 500), (150, 500))], **GOOD))
    assert down(both, "indirectness") == 1
    unequal = [
        {"id": "t", "components": [{"treatment": "exosome"}, {"treatment": "tretinoin", "dose": "0.1%"}]},
        {"id": "c", "components": [{"treatment": "vehicle"}, {"treatment": "tretinoin", "dose": "0.01%"}]},
    ]
    finding = only(record("a-2020-b", unequal, [binary((300, 500), (150, 500))], **GOOD))
    assert down(finding, "indirectness") == 1
    assert any("0.1%" in note for note in finding.notes)


def test_industry_alone_and_all_in_favour_loses_a_level() -> None:
    rows = binary((300, 500), (150, 500))
    assert down(only(exosome_trial("a-2020-b", rows, funding="industry", **GOOD)), "publication bias") == 1
    assert down(only(exosome_trial("a-2020-b", rows, **GOOD)), "publication bias") == 0


def test_a_reviews_number_is_low_at_best() -> None:
    row = told("favours-a", measure="RR", estimate=2.0, ci=[1.8, 2.2])
    row |= {"concept": "treatment-success", "better": "higher", "kind": "binary"}
    assert only(exosome_trial("a-2020-b", row, design="systematic-review")).certainty.level == "low"


def test_chance_did_not_decide_starts_low() -> None:
    finding = only(
        exosome_trial(
            "a-2020-b", binary((300, 500), (150, 500)), randomised=False, design="non-randomised-controlled", **GOOD
        )
    )
    assert finding.certainty.reasons[0].sentence.startswith("Starts low")
    assert finding.certainty.level == "low"


def test_over_the_whole_library_levels_follow_from_their_reasons() -> None:
    rules = certainty_rules()
    for finding in findings().all:
        reasons = finding.certainty.reasons
        assert reasons[0].domain == "start"
        assert all(reason.sentence.endswith(".") for reason in reasons)
        start = next(level for level in LEVELS if f"Starts {level.replace('-', ' ')}" in reasons[0].sentence)
        position = max(0, LEVELS.index(start) - sum(reason.down for reason in reasons))
        cap = rules.limit.cap if finding.estimate else rules.direction_only.cap
        assert LEVELS.index(finding.certainty.level) == min(position, LEVELS.index(cap))
        assert finding.certainty.checked_by is None
        assert not (finding.icons_allowed and finding.certainty.level == "very-low")


# --- the smallest effect that matters -------------------------------------------------------------------------------


def test_every_threshold_has_a_source_or_says_chosen_by_us() -> None:
    known = important_effects()
    for threshold in (*known.measures.values(), *known.instruments.values(), known.per_100):
        assert threshold.source or threshold.basis == "chosen by us"


def test_bands() -> None:
    smd = bands("SMD")
    assert smd is not None
    assert [smd.size(x) for x in (0.1, -0.2, 0.6, -0.9)] == ["trivial", "small", "moderate", "large"]
    own = bands("MD", sd=10)
    assert own is not None
    assert [own.size(x) for x in (1.9, 2, -5, 8)] == ["trivial", "small", "moderate", "large"]
    dlqi = bands("MD", sd=10, instrument="DLQI")
    assert dlqi is not None
    assert [dlqi.size(x) for x in (3, -4, 8, -12)] == ["trivial", "small", "moderate", "large"]
    assert bands("MD") is None


def test_a_ratio_is_judged_by_the_people_it_makes() -> None:
    import math

    rare, common = bands("RR", control_risk=0.02), bands("RR", control_risk=0.4)
    assert rare is not None
    assert common is not None
    assert rare.size(math.log(2)) == "trivial"  # 2 more people out of 100
    assert common.size(math.log(2)) == "large"  # 40 more
    assert common.size(math.log(0.875)) == "small"  # 5 fewer


def test_a_group_that_got_nothing_knew_it_unless_the_record_says_otherwise() -> None:
    unclear = exosome_trial("a-2020-b", told("favours-a"), **GOOD, blinding="unclear")
    assert study_points(unclear, untreated=True)[0] == study_points(unclear)[0] + 1
    blinded = exosome_trial("a-2020-b", told("favours-a"), **GOOD)
    assert study_points(blinded, untreated=True) == study_points(blinded)


def test_a_ratio_whose_ends_are_far_apart_costs_two_levels() -> None:
    wide = only(exosome_trial("a-2020-b", binary((79, 500), (1, 500)), **GOOD))
    near = only(exosome_trial("a-2020-b", binary((300, 500), (150, 500)), **GOOD))
    assert wide.estimate is not None
    assert wide.estimate.high / wide.estimate.low > 10
    assert down(wide, "imprecision") == 2
    assert down(near, "imprecision") == 0


# --- what is not reported, small studies, the prediction interval ----------------------------------------------------


def judgement(finding: Finding, domain: Domain) -> str | None:
    return finding.certainty.judgement(domain)


def test_what_is_not_reported_is_never_no_concerns() -> None:
    rows = binary((300, 500), (150, 500))
    told = only(exosome_trial("a-2020-b", rows, **GOOD))
    silent = only(exosome_trial("a-2020-b", rows, registration=None, funding="unclear"))
    assert judgement(told, "risk of bias") == "no concerns"
    assert judgement(silent, "risk of bias") == "cannot tell"
    assert judgement(silent, "publication bias") == "cannot tell"
    assert "Who paid is not reported." in next(r.sentence for r in silent.certainty.reasons if "paid" in r.sentence)
    assert judgement(told, "inconsistency") == "cannot tell"  # one study
    for finding in findings().all:
        for study in (findings().library.study(name) for name in finding.study_ids):
            if len(finding.studies) == 1 and not study.registration and finding.certainty.reasons[1:]:
                assert judgement(finding, "risk of bias") != "no concerns"


def many(sizes: list[int], effect: Callable[[int], float]) -> list[Any]:
    """Trials of n people a group, the treatment so many points better."""

    def trial(n: int) -> Any:
        row = continuous((20 - effect(n), 5, n), (20, 5, n))
        return exosome_trial(f"s{n}-2020-b", row, n_randomised=2 * n, n_analysed=2 * n)

    return [trial(n) for n in sizes]


SIZES = [20, 25, 30, 40, 50, 70, 90, 120, 160, 200]


def test_small_studies_with_larger_effects_lose_a_level_from_ten_on() -> None:
    def told(finding: Finding) -> str:
        return next(r.sentence for r in finding.certainty.reasons if r.domain == "publication bias")

    biased = only(*many(SIZES, lambda n: 40 / n**0.5))
    assert down(biased, "publication bias") == 1
    assert "Small studies tell another story than large ones" in told(biased)
    alike = only(*many(SIZES, lambda n: 4 + (n % 3) / 10))
    assert down(alike, "publication bias") == 0
    assert "Small and large studies tell much the same" in told(alike)
    few = only(*many(SIZES[:9], lambda n: 40 / n**0.5))
    assert down(few, "publication bias") == 0
    assert "Too few studies to check" in told(few)


def test_a_prediction_interval_that_reaches_the_other_side_costs_two_levels() -> None:
    rules = certainty_rules().inconsistency

    def judged(prediction: tuple[float, float]) -> int:
        made = Estimate(
            "SMD", 0.6, 0.3, 0.9, 5, 900, "pooled", "higher", "", "", (), i2=0.0, prediction=prediction
        )  # fmt: skip
        return _new_study(made, bands("SMD"), rules)[0]

    assert judged((0.1, 1.1)) == 0
    assert judged((-0.1, 1.3)) == 1
    assert judged((-0.3, 1.5)) == 2
    small = Estimate("SMD", 0.0, -0.1, 0.1, 5, 900, "pooled", "higher", "", "", (), i2=0.0, prediction=(-0.3, 0.3))
    assert _new_study(small, bands("SMD"), rules)[0] == 2  # surely too small in the mean, not in a new study


@given(
    st.floats(-1, 1), st.floats(0.05, 1), st.floats(0, 1), st.floats(0, 1), st.sampled_from(["SMD", "RR", "OR"]),
)  # fmt: skip
def test_a_wider_interval_or_prediction_interval_is_never_surer(
    value: float, half: float, wider: float, further: float, measure: Any
) -> None:
    """Imprecision and inconsistency together: what one interval counts the other does not."""
    back = math.exp if measure in ("RR", "OR") else float
    rules = certainty_rules()

    def made(more: float, reach: float) -> Estimate:
        ends = (value - half - more, value + half + more)
        new = (ends[0] - reach, ends[1] + reach)
        return Estimate(
            measure, back(value), *(back(end) for end in ends), 5, 900, "pooled", "higher", "", "", (),
            i2=0.0, prediction=(back(new[0]), back(new[1])),
        )  # fmt: skip

    known = bands(measure)
    assert _crossing(made(wider, 0), known)[0] >= _crossing(made(0, 0), known)[0]
    assert _new_study(made(0, further), known, rules.inconsistency)[0] >= _new_study(
        made(0, 0), known, rules.inconsistency
    )[0]  # fmt: skip


@pytest.mark.parametrize(
    "worse",
    [
        {"blinding": "open"}, {"blinding": "unclear"}, {"registration": None}, {"n_analysed": 500},
        {"n_randomised": None}, {"funding": "industry"}, {"funding": "unclear"},
        {"randomised": False, "design": "non-randomised-controlled"},
    ],
)  # fmt: skip
def test_a_worse_record_is_never_surer(worse: dict) -> None:
    rows = binary((300, 500), (150, 500))
    base = only(exosome_trial("a-2020-b", rows, **GOOD))
    other = only(exosome_trial("a-2020-b", rows, **(GOOD | worse)))
    assert LEVELS.index(other.certainty.level) <= LEVELS.index(base.certainty.level)
    assert sum(r.down for r in other.certainty.reasons) >= sum(r.down for r in base.certainty.reasons)
