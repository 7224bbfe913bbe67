"""`skinproof screen` and `skinproof options`: what they print, and faults shown where they stand."""

import argparse
import io
import json
import sys
from pathlib import Path

import pytest

from skinproof.cli import _options, _screen
from skinproof.cli._common import UserError

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def run(*arguments):
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    for module in (_screen, _options):
        module.add(commands)
    given = parser.parse_args([str(argument) for argument in arguments])
    return given.run(given)


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "person.yaml"
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("command", ["screen", "options"])
def test_every_example_runs_in_both_formats(example, command, capsys):
    assert run(command, example) == 0
    text = capsys.readouterr().out
    assert text.strip()
    assert run(command, example, "--format", "json") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["person"]["flag"] == ("urgent-referral" if example.stem == "red-flag" else "none")


def test_a_red_flag_stands_before_anything_else(capsys):
    run("screen", EXAMPLES / "red-flag.yaml")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("RED FLAG: Ask your GP to look at this")
    assert any("Call your GP surgery today" in line for line in lines[:10])


def test_the_pregnant_example_is_offered_what_is_still_possible(capsys):
    run("screen", EXAMPLES / "acne-pregnant.yaml")
    text = capsys.readouterr().out
    assert "Still open:" in text
    assert "benzoyl-peroxide" in text.split("Still open:")[1]


def test_options_say_the_order_and_what_matters(capsys):
    run("options", EXAMPLES / "melasma.yaml")
    text = capsys.readouterr().out
    assert text.startswith("Should I have a treatment for the dark patches of melasma")
    assert "the usual choice" in text
    assert "what it costs:" in text
    assert "never changes the order" in " ".join(text.split())


@pytest.mark.parametrize("command", ["screen", "options"])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("concern: acne\nfacts:\n  age: 412\n", "person.yaml, line 3: age: 412 is out of range"),
        ("concern: acne\nfacts:\n  sex: male\n  pregnent: true\n", "line 4: pregnent: no such fact"),
        ("concern: acne\nfacts:\n  age: 30\n  age: 40\n", "line 4: age stands here a second time"),
        ("concern: acme\nfacts: {}\n", "line 1: concern: 'acme' is not known; did you mean acne"),
        ('{"concern": "acne",\n "facts": {"sex": "woman"}}', "line 2: sex: needs one of"),
        ("concern: acne\nfacts:\n  - age\n", "line 2: facts: Input should be a valid dictionary"),
        ("concern: acne\nage: 30\n", "line 2: age: no such field"),
        ("facts: [", r"person\.yaml: line \d: not YAML"),
        ("", "patient: needs a mapping with facts, not nothing"),
        ("concern: acne\nasks-for: [botoxx]\n", "line 2: asks-for: 'botoxx' is not known"),
        ("concern: acne\nfacts: {}\nunknown:\n  - agee\n", "line 4: agee: no such fact"),
        ("facts:\n  conditions:\n    has: [lupus]\n    has: []\n", "line 4: has stands here a second time"),
        ("facts: " + "{a: " * 900 + "1" + "}" * 900, "line 1: nested more than"),
        ("facts: " + "[" * 200_000, "line 1: nested more than"),
        ("concern: acne\nfacts:\n  age: 1" + "0" * 400, "line 3: age: a number far too large is out of range"),
        ("concern: acne\nfacts: {story?: why?}", "line 2: story"),
        ('{"facts": {}, "complaint": "My mole \\u0000changed."}', "complaint: .*is not text: character 9 is a NUL"),
    ],
)
def test_a_fault_is_shown_with_file_line_and_field(command, text, message, file):
    with pytest.raises(UserError, match=message):
        run(command, file(text))


