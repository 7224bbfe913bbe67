"""`skinproof synthesise`: published numbers from files, and documents as the docs describe them."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from skinproof import cli
from skinproof.evidence import time_course

ROOT = Path(__file__).parents[2]
DATA = ROOT / "docs" / "guides" / "data"
COMBINATIONS = """study,treatment,n,mean,sd
A,laser,20,3.5,1.5
A,laser + exosome,22,2.5,2
B,laser,31,2.5,1.25
B,laser + plasma,29,2,1.75
C,placebo,12,3,1
C,laser,14,1.5,2
"""


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = cli.main(["synthesise", *map(str, words)])
    return code, *capsys.readouterr()


def test_bcg_in_text(capsys: pytest.CaptureFixture[str]) -> None:
    code, text, _ = run(capsys, DATA / "bcg.csv", "--measure", "RR")
    assert code == 0
    # metafor's dat.bcg example: -0.7145 (-1.0669 to -0.3622), tau² 0.3132, I² 92.22 %, Q 152.2330
    for part in ("-0.7145", "-1.0669  -0.3622", "tau^2 0.3132", "I^2 92.22%", "152.2330", "0.489    0.344  0.696"):
        assert part in text
    assert "Aronson, 1948" in text


def test_json_of_a_pairwise_model(capsys: pytest.CaptureFixture[str]) -> None:
    words = (DATA / "bcg.csv", "--measure", "rr", "--method", "DL", "--test", "knha", "--format", "json")
    code, text, _ = run(capsys, *words)
    document = json.loads(text)
    assert code == 0
    assert document["format"] == "skinproof-synthesis/1"
    assert document["model"]["measure"] == "RR"
    assert document["model"]["scale"] == "log"
    assert document["input"]["columns"]["study"] == "author and year"
    assert document["input"]["unused_columns"] == ["ablat", "alloc"]
    assert len(document["studies"]) == document["k"] == 13
    assert document["pooled"]["estimate"] == pytest.approx(-0.7141, abs=1e-4)
    assert document["pooled"]["df"] == 12
    assert document["heterogeneity"]["tau2"] == pytest.approx(0.3088, abs=1e-4)
    assert sum(study["weight"] for study in document["studies"]) == pytest.approx(100)


def test_json_of_a_network(capsys: pytest.CaptureFixture[str]) -> None:
    words = (DATA / "senn2013.csv", "--model", "network", "--measure", "MD", "--reference", "plac", "--format", "json")
    code, text, _ = run(capsys, *words)
    document = json.loads(text)
    assert code == 0
    assert len(document["comparisons"]) == 45
    rows = {(row["treatment"], row["against"]): row for row in document["comparisons"]}
    assert rows["rosi", "plac"]["estimate"] == pytest.approx(-1.2335, abs=1e-4)
    assert document["heterogeneity"]["tau2"] == pytest.approx(0.3297224941**2)
    assert document["between_designs"]["df"] == 7
    nothing = rows["sita", "plac"]["indirect"]
    assert nothing["estimate"] is None


def test_common_effects_are_another_answer(capsys: pytest.CaptureFixture[str]) -> None:
    words = (DATA / "senn2013.csv", "--model", "network", "--reference", "plac", "--common", "--format", "json")
    document = json.loads(run(capsys, *words)[1])
    rosi = next(row for row in document["comparisons"] if row["treatment"] == "rosi")
    assert rosi["estimate"] == pytest.approx(-1.2018, abs=1e-4)
    assert document["heterogeneity"]["tau2"] is None


def test_components_from_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("-", "--model", "components", "--measure", "MD", "--inactive", "placebo")
    stdin = io.TextIOWrapper(io.BytesIO(COMBINATIONS.encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    code, text, _ = run(capsys, *words, "--format", "json")
    document = json.loads(text)
    assert code == 0
    assert document["input"]["file"] == "standard input"
    found = {row["component"]: row["estimate"] for row in document["components"]}
    assert found == pytest.approx({"exosome": -1.0, "laser": -1.5, "plasma": -0.5})


def test_csv_holds_the_main_table(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, DATA / "bcg.csv", "--measure", "RR", "--format", "csv")[1]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["row"] for row in rows[-2:]] == ["pooled", "prediction"]
    assert float(rows[-2]["value"]) == pytest.approx(0.4894, abs=1e-4)
    assert rows[-1]["se"] == ""


@pytest.mark.parametrize(
    ("text", "words", "says"),
    [
        ("study,ai,n1i,ci,n2i\nA,x,4,1,9\n", ["--measure", "RR"], "line 2, column ai: 'x' is not a number"),
        ("study,ai,n1i,ci,n2i\nA,1,4,1,9\n", [], "name a measure"),
        ("a,b\n1,2\n", ["--measure", "RR"], "make up no layout that is known"),
        ("study,yi,vi\nA,1,1\n", ["--columns", "study"], "'study' is not OURS=THEIRS"),
        ("study,yi,vi\nA,1,1\n", ["--model", "network"], "this model needs"),
    ],
)
def test_bad_input_is_told_and_nothing_printed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, words: list[str], says: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text)
    code, out, err = run(capsys, file, *words)
    assert (code, out) == (2, "")
    assert err.startswith("skinproof synthesise: ")
    assert says in err


def paths(value: object, at: str = "") -> set[str]:
    """Every leaf of a document, items of a list all alike."""
    if isinstance(value, dict):
        return {found for name, each in value.items() for found in paths(each, f"{at}.{name}" if at else name)}
    if isinstance(value, list):
        return {found for each in value for found in paths(each, f"{at}[]")}
    return {at}


def documented() -> list[str]:
    text = (ROOT / "docs" / "guides" / "synthesise-json.md").read_text()
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return [path for row in rows for path in re.findall(r"`([^`]+)`", row)]


def test_json_is_what_the_docs_say(capsys: pytest.CaptureFixture[str], visits: Path, tmp_path: Path) -> None:
    file = tmp_path / "combinations.csv"
    file.write_text(COMBINATIONS)
    found: set[str] = set()
    for words in (
        (DATA / "bcg.csv", "--measure", "RR"),
        (DATA / "senn2013.csv", "--model", "network"),
        (file, "--model", "components", "--measure", "MD", "--inactive", "placebo"),
        (DATA / "acne-scars-improved.csv", "--model", "components", "--measure", "RR", "--inactive", "saline"),
        (visits, *COURSE),
    ):
        found |= paths(json.loads(run(capsys, *words, "--format", "json")[1]))
    wanted = [re.escape(path).replace(r"\*", r"\w+") for path in documented()]
    told = {path for path in found if any(re.fullmatch(f"{want}(\\[\\])?", path) for want in wanted)}
    assert found - told == set()
    missing = {want for want in wanted if not any(re.fullmatch(f"{want}(\\[\\])?", path) for path in found)}
    assert missing <= {"prediction", "input\\.unused_columns\\[\\]", "notes\\[\\]", "remarks\\[\\]", "additivity"}


VISITS = """study,treatment,weeks,n,mean,sd
A,cream,0,30,10,3
A,placebo,0,30,10,3
A,cream,4,30,8,3
A,placebo,4,30,9.6,3
A,cream,12,29,5.8,3
A,placebo,12,28,9.2,3
B,cream,4,40,8.3,2.5
B,placebo,4,40,9.9,2.8
B,cream,16,38,6.1,2.6
B,placebo,16,38,9.3,2.8
"""


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    file = tmp_path / "visits.csv"
    file.write_text(VISITS)
    return file


COURSE = ("--model", "time-course", "--measure", "MD", "--reference", "placebo")


def test_a_time_course_from_arms_is_that_of_their_contrasts(capsys: pytest.CaptureFixture[str], visits: Path) -> None:
    code, text, _ = run(capsys, visits, *COURSE, "--shape", "linear", "--format", "json")
    document = json.loads(text)
    assert code == 0
    effects = {(4, "A"): -1.6, (12, "A"): -3.4, (4, "B"): -1.6, (16, "B"): -3.2}
    parts = {
        (4, "A"): (30, 30, 3, 3),
        (12, "A"): (29, 28, 3, 3),
        (4, "B"): (40, 40, 2.5, 2.8),
        (16, "B"): (38, 38, 2.6, 2.8),
    }
    want = time_course(
        list(effects.values()),
        [s1**2 / n1 + s2**2 / n2 for n1, n2, s1, s2 in parts.values()],
        [week for week, _ in effects],
        [study for _, study in effects],
        comparator_variance=[s2**2 / n2 for _, n2, _, s2 in parts.values()],
        shape="linear",
    )
    assert want
    assert [visit["weeks"] for visit in document["visits"]] == [4, 12, 16]
    assert [visit["estimate"] for visit in document["visits"]] == pytest.approx(want.at([4, 12, 16]).estimate.tolist())
    assert document["notes"] == ["Rows at week 0 give no effect and are left out: 2."]
    assert "At each visit, against placebo:" in run(capsys, visits, *COURSE)[1]


def test_a_time_course_that_cannot_be_told_is_a_no(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "once.csv"
    file.write_text("".join(line for line in VISITS.splitlines(keepends=True) if ",4," in line or "study" in line))
    code, text, _ = run(capsys, file, *COURSE, "--format", "json")
    assert code == 1
    assert "one time only" in json.loads(text)["cannot_tell"]
    assert run(capsys, file, *COURSE, "--plot", tmp_path / "x.svg")[0] == 1
    assert not (tmp_path / "x.svg").exists()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("A,placebo,12,28", "A,placebo,,28", "line 7, column weeks: missing"),
        ("A,placebo,12,28", "A,placebo,11,28", "A at week 12 has no placebo beside another arm"),
        ("A,placebo,12,28", "A,placebo,4,28", "'placebo' of A at 4 weeks was already given in line 5"),
        ("study,treatment,weeks", "study,treatment,when", "no column for weeks"),
    ],
)
def test_faults_in_visits(capsys: pytest.CaptureFixture[str], visits: Path, old: str, new: str, says: str) -> None:
    visits.write_text(VISITS.replace(old, new))
    code, out, err = run(capsys, visits, *COURSE)
    assert (code, out) == (2, "")
    assert says in err


def test_a_network_of_visits_asks_for_one_week(capsys: pytest.CaptureFixture[str], visits: Path) -> None:
    code, _, err = run(capsys, visits, "--model", "network", "--measure", "MD")
    assert code == 2
    assert "keep the rows of one, or use time-course" in err


@pytest.mark.parametrize(
    ("file", "words", "says"),
    [
        ("bcg.csv", ["--measure", "RR"], "Where a new study would likely fall"),
        ("senn2013.csv", ["--model", "network"], "rosi"),
        ("senn2013.csv", ["--model", "components", "--inactive", "plac"], "rosi"),
    ],
)
def test_plots(capsys: pytest.CaptureFixture[str], tmp_path: Path, file: str, words: list[str], says: str) -> None:
    picture = tmp_path / "x.svg"
    assert run(capsys, DATA / file, *words, "--plot", picture)[0] == 0
    text = picture.read_text()
    assert text.lstrip().startswith("<svg")
    assert says in text
    assert [path.name for path in tmp_path.iterdir()] == ["x.svg"]
    picture = tmp_path / "x.png"
    assert run(capsys, DATA / file, *words, "--plot", picture)[0] == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "says"), [("x.pdf", "ends in neither .svg nor .png"), ("none/x.svg", "cannot be written")]
)
def test_a_plot_that_cannot_be_is_said_first(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, says: str
) -> None:
    code, out, err = run(capsys, DATA / "bcg.csv", "--measure", "RR", "--plot", tmp_path / name)
    assert (code, out) == (2, "")
    assert says in err


def test_a_time_course_is_drawn(capsys: pytest.CaptureFixture[str], visits: Path, tmp_path: Path) -> None:
    assert run(capsys, visits, *COURSE, "--plot", tmp_path / "x.svg")[0] == 0
    assert "cream" in (tmp_path / "x.svg").read_text()
