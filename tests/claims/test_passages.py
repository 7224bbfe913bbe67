"""The score on labelled passages keeps above the floors that the product promises."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SEED = ROOT.parent / "shared" / "seed"
sys.path.insert(0, str(HERE))

from score import main, score  # noqa: E402


def floors(figures: dict[str, Any]) -> list[str]:
    wanted = {"recall": 0.80, "precision": 0.85, "direction": 0.95, "stance": 0.95}
    return [f"{name} {figures[name]:.3f} < {least}" for name, least in wanted.items() if figures[name] < least]


@pytest.mark.parametrize("half", ["worked", "kept"])
def test_passages(half: str) -> None:
    folder = HERE / "passages" / half
    assert len(list(folder.glob("*.yaml"))) >= 24
    figures = score(folder).figures()
    assert floors(figures) == []
    assert figures["doubted or reported, counted as asserted"] == 0


@pytest.mark.skipif(not SEED.is_dir(), reason="the seed article is not beside the repository")
def test_the_seed_article() -> None:
    figures = score(SEED).figures()
    assert figures["recall"] >= 0.90
    assert figures["precision"] >= 0.85


def test_the_scorer_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = "{treatment: retinol, concern: skin-ageing, concept: wrinkles, direction: improves, kind: efficacy}"
    other = "{treatment: retinol, concept: pain, direction: harms, kind: safety}"
    (tmp_path / "one.yaml").write_text(f"text: Retinol reduces wrinkles.\nclaims: [{row}, {other}]\n")
    figures = score(tmp_path).figures()
    assert (figures["recall"], figures["precision"], figures["direction"], figures["kind"]) == (0.5, 1.0, 0.0, 1.0)
    assert main([str(tmp_path), "--show"]) == 0
    assert "missed" in capsys.readouterr().out


def test_the_scorer_names_what_it_cannot_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.json").write_text("{")
    assert main([str(tmp_path)]) == 2
    assert "bad.json" in capsys.readouterr().err
