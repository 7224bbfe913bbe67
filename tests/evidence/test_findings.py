"""Findings: who is counted, what is pooled, and that nothing is lost or made up on the way."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from evidence_records import arm, binary, continuous, exosome_trial, record, told
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.evidence import Doubt, Finding, Findings, Library, Overlap, findings, library
from skinproof.evidence.studies.records import NOTICES, Study


def made_from(*studies: Study, **about: object) -> Findings:
    return Findings(Library.of(studies, **about))  # type: ignore[arg-type]


def only(*studies: Study, **about: object) -> Finding:
    (finding,) = made_from(*studies, **about).all
    return finding


# --- nothing lost ---------------------------------------------------------------------------------------------------


def test_every_outcome_row_of_every_record_lands_somewhere() -> None:
    everything = findings()
    rows = {(study.id, index) for study in library().studies.values() for index in range(len(study.outcomes))}
    shown = {(line.study_id, row) for finding in everything.all for line in finding.studies for row in line.rows}
    unused = {(left.study_id, left.row) for left in everything.unused}
    assert shown | unused == rows
    assert not shown & unused
    assert all(left.reason for left in everything.unused)
    assert len(shown) > 1000


def test_every_safety_row_is_among_the_harms() -> None:
    rows = {(study.id, index) for study in library().studies.values() for index in range(len(study.safety))}
    assert {(harm.study_id, harm.row) for harm in findings().harms()} == rows
    for harm in findings().harms("exosome"):
        assert "exosome" in harm.treatments
        assert harm.arm is not None or harm.events is None


def test_a_trial_speaks_once_in_a_finding_and_its_line_is_one_of_its_rows() -> None:
    for finding in findings().all:
        assert len({(line.study_id, line.rows) for line in finding.studies}) == len(finding.studies)
        for line in finding.studies:
            assert line.row in line.rows
            outcome = library().studies[line.study_id].outcomes[line.row]
            assert outcome.concept == finding.concept


def test_findings_are_made_once_and_the_same_from_the_same_library() -> None:
    made = Findings(library())
    assert findings() is findings()
    assert [f.id for f in made.all] == [f.id for f in findings().all]


def test_no_number_is_missing_infinite_or_outside_its_interval() -> None:
    for finding in findings().all:
        for made in (finding.estimate, finding.without_doubtful):
            if made is not None:
                assert math.isfinite(made.low)
                assert math.isfinite(made.high)
                assert made.low <= made.value <= made.high
                assert made.null != 1.0 or made.low > 0
        if finding.absolute is not None:
            a = finding.absolute
            assert 0 <= a.with_low <= a.with_ <= a.with_high <= 100
            assert 0 < a.without <= 100
            assert a.study_ids


# --- who is counted -------------------------------------------------------------------------------------------------


def test_reviews_are_never_pooled_with_trials() -> None:
    for finding in findings().all:
        reviews = {line.study_id for line in finding.studies if library().studies[line.study_id].is_review}
        if finding.estimate is not None:
            inside = reviews & set(finding.estimate.study_ids)
            assert not inside or (finding.estimate.basis == "review" and len(finding.estimate.study_ids) == 1)
        assert all(line.people is None for line in finding.studies if line.study_id in reviews)


def test_where_only_a_review_has_numbers_its_own_is_the_findings() -> None:
    trial = exosome_trial("trial-2020-a", told("favours-a"))
    review = exosome_trial(
        "review-2021-b",
        told("favours-a", measure="SMD", estimate=-0.6, ci=[-0.9, -0.3]),
        design="systematic-review",
    )
    finding = only(trial, review)
    assert finding.kind == "controlled"
    assert finding.estimate is not None
    assert finding.estimate.basis == "review"
    assert (finding.estimate.value, finding.estimate.low, finding.estimate.high) == (-0.6, -0.9, -0.3)
    assert {line.study_id: line.role for line in finding.studies} == {
        "trial-2020-a": "direction",
        "review-2021-b": "review",
    }
    assert finding.directions.total == 1
    assert only(review).kind == "review-only"


def test_overlapping_reports_count_their_people_once() -> None:
    whole = exosome_trial("whole-2020-a", binary((30, 60), (20, 60)))
    part = exosome_trial("part-2021-b", binary((15, 30), (10, 30)))
    pair = Overlap(whole="whole-2020-a", part="part-2021-b", kind="contains", reason="a part of it")
    apart, counted = only(whole, part), only(whole, part, overlaps=[pair])
    assert apart.people == 180
    assert counted.people == 120
    assert counted.estimate is not None
    assert counted.estimate.k == 1
    assert [line.role for line in counted.studies if line.study_id == "part-2021-b"] == ["overlaps"]
    assert any("same people" in note for note in counted.notes)


def test_randomised_trials_are_not_pooled_with_others() -> None:
    randomised = exosome_trial("chance-2020-a", binary((30, 60), (20, 60)))
    other = exosome_trial(
        "choice-2021-b", binary((50, 60), (10, 60)), randomised=False, design="non-randomised-controlled"
    )
    finding = only(randomised, other)
    assert finding.estimate is not None
    assert finding.estimate.study_ids == ("chance-2020-a",)
    assert {line.study_id: line.role for line in finding.studies}["choice-2021-b"] == "apart"
    assert any("chance did not decide" in note for note in finding.notes)


def test_people_of_a_split_face_trial_count_once() -> None:
    finding = only(exosome_trial("face-2020-a", continuous((3, 1, 20), (4, 1, 20)), design="split-face-rct"))
    assert finding.people == 20
    assert finding.estimate is not None
    assert finding.estimate.people == 20


def test_two_trials_in_one_report_speak_each_for_itself() -> None:
    arms = [arm("t", "exosome"), arm("c", "vehicle"), arm("t2", "exosome"), arm("c2", "vehicle")]
    second = binary((8, 20), (4, 20))
    second["results"] = {"t2": second["results"]["t"], "c2": second["results"]["c"]}
    finding = only(record("two-2020-trials", arms, [binary((9, 20), (5, 20)), second]))
    assert finding.estimate is not None
    assert finding.estimate.k == 2
    assert finding.people == 80


def test_the_primary_outcome_speaks_then_the_latest_weeks() -> None:
    early, late = binary((9, 20), (5, 20), weeks=4), binary((8, 20), (5, 20), weeks=24)
    assert only(exosome_trial("a-2020-b", early, late)).weeks == (24, 24)
    assert only(exosome_trial("a-2020-b", early | {"primary": True}, late)).weeks == (4, 4)


def test_a_row_on_the_instrument_that_others_use_speaks() -> None:
    first = exosome_trial("a-2020-b", continuous((3, 1, 20), (4, 1, 20)))
    second = exosome_trial(
        "b-2021-c",
        continuous((9, 2, 20), (9.5, 2, 20), instrument="Other", weeks=24),
        continuous((3.5, 1, 20), (4, 1, 20)),
    )
    finding = only(first, second)
    assert finding.estimate is not None
    assert finding.estimate.measure == "MD"
    assert finding.estimate.k == 2
    assert finding.estimate.scale == "ECCA, lower is better"


def test_several_instruments_make_a_standardised_difference() -> None:
    first = exosome_trial("a-2020-b", continuous((3, 1, 20), (4, 1, 20)))
    second = exosome_trial("b-2021-c", continuous((30, 9, 20), (40, 9, 20), instrument="Goodman"))
    finding = only(first, second)
    assert finding.estimate is not None
    assert finding.estimate.measure == "SMD"
    assert finding.estimate.k == 2


def test_standardised_changes_and_final_values_are_not_mixed() -> None:
    first = exosome_trial("a-2020-b", continuous((3, 1, 20), (4, 1, 20)))
    second = exosome_trial("b-2021-c", continuous((-3, 1, 20), (-2, 1, 20), instrument="Other", statistic="change"))
    finding = only(first, second)
    assert finding.estimate is not None
    assert finding.estimate.k == 1
    assert Counter(line.role for line in finding.studies) == {"estimate": 1, "apart": 1}


def test_an_outcome_counted_the_other_way_round_is_turned() -> None:
    relapse = {"concept": "relapse", "better": "lower"}
    first = exosome_trial("a-2020-b", binary((5, 20), (10, 20), **relapse))
    second = exosome_trial("b-2021-c", binary((15, 20), (10, 20), concept="relapse", better="higher"))
    finding = only(first, second)
    assert finding.estimate is not None
    assert finding.estimate.value == pytest.approx(0.5)
    assert finding.estimate.better == "lower"
    assert any("turned round" in note.lower() for note in finding.estimate.notes)


# --- doubt ----------------------------------------------------------------------------------------------------------


def test_suspicious_records_are_run_with_and_without() -> None:
    honest = exosome_trial("honest-2020-a", continuous((4.0, 1, 30), (4.0, 1, 30)))
    odd = exosome_trial("odd-2021-b", continuous((1.0, 1, 30), (4.0, 1, 30)))
    doubt = Doubt(record="odd-2021-b", kind="numbers", says="The gain is too large.")
    finding = only(honest, odd, doubts=[doubt])
    assert finding.estimate is not None
    assert finding.estimate.k == 2
    assert finding.without_doubtful is not None
    assert finding.without_doubtful.k == 1
    assert finding.without_doubtful.value == 0
    assert [line.doubt for line in finding.studies if line.study_id == "odd-2021-b"] == ["The gain is too large."]


def test_an_answer_that_hangs_on_a_suspicious_record_loses_a_level() -> None:
    honest = exosome_trial("honest-2020-a", binary((60, 200), (55, 200)), n_randomised=400, n_analysed=400)
    odd = exosome_trial("odd-2021-b", binary((200, 220), (20, 220)), n_randomised=440, n_analysed=440)
    doubt = Doubt(record="odd-2021-b", kind="numbers", says="Too good.")
    lone = only(odd, doubts=[doubt])
    assert any(reason.down and "hard to believe" in reason.sentence for reason in lone.certainty.reasons)
    assert only(honest, odd, doubts=[doubt]).without_doubtful is not None


# --- what may not be said -------------------------------------------------------------------------------------------


def test_one_arm_shows_nothing_about_what_did_it() -> None:
    row = {
        "concept": "wrinkles",
        "better": "lower",
        "kind": "continuous",
        "statistic": "change",
        "results": {"t": {"mean": -2, "sd": 1, "n": 300}},
    }
    finding = only(
        record(
            "one-2020-arm", [arm("t", "exosome")], [row], design="single-arm", randomised=False, concern="skin-ageing"
        )
    )
    assert finding.kind == "before-after"
    assert finding.estimate is None
    assert finding.certainty.level == "very-low"
    assert finding.sentence.startswith("We are very unsure whether using exosomes")


def test_a_review_that_names_no_comparison_is_told_as_such() -> None:
    row = {"concept": "hair-density", "better": "higher", "kind": "continuous"}
    finding = only(record("review-2020-a", [arm("t", "exosome")], [row], design="systematic-review"))
    assert finding.kind == "review-only"
    assert finding.comparison.control == "untold"
    assert finding.certainty.level == "very-low"
    assert "does not say what it was compared with" in finding.sentence


def test_cells_and_animals_are_told_apart_from_people() -> None:
    finding = only(exosome_trial("mice-2020-a", continuous((3, 1, 200), (4, 1, 200)), design="animal"))
    assert finding.kind == "laboratory"
    assert finding.estimate is None
    assert finding.certainty.level == "very-low"


def test_what_exosomes_add_is_never_called_their_effect_alone() -> None:
    for finding in findings().for_treatment("exosome"):
        backing = finding.comparison.background
        if backing and "exosome" in finding.comparison.intervention and finding.comparison.control != "dose":
            assert "added to" in finding.comparison.short or "both with" in finding.comparison.short
            assert finding.sentence.lower().count("exosomes") >= 1
            assert "Using exosomes," not in finding.sentence


def test_notices_and_case_reports_are_not_findings() -> None:
    for finding in findings().all:
        for line in finding.studies:
            if library().studies[line.study_id].design in NOTICES:
                assert line.role == "review"


@pytest.mark.parametrize("direction", ["favours-a", "favours-b", "no-difference"])
def test_directions_are_counted_and_shown_but_give_no_number(direction: str) -> None:
    finding = only(*(exosome_trial(f"a-{year}-b", told(direction, p=0.04)) for year in range(2001, 2010)))
    assert finding.estimate is None
    assert finding.absolute is None
    assert finding.size == "unknown"
    assert finding.certainty.level in ("low", "very-low")
    assert finding.directions.total == 9
    assert all(line.role == "p-value" and line.effect is None for line in finding.studies)


def test_the_direction_takes_the_reports_order_of_arms_and_the_scale_into_account() -> None:
    row = told("favours-b")
    row["contrast"]["arms"] = ["c", "t"]
    assert only(exosome_trial("a-2020-b", row)).directions.better == 1
    fewer_hairs = continuous((3, 0.1, 50), (4, 0.1, 50), concept="hair-density", better="higher")
    assert only(exosome_trial("a-2020-b", fewer_hairs)).favours == "comparator"


def test_a_ratio_of_nothing_gives_no_people_out_of_100() -> None:
    finding = only(exosome_trial("a-2020-b", binary((15, 30), (0, 30))))
    assert finding.estimate is not None
    assert finding.absolute is None
    assert finding.studies[0].values == "15 of 30 against 0 of 30"


def test_people_out_of_100_come_from_these_trials() -> None:
    finding = only(exosome_trial("a-2020-b", binary((30, 100), (20, 100))))
    assert finding.absolute is not None
    assert finding.absolute.without == pytest.approx(20)
    assert finding.absolute.with_ == pytest.approx(30)
    assert finding.absolute.study_ids == ("a-2020-b",)


# --- laws -----------------------------------------------------------------------------------------------------------

trial_counts = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=1, max_size=6)


def trials(events: list[tuple[int, int]], flip: bool = False) -> list[Study]:
    """Trials of exosomes against PRP with 41 people in an arm."""
    arms = [arm("t", "exosome"), arm("c", "prp")]
    return [
        record(f"s-{2000 + i}-t", arms[::-1] if flip else arms, [binary((a, 41), (b, 41))])
        for i, (a, b) in enumerate(events)
    ]


@given(trial_counts, st.randoms())
@settings(deadline=None)
def test_order_of_studies_does_not_matter(events: list, random) -> None:  # type: ignore[no-untyped-def]
    studies = trials(events)
    one, two = only(*studies), only(*random.sample(studies, len(studies)))
    assert one == two


@given(trial_counts)
@settings(deadline=None)
def test_order_of_arms_does_not_matter(events: list) -> None:
    one, two = only(*trials(events)), only(*trials(events, flip=True))
    assert one.estimate is not None
    assert one.estimate == two.estimate
    assert one.sentence == two.sentence


@given(trial_counts)
@settings(deadline=None)
def test_swapping_results_turns_every_sign(events: list) -> None:
    one, two = only(*trials(events)), only(*trials([(b, a) for a, b in events]))
    assert one.estimate is not None
    assert two.estimate is not None
    assert math.log(one.estimate.value) == pytest.approx(-math.log(two.estimate.value), abs=1e-6)
    assert math.log(one.estimate.low) == pytest.approx(-math.log(two.estimate.high), rel=1e-4, abs=1e-6)
    assert one.directions.better == two.directions.worse
    assert one.directions.no_difference == two.directions.no_difference


@given(st.integers(1, 40), st.integers(1, 40))
@settings(deadline=None)
def test_one_study_alone_is_its_own_estimate(a: int, b: int) -> None:
    finding = only(*trials([(a, b)]))
    (line,) = finding.studies
    assert finding.estimate is not None
    assert line.effect is not None
    assert finding.estimate.basis == "single"
    assert (finding.estimate.value, finding.estimate.low) == (line.effect.value, line.effect.low)


@given(trial_counts)
@settings(deadline=None)
def test_an_inert_component_changes_nothing(events: list) -> None:
    with_dummy = [
        record(f"s-{2000 + i}-t", [arm("t", "exosome", "sham"), arm("c", "prp", "saline")], [binary((a, 41), (b, 41))])
        for i, (a, b) in enumerate(events)
    ]
    assert only(*with_dummy).estimate == only(*trials(events)).estimate
    assert only(*with_dummy).id == only(*trials(events)).id


@given(st.floats(0.05, 20), st.floats(-50, 50))
@settings(deadline=None)
def test_another_unit_changes_no_size_level_or_sentence(unit: float, shift: float) -> None:
    def trial(scale: float, move: float) -> Finding:
        row = continuous((3 * scale + move, scale, 40), (4 * scale + move, scale, 40))
        return only(exosome_trial("a-2020-b", row))

    one, two = trial(1, 0), trial(unit, shift)
    assert (one.size, one.favours, one.sentence, one.certainty.level) == (
        two.size,
        two.favours,
        two.sentence,
        two.certainty.level,
    )


# --- looking things up ----------------------------------------------------------------------------------------------


def test_both_sets_of_ids_find_findings() -> None:
    everything = findings()
    assert everything.for_treatment("exosome-injected") == everything.for_treatment("exosome")
    assert everything.find(concern="melasma", treatment="tranexamic-acid-oral", kind="controlled")
    # A wider word covers its kinds.
    assert set(everything.for_treatment("doxycycline")) <= set(everything.for_treatment("oral-antibiotic"))
    with pytest.raises(KeyError, match="did you mean exosome"):
        everything.for_treatment("exosomee")


def test_ids_lead_back_to_their_finding() -> None:
    everything = findings()
    assert len({finding.id for finding in everything.all}) == len(everything.all)
    for finding in everything.all:
        assert everything.get(finding.id) is finding
        assert finding.id.replace("_", "").replace("-", "").isalnum()
    with pytest.raises(KeyError, match="is not known"):
        everything.get("melasma_masi_magic_vs_placebo")


def test_a_study_knows_its_findings() -> None:
    for finding in findings().for_study("kwon-2020-acne-scars"):
        assert "kwon-2020-acne-scars" in finding.study_ids
    assert findings().for_study("kwon-2020-acne-scars")
