"""A small part of the oracle files, run as `run.py` runs any of them, and the reader of R itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import run  # noqa: E402
from compare import compare  # noqa: E402
from rcall import NotSupported, deparse, parse  # noqa: E402
from reval import Environment, Session, evaluate  # noqa: E402

DATA = HERE / "data"
TOL = {"class": "closed", "rel": 1e-9, "abs": 1e-12}


@pytest.mark.parametrize("path", sorted(DATA.glob("*.json")), ids=lambda path: path.stem)
def test_the_engine_gives_the_numbers_of_r(path: Path) -> None:
    found = run.run_file(path)
    assert [(o.id, o.verdict, o.why) for o in found if o.verdict != "passed"] == []
    assert found


def test_a_wrong_number_fails(tmp_path: Path) -> None:
    oracle = json.loads((DATA / "mv-berkey1998.json").read_text())
    check = oracle["checks"][0]
    check["value"]["QE"] *= 1 + 1e-4
    oracle["checks"] = [check]
    (tmp_path / "wrong.json").write_text(json.dumps(oracle))
    done = subprocess.run(
        [sys.executable, str(HERE / "run.py"), str(tmp_path), "--format", "json"], capture_output=True, text=True
    )
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert told["passed"] == 0
    assert told["failed"][0]["id"] == check["id"]
    assert "QE" in told["failed"][0]["why"]


def test_what_is_not_spoken_is_said_so(tmp_path: Path) -> None:
    call = "rma.glmm(measure='OR', data=dat)"
    oracle = {
        "format": run.FORMAT, "data": {"dat": {"ai": [1]}},
        "checks": [{"id": "a", "topic": "glmm", "call": call, "tol": TOL, "value": {"k": 1}}],
    }  # fmt: skip
    (tmp_path / "other.json").write_text(json.dumps(oracle))
    assert [o.verdict for o in run.run_file(tmp_path / "other.json")] == ["not supported"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("-2^2", -4.0), ("2*3+4", 10.0), ("(1+2)*3", 9.0), ("{a <- 2; a^2}", 4.0), ("sum(c(1,2,NA,4)[c(1,2,4)])", 7.0),
     ("sapply(1:3, function(x) x^2)[2]", 4.0), ("with(d, mean(x)/2)", 1.0), ("qnorm(.975) > 1.9", True),
     ("d$x[2]", 2.0), ("10-2-3", 5.0), ("2^3^2", 512.0)],
)  # fmt: skip
def test_arithmetic_is_that_of_r(text: str, value: float) -> None:
    session = Session({"data": {"d": {"x": [1, 2, 3]}}, "checks": []})
    found = evaluate(parse(text), Environment(session))
    assert compare(found, value, TOL) is None


def test_labels_are_those_of_r() -> None:
    assert deparse(parse("I(year-mean(year))")) == "I(year - mean(year))"


@pytest.mark.parametrize("text", ["f(", "a %% ", "1 +", "x[[1]"])
def test_broken_r_is_refused(text: str) -> None:
    with pytest.raises(NotSupported):
        parse(text)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(1.0, None), (None, 1.0), ([1.0], [1.0, 2.0]), ({"a": 1.0}, {"b": 1.0}), (1.0 + 1e-6, 1.0), ("x", "y")],
)
def test_what_differs_is_told(ours: object, theirs: object) -> None:
    assert compare(ours, theirs, TOL)