def test_files_that_cannot_be_read_are_told(tmp_path):
    with pytest.raises(UserError, match="no such file"):
        run("screen", tmp_path / "gone.yaml")
    with pytest.raises(UserError, match="is a folder"):
        run("screen", tmp_path)
    (tmp_path / "x.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match="not UTF-8"):
        run("screen", tmp_path / "x.yaml")
    (tmp_path / "big.yaml").write_text("a" * 1_000_001)
    with pytest.raises(UserError, match="larger than 1 MB"):
        run("screen", tmp_path / "big.yaml")


def test_options_need_a_concern_from_somewhere(file, capsys):
    with pytest.raises(UserError, match="concern: is missing"):
        run("options", file("facts: {}\n"))
    assert run("options", file("facts: {}\n"), "--concern", "acne") == 0
    assert "acne" in capsys.readouterr().out


def test_standard_input_is_read(monkeypatch, capsys):
    class Input:
        buffer = io.BytesIO(b"concern: acne\nfacts: {age: 30}\n")

    monkeypatch.setattr(sys, "stdin", Input())
    assert run("screen", "-", "--format", "json") == 0
    assert "treatments" in json.loads(capsys.readouterr().out)


def test_free_text_is_read_by_screen_and_options(file, capsys):
    path = file("concern: acne\ncomplaint: my mole grew, and I'm on warfarin\nfacts: {medicines: []}\n")
    run("screen", path, "--format", "json")
    data = json.loads(capsys.readouterr().out)
    assert data["facts_from_text"] == {"lesion-changing-size": True, "medicines": ["warfarin"], "anticoagulant": True}
    assert data["person"]["rules"] == ["rf-mole-changing"]
    assert [each["fact"] for each in data["contradictions"]] == ["medicines"]
    run("screen", path)
    text = " ".join(capsys.readouterr().out.split())
    assert 'lesion-changing-size: yes, "mole grew"' in text
    assert 'CONTRADICTION: medicines is not warfarin on the form, "warfarin" in words' in text
    run("options", path, "--format", "json")
    options = json.loads(capsys.readouterr().out)
    assert options["facts_from_text"] == data["facts_from_text"]
    assert options["contradictions"] == data["contradictions"]
    assert options["person"] == data["person"]
    run("options", path)
    told = " ".join(capsys.readouterr().out.split())
    assert "RED FLAG" in told
    assert 'CONTRADICTION: medicines is not warfarin on the form, "warfarin" in words' in told
    run("screen", file("complaint: My mum has a mole.\nfacts: {}\n"))
    assert "Read in their own words: nothing to act on" in capsys.readouterr().out


def test_what_to_do_if_it_is_happening_now_is_told_by_screen_and_options(file, capsys):
    path = file("concern: acne\ncomplaint: my skin is blistering all over\nfacts: {age: 30}\n")
    for command in ("screen", "options"):
        run(command, path)
        told = " ".join(capsys.readouterr().out.split())
        assert "IF THIS IS HAPPENING NOW: blistering-or-peeling-skin" in told
        assert "call 999 now" in told
        assert "ask at once: new-medicine-weeks-ago, mouth-eye-genital-sores [rf-severe-drug-rash]" in told


def test_several_people_give_several_answers(file, capsys):
    one, other = (
        '{"facts": {"age": 30}, "asks-for": ["retinol"]}',
        '{"facts": {"pregnant": true}, "asks-for": ["retinol"]}',
    )
    for text in (f"{one}\n{other}\n", f"[{one}, {other}]"):
        assert run("screen", file(text), "--format", "json") == 0
        answers = json.loads(capsys.readouterr().out)
        assert [each["treatments"]["retinol"]["verdict"] for each in answers] == ["ask-first", "avoid"]
    run("screen", file(f"{one}\n{other}\n"))
    assert "Person 2" in capsys.readouterr().out
    with pytest.raises(UserError, match=r"age: 412 is out of range .*\(person 2\)"):
        run("screen", file(one + '\n{"facts": {"age": 412}}\n'))


def test_help_teaches_with_an_example(capsys):
    for command in ("screen", "options"):
        with pytest.raises(SystemExit):
            run(command, "--help")
        text = capsys.readouterr().out
        assert "asks-for: [exosome, hydroquinone]" in text
        assert 'It is never taken as "no"' in text


def test_escape_sequences_of_a_file_never_reach_the_terminal(file, capsys):
    from skinproof.cli import main

    assert main(["screen", str(file('{"facts": {}, "\\u001b[31mred": 1}'))]) == 2
    told = capsys.readouterr().err
    assert "no such field" in told
    assert "\x1b" not in told
