"""Tables of results: what is recognised, and faults told with file, line and column."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skinproof.evidence import TableError, read_table, synthesise
from skinproof.evidence.studies.table_rows import arms_of

ARMS = """study,treatment,n,mean,sd
A,cream,20,3.5,1.5
A,placebo,22,5,2
B,cream,31,2.5,1.25
B,placebo,29,4,1.75
C,cream,12,3,1
C,placebo,14,3.5,2
"""


def table(text: str, **columns: str):
    return read_table(text.encode(), name="trials.csv", columns=columns)


def fit(text: str, measure: str | None = "MD", reference: str | None = "placebo", model: str = "pairwise", **more):
    return synthesise(table(text), model, measure, reference=reference, **more)


def fault(text: str | bytes, measure: str | None = "MD", reference: str | None = "placebo", **more) -> TableError:
    content = text.encode() if isinstance(text, str) else text
    with pytest.raises(TableError) as error:
        synthesise(read_table(content, name="trials.csv"), measure=measure, reference=reference, **more)
    return error.value


def pooled(made) -> tuple[float, float]:
    return float(made.fit.coef[0]), float(made.fit.se[0])


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        (ARMS.replace(",", ";").replace(".", ","), "placebo"),
        (ARMS.replace(",", "\t"), "placebo"),
        ("\ufeff" + ARMS, "placebo"),
        (ARMS.replace("\n", "\r\n"), "placebo"),
        (ARMS.replace("\n", ",,\n"), "placebo"),
        (ARMS.replace("\n", "\n\n"), "placebo"),
        (ARMS.replace("study,treatment,n,mean,sd", "Study ID,TRT,sampleSize,y,std.dev"), "placebo"),
        (
            "studlab,treat1,treat2,mean1,sd1,n1,mean2,sd2,n2\n"
            "A,cream,placebo,3.5,1.5,20,5,2,22\nB,placebo,cream,4,1.75,29,2.5,1.25,31\nC,cream,placebo,3,1,12,3.5,2,14",
            None,
        ),
        (
            "slab,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,3.5,1.5,20,5,2,22\nB,2.5,1.25,31,4,1.75,29\nC,3,1,12,3.5,2,14",
            None,
        ),
        (
            "studlab,mean.e,sd.e,n.e,mean.c,sd.c,n.c\nA,3.5,1.5,20,5,2,22\nB,2.5,1.25,31,4,1.75,29\nC,3,1,12,3.5,2,14",
            None,
        ),
    ],
)
def test_layouts_and_ways_to_write_them_give_one_answer(text: str, reference: str | None) -> None:
    assert pooled(fit(text, reference=reference)) == pytest.approx(pooled(fit(ARMS)), rel=1e-12)


def test_effects_and_contrasts_are_read_as_they_are() -> None:
    made = fit(ARMS)
    yi, vi = made.fit.yi, made.fit.vi
    effects = "trial,yi,vi\n" + "".join(f"{s},{y},{v}\n" for s, y, v in zip("ABC", yi, vi, strict=True))
    assert pooled(fit(effects, None, None)) == pytest.approx(pooled(made))
    rows = [f"{s},cream,placebo,{y},{math.sqrt(v)}" for s, y, v in zip("ABC", yi, vi, strict=True)]
    rows[1] = f"B,placebo,cream,{-yi[1]},{math.sqrt(vi[1])}"  # turned round
    contrasts = "\n".join(["studlab,treat1,treat2,TE,seTE", *rows])
    assert pooled(fit(contrasts, None, None)) == pytest.approx(pooled(made))
    assert pooled(fit(contrasts, None, "cream")) == pytest.approx((-pooled(made)[0], pooled(made)[1]))


def test_a_standard_error_of_a_mean_gives_its_deviation() -> None:
    se = "study,arm,n,mean,se\nA,x,25,1,0.4\nA,y,16,2,0.5\n"
    assert arms_of(table(se)).sd == (2.0, 2.0)


def test_means_with_standard_errors_and_no_people_give_differences_of_means() -> None:
    errors = [float(row.split(",")[4]) / math.sqrt(float(row.split(",")[2])) for row in ARMS.splitlines()[1:]]
    rows = [row.split(",") for row in ARMS.splitlines()[1:]]
    text = "study,treatment,y,se\n" + "".join(
        f"{r[0]},{r[1]},{r[3]},{se!r}\n" for r, se in zip(rows, errors, strict=True)
    )
    assert pooled(fit(text)) == pytest.approx(pooled(fit(ARMS)), rel=1e-12)
    networks = [fit(each, model="network").fit.estimate("cream", "placebo") for each in (text, ARMS)]
    assert networks[0] == pytest.approx(networks[1], rel=1e-12)
    with pytest.raises(ValueError, match="'SMD' cannot be worked out from these columns; possible: MD"):
        fit(text, "SMD")


def test_pairs_of_a_trial_with_three_arms_hold_each_arm_once() -> None:
    pairs = (
        "studlab,treat1,treat2,event1,n1,event2,n2\nA,x,y,4,20,6,22\nA,x,z,4,20,9,25\nA,y,z,6,22,9,25\n"
        "B,x,y,3,30,5,30\n"
    )
    wide = "studlab,treat1,treat2,treat3,event1,n1,event2,n2,event3,n3\nA,x,y,z,4,20,6,22,9,25\nB,x,y,,3,30,5,30,,\n"
    assert sorted(arms_of(table(pairs)).treatment) == ["x", "x", "y", "y", "z"]
    assert arms_of(table(wide)).treatment == ("x", "y", "z", "x", "y")
    for text in (pairs, wide):
        made = fit(text, "OR", None, model="network")
        assert (made.fit.k, made.fit.m) == (2, 4)
    assert "with other numbers" in fault(pairs.replace("A,x,z,4", "A,x,z,5"), "OR", None, model="network").fault


def test_author_and_year_name_a_study_and_a_column_of_its_own_goes_before() -> None:
    text = "author,year,trial,yi,vi\nRosenthal,1960,3,0.1,0.2\nRosenthal,1961,10,0.3,0.1\n"
    assert table(text).studies(once=True) == ("Rosenthal, 1960", "Rosenthal, 1961")
    assert table(text.replace("trial", "slab")).studies() == ("3", "10")
    assert table(text, study="trial").studies() == ("3", "10")


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "says"),
    [
        ("3,1\n", "3,-1\n", 6, "sd", "-1 cannot be; a number above 0 is expected"),
        ("3,1\n", "3,\n", 6, "sd", "missing; a number above 0 is expected"),
        ("3,1\n", "3,NA\n", 6, "sd", "missing (NA)"),
        ("31,2.5", "31,about 2", 4, "mean", "'about 2' is not a number; a number is expected"),
        ("31,2.5", "31,1e999", 4, "mean", "'1e999' is no size that a result has"),
        ("31,2.5", '31,"2,5"', 4, "mean", "in a file separated by commas write a point"),
        ("31,2.5", "0,2.5", 4, "n", "a count above 0 is expected"),
        ("B,placebo", "B,cream", 5, "treatment", "the arm 'cream' of B was already given in line 4"),
        ("C,placebo,14,3.5,2\n", "", 6, "treatment", "C has one arm (cream)"),
        ("B,placebo", "B,", 5, "treatment", "empty; the name of the treatment is expected"),
        ("22,5,2\n", "22,5\n", 3, None, "4 values, the header has 5 columns (separated by commas)"),
        (
            "22,5,2\n",
            "22,5,2,5\n",
            3,
            None,
            "6 values, the header has 5 columns (separated by commas); a dec",
        ),
        ("A,placebo", '"A,placebo', 3, None, "not usable CSV"),
    ],
)
def test_a_fault_is_told_where_it_stands(old: str, new: str, line: int, column: str | None, says: str) -> None:
    assert ARMS.count(old) == 1
    found = fault(ARMS.replace(old, new))
    assert (found.file, found.line, found.column) == ("trials.csv", line, column)
    assert says in found.fault
    assert str(found).startswith(f"trials.csv, line {line}" + (f", column {column}: " if column else ": "))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\n", "the file is empty"),
        (b"study,yi,vi\n", "a header and no rows below it"),
        (b"PK\x03\x04rest", "a workbook or an archive"),
        (ARMS.encode("utf-16"), "in UTF-16"),
        (ARMS.replace("cream", "crème").encode("latin-1"), "byte 0xe8 is not UTF-8 text"),
        (b"study,yi\n\x00\x01,2\n", "this is binary"),
        (b"study,yi,,vi\nA,1,2,3\n", "column 3 has no name"),
        (b"study,yi,vi,YI\nA,1,2,3\n", "stands twice in the header"),
        (b"study,treatment,mean,sd\nA,x,1,2\n", "it lacks n"),
        (b"study,effect,estimate,vi\nA,1,2,3\n", "effect and estimate could each be TE; choose: --columns TE=effect"),
        (b"study,yi,vi\nA,1,2\nA,2,2\n", "'A' was already given in line 2"),
        (b"study;treatment;n;events\nA;x;13.598;4\nA;y;20;5\n", "no whole number; write thousands without a mark"),
        (b"study;yi;vi\nA;1,5;0.25\nB;2;1\n", "has a comma, other numbers of this file have a point"),
        (b"study,treatment,n,events\nA,x,20,21\nA,y,20,5\n", "21 events among 20 people (n)"),
        (b"study,treat1,treat2,TE,seTE\nA,x,x,1,1\n", "'x' against itself"),
        (b"study,ai,n1i,ci,n2i\nA,5,4,1,9\n", "5 events among 4 people (n1i)"),
    ],
)
def test_what_is_no_usable_table_is_said(content: bytes, says: str) -> None:
    measure = "RR" if b"ai" in content or b"events" in content else None
    assert says in str(fault(content, measure, "y" if b"treatment" in content else None))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(TableError, match="is a folder"):
        read_table(tmp_path)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"studdy": "trial"}, "'studdy' is no column that is known"),
        ({"study": "trail"}, "no column 'trail'; there are"),
    ],
)
def test_a_mapping_that_names_nothing_is_said(columns: dict[str, str], says: str) -> None:
    with pytest.raises(TableError) as error:
        table("trial,yi,vi\nA,1,2\n", **columns)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"measure": None}, "name a measure"),
        ({"measure": "RR"}, "measure 'RR' cannot be worked out from these columns; possible: MD, SMD"),
        ({"reference": None}, "name the treatment to compare with as reference: cream or placebo"),
        ({"reference": "plac"}, "reference 'plac' is no treatment here; there are cream, placebo"),
        ({"model": "components", "inactive": "sham"}, "inactive 'sham' is no component"),
        ({"model": "components", "method": "REML"}, "tau² by DL"),
        ({"model": "network", "test": "knha"}, "test 'knha' is not one that a network model has: z"),
        ({"method": "XX"}, "method 'XX'"),
        ({"common": True, "method": "DL"}, "not both"),
        ({"level": 100}, "level 100"),
    ],
)
def test_what_cannot_be_asked_is_said(words: dict, says: str) -> None:
    with pytest.raises(ValueError, match=r".") as error:
        fit(ARMS, **{"measure": "MD", "reference": "placebo", **words})
    assert says in str(error.value)


def test_studies_without_events_are_left_out_and_named() -> None:
    text = "study,ai,n1i,ci,n2i\nA,5,40,9,40\nB,0,30,0,30\nC,2,50,6,50\n"
    made = fit(text, "RR", None)
    assert made.fit.k == 2
    assert made.notes == ("B: no events, or only events, in both groups; no RR, left out.",)
    assert fit(text, "RD", None).fit.k == 3


def test_a_ratio_of_means_makes_a_network() -> None:
    made = fit(ARMS, "ROM", model="network")
    rows = dict(zip(made.columns()["treatment"], made.columns()["value"], strict=True))
    assert rows["cream"] == pytest.approx(math.exp(fit(ARMS, "ROM", method="DL").fit.coef[0]))


@given(st.permutations(ARMS.splitlines()[1:]))
def test_the_order_of_rows_does_not_matter(rows: list[str]) -> None:
    made = fit("\n".join([ARMS.splitlines()[0], *rows]))
    assert pooled(made) == pytest.approx(pooled(fit(ARMS)), rel=1e-9)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_table_or_an_error_that_names_the_file(content: bytes) -> None:
    try:
        made = read_table(content, name="x.csv")
        synthesise(made, measure="RR", reference="a")
    except ValueError as error:
        told = str(error)
    else:
        told = "x.csv"
    assert told.startswith("x.csv")
