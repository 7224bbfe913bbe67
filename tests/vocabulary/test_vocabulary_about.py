"""Every plain sentence says where it was read, or that it is ours, or stands on the list of known gaps."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

import skinproof.vocabulary
from skinproof.evidence import library
from skinproof.vocabulary import About, KnowledgeError, Vocabulary, read_yaml, vocabulary

VOC = vocabulary()
SHELVES = {"families": VOC.families, "treatments": VOC.treatments, "forms": VOC.forms, "concepts": VOC.concepts}
NOUNS = [(shelf, noun) for shelf, nouns in SHELVES.items() for noun in nouns.values()]
NAMES = [f"{shelf}/{noun.id}" for shelf, noun in NOUNS]
GAPS = {(row["shelf"], row["id"]): row["reason"] for row in read_yaml(Path(__file__).with_name("unsourced.yaml"))}


@pytest.mark.parametrize(("shelf", "noun"), NOUNS, ids=NAMES)
def test_a_sentence_was_read_somewhere_or_is_ours_or_is_a_known_gap(shelf, noun):
    stands = bool(VOC.about_sources(noun)) or VOC.in_our_words(noun)
    assert stands != ((shelf, noun.id) in GAPS)


def test_a_known_gap_is_about_a_noun_and_has_a_reason():
    for (shelf, key), reason in GAPS.items():
        assert key in SHELVES[shelf]
        assert len(reason.split()) >= 3, key


@pytest.mark.parametrize(("shelf", "noun"), NOUNS, ids=NAMES)
def test_where_a_sentence_was_read_can_be_followed(shelf, noun):
    for place in noun.about:
        if place.record is None:
            assert re.match(r"https?://[^/\s]+\.[^/\s]+/", place.url)
        else:
            assert place.record in library().studies
    assert len(set(noun.about)) == len(noun.about)


def test_a_page_has_one_owner_wherever_it_is_cited():
    owners: dict[str, set[str]] = {}
    for _, noun in NOUNS:
        for place in noun.about:
            if place.url:
                owners.setdefault(place.url, set()).add(place.organisation)
    assert [url for url, names in owners.items() if len(names) > 1] == []


@pytest.mark.parametrize("treatment", VOC.treatments.values(), ids=lambda t: t.id)
def test_a_record_that_describes_a_treatment_studies_it(treatment):
    """A record cited for a treatment names that treatment, a kind of it, or a wider word for it."""
    near = {*VOC.kinds_of(treatment.id), *VOC.wider(treatment.id)}
    for place in treatment.about:
        if place.record is not None:
            assert near & set(library().studies[place.record].treatments), place.record


def test_only_words_of_research_and_groups_are_ours_and_no_treatment_a_person_could_have():
    ours = {key for key, treatment in VOC.treatments.items() if treatment.wording == "ours"}
    umbrella = {"topical-antibiotic", "oral-antibiotic", "other-peel"}
    assert {key for key in ours if VOC.treatments[key].legal != "not-a-treatment"} == umbrella
    assert not any(VOC.in_our_words(form) for form in VOC.forms.values() if form.screened)


@pytest.mark.parametrize(
    "promise", ["bleaches", "clears", "cures", "heals", "fades", "kills", "removes", "reduces", "prevents"]
)
def test_no_sentence_about_a_treatment_promises_an_effect(promise):
    for noun in (*VOC.treatments.values(), *VOC.forms.values()):
        assert not re.search(rf"\b{promise}\b", noun.sentence), noun.id


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(Path(skinproof.vocabulary.__file__).with_name("data"), tmp_path / "data")


def edit(folder, file, key, **fields):
    path = folder / file
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    row = next(each for each in rows if each["id"] == key)
    for field, value in fields.items():
        row.pop(field, None)
        if value is not None:
            row[field] = value
    path.write_text(yaml.safe_dump(rows), encoding="utf-8")


def test_a_form_stands_on_the_places_of_its_treatments(folder):
    form = Vocabulary(folder).forms["radiofrequency"]
    assert form.about == ()
    places = Vocabulary(folder).about_sources(form)
    assert set(VOC.treatments["radiofrequency"].about) <= set(places)
    assert set(VOC.treatments["microplasma-radiofrequency"].about) <= set(places)
    assert len(set(places)) == len(places)


def test_a_form_stands_nowhere_when_one_of_its_treatments_does(folder):
    edit(folder, "treatments.yaml", "microplasma-radiofrequency", about=None)
    voc = Vocabulary(folder)
    assert voc.about_sources(voc.forms["radiofrequency"]) == ()
    assert not voc.in_our_words(voc.forms["radiofrequency"])


def test_places_of_its_own_come_before_those_of_its_treatments(folder):
    edit(folder, "forms.yaml", "radiofrequency", about=[{"record": "zhang-2013-microplasma-vs-co2"}])
    voc = Vocabulary(folder)
    assert voc.about_sources(voc.forms["radiofrequency"]) == (About(record="zhang-2013-microplasma-vs-co2"),)


def test_a_form_whose_treatments_are_ours_is_ours_too():
    assert VOC.in_our_words(VOC.forms["no-treatment"])
    assert VOC.about_sources(VOC.forms["no-treatment"]) == ()
    assert VOC.in_our_words(VOC.forms["peel-other"]), "marked itself, although one of its treatments has pages"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"about": [{"url": "https://example.org/"}]}, "name a page"),
        ({"about": [{"organisation": "Someone"}]}, "name a page"),
        ({"about": [{"note": "no place at all"}]}, "name a page"),
        ({"about": [{"url": "https://example.org/", "organisation": "Someone", "record": "x"}]}, "name a page"),
        ({"about": [{"url": "example.org", "organisation": "Someone"}]}, "field .*about.*url"),
        ({"wording": "theirs"}, "field .*wording"),
        ({"wording": "ours"}, "not marked `wording: ours`"),
    ],
)
def test_a_place_that_is_none_is_refused_with_the_field_and_the_fault(folder, fields, fault):
    edit(folder, "treatments.yaml", "prp", **fields)
    with pytest.raises(KnowledgeError, match=f"treatments.yaml: .*{fault}"):
        Vocabulary(folder)
