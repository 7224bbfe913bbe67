"""The clinic's own public pages, read as an advert would be: no promise of ours is stronger than its evidence.

Held apart, because it is held to its source elsewhere: a finding's own sentence (`tests/claims/test_report.py` reads
every one), figures that lead to a record, and the vocabulary's and the rules' sentences, which say what a thing is or
warn, each beside the page where it was read. What is left is what the pages themselves say.
"""

from __future__ import annotations

from functools import cache

import pytest
from django.urls import reverse

from skinproof.care import rules
from skinproof.claims import check
from skinproof.vocabulary import vocabulary

from .pages import main_of
from .reading import read_aloud, without_evidence

PAGES = ("home", "concerns", "treatments", "rules", "how-we-know", "words")
# Where the finder takes a label or a definition for a promise: the words it stumbles over, and what they are.
MISREAD = {
    "Raise collagen and elastin": "heading of a promise that others make, with what was found beneath it",
    "Raise collagen": "heading of a promise that others make, with what was found beneath it",
    "Calm inflammation and redness": "heading of a promise that others make, with what was found beneath it",
    "skin repair itself": "heading of a promise that others make, with what was found beneath it",
    "mend the barrier": "heading of a promise that others make, with what was found beneath it",
    "Add water and mend the barrier": "heading of a promise that others make, with what was found beneath it",
    "effect lasts": "“How long any effect lasts …: no answer is surer than that”, a gap that is named",
    "beats": "“if laser with it beats laser alone”, the meaning of what a treatment adds",
    "unsafe": "“For whom it is unsafe: we have no safety rules for it yet”, a gap that is named",
    "strengthen them": "“nobody can strengthen them by hand”, of our own words",
    "give such a difference": "the meaning of a p-value",
    "difference": "“What difference treatment makes to daily life: no study here measured it”, a gap that is named",
    "new trial or review of exosomes for skin or hair": "what would make us look through the library again",
    "Healing of wounds": "the name of a concern, as a label",
    "healing of wounds": "the name of a concern, in “three more on healing of wounds and after procedures”",
    "resurfacing": "name of an article that was read",
    "rosacea decision aid": "name of a page that was read",
    "Hair Repair": "name of a clinic whose page was read",
    "Acne Support": "name of a site that was read",
    "skin lightening": "name of a textbook that was read",
    "works": "“how well your liver works”, a question",
    "safe": "“Is it safe for me?”, the name of a section",
}


@cache
def nouns() -> tuple[frozenset[str], tuple[str, ...]]:
    """Names, which stand alone on a line as labels, and sentences of the vocabulary and the rules, longest first."""
    words = vocabulary()
    held = [each for group in (words.treatments, words.forms, words.concerns, words.concepts, words.families)
            for each in group.values()]  # fmt: skip
    said = {each.sentence for each in held} | {
        text for rule in rules().rules for text in (rule.reason, rule.advise or "")
    }
    said |= {f"{each.name} " for each in held if len(each.name.split()) > 2}  # with a capital: a label, not prose
    both = {each for text in said if len(text) > 10 for each in (text, text.rstrip("."), *_inside(text))}
    return frozenset(each.name for each in held), tuple(sorted(both, key=len, reverse=True))


def _inside(text: str) -> tuple[str, ...]:
    """A sentence as it stands inside another one; a label keeps its capital."""
    return (text[:1].lower() + text[1:],) if text.endswith(".") else ()


def own_words(content: bytes) -> str:
    """What a page says that is neither a label nor a sentence that stands beside its source."""
    names, sentences = nouns()
    text = read_aloud(without_evidence(main_of(content)))
    for each in sentences:
        text = text.replace(each, "\n\n")
    return "\n".join(line for line in text.split("\n") if line.lstrip("#- ") not in names)


MISREAD_LOWER = {span.lower() for span in MISREAD}


def overclaims(content: bytes, path: str) -> list[str]:
    return [
        f"{path}: “{claim.found.span}” ({claim.found.treatment}, {claim.verdict}): {claim.reason}"
        for claim in check(own_words(content), path).claims
        if claim.promises and claim.to_reword and claim.found.span.lower() not in MISREAD_LOWER
    ]


@pytest.mark.parametrize("name", PAGES)
def test_no_page_of_ours_promises_more_than_its_evidence(client, name):
    path = reverse(f"library:{name}")
    assert overclaims(client.get(path).content, path) == []


@pytest.mark.parametrize("concern", vocabulary().concerns)
def test_no_page_of_a_concern_promises_more_than_its_evidence(client, concern):
    for name in ("concern", "compare"):
        path = reverse(f"library:{name}", args=[concern])
        assert overclaims(client.get(path).content, path) == []


def test_no_page_of_a_treatment_promises_more_than_its_evidence(client):
    words = vocabulary()
    found = []
    for treatment in {**words.treatments, **words.forms}:
        path = reverse("library:treatment", args=[treatment])
        response = client.get(path)
        if response.status_code == 200:
            found += overclaims(response.content, path)
    assert not found, "\n".join(found)


def test_the_reading_would_notice_a_promise():
    page = "<main><h1>Exosomes</h1><p>Exosomes reduce wrinkles.</p><p>Retinol regrows hair in two weeks.</p></main>"
    assert len(overclaims(page.encode(), "/made/")) == 2
