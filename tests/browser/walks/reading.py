"""Somebody reads."""

from __future__ import annotations

import re

from browser.walking import Journey, Visitor
from skinproof.evidence import library


def reader(journey: Journey) -> None:
    """From the home page to a number's study, to a comparison of one's own choice, to how all of it is known."""
    you = journey.visitor()
    you.open("/")
    you.see("home")
    you.go(you.link("Read the whole page on exosomes"))
    assert you.heading == "Exosomes"
    you.see("exosomes")
    linked = _to_its_study(you)

    you.open("/concerns/melasma/")
    you.see("concern")
    you.go(you.link("Compare the options side by side"))
    you.see("comparison")
    you.unfold(you.fold("Choose other options"))
    you.tick(you.field("Vitamin C serum"))
    you.go(you.button("Show these"))
    assert "option=vitamin-c" in you.page.url
    assert you.page.get_by_role("columnheader", name="No treatment").is_visible()
    you.see("comparison-chosen")
    linked = _to_its_study(you) or linked
    assert linked
    you.go(you.page.locator("header").get_by_role("link", name="How we know"))
    assert you.heading == "How we know"
    assert you.page.get_by_role("heading", name="Who pays").count() == 1


def _to_its_study(you: Visitor) -> bool:
    """A number leads to its finding, that to its studies, and a study's card to the report, unless only a copy of it
    was read: then the card says so. Returns whether there was a link to the report."""
    you.go(you.page.locator(".figures a.n[href^='/findings/']").first)
    you.see("finding")
    you.go(you.page.locator("section[aria-labelledby=studies] th a").first)
    assert you.path.startswith("/studies/")
    you.see("study")
    link = library().reader_link(you.path.split("/")[2])
    assert link.words in you.text
    report = you.page.locator(".readers a")
    assert report.count() == bool(link.href)
    if link.href:
        assert re.match(r"https://(doi\.org/10\.|pubmed\.ncbi\.nlm\.nih\.gov/\d)", report.get_attribute("href"))
    return bool(link.href)
