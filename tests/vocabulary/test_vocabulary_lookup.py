"""Looking words up, and what the vocabulary says of a data file that is wrong."""

import shutil
from pathlib import Path

import pytest
import yaml

import skinproof.vocabulary
from skinproof.vocabulary import KnowledgeError, Vocabulary, vocabulary

VOC = vocabulary()
DATA = Path(skinproof.vocabulary.__file__).with_name("data")


def test_the_wider_word_covers_its_kinds_and_their_kinds():
    assert VOC.wider("fractional-co2-laser") == ("ablative-fractional-laser", "fractional-laser")
    assert set(VOC.kinds_of("oral-antibiotic")) == {
        "oral-antibiotic",
        "doxycycline",
        "lymecycline",
        "minocycline",
        "sarecycline",
    }
    assert VOC.kinds_of("prp") == ("prp",)


def test_kinds_and_wider_words_are_each_others_mirror():
    for treatment in VOC.treatments:
        for kind in VOC.kinds_of(treatment)[1:]:
            assert treatment in VOC.wider(kind)
        for wider in VOC.wider(treatment):
            assert treatment in VOC.kinds_of(wider)


def test_a_form_of_a_class_of_medicine_speaks_for_the_drug_and_for_the_class():
    assert [treatment.id for treatment in VOC.treatments_of("lymecycline")] == ["lymecycline", "oral-antibiotic"]


def test_an_id_of_either_set_names_forms():
    assert [form.id for form in VOC.resolve("exosome-injected")] == ["exosome-injected"]
    assert {form.id for form in VOC.resolve("exosome")} == {
        "exosome-topical",
        "exosome-microneedling",
        "exosome-laser-rf",
        "exosome-injected",
    }
    assert {form.id for form in VOC.resolve("fractional-laser")} >= {
        "ablative-fractional-laser",
        "non-ablative-fractional-laser",
    }


@pytest.mark.parametrize("look_up", [VOC.resolve, VOC.treatments_of])
def test_a_word_outside_both_sets_is_met_with_near_ones(look_up):
    with pytest.raises(KeyError, match=r"did you mean.*microneedling"):
        look_up("micro-needling")


@pytest.mark.parametrize(
    ("treatment", "neutral"),
    [
        ("tretinoin", True),
        ("azelaic-acid", True),
        ("oxymetazoline-topical", True),  # no page was found on its standing, and it is given on prescription
        ("minoxidil-topical", False),
        ("vitamin-c", False),
        ("microneedling", False),
        ("no-treatment", False),
    ],
)
def test_prescription_medicines_and_what_may_be_one_are_described_neutrally(treatment, neutral):
    assert VOC.described_neutrally(treatment) is neutral


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(DATA, tmp_path / "data")


def edit(folder, file, change):
    path = folder / file
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(rows)
    path.write_text(yaml.safe_dump(rows), encoding="utf-8")


def row(rows, key):
    return next(each for each in rows if each["id"] == key)


@pytest.mark.parametrize(
    ("file", "change", "fault"),
    [
        ("treatments.yaml", lambda rows: row(rows, "prp").update(family="magic"), "treatments.yaml: prp, field family"),
        (
            "treatments.yaml",
            lambda rows: row(rows, "prp").update(kind_of="blood"),
            "prp, field kind_of: no treatment blood",
        ),
        ("treatments.yaml", lambda rows: row(rows, "prp").update(kind_of="prp"), "goes round in a circle"),
        ("treatments.yaml", lambda rows: rows.append(dict(row(rows, "prp"))), "prp: id used twice"),
        ("treatments.yaml", lambda rows: row(rows, "prp").update(legal="fine"), "treatments.yaml: field .*legal"),
        ("forms.yaml", lambda rows: row(rows, "prp").update(treatments=["blood"]), "forms.yaml: prp, field treatments"),
        (
            "forms.yaml",
            lambda rows: row(rows, "prp").update(combinations=[["prp", "ipl"]]),
            "ipl is not in its treatments",
        ),
        ("forms.yaml", lambda rows: row(rows, "prp").update(route="post"), "prp, field route: no route post"),
        ("concepts.yaml", lambda rows: row(rows, "masi").update(better="sideways"), "concepts.yaml: field .*better"),
    ],
)
def test_a_wrong_file_is_named_with_the_field_and_the_fault(folder, file, change, fault):
    edit(folder, file, change)
    with pytest.raises(KnowledgeError, match=fault):
        Vocabulary(folder)


def test_a_circle_of_kinds_further_up_is_found_too(folder):
    def circle(rows):
        row(rows, "fractional-laser").update(kind_of="fractional-co2-laser")

    edit(folder, "treatments.yaml", circle)
    with pytest.raises(KnowledgeError, match="goes round in a circle"):
        Vocabulary(folder)
