"""What `skinproof screen` takes: odd but legal input is answered with care, or refused with what is wrong and where."""

import io
import json
import sys

import pytest

from skinproof.care import FactError, screen
from skinproof.cli import main


@pytest.mark.parametrize(
    ("person", "fault"),
    [
        ({"facts": {"age": "inf"}}, "age: needs a number, not 'inf'"),
        ({"facts": {"age": "nan"}}, "age: needs a number"),
        ({"facts": {"age": "1e400"}}, "age: needs a number"),
        ({"facts": {"age": "9" * 5000}}, "age: needs a number"),
        ({"facts": {"age": "1_0"}}, "age: needs a number, not '1_0'"),
        ({"facts": {"age": "1,000"}}, "age: needs a number"),
        ({"facts": {"age": float("nan")}}, "age: needs a number"),
        ({"facts": {"age": 10**400}}, "age: a number far too large is out of range"),
        ({"facts": {"age": [38]}}, "age: needs a number, not a list"),
        ({"facts": {"age": ""}}, "age: needs a number, not ''"),
        ({"facts": {"pregnant": 0}}, "pregnant: needs true or false, not 0"),
        ({"facts": {"pregnant": [False]}}, "pregnant: needs true or false, not a list"),
        ({"facts": {"sex": ["female"]}}, "sex: needs one of female, male, not a list"),
        ({"facts": {"medicines": ["none"]}}, "medicines: 'none' is not known"),
        ({"facts": {"medicines": "warfarin, aspirin"}}, "medicines: 'warfarin, aspirin' is not known"),
        ({"facts": {"medicines": [["warfarin"]]}}, "medicines: the list holds a list"),
        ({"facts": {"allergies": ["x" * 201]}}, "allergies: the list holds 201 characters as one word"),
        ({"facts": {"age": 30, "Age": 31}}, "age: is given twice"),
        ({"facts": {"pregnant": True, "PREGNANT ": None}}, "pregnant: is given twice"),
        ({"asks-for": ["retinol"], "asks_for": []}, "asks-for: is given twice"),
        ({"asks-for": ["botoxx"]}, "asks-for: 'botoxx' is not known"),
        ({"asks-for": [None]}, "asks-for.0"),
        ({"facts": {"pregnent": True}}, "pregnent: no such fact: 'pregnent' is not known; did you mean pregnant"),
        ({"facts": {None: True}}, "None: no such fact"),
        ({"facts": {"isotretinoin-months-since": "2026-08-01"}}, "isotretinoin-months-since: needs a number"),
        ({"today": "0001-01-01", "complaint": "Came off Roaccutane in August."}, "today: 0001-01-01 is out of range"),
        ({"today": "9999-12-31"}, "today: 9999-12-31 is out of range"),
        ({"complaint": "mole \ud800"}, "complaint"),
        ({"concern": 5}, "concern"),
        ([], "patient: needs a mapping with facts, not a list"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(person, fault):
    with pytest.raises(FactError) as refused:
        screen(person)
    assert fault in str(refused.value)
    assert len(str(refused.value)) < 400, "nothing is echoed at length"


@pytest.mark.parametrize(
    "person",
    [
        {}, {"facts": {}}, {"asks-for": None}, {"concern": None}, {"complaint": ""}, {"today": None},
        {"facts": {"age": None, "medicines": None, "sex": None}}, {"facts": {"medicines": {"has": [], "not": []}}},
        {"facts": {"age": "38", "fitzpatrick": "3", "pregnant": "No"}}, {"asks-for": "retinol"},
        {"complaint": "(" * 4000}, {"concern": "x" * 100_000},
    ],
)  # fmt: skip
def test_what_says_little_is_answered_and_nothing_of_it_is_no(person):
    found = screen(person)
    row = json.dumps(found.to_json(), allow_nan=False)
    assert len(row) < 2_000_000
    assert all(verdict.verdict not in ("ok", "caution") for verdict in found.treatments.values())


def test_nothing_asked_for_is_nothing_answered():
    assert screen({"asks-for": []}).to_json()["treatments"] == {}


def run(content: bytes, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))
    code = main(["screen", "-", "--format", "json"])
    return code, *capsys.readouterr()


def test_json_is_read_as_json_writers_write_it(capsys, monkeypatch):
    person = {"complaint": "I am pregnant \N{SLIGHTLY SMILING FACE} \x7f", "facts": {"weeks-since-tan": 10.0}}
    person["asks-for"] = ["retinol"]
    for content in (json.dumps(person), json.dumps(person, ensure_ascii=False), json.dumps(person, indent=1)):
        code, out, _ = run(content.encode(), capsys, monkeypatch)
        assert code == 0
        assert json.loads(out)["facts_from_text"]["pregnant"] is True
    code, out, _ = run(b'\xef\xbb\xbf{"facts": {"weeks-since-tan": 1e1}, "asks-for": ["retinol"]}', capsys, monkeypatch)
    assert code == 0
    lines = "\n\n".join(json.dumps(person) for _ in range(3))
    code, out, _ = run(lines.encode(), capsys, monkeypatch)
    assert (code, len(json.loads(out))) == (0, 3)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b'{"facts": {"pregnant": true,\n"pregnant": false}}', "line 2: pregnant stands here a second time"),
        (b'{"facts": {"allergies": ["\\ud800"]}}', "one half of a character"),
        (b'{"facts": {"age": NaN}}', "age: needs a number"),
        (b'{"facts": {"age": 1e999}}', "age: needs a number"),
        (b'{"facts": {}}\n{"facts": {"age": 300}}', "age: 300 is out of range (0 to 120) (person 2)"),
        (b'{"facts": {}}\n{"facts": ', "line 2"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested more than 50 deep"),
        (b"[" * 100_000, "nested more than 50 deep"),
        (b'{"facts": {"age": ' + b"9" * 5000 + b"}}", "not usable"),
        (b"null", "needs a mapping with facts, not nothing"),
        (b"[[]]", "needs a mapping with facts, not a list (person 1)"),
    ],
)
def test_a_fault_in_a_file_is_told_with_its_place(content, fault, capsys, monkeypatch):
    code, out, error = run(content, capsys, monkeypatch)
    assert (code, out) == (2, "")
    assert fault in error
    assert "Traceback" not in error
