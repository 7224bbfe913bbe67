"""A data file that cannot be used: every kind of fault names the file and where in it."""

import pytest

from skinproof.vocabulary import KnowledgeError, parse_yaml, read_yaml


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: 1\nb: {c: 1, c: 2}\n", "x.yaml: line 2: c stands here a second time"),
        (b"- id: a\n  note: one\n  id: b\n", "x.yaml: line 3: id stands here a second time"),
        (b"a: 1\n'a': 2\n", "x.yaml: line 2: a stands here a second time"),
        (b"[" * 200_000, "x.yaml: line 1: nested more than 50 deep"),
        (b"a:\n  " + b"{b: " * 2_000, "x.yaml: line 2: nested more than 50 deep"),
        (b"- " * 20_000, "x.yaml: line 1: nested more than 50 deep"),
        (b"a: 1\nb: \x00\n", "x.yaml: line 2: not YAML .control characters are not allowed.$"),
        (b"a: \xe9\n", "x.yaml: byte 3: not UTF-8 text"),
        (b"a: 2020-13-45\n", "x.yaml: not usable YAML .month must be"),
        (b"a: &a [*a]\n", r"x.yaml: line 1: \*a stands within itself"),
        (
            b"a: &a [x, x, x, x, x, x, x, x, x, x]\n"
            + b"".join(b"%c: &%c [%s]\n" % (c, c, b", ".join([b"*%c" % (c - 1)] * 10)) for c in b"bcdefghi"),
            r"x.yaml: line 6: \*e adds too much: write it out",
        ),
        (b"a: [\n", r"x.yaml: line \d: not YAML"),
    ],
)
def test_a_fault_names_the_file_and_the_line(content, message):
    with pytest.raises(KnowledgeError, match=message):
        parse_yaml(content, "x.yaml")


def test_the_same_word_may_stand_in_several_places_and_as_another_kind():
    assert parse_yaml(b"a: {b: 1}\nb: {b: 2}\n1: x\n'1': y\n", "x.yaml") == {
        "a": {"b": 1},
        "b": {"b": 2},
        1: "x",
        "1": "y",
    }


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(KnowledgeError, match=r"gone\.yaml: no such file"):
        read_yaml(tmp_path / "gone.yaml")
