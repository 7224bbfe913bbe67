"""What the study records and the files about them must hold, whoever edits them."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

import skinproof.claims
import skinproof.evidence
from skinproof.vocabulary import read_yaml, vocabulary

VOC = vocabulary()
DATA = Path(skinproof.evidence.__file__).with_name("data")
CLAIMS = Path(skinproof.claims.__file__).with_name("data") / "seed-claims.yaml"

# A component may say `other` only here, with the reason why no word fits. None does.
OTHER_ON_PURPOSE: dict[tuple[str, str], str] = {}


@cache
def records() -> dict[str, dict]:
    return {path.stem: read_yaml(path) for path in sorted((DATA / "studies").glob("*.yaml"))}


@cache
def data(name: str):
    return read_yaml(DATA / name)


def components():
    for key, record in records().items():
        for arm in record["arms"]:
            for component in arm["components"]:
                yield key, arm["id"], component


def test_there_are_records_and_each_is_named_as_its_file():
    assert len(records()) >= 428
    assert {key for key, record in records().items() if record["id"] != key} == set()


def test_every_word_of_a_record_is_in_the_vocabulary():
    for key, arm, component in components():
        assert component["treatment"] in VOC.treatments, (key, arm)
        assert component.get("route") in {None, *VOC.routes}, (key, arm)
    for key, record in records().items():
        assert record["concern"] in VOC.concerns, key
        for outcome in record.get("outcomes", []):
            assert outcome["concept"] in VOC.concepts, key


def test_no_component_says_other_without_a_reason():
    other = {(key, arm) for key, arm, component in components() if component["treatment"] == "other"}
    assert other == set(OTHER_ON_PURPOSE)


@pytest.mark.parametrize(
    ("words", "treatment"),
    [
        ("doxycycline", "doxycycline"),
        ("sarecycline", "sarecycline"),
        ("tacrolimus", "tacrolimus"),
        ("pimecrolimus", "pimecrolimus"),
        ("q-switched", "q-switched-laser"),
        ("picosecond", "picosecond-laser"),
        ("microplasma", "microplasma-radiofrequency"),
        ("platelet-rich fibrin", "platelet-rich-fibrin"),
        ("clindamycin", "clindamycin-topical"),
    ],
)
def test_a_component_whose_product_names_the_kind_is_coded_as_that_kind(words, treatment):
    named = [
        (key, component["treatment"])
        for key, _, component in components()
        if words in f"{component.get('product', '')} {component.get('dose', '')}".lower()
        and component["treatment"] != "mixed-lasers"
    ]
    assert named
    assert {coded for _, coded in named} == {treatment}, named


def test_before_and_after_is_never_a_comparison_with_no_treatment():
    for key, _, component in components():
        if "before treatment" in str(component.get("dose")):
            assert component["treatment"] == "before-treatment", key


@pytest.mark.parametrize(
    ("pattern", "concept"),
    [
        (r"post-inflammatory hyperpigmentation|darkening after inflammation", "post-inflammatory-hyperpigmentation"),
        (r"^(days|length) of (redness|erythema)$", "erythema-duration"),
        (r"pull test", "pull-test"),
        (r"hair shedding", "hair-shedding"),
        (r"sexual dysfunction|erectile", "sexual-dysfunction"),
        (r"graft take", "graft-take"),
        (r"^(one|two) grades? less redness", "erythema-success"),
    ],
)
def test_an_outcome_whose_instrument_names_the_concept_is_coded_as_that_concept(pattern, concept):
    coded = {
        (key, outcome["concept"])
        for key, record in records().items()
        for outcome in record.get("outcomes", [])
        if re.search(pattern, outcome.get("instrument") or "", re.IGNORECASE)
    }
    assert coded
    assert {each for _, each in coded} == {concept}, coded


def test_overlaps_name_two_records_that_exist_and_why():
    pairs = data("overlaps.yaml")["pairs"]
    for pair in pairs:
        assert {pair["whole"], pair["part"]} <= set(records()), pair
        assert pair["whole"] != pair["part"]
        assert pair["kind"] in {"contains", "shares"}
        assert pair["reason"].endswith(".")
    assert len({frozenset((pair["whole"], pair["part"])) for pair in pairs}) == len(pairs)


def test_pooled_reviews_are_the_reviews_that_give_numbers():
    listed = data("overlaps.yaml")["pooled-reviews"]["records"]
    numbers = {
        key
        for key, record in records().items()
        if record["design"] in {"systematic-review", "network-meta-analysis"}
        and any(
            outcome.get("results") or (outcome.get("contrast") or {}).get("estimate") is not None
            for outcome in record.get("outcomes", [])
        )
    }
    assert set(listed) == numbers
    assert len(listed) == len(set(listed))


def test_a_record_that_tells_of_an_overlap_is_in_the_overlaps():
    listed = {key for pair in data("overlaps.yaml")["pairs"] for key in (pair["whole"], pair["part"])}
    listed |= set(data("overlaps.yaml")["pooled-reviews"]["records"])
    tells = {
        key
        for key, record in records().items()
        if re.search(
            r"overlaps|counted? (twice|both|with)|also in the pooled", record.get("limits") or "", re.IGNORECASE
        )
        and "intervals overlap" not in record["limits"]
    }
    assert tells
    assert tells <= listed


def test_doubts_name_a_record_a_kind_and_a_plain_sentence():
    for doubt in data("doubts.yaml"):
        assert doubt["record"] in records()
        assert doubt["kind"] in {"citation", "numbers", "design"}
        assert doubt["says"].endswith(".")
        assert len(doubt["says"].split()) <= 25
        assert ("about" in doubt) == (doubt["kind"] == "citation")
        assert set(doubt.get("about", [])) <= {"author", "journal", "year"}
    twice = Counter((doubt["record"], doubt["kind"]) for doubt in data("doubts.yaml"))
    assert [pair for pair, count in twice.items() if count > 1] == []


def test_a_record_without_a_sure_author_journal_or_year_has_a_doubt():
    doubted = {doubt["record"]: set(doubt["about"]) for doubt in data("doubts.yaml") if doubt["kind"] == "citation"}
    missing = re.compile(r"not (shown|stated|named)|unnamed", re.IGNORECASE)
    estimated = re.compile(
        r"year (is not shown|was not on)|known citation|year of publication not shown", re.IGNORECASE
    )
    for key, record in records().items():
        citation, limits = record["citation"], " ".join((record.get("limits") or "").split())
        about = doubted.get(key, set())
        if missing.search(citation["first_author"]) and record["design"] != "regulatory-notice":
            assert "author" in about, key
        if missing.search(citation["journal"]):
            assert "journal" in about, key
        if estimated.search(limits) or "-undated-" in key:
            assert "year" in about, key
        if key.startswith("unnamed-"):
            assert "author" in about, key


def test_every_address_of_a_source_is_judged_once():
    judged = data("mirrors.yaml")
    assert set(judged["linked"]) & set(judged["mirrors"]) == set()
    hosts = {
        urlsplit(source["url"]).hostname
        for record in records().values()
        for source in record["sources"]
        if source["url"].startswith("http")
    }
    assert hosts == {*judged["linked"], *judged["mirrors"]}
    assert judged["cut-marker"] == "..."


@pytest.mark.parametrize("host", ["pubmed.ncbi.nlm.nih.gov", "pmc.ncbi.nlm.nih.gov", "doi.org", "www.fda.gov"])
def test_indexes_and_official_bodies_are_linked(host):
    assert host in data("mirrors.yaml")["linked"]


@pytest.mark.parametrize("host", ["www.scribd.com", "booksci.cn", "bohrium.dp.tech", "tressless.com", "www.scilit.net"])
def test_copies_and_aggregators_are_not_linked(host):
    assert host in data("mirrors.yaml")["mirrors"]


def test_seed_claims_speak_the_vocabulary():
    claims = yaml.safe_load(CLAIMS.read_text(encoding="utf-8"))["claims"]
    assert len(claims) == len({claim["id"] for claim in claims}) == 180
    for claim in claims:
        for field in ("treatment", "versus", "with"):
            named = claim.get(field)
            for word in named if isinstance(named, list) else [named]:
                assert word is None or (word in VOC.treatments and word != "other"), claim["id"]
        routes = claim["route"] if isinstance(claim["route"], list) else [claim["route"]]
        assert set(routes) <= {None, *VOC.routes}, claim["id"]
        assert claim["concern"] in {None, *VOC.concerns}, claim["id"]
        assert claim["concept"] in {None, *VOC.concepts}, claim["id"]
        assert claim["direction"] in {"improves", "reduces", "harms", "safe", "none"}
        assert claim["hedge"] in {"may", "potential", "stated-as-fact"}
        assert claim["kind"] in {"efficacy", "mechanism", "safety", "cost", "timing", "regulatory", "comparison"}
