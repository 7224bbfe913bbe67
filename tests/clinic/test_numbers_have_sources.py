"""Every number on a page of evidence leads to the record it was read in, or to its finding's list of studies."""

from __future__ import annotations

import re

import pytest
from django.urls import Resolver404, resolve, reverse

from skinproof.clinic.library import adds
from skinproof.clinic.library.words import lower_first
from skinproof.evidence import findings, library
from skinproof.vocabulary import vocabulary

from .pages import Node, main_of

DIGIT = re.compile(r"\d")
RECORDS = {"study", "price", "rule", "times"}


def leads_to_a_record(address: str) -> bool:
    path, _, fragment = address.partition("#")
    try:
        match = resolve(path)
    except Resolver404:
        return False
    name = match.url_name
    if name in ("finding", "network"):
        return fragment == "studies" and exists(name, match.kwargs)
    if name == "treatment":  # a count over its own list of findings, or its law beside the pages it was read on
        return fragment in ("shown", "all", "law")
    return name in RECORDS and exists(name, match.kwargs)


def exists(name: str, named: dict[str, str]) -> bool:
    if name == "study":
        return named["study_id"] in library().studies
    if name == "network":
        return named["network_id"] in {network.id for network in findings().networks.all}
    if name == "price":
        return named["price_id"] in {price.id for price in library().prices}
    return True


def sourced(node: Node, own: str) -> bool:
    for each in node.up():
        if each.tag == "main":
            return False
        if "data-not-medical" in each.attributes:
            return True
        address = each.get("href") if each.tag == "a" else each.get("data-source")
        if address and leads_to_a_record(own + address if address.startswith("#") else address):
            return True
    return False


def without_names(text: str) -> str:
    """The text without names that hold a digit of their own, such as CO2."""
    for name in NAMES:
        text = text.replace(name, "")
    return text


def _names() -> list[str]:
    voc = vocabulary()
    held = [n.name for group in (voc.treatments, voc.forms, voc.concerns, voc.concepts) for n in group.values()]
    held += [n.sentence for group in (voc.treatments, voc.forms, voc.concerns) for n in group.values()]
    return sorted((n for n in [*held, *map(lower_first, held), "CO2"] if DIGIT.search(n)), key=len, reverse=True)


NAMES = _names()


def unsourced(client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200, path
    main = main_of(response.content)
    return [
        " ".join(text.split())
        for text, node in main.texts()
        if DIGIT.search(without_names(text)) and node.tag not in ("style", "svg", "path") and not sourced(node, path)
    ]


@pytest.mark.parametrize("concern", vocabulary().concerns)
def test_every_number_of_a_concerns_findings_has_a_source(client, concern):
    for finding in findings().for_concern(concern):
        path = reverse("library:finding", args=[finding.id])
        assert unsourced(client, path) == [], path


@pytest.mark.parametrize("concern", vocabulary().concerns)
def test_every_number_of_a_comparison_has_a_source(client, concern):
    from skinproof.clinic.library.compare import in_play

    assert unsourced(client, reverse("library:concern", args=[concern])) == []
    path = reverse("library:compare", args=[concern])
    assert unsourced(client, path) == []
    play = [form for form in in_play(concern) if form != "no-treatment"]
    for start in range(0, len(play), 4):  # every option in some table
        query = "&".join(f"option={form}" for form in play[start : start + 4])
        assert unsourced(client, f"{path}?{query}".replace("?&", "?")) == [], query


@pytest.mark.parametrize("treatment", vocabulary().treatments)
def test_every_number_of_a_treatments_page_has_a_source(client, treatment):
    assert unsourced(client, reverse("library:treatment", args=[treatment])) == []


@pytest.mark.parametrize("name", ["adds", "times"])
def test_every_number_of_what_a_treatment_adds_and_of_its_weeks_has_a_source(client, name):
    for treatment in vocabulary().treatments:
        path = reverse(f"library:{name}", args=[treatment])
        if name == "times" or adds.told(treatment):
            assert unsourced(client, path) == [], path


def test_every_number_of_a_network_has_a_source(client):
    for network in findings().networks.all:
        path = reverse("library:network", args=[network.id])
        assert unsourced(client, path) == [], path


def test_the_walk_would_notice_a_bare_number():
    page = main_of("<main><p>34 of 100 got better</p><p><a href='/rules/'>12</a></p></main>")
    found = [text for text, node in page.texts() if DIGIT.search(text) and not sourced(node, "/")]
    assert found == ["34 of 100 got better", "12"]
