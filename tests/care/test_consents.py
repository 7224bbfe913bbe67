"""The text a person agrees to before a treatment: made from data, the same for the same data, and honest."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from skinproof.care import consents
from skinproof.care.concerns import in_play
from skinproof.care.consents import ConsentText, consent_text, needs_consent
from skinproof.vocabulary import KnowledgeError, vocabulary

PARTS = ["purpose", "what", "licence", "known", "risks", "others", "rights"]


def words(text: ConsentText, part: str) -> str:
    return " ".join(line.text for each in text.parts if each.id == part for line in each.lines)


def test_what_asks_for_consent():
    for form in ("tretinoin", "exosome-topical", "exosome-microneedling", "botulinum-toxin", "ipl"):
        assert needs_consent(form)
    for form in ("sunscreen", "no-treatment", "niacinamide", "benzoyl-peroxide"):
        assert not needs_consent(form)


@pytest.mark.parametrize("concern", list(vocabulary().concerns))
def test_every_text_is_whole(concern):
    for form in filter(needs_consent, in_play(concern)):
        text = consent_text(form, concern)
        assert [part.id for part in text.parts] == PARTS
        assert all(part.lines and all(line.text.strip() for line in part.lines) for part in text.parts)
        assert vocabulary().forms[form].name in text.title
        assert "no treatment" in words(text, "others")
        assert "change your mind" in words(text, "rights")


def test_the_text_survives_being_kept_and_its_fingerprint_tells_any_change():
    text = consent_text("azelaic-acid", "melasma")
    kept = json.loads(json.dumps(text.to_json()))
    assert ConsentText.of(kept) == text
    assert consents.fingerprint(kept) == text.fingerprint == consent_text("azelaic-acid", "melasma").fingerprint
    kept["parts"][0]["lines"][0]["text"] += "!"
    assert consents.fingerprint(kept) != text.fingerprint
    with pytest.raises(ValidationError):
        ConsentText.of({"version": "1"})


def test_the_law_is_said_by_the_vocabularys_class():
    assert "No product of this kind has a UK licence" in words(
        consent_text("exosome-microneedling", "melasma"), "licence"
    )
    assert "off-label" in words(consent_text("tretinoin", "melasma"), "licence")
    assert "It is a procedure" in words(consent_text("microneedling", "acne-scars"), "licence")
    assert "may not hold anything from human cells" in words(consent_text("exosome-topical", "melasma"), "licence")


def test_what_is_not_known_is_said_to_be_unknown():
    text = consent_text("exosome-microneedling", "acne-scars")
    assert "is not known" in words(text, "known")
    assert "no proof of safety" in words(consent_text("botulinum-toxin", "skin-ageing"), "risks")


def test_what_was_counted_stands_with_its_study():
    text = consent_text("azelaic-acid", "melasma")
    lines = [line for part in text.parts if part.id == "risks" for line in part.lines if " of " in line.text]
    assert any(" people" in line.text and line.cites[0].kind == "study" for line in lines)


def test_a_rule_that_fired_for_this_person_is_told_as_theirs_and_its_advice_to_clinicians_is_not():
    text = consent_text("microneedling", "acne-scars", for_person=["proc-keloid-low", "gen-sun-protection"])
    told = words(text, "risks")
    assert "For you: Even light treatments can scar" in told
    assert told.count("For you:") == 1, "what only advises is no risk of this person"
    assert "valaciclovir" not in told
    with pytest.raises(KeyError, match="no-such-rule"):
        consent_text("microneedling", "acne-scars", for_person=["no-such-rule"])


def test_unknown_words_are_named():
    with pytest.raises(KeyError, match="tretinoin"):
        consent_text("tretinoine", "acne")
    with pytest.raises(ValueError, match="concern"):
        consent_text("tretinoin", "acnes")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [('version: "1"', 'version: "1"\n  nonsense: 1', "nonsense"), ("exo-patch-test", "exo-patch", "exo-patch")],
)
def test_a_faulty_file_is_named(tmp_path, monkeypatch, old, new, message):
    file = tmp_path / "consents.yaml"
    file.write_text(consents.FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(consents, "FILE", file)
    with pytest.raises(KnowledgeError, match=message):
        consents.versions.__wrapped__()


def test_harms_are_in_everyday_words_and_counted():
    text = words(consent_text("azelaic-acid", "melasma"), "risks")
    assert "Something unwanted, put down to the treatment: 24 of 124 people, about 19 of 100." in text
    assert text.count("Told of, but not counted") <= 1
    assert "adverse event" not in text.lower()


def test_a_finding_counted_in_people_says_how_many():
    assert "of 100 people were counted as better with it" in words(consent_text("azelaic-acid", "melasma"), "known")
