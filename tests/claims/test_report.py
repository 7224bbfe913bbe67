"""The report as plain data, against its schema; a page that quotes the evidence; the article that started this."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from skinproof.claims import VERDICTS, check, seed_report
from skinproof.evidence import findings
from skinproof.vocabulary import vocabulary

ROOT = Path(__file__).parent.parent.parent
SCHEMA = json.loads((ROOT / "docs" / "claims.schema.json").read_text())
PASSAGES = sorted((Path(__file__).parent / "passages").rglob("*.yaml"))
ADVERT = """# Exosome facial

Our medical-grade exosomes are clinically proven to reduce wrinkles in as little as 2 weeks. They may calm redness.
Experts say exosomes regrow hair. There is no evidence that they treat rosacea. Completely safe, from £500 a session.

Exosomes are better than retinol. Our serum gives you that Monday feeling.
"""


def valid(report) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(report.to_json())


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", PASSAGES, ids=lambda path: path.stem)
def test_reports_of_real_passages_are_valid(path):
    held = yaml.safe_load(path.read_text())
    for each in held if isinstance(held, list) else [held]:
        valid(check(each["text"]))


@given(st.text(max_size=300))
def test_any_text_gives_a_valid_report(text):
    if "\x00" not in text:
        valid(check(text))


def test_the_schema_would_notice():
    told = check(ADVERT).to_json()
    told["claims"][0]["verdict"] = "lovely"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told, SCHEMA)


def test_a_report_can_be_written_as_json_and_points_into_its_text():
    report = check(ADVERT)
    assert json.loads(json.dumps(report.to_json())) == report.to_json()
    for claim in report.claims:
        assert ADVERT[claim.found.at :].startswith(claim.found.span)


def test_the_summary_counts_what_the_report_holds():
    report = check(ADVERT)
    told = report.summary
    promises = [claim for claim in report.claims if claim.promises]
    assert told["promises"] == len(promises) == sum(told["verdicts"].values())
    assert set(told["verdicts"]) == set(VERDICTS)
    assert {v: n for v, n in told["verdicts"].items() if n} == Counter(claim.verdict for claim in promises)
    assert told["flagged"] == sum(bool(claim.flags) for claim in report.claims) > 0
    assert sum(told["stances"].values()) == told["claims"] == len(report.claims)


def test_nothing_an_advert_asserts_of_exosomes_is_well_supported():
    assert check(ADVERT).summary["verdicts"]["well-supported"] == 0


def test_a_page_that_quotes_a_finding_matches_it():
    for finding in findings().all:
        for claim in check(f"What is known. {finding.sentence} Ask a doctor.").claims:
            if claim.found.at < len("What is known. ") or claim.found.span not in finding.sentence:
                continue
            if claim.found.stance == "asserted":
                assert claim.verdict == "well-supported", finding.sentence
                assert claim.certainty == finding.certainty.level != "very-low", finding.sentence
            assert not claim.to_reword, finding.sentence


def test_a_quoted_finding_may_be_written_with_other_signs():
    sure = next(f for f in findings().all if f.certainty.level == "moderate" and check(f.sentence).claims)
    shouted = sure.sentence.upper().replace("'", "’").replace(" ", "  ")
    assert {claim.findings for claim in check(shouted).claims} == {(sure.id,)}


def test_honest_wording_passes_its_own_check():
    """Whoever takes the wording offered has no promise left that is stronger than its evidence."""
    for claim in seed_report().rows:
        honest = claim.claim.honest_wording
        if honest:
            left = [c for c in check(honest).claims if c.promises and c.to_reword]
            assert not left, (claim.id, honest, left)


def test_the_article_that_started_this():
    report = seed_report()
    assert len(report.rows) == 180
    assert sum(len(report.section(name)) for name in report.sections) == 180
    assert report.summary["verdicts"]["well-supported"] == 0
    assert report.summary["promises"] > 100
    known = vocabulary().treatments
    for row in report.rows:
        assert row.claim.reason
        assert row.claim.found.treatment is None or row.claim.found.treatment in known
        assert all(study in findings().library.studies for study in row.claim.studies)
