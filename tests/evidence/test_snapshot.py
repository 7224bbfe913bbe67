"""What changed between two builds of the library, in plain words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from network_records import loop, made_of, pair

from skinproof.evidence import SnapshotError, Study, changes, snapshot


def taken(*studies: Study) -> dict[str, Any]:
    return json.loads(json.dumps(snapshot(made_of(*studies)), allow_nan=False))


def test_the_same_library_has_not_changed() -> None:
    assert changes(taken(*loop()), taken(*reversed(loop()))) == ()


def test_a_study_more_is_told_with_what_it_did() -> None:
    before = [pair("one-2001", "prp", "saline", -6.0)]
    found = changes(taken(*before), taken(*before, pair("two-2002", "prp", "saline", -2.0)))
    assert (found[0].kind, found[0].about) == ("study added", "two-2002")
    assert found[0].sentence == "Study added: Author 2020, Journal."
    moved = next(change for change in found if change.kind == "estimate")
    assert moved.about == "acne-scars_scar-severity_prp_vs_placebo"
    assert "PRP (platelet-rich plasma) against a dummy treatment (acne scars; scar score)" in moved.sentence
    assert "the estimate moved from MD -6 (95 % -9.92 to -2.08)" in moved.sentence
    assert "to MD -4 (95 % " in moved.sentence
    assert moved.sentence.endswith("(with Author 2020, Journal).")


def test_certainty_that_fell_says_why() -> None:
    before = pair("one-2001", "prp", "saline", -6.0, n=500, n_randomised=1000, n_analysed=1000)
    after = pair(
        "one-2001", "prp", "saline", -6.0, n=500, n_randomised=1000, n_analysed=1000, blinding="open", registration=None
    )
    found = changes(taken(before), taken(after))
    assert found[0].kind == "study changed"
    fell = next(change for change in found if change.kind == "certainty")
    assert "fell from moderate to low" in fell.sentence
    assert "because: risk of bias: People knew which treatment they got." in fell.sentence


def test_an_answer_that_turned_is_told() -> None:
    found = changes(taken(pair("one-2001", "prp", "saline", -9.0)), taken(pair("one-2001", "prp", "saline", 9.0)))
    answer = next(change for change in found if change.kind == "answer" and "components" not in change.about)
    assert "large reduction in the scar score" in answer.sentence
    assert "and is now “Using PRP probably results in a large increase" in answer.sentence


def test_new_and_gone_findings_networks_and_components() -> None:
    found = changes(taken(*loop()[:1]), taken(*loop()))
    kinds = [change.kind for change in found]
    assert kinds[:2] == ["study added"] * 2
    assert {"finding new", "network", "component"} <= set(kinds)
    assert any(change.sentence.startswith("New finding: ") for change in found)
    back = changes(taken(*loop()), taken(*loop()[:1]))
    assert {"study removed", "finding gone", "network", "component"} <= {change.kind for change in back}
    assert any(change.sentence.startswith("Comparison in a network gone: ") for change in back)


def test_what_is_no_snapshot_is_refused() -> None:
    now = taken(*loop())
    with pytest.raises(SnapshotError, match="the earlier document is no snapshot"):
        changes({"a": 1}, now)
    with pytest.raises(SnapshotError, match="format 99"):
        changes(now | {"format": 99}, now)
