"""A reviewer's judgement counts instead of the rule's, which is kept; one that no longer applies is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from evidence_records import binary, exosome_trial

from skinproof.cli import _findings
from skinproof.evidence import (
    Appraisal,
    Finding,
    Findings,
    Library,
    Overrides,
    bands,
    component_network,
    network_meta_analysis,
    overrides,
    rate_components,
    rate_network,
    read_overrides,
)
from skinproof.vocabulary import KnowledgeError

ENTRY: dict[str, Any] = {
    "finding": "acne-scars_treatment-success_exosome_vs_placebo_on_fractional-co2-laser",
    "domain": "risk of bias",
    "was": "some concerns",
    "judgement": "no concerns",
    "reviewer": {"name": "Dr A. Reviewer", "role": "dermatologist"},
    "date": "2026-03-01",
    "reason": "The full report tells that raters did not know who got what.",
}
OPEN = exosome_trial(
    "a-2020-b", binary((300, 500), (150, 500)), n_randomised=1000, n_analysed=1000, blinding="open"
)  # fmt: skip


def written(folder: Path, *entries: dict[str, Any]) -> Path:
    path = folder / "overrides.yaml"
    path.write_text(json.dumps(entries))  # JSON is YAML
    return path


def read(folder: Path, **change: Any) -> Overrides:
    entry = {name: value for name, value in (ENTRY | change).items() if value is not None}
    return read_overrides(written(folder, entry))


def made(folder: Path, **change: Any) -> Findings:
    return Findings(Library.of([OPEN]), overrides=read(folder, **change))


def only(everything: Findings) -> Finding:
    (finding,) = everything.all
    return finding


def said(finding: Finding) -> list[tuple[str, int, str]]:
    """What the rules say, without the limit."""
    return [(each.domain, each.down, each.sentence) for each in finding.certainty.reasons if each.domain != "limit"]


def test_the_library_ships_with_none() -> None:
    assert overrides() == Overrides()


def test_it_counts_instead_of_the_rule_and_the_rule_is_kept(tmp_path: Path) -> None:
    plain = only(Findings(Library.of([OPEN])))
    assert plain.id == ENTRY["finding"]
    assert plain.certainty.level == "moderate"
    assert plain.certainty.judgement("risk of bias") == "some concerns"
    worse = only(made(tmp_path, judgement="major concerns"))
    assert worse.certainty.level == "low"
    assert worse.certainty.rule_level == "moderate"
    assert worse.certainty.judgement("risk of bias") == "some concerns"  # what the rule said
    (override,) = worse.certainty.overrides
    assert (override.judgement, override.was) == ("major concerns", "some concerns")
    assert said(worse) == said(plain)
    assert worse.certainty.status == (
        "Worked out by rule, one judgement changed by Dr A. Reviewer; by rule alone it is moderate."
    )
    assert worse.sentence != plain.sentence  # the sentence follows the level that counts


def test_the_limit_holds_until_a_reviewer_lifts_it(tmp_path: Path) -> None:
    better = only(made(tmp_path))
    assert better.certainty.level == "moderate"
    both = read_overrides(
        written(tmp_path, ENTRY, ENTRY | {"domain": "limit", "reason": "Allotment was hidden, outcomes as planned."})
    )
    assert only(Findings(Library.of([OPEN]), overrides=both)).certainty.level == "high"


def test_one_that_fits_no_finding_or_another_judgement_is_lost_and_told(tmp_path: Path) -> None:
    gone = made(tmp_path, finding="acne-scars_nothing")
    assert only(gone).certainty.overrides == ()
    assert [each.sentence for each in gone.lost_overrides] == [
        "The override of risk of bias in finding acne-scars_nothing (Dr A. Reviewer, 2026-03-01) does not apply: "
        "there is no such finding any more."
    ]
    changed = made(tmp_path, was="major concerns")
    assert only(changed).certainty.level == only(Findings(Library.of([OPEN]))).certainty.level
    (lost,) = changed.lost_overrides
    assert lost.why == "the rule now finds some concerns, where it found major concerns when it was reviewed"
    assert made(tmp_path).lost_overrides == ()


@pytest.mark.parametrize(
    ("change", "field", "fault"),
    [
        ({"domain": "risk"}, "0.domain", "Input should be 'risk of bias'"),
        ({"domain": "heterogeneity"}, "0", "'heterogeneity' is no domain of a finding"),
        ({"finding": None}, "0", "names either a finding, or a network"),
        ({"network": "n"}, "0", "names either a finding, or a network"),
        ({"finding": None, "network": "n"}, "0", "a network needs a comparison or a component"),
        ({"comparison": ["a", "b"]}, "0", "belongs to a network"),
        ({"finding": None, "network": "n", "comparison": ["a", "a"]}, "0", "comparison of 'a' with itself"),
        ({"finding": None, "network": "n", "comparison": ["a", "b"]}, "0", "'risk of bias' is no domain of a network"),
        ({"was": "no concerns"}, "0", "nothing is overridden"),
        ({"judgement": "cannot tell"}, "0.judgement", "Input should be"),
        ({"reviewer": {"name": " ", "role": "dermatologist"}}, "0.reviewer.name", "must not be empty"),
        ({"reviewer": {"name": "Dr A. Reviewer"}}, "0.reviewer.role", "Field required"),
        ({"date": "March"}, "0.date", "date"),
        ({"reason": "no"}, "0.reason", "at least 10"),
        ({"domain": "limit", "was": "no concerns", "judgement": "some concerns"}, "0", "the limit is either kept"),
        ({"colour": "red"}, "0.colour", "not permitted"),
    ],
)
def test_faults_name_file_entry_and_field(tmp_path: Path, change: dict[str, Any], field: str, fault: str) -> None:
    with pytest.raises(KnowledgeError) as error:
        read(tmp_path, **change)
    told = str(error.value)
    assert "overrides.yaml" in told
    assert f"field {field}" in told
    assert fault in told


def test_two_on_one_judgement_are_a_fault_in_either_order_of_a_pair(tmp_path: Path) -> None:
    pair = {"network": "n", "comparison": ["a", "b"], "domain": "imprecision"}
    first = {name: value for name, value in ENTRY.items() if name != "finding"} | pair
    with pytest.raises(KnowledgeError, match=r"field 1.domain.*already judged in entry 0"):
        read_overrides(written(tmp_path, first, first | {"comparison": ["b", "a"]}))


def test_networks_and_components(tmp_path: Path) -> None:
    base = {name: value for name, value in ENTRY.items() if name != "finding"} | {"network": "n", "was": "cannot tell"}
    path = written(
        tmp_path,
        base | {"comparison": ["p", "a"], "domain": "heterogeneity", "judgement": "major concerns"},
        base | {"comparison": ["p", "gone"], "domain": "heterogeneity"},
        base | {"component": "x", "domain": "heterogeneity", "judgement": "major concerns"},
    )
    given = read_overrides(path)
    fit = network_meta_analysis([0.6, 1.2], [0.1] * 2, ["a", "b"], ["p", "p"], ["s1", "s2"], sm="SMD")
    known = {study: Appraisal(study, 0, (), True, "public", 500) for study in ("s1", "s2")}
    rated = rate_network(fit, known, bands("SMD"), overrides=given.of_network("n", fit.trts))
    assert (rated["a", "p"].rule_level, rated["a", "p"].level) == ("moderate", "low")
    assert rated["b", "p"].overrides == ()
    parts = component_network([0.6, 1.2], [0.1] * 2, ["x", "y"], ["p", "p"], ["s1", "s2"], inactive="p", sm="SMD")
    of_parts = rate_components(parts, known, bands("SMD"), overrides=given.of_components("n", parts.comps))
    assert (of_parts["x"].rule_level, of_parts["x"].level) == ("moderate", "low")
    (lost,) = given.lost_networks({"n": rated}, {"n": of_parts})
    assert lost.subject == "network n, gone against p"
    assert given.lost_findings({}) == ()
    with pytest.raises(ValueError, match="override of 'p' against 'gone'"):
        rate_network(fit, known, bands("SMD"), overrides={("p", "gone"): rated["a", "p"].overrides})


def test_table_json_and_terminal_show_both(tmp_path: Path) -> None:
    everything = made(tmp_path, judgement="major concerns")
    table = everything.certainty_table().columns()
    place = table["domain"].index("risk of bias")
    assert {name: values[place] for name, values in table.items()} | {"reason": ""} == {
        "of": ENTRY["finding"],
        "level": "low",
        "rule_level": "moderate",
        "domain": "risk of bias",
        "judgement": "some concerns",
        "down": 1,
        "reason": "",
        "studies": "",
        "override": "major concerns",
        "reviewer": "Dr A. Reviewer, dermatologist",
        "date": "2026-03-01",
        "override_reason": ENTRY["reason"],
    }
    document = only(everything).certainty.document()
    assert json.loads(json.dumps(document)) == document
    (told,) = [each for each in document["reasons"] if each["override"]]
    assert told["judgement"] == "some concerns"
    assert told["override"]["judgement"] == "major concerns"
    text = " ".join(_findings._text(everything, everything.all).split())
    assert "Override: in place of some concerns for risk of bias, Dr A. Reviewer (dermatologist, 2026-03-01)" in text
    assert "by rule alone it is moderate" in text
    lost = made(tmp_path, was="major concerns")
    assert "does not apply: the rule now finds some concerns" in _findings._text(lost, lost.all)
    assert _findings._document(lost, lost.all)["lost_overrides"] == [each.sentence for each in lost.lost_overrides]
