"""Numbers that look usable and are not: masked values, columns that contradict each other, options of another model."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import skinproof.evidence as ev
from skinproof.evidence.statistics.tau2 import weighted

MASKED = np.ma.masked_array([0.1, 0.2, 99.0], mask=[False, False, True])
CONTRASTS = "study,treat1,treat2,TE,seTE\na,A,B,1,1\nb,A,B,2,1\n"


def fitted(text: str, model: Any = "pairwise", measure: str | None = None, **options: Any) -> ev.Synthesis:
    return ev.synthesise(ev.read_table(text.encode(), name="x.csv"), model, measure, **options)


@pytest.mark.parametrize(
    "use",
    [
        lambda: ev.meta_analysis(MASKED, [1, 1, 1]),
        lambda: ev.bayes_meta_analysis(MASKED, [1, 1, 1]),
        lambda: ev.meta_analysis([1, 2, 3], [1, 1, 1], {"dose": MASKED}),
        lambda: ev.meta_analysis([1, 2, 3], [1, 1, 1], np.ma.masked_array([[1], [2], [9]], [[0], [0], [1]])),
        lambda: ev.network_meta_analysis(MASKED, [1, 1, 1], list("aab"), list("bcc"), list("stu")),
        lambda: ev.time_course(MASKED, [1, 1, 1], weeks=[1, 2, 3], study=["s"] * 3),
        lambda: ev.meta_analysis(pd.Series([0.1, 0.2, None], dtype="Float64", index=[7, 8, 9]), [1, 1, 1]),
        lambda: ev.meta_analysis(np.array([0.1, 0.2j]), [1, 1]),
    ],
)
def test_what_is_held_back_is_missing_and_never_a_number(use: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=r"(study|row) [123]:|no value for study 3"):
        use()


def test_a_masked_count_gives_no_effect() -> None:
    sizes = ev.escalc("RR", ai=[1, 2], n1i=[9, 9], ci=np.ma.masked_array([1, 5], [False, True]), n2i=[9, 9])
    assert np.isnan(sizes.yi).tolist() == [False, True]


def test_data_frames_and_series_of_any_index_are_read_by_place() -> None:
    frame = pd.DataFrame({"dose": [1.0, 2.0, 4.0, 3.0]}, index=[9, 3, 5, 1])
    fit = ev.meta_analysis(pd.Series([1, 2, 3, 5], index=[4, 4, 2, 0]), [1, 1, 1, 2], mods=frame, slab=frame.index)
    assert fit.names == ("intrcpt", "dose")
    assert fit.coef == pytest.approx(ev.meta_analysis([1, 2, 3, 5], [1, 1, 1, 2], {"dose": [1, 2, 4, 3]}).coef)
    with pytest.raises(ValueError, match=r"study 2 \(y\)"):
        ev.meta_analysis([1, None], [1, 1], slab=pd.Series(["x", "y"], index=[5, 6]))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(1e-12, 1e12), min_size=2, max_size=6))
def test_traces_keep_their_digits_however_unequal_the_weights(weights: list[float]) -> None:
    k = len(weights)
    fit = weighted(np.arange(k, dtype=float), np.ones((k, 1)), np.array(weights))
    w = [Fraction(each) for each in weights]
    p = [[w[i] * (i == j) - w[i] * w[j] / sum(w) for j in range(k)] for i in range(k)]
    assert fit.trace == pytest.approx(float(sum(p[i][i] for i in range(k))), rel=1e-6)
    assert fit.trace_squared == pytest.approx(float(sum(each**2 for row in p for each in row)), rel=1e-6)


def test_one_study_of_nearly_all_weight_has_an_error_of_tau2() -> None:
    fit = ev.meta_analysis([1, 1, 2, 1.5], [1e-9, 1, 2, 1])
    assert fit.se_tau2 == pytest.approx(0.3922, abs=1e-4)  # metafor 3.8's
    with pytest.raises(ValueError, match="too far apart"):
        ev.meta_analysis([1, 1, 2, 1.5], [1e-12, 1e12, 1, 2], {"dose": [1, 2, 3, 5]})


def test_a_table_and_its_totals_must_agree() -> None:
    with pytest.raises(ValueError, match=r"study 2: ci and di do not add up to n2i"):
        ev.escalc("RR", ai=[1, 1], bi=[4, 4], n1i=[5, 5], ci=[2, 2], di=[5, 5], n2i=[7, 99])


def test_no_events_in_person_time_say_nothing_of_a_ratio() -> None:
    rates = {"x1i": [0, 1], "t1i": [4, 4], "x2i": [0, 0], "t2i": [4, 4]}
    assert np.isnan(ev.escalc("IRR", drop00=True, **rates).yi).tolist() == [True, False]
    made = fitted("study,treatment,events,time\na,A,0,4\na,B,0,4\nb,A,0,4\nb,B,1,4\n", measure="IRR", reference="A")
    assert made.fit.slab == ("b",)
    assert made.notes[0].startswith("a: no events")


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("study,yi,vi,sei\na,1,4,1\n", {}, "line 2, column sei: 1, but the variance (vi) is 4"),
        (CONTRASTS + "c,a,B,1,1\n", {"model": "network"}, "line 4, column treat2: 'a' here, 'A' in line 2"),
        ("study,treatment,n,events\ns,A,9,1\nS,B,9,1\n", {"measure": "RR"}, "'S' here, 's' in line 2"),
        ("study,yi,vi\n\x1b[31mred,1,1\n", {}, "line 2: a control character (0x1b)"),
        ("yi,vi\n800,1\n", {"measure": "RR"}, "line 2, column yi: 800 is no logarithm of a ratio (RR)"),
        ("yi,vi\n1,1\n", {"measure": "RRR"}, "measure 'RRR' is not one of"),
        ("yi,vi\n1,1\n", {"reference": "A"}, "name no treatments"),
        (CONTRASTS, {"model": "network", "level": 0.95}, "a level of 0.95 percent"),
        ("yi,vi\n1,1\n", {"level": 99.99999999999999}, "a level of"),
        ("yi,vi\n1,1\n", {"inactive": "A"}, "inactive is for a components model"),
        ("yi,vi\n1,1\n", {"correlation": 0.7}, "correlation is for a time-course model"),
        ("yi,vi\n1,1\n", {"method": "reml"}, "there are methods FE"),
    ],
)
def test_what_would_be_silently_wrong_is_refused(text: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=r".") as fault:
        fitted(text, **options)
    assert says in str(fault.value)


def test_a_standard_error_and_a_variance_that_rounding_parts_are_one() -> None:
    assert fitted("study,yi,vi,sei\na,1,0.01,0.09\n").fit.vi == pytest.approx([0.01])


def test_one_study_tells_nothing_of_the_next() -> None:
    made = fitted("yi,vi\n1,1\n")
    assert "One study" in made.summary()
    assert "prediction" not in made.columns()["row"]
    document = made.document()
    assert document["prediction"] is None
    assert document["heterogeneity"]["tau2"] is document["heterogeneity"]["I2"] is None


def test_text_never_shows_nan() -> None:
    pairs = "study,treatment,n,events\ns,A,10,0\ns,A+B,10,0\nt,A,10,0\nt,A+B,10,0\n"
    for model in ("network", "components"):
        assert "nan" not in fitted(pairs, model, "RD").summary()
    assert "nan" not in fitted("study,treat1,treat2,TE,seTE\na,A+B,A,1,1\n", "components").summary()


def test_a_knapp_hartung_interval_narrower_than_the_normal_one_is_told() -> None:
    assert "narrower" in fitted("yi,vi\n1,1\n1,1\n", test="knha").notes[0]
    assert fitted("yi,vi\n1,1\n9,1\n", test="knha").notes == ()
    assert "empty" in fitted("yi,vi\n1,1\n1,1\n").summary()


def test_a_trial_of_three_arms_with_events_in_one_stays_whole() -> None:
    arms = "study,treatment,n,events\ns,A,20,0\ns,B,20,0\ns,C,20,6\nt,A,20,2\nt,B,20,3\nu,A,9,0\nu,B,9,0\nu,C,9,0\n"
    made = fitted(arms, "network", "OR", reference="A")
    assert made.fit.data.studies == ("s", "t")
    assert made.notes[0].endswith("left out: u (A against B), u (A against C), u (B against C).")
    whole = ev.pairwise_binary(list("sss"), list("ABC"), [0, 0, 6], [20, 20, 20], sm="OR", allstudies=True)
    assert whole.TE[1] - whole.TE[0] == pytest.approx(whole.TE[2])
