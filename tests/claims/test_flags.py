"""Flags: each fires on what it is about, stays silent beside it, and names the page that says why."""

from __future__ import annotations

import pytest

from skinproof.claims import check
from skinproof.claims.flags import Flags, flags
from skinproof.vocabulary import KnowledgeError

CASES = {
    "prescription-medicine-named": ("Tretinoin reduces wrinkles.", "Retinol reduces wrinkles."),
    "medicine-that-may-need-a-prescription": ("Azelaic acid reduces redness.", "Niacinamide reduces redness."),
    "disease-and-no-medicine": ("Exosomes treat rosacea.", "Ivermectin cream treats rosacea."),
    "works-inside-the-body": ("Peptides stimulate collagen.", "Peptides soften fine lines."),
    "said-to-be-safe": ("Microneedling is safe.", "Microneedling is usually safe."),
    "medicine-without-side-effects": ("Minoxidil has no side effects.", "Minoxidil may irritate the scalp."),
    "guaranteed": ("Exosomes are guaranteed to reduce wrinkles.", "Exosomes may reduce wrinkles."),
    "permanent": ("Exosomes permanently reduce wrinkles.", "Exosomes reduce wrinkles."),
    "proven-by-what": (
        "Retinol is clinically proven to reduce wrinkles.",
        "In a trial of 40 women, retinol was clinically proven to reduce wrinkles.",
    ),
    "proof-from-the-laboratory": (
        "In mice, exosomes reduced wrinkles.",
        "In a trial in people, exosomes reduced wrinkles.",
    ),
    "word-without-meaning": ("Our medical-grade retinol reduces wrinkles.", "Our retinol reduces wrinkles."),
    "human-derived": ("Our exosomes come from human stem cells.", "Our exosomes come from roses."),
    "cosmetic-injected": ("Exosome injections reduce wrinkles.", "Exosome cream reduces wrinkles."),
    "approved-by-an-authority": ("Exosomes are FDA approved.", "Exosomes are widely sold."),
    "medicine-better-than-another": (
        "Tretinoin is more effective than retinol.",
        "Retinol is more effective than bakuchiol.",
    ),
    "best-of-all": ("Retinol is the single best treatment to reduce wrinkles.", "Retinol reduces wrinkles."),
}


def found_in(text: str) -> set[str]:
    return {flag.id for claim in check(text).claims for flag in claim.flags}


@pytest.mark.parametrize("name", CASES)
def test_each_flag_fires_on_its_matter_and_not_beside_it(name):
    on, beside = CASES[name]
    assert name in found_in(on)
    assert name not in found_in(beside)


@pytest.mark.parametrize(
    "text",
    [
        "Our facial uses medical-grade human exosomes to erase wrinkles.",
        "Exosomes from human fat smooth lines.",
        "Exosomes taken from human cord tissue repair the skin.",
    ],
)
def test_material_from_people_is_flagged_however_it_is_named(text):
    assert "human-derived" in found_in(text)


def test_a_test_on_human_cells_is_no_material_from_people():
    assert "human-derived" not in found_in("In human fibroblasts, exosomes raised collagen.")


def test_doubt_raises_no_flag_of_a_promise():
    assert found_in("There is no evidence that exosomes treat rosacea.") == set()


def test_every_flag_says_check_and_names_a_page():
    for rule in flags().rules:
        assert "illegal" not in rule.why.lower()
        assert "unlawful" not in rule.why.lower()
        for source in rule.sources:
            assert source.url.startswith("http")
            assert source.organisation
            assert source.note


def test_a_rule_that_names_an_unknown_word_is_refused(tmp_path):
    file = tmp_path / "flags.yaml"
    file.write_text(
        "- id: odd\n  why: why\n  when: {concerns: [warts]}\n  sources: [{url: 'https://a.b', organisation: c}]\n"
    )
    with pytest.raises(KnowledgeError, match="odd, field concerns: 'warts' is not known"):
        Flags(file)


def test_a_rule_without_a_source_is_refused(tmp_path):
    file = tmp_path / "flags.yaml"
    file.write_text("- {id: odd, why: why, when: {}, sources: []}\n")
    with pytest.raises(KnowledgeError):
        Flags(file)
