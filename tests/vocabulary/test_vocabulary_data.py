"""What the vocabulary's data must hold, whoever edits it."""

import re
from collections import Counter
from pathlib import Path

import pytest

from skinproof.vocabulary import read_yaml, vocabulary

VOC = vocabulary()
SHELVES = {
    "families": VOC.families,
    "treatments": VOC.treatments,
    "forms": VOC.forms,
    "concerns": VOC.concerns,
    "concepts": VOC.concepts,
}
SENTENCES = [(f"{shelf}/{key}", noun.sentence) for shelf, nouns in SHELVES.items() for key, noun in nouns.items()]
NEEDS_A_SOURCE = {"prescription-only", "pharmacy", "medicine-depends", "not-licensed"}

FIRST = read_yaml(Path(__file__).with_name("first-ids.yaml"))


@pytest.mark.parametrize(("where", "sentence"), SENTENCES, ids=[where for where, _ in SENTENCES])
def test_a_sentence_is_one_plain_sentence(where, sentence):
    assert sentence.endswith("."), where
    assert len(sentence.split()) <= 25
    assert not re.search(r"\.\s+[A-Z]", sentence), "one sentence, not two"
    assert "be written" not in sentence.lower()


@pytest.mark.parametrize("shelf", SHELVES)
def test_sentences_read_at_about_age_twelve(shelf):
    """The mean Flesch-Kincaid grade of a shelf, 7 being about age 12."""
    grades = [grade(noun.sentence) for noun in SHELVES[shelf].values()]
    assert sum(grades) / len(grades) <= 7


def grade(sentence: str) -> float:
    """0.39 words a sentence + 11.8 syllables a word - 15.59."""
    words = re.findall(r"[a-zA-Z']+", sentence)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", word.lower().removesuffix("e")))) for word in words)
    return 0.39 * len(words) + 11.8 * syllables / len(words) - 15.59


@pytest.mark.parametrize("promise", ["effective", "best", "proven", "safe", "improves", "works", "helps"])
def test_no_sentence_about_a_treatment_says_how_well_it_works(promise):
    for noun in (*VOC.treatments.values(), *VOC.forms.values()):
        assert not re.search(rf"\b{promise}\b", noun.sentence), noun.id


@pytest.mark.parametrize("shelf", SHELVES)
def test_no_two_nouns_share_a_name(shelf):
    twice = [name for name, count in Counter(noun.name for noun in SHELVES[shelf].values()).items() if count > 1]
    assert twice == []


@pytest.mark.parametrize("shelf", SHELVES)
def test_a_name_is_words_for_people_and_not_an_id(shelf):
    for key, noun in SHELVES[shelf].items():
        assert noun.name != key
        assert not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", noun.name), key
        assert noun.name[0].isupper(), key


def test_every_family_is_used():
    assert {treatment.family for treatment in VOC.treatments.values()} == set(VOC.families)


@pytest.mark.parametrize("treatment", VOC.treatments.values(), ids=lambda t: t.id)
def test_a_legal_class_that_is_a_fact_about_a_medicine_says_where_it_was_read(treatment):
    if treatment.legal in NEEDS_A_SOURCE:
        assert treatment.sources
    for source in treatment.sources:
        assert source.url.startswith("http")
        assert source.organisation


@pytest.mark.parametrize("form", VOC.forms.values(), ids=lambda f: f.id)
def test_a_form_whose_standing_differs_says_where_it_was_read_or_what_is_missing(form):
    if form.legal is not None:
        assert form.legal_note
        assert form.sources


def test_inert_treatments_are_no_treatments():
    for treatment in VOC.treatments.values():
        if treatment.inert:
            assert treatment.family == "comparators"
            assert treatment.legal == "not-a-treatment"
    assert not VOC.treatments["before-treatment"].inert, "the same people before treatment are not a control group"


def test_exactly_the_forms_with_safety_rules_are_screened():
    assert {form.id for form in VOC.forms.values() if form.screened} == set(FIRST["screened"])


@pytest.mark.parametrize("word", [*FIRST["screened"], *FIRST["treatments"]])
def test_both_sets_of_ids_go_on_working(word):
    assert word in VOC.forms or word in VOC.treatments
    VOC.resolve(word)
    assert VOC.treatments_of(word) or word == "topical-anaesthetic"


def test_every_real_treatment_can_be_given_or_is_a_wider_or_unnamed_word():
    given = {word for form in VOC.forms.values() for word in form.treatments}
    wider = {treatment.kind_of for treatment in VOC.treatments.values()}
    only_in_studies = {"lr2412", "brightening-blend", "conjugated-retinoid", "calf-blood-extract", "ablative-laser"}
    left = {
        treatment.id
        for treatment in VOC.treatments.values()
        if treatment.id not in given | wider | only_in_studies and treatment.legal != "not-a-treatment"
    }
    assert left == set()


def test_a_form_that_is_read_as_treatments_of_its_own_name_holds_that_treatment():
    for word in set(VOC.forms) & set(VOC.treatments):
        assert word in VOC.forms[word].treatments


def test_what_is_given_together_is_named_so():
    assert VOC.forms["exosome-microneedling"].combinations == (("exosome", "microneedling"),)
    assert all("exosome" in together for together in VOC.forms["exosome-laser-rf"].combinations)
    for form in VOC.forms.values():
        for together in form.combinations:
            assert len(together) > 1
            assert len(set(together)) == len(together)


def test_each_concern_says_where_its_sentence_was_read_and_what_people_call_it():
    for concern in VOC.concerns.values():
        assert concern.sources, concern.id
        assert len(concern.also) >= 3, concern.id


def test_lay_words_lead_to_one_concern_only():
    words = Counter(
        word for concern in VOC.concerns.values() for word in {each.lower() for each in (*concern.also, concern.name)}
    )
    assert [word for word, count in words.items() if count > 1] == []


@pytest.mark.parametrize(
    ("word", "concern"),
    [("brown patches", "melasma"), ("spots", "acne"), ("thinning hair", "hair-loss"), ("anti-aging", "skin-ageing")],
)
def test_the_words_people_use_are_there(word, concern):
    assert word in VOC.concerns[concern].also


def test_harms_and_stand_ins_are_told_apart():
    matters = {key: concept.matters for key, concept in VOC.concepts.items()}
    assert {"adverse-events", "pain", "downtime", "post-inflammatory-hyperpigmentation", "sexual-dysfunction"} <= {
        key for key, kind in matters.items() if kind == "harm"
    }
    assert {"tewl", "collagen", "hydration", "pull-test"} <= {
        key for key, kind in matters.items() if kind == "surrogate"
    }
    assert all(concept.better == "lower" for concept in VOC.concepts.values() if concept.matters == "harm")
