"""`skinproof findings`."""

from __future__ import annotations

import argparse
import json

import pytest

from skinproof.cli import _findings
from skinproof.cli._common import UserError
from skinproof.evidence import findings, library


def call(*words: str) -> int:
    top = argparse.ArgumentParser(prog="skinproof")
    _findings.add(top.add_subparsers(dest="command", required=True))
    given = top.parse_args(["findings", *words])
    return given.run(given)


def test_text_shows_comparison_sentence_certainty_and_where_to_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--concern", "acne-scars", "--treatment", "exosome") == 0
    text = capsys.readouterr().out
    assert "Exosomes added to fractional CO2 laser, against fractional CO2 laser with a dummy treatment" in text
    assert "We are very unsure whether adding exosomes" in " ".join(text.split())
    assert "-32.5 against -19.9, change in percent" in " ".join(text.split())
    assert "https://doi.org/10.2340/00015555-3666" in text
    assert "not yet checked by a reviewer" in text
    assert max(len(line) for line in text.splitlines()) < 200


def test_json_holds_what_the_help_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--concern", "rosacea", "--format", "json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["library"] == {"date": str(library().date), "studies": len(library().studies)}
    assert [f["id"] for f in document["findings"]] == [f.id for f in findings().for_concern("rosacea")]
    first = document["findings"][0]
    for name in first:
        assert name in _findings.EPILOG
    for name in (*first["studies"][0], *first["certainty"], *first["directions"], *first["comparison"]):
        assert name in _findings.EPILOG
    estimates = [f["estimate"] for f in document["findings"] if f["estimate"]]
    assert estimates
    for name in estimates[0]:
        assert name in _findings.EPILOG


def test_forms_and_kinds_are_understood(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--treatment", "peel-medium", "--kind", "controlled", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    assert found
    assert {f["kind"] for f in found} == {"controlled"}


def test_nothing_known_is_said_and_is_a_no(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--concern", "rosacea", "--treatment", "exosome") == 1
    assert capsys.readouterr().out.strip() == "No study in our library looked at this."


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--concern", "melasm"], "--concern: 'melasm' is not known; did you mean melasma?"),
        (["--treatment", "exosome-injectd"], "did you mean exosome-injected"),
        (["--concept", "mazi"], "did you mean masi"),
        ([], "name at least one"),
    ],
)
def test_unknown_words_offer_near_ones(words: list[str], message: str) -> None:
    with pytest.raises(UserError) as error:
        call(*words)
    assert message in str(error.value)
