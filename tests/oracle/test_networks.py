"""The network engine against R's netmeta, on the two small data sets kept here."""

from __future__ import annotations

from pathlib import Path

import pytest
from run import run_file

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize("name", ["net-senn2013", "cnma-disconnected-artificial"])
def test_every_check_passes(name: str) -> None:
    outcomes = run_file(DATA / f"{name}.json")
    assert len(outcomes) >= 6
    assert [o for o in outcomes if o.verdict != "passed"] == []
