"""`skinproof synthesise`: published numbers from files, and documents as the docs describe them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from skinproof import cli

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
    if isinstance(value, dict):
        return {found for name, each in value.items() for found in paths(each, f"{at}.{name}" if at else name)}
    if isinstance(value, list):
        return {found for each in value for found in paths(each, f"{at}[]")}
    return {at}
