"""The formulary as data: every number has its page, and what was not read says so."""

import shutil

import pytest
import yaml

from skinproof.care.prescribing import LIMITS, formulary, read_formulary
from skinproof.care.prescribing.formulary import FOLDER
from skinproof.vocabulary import KnowledgeError, vocabulary


def test_every_limit_names_its_page_or_says_what_was_not_read():
    for medicine in formulary().medicines.values():
        for limits in (medicine.limits, *(product.limits for product in medicine.products)):
            for name, limit in limits.items():
                assert name in LIMITS
                where = f"{medicine.form}, {name}"
                if limit.value is None:
                    assert limit.not_read, where
                else:
                    assert formulary().sources(limit.source), where


def test_every_product_names_the_page_it_was_read_in():
    for product in formulary().products.values():
        for page in formulary().sources(product.source):
            assert page.url.startswith("http"), product.id
            assert page.organisation


def test_a_medicine_of_the_formulary_is_one_that_is_prescribed_or_sold_as_such():
    for form in formulary().medicines:
        assert vocabulary().forms[form].kind in ("pom", "otc", "self-care"), form


def test_medicines_that_safety_rules_speak_of_are_all_here():
    screened = {form.id for form in vocabulary().forms.values() if form.screened and form.kind in ("pom", "otc")}
    assert screened <= set(formulary().medicines)


@pytest.mark.parametrize(
    ("form", "name", "value"), [("hydroquinone", "max-strength", 4), ("tranexamic-acid-oral", "mg-a-day", 500)]
)
def test_limits_are_those_of_the_rules(form, name, value):
    limit = formulary().medicines[form].limits[name]
    assert limit.value == value
    assert any(key.startswith("rule:") for key in limit.source)


def test_the_limits_of_the_rules_are_not_loosened_here():
    """Where a dose-limit rule gives a number, the formulary's is the same or stricter."""
    from skinproof.care import rules

    same = {  # the name of a limit in a rule: its name here
        "max-times-per-day": "times-a-day",
        "max-course-weeks": "course-weeks",
        "max-mg-per-day": "mg-a-day",
        "max-mg": "mg-a-day",
        "max-grams-per-day": "amount-a-day",
        "hard-stop-weeks": "total-weeks",
        "max-strength-percent": "max-strength",
        "max-weeks-face": "course-weeks-face",
        "max-weeks-body": "course-weeks",
        "start-mg": "start-mg",
        "start-mg-female": "start-mg-female",
        "start-mg-male": "start-mg-male",
    }
    compared = 0
    for rule in rules().rules:
        for form in rule.treatments if rule.action == "dose-limit" else ():
            for name, value in (rule.limit or {}).items():
                if form in formulary().medicines and name in same:
                    mine = formulary().medicines[form].limits[same[name]]
                    assert mine.value is not None, (form, name)
                    assert mine.value <= value, (form, name)
                    compared += 1
    assert compared >= 18


# --- a file at fault
@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "formulary"
    shutil.copytree(FOLDER, copy)
    return copy


def change(folder, name, edit):
    path = folder / name
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    edit(data)
    path.write_text(yaml.safe_dump(data), encoding="utf-8")


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda rows: rows[0]["limits"]["times-a-day"].pop("source"), "names its source"),
        (lambda rows: rows[0]["limits"]["course-weeks"].pop("not-read"), "what was not read"),
        (
            lambda rows: rows[0]["limits"].update({"most-ever": {"value": 1, "source": ["ni-acne"]}}),
            "no limit is called",
        ),
        (lambda rows: rows[0]["limits"]["times-a-day"].update(value=-1), "above zero"),
        (lambda rows: rows[0].update(form="no-such-cream"), "no form"),
        (lambda rows: rows[0].update(classes=["creams"]), "no class"),
        (lambda rows: rows[0].update(gives={"current-retinoids": ["soap"]}), "gives"),
        (lambda rows: rows[0]["products"][0].update(source=["a-page-nobody-read"]), "no source"),
        (lambda rows: rows[0]["products"][0].update(source=["rule:no-such-rule"]), "no source"),
        (lambda rows: rows[0]["products"][0].update(unit="tablets"), "weighed or measured"),
        (lambda rows: rows[0]["products"][0].update({"legal-source": []}), "legal-source"),
        (lambda rows: rows.append(rows[0]), "stands twice"),
        (lambda rows: rows[1]["products"][0].update(id=rows[0]["products"][0]["id"]), "used twice"),
    ],
)
def test_a_file_at_fault_is_refused_by_name(folder, edit, words):
    change(folder, "retinoids.yaml", edit)
    with pytest.raises(KnowledgeError, match=words):
        read_formulary(folder)


def test_the_files_as_they_are_read_the_same_from_a_copy(folder):
    assert read_formulary(folder).products == formulary().products
