"""`skinproof networks`, `components`, `course`, `adds` and `rebuild`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from skinproof.cli import main
from skinproof.cli._common import UserError
from skinproof.cli._course import period
from skinproof.evidence import findings
from skinproof.evidence.studies import library as library_module


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("networks --concern hair-loss --concept hair-density", "Incoherence cannot be checked"),
        ("components --concern acne-scars --treatment exosome", "exosomes: MD -12.6 (95 % -21.4 to -3.77)"),
        (
            "course --treatment exosome --concern acne-scars --period 1-2",
            "No trial here looked in this time (weeks 1 to 2)",
        ),
        ("adds exosome --concern acne-scars", "One trial only"),
    ],
)
def test_text(words: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words.split()) == 0
    assert text in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    "words", ["networks --concern acne", "components --concern acne", "course --concern acne", "adds prp"]
)
def test_json(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words.split(), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert any(isinstance(each, list) and each for each in told.values())


def test_pairs_are_shown_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["networks", "--treatment", "exosome", "--concern", "acne-scars"]) == 1
    assert "--pairs shows them" in capsys.readouterr().out
    assert main(["networks", "--treatment", "exosome", "--concern", "acne-scars", "--pairs"]) == 0


@pytest.mark.parametrize(
    "words", ["networks --concern acen", "components", "course --concern acne --period soon", "adds exosom"]
)
def test_words_that_are_not_known(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words.split()) == 2
    assert capsys.readouterr().err.startswith(f"skinproof {words.split()[0]}: ")


def test_nothing_that_was_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["adds", "sunscreen", "--concern", "hair-loss"]) == 1
    assert "No study" in capsys.readouterr().out


def test_periods() -> None:
    assert period("4-6") == ("weeks 4 to 6", 4, 6)
    assert period("12+") == ("from week 12", 12, None)
    for wrong in ("6-4", "12", "soon"):
        with pytest.raises(UserError):
            period(wrong)


def test_rebuild_keeps_the_findings_and_tells_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "records"
    (folder / "studies").mkdir(parents=True)
    shutil.copy(library_module.DATA / "library.yaml", folder)
    records = library_module.DATA / "studies"
    shutil.copy(records / "kwon-2020-acne-scars.yaml", folder / "studies")
    place = tmp_path / "kept" / "findings.json"
    words = ["rebuild", "--library", str(folder), "--to", str(place)]
    assert main(words) == 0
    assert "nothing to compare with" in " ".join(capsys.readouterr().out.split())
    shutil.copy(records / "park-2021-co2-stem-cell-medium.yaml", folder / "studies")
    first = place.read_bytes()
    assert main([*words, "--dry-run"]) == 0
    assert "- Study added: Park" in capsys.readouterr().out
    assert place.read_bytes() == first
    earlier = tmp_path / "earlier.json"
    earlier.write_bytes(first)
    assert main(words) == 0
    assert place.read_bytes() != first
    capsys.readouterr()
    assert main([*words, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == []
    assert main([*words, "--since", str(earlier), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"study added", "finding new"} <= {change["kind"] for change in told["changes"]}
    assert told["file"] == str(place)


def test_rebuild_in_the_usual_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SKINPROOF_VAR", str(tmp_path))
    assert main(["rebuild", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["findings"] == len(findings())
    assert (tmp_path / "findings.json").exists()


def test_rebuild_with_files_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    for words in (
        ["--since", str(tmp_path / "none.json")],
        ["--since", str(broken)],
        ["--library", str(tmp_path / "none")],
        ["--library", str(tmp_path)],
        ["--to", str(broken / "inside.json")],
    ):
        assert main(["rebuild", *words]) == 2
        assert capsys.readouterr().err.startswith("skinproof rebuild: ")
    broken.write_text("{}")
    assert main(["rebuild", "--since", str(broken), "--dry-run"]) == 2
    assert "no snapshot" in capsys.readouterr().err
