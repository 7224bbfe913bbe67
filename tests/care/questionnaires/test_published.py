"""What is published is never edited, is what the questions and rules make today, and means the same to anybody."""

import copy
import json

import fhirclient.models.questionnaire as fhir
import pytest

from skinproof.care import families, terms
from skinproof.care.questionnaires import (
    changed,
    for_concern,
    load,
    newest,
    published,
    publishing,
    read_form,
    versions,
)
from skinproof.care.questionnaires.names import said
from skinproof.cli import main
from skinproof.questionnaires import answers_in, check_response, respond
from skinproof.vocabulary import vocabulary

FAMILIES = sorted(families())


@pytest.mark.parametrize("family", FAMILIES)
def test_the_newest_version_is_what_questions_and_rules_make_now(family):
    assert not changed(family), (
        f"the questions or rules of {family} have changed since they were published: "
        "run `skinproof questionnaires --publish` and keep the new file"
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_each_version_can_be_read_and_is_named_as_its_file(family):
    for version in versions(family):
        content = load(family, version)
        form = read_form(content)
        assert form.canonical == f"https://skinproof.example/fhir/Questionnaire/{family}|{version}"
        assert published(form.canonical).canonical == form.canonical
        assert not form.questionnaire.issues
        assert content["status"] == "active"
        assert content["date"]
        fhir.Questionnaire(content)  # raises on what plain R4 does not have


def test_there_is_one_for_each_concern_and_they_are_ten():
    assert len(families()) == 10
    for concern in vocabulary().concerns:
        assert concern in for_concern(concern).concerns


@pytest.mark.parametrize("family", FAMILIES)
def test_an_answer_is_turned_into_facts_by_what_the_questionnaire_itself_says(family):
    form = newest(family)
    for item in form.questionnaire.items:
        for row in item.raw.get("answerOption", ()):
            for atom in said(row):
                assert (atom if isinstance(atom, str) else atom[0]) in terms().facts
    moles = form.questions["moles"].read(["bigger"])
    assert form.answer("moles", form.given_by(moles)).atoms["lesion-changing-size"] is True
    assert form.answer("moles", form.given_by(moles)).atoms["lesion-irregular-shape"] is False


@pytest.mark.parametrize("family", FAMILIES)
def test_the_pages_have_what_a_form_needs(family):
    form = newest(family)
    for link_id, question in form.questions.items():
        item = form.questionnaire[link_id]
        assert question.why
        assert question.section
        assert item.required or link_id in ("wanted", "story")
        if item.type == "choice":
            controls = json.dumps(item.raw["extension"])
            assert ("check-box" if item.repeats else "radio-button") in controls
            exclusive = [option for option in item.options if option.exclusive]
            assert bool(exclusive) == item.repeats
    assert form.questions["severity"].atoms == frozenset()
    assert {option.score for option in form.questionnaire["severity"].options} == {None, 0, 1, 2, 3}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_calm_response_is_complete_and_scored(family):
    form = newest(family)
    for concern in form.concerns:
        given = {
            **form.calm,
            **form.start(concern),
            "age": form.given_by(form.questions["age"].read(40)),
            "sex": form.given_by(form.questions["sex"].read("female")),
            "severity": form.given_by(form.questions["severity"].read("moderate")),
            "bother": form.given_by(form.questions["bother"].read("very")),
        }
        response = respond(form.questionnaire, given)
        assert check_response(form.questionnaire, response) == ()
        assert answers_in(form.questionnaire, response)["burden"] == (5,)
        short = {name: values for name, values in given.items() if name != "moles"}
        issues = check_response(form.questionnaire, respond(form.questionnaire, short))
        assert [(issue.kind, issue.link_id) for issue in issues] == [("required", "moles")]


def first(folder):
    for family in FAMILIES:
        (folder / f"{family}-1.0.0.json").write_text(json.dumps(load(family, versions(family)[-1])))


def test_publishing_writes_nothing_while_nothing_has_changed(tmp_path):
    first(tmp_path)
    assert publishing.publish(tmp_path) == []


@pytest.mark.parametrize(
    ("change", "version"),
    [
        (lambda q: q.update(title="Other words"), "1.0.1"),
        (lambda q: q["item"][0]["item"][0].update(text="Other words"), "1.0.1"),
        (lambda q: q["item"].pop(), "1.1.0"),
        (lambda q: q["item"][5].pop("enableWhen", None) or q["item"][5].update(required=False), "1.1.0"),
        (
            lambda q: q["item"][-2]["item"][0]["answerOption"].append(
                {"valueCoding": {"system": "s", "code": "never-mind", "display": "Never mind"}}
            ),
            "2.0.0",
        ),
    ],
)
def test_the_version_says_how_much_changed_and_the_old_file_stays(tmp_path, change, version):
    first(tmp_path)
    file = tmp_path / "eczema-1.0.0.json"
    before = copy.deepcopy(json.loads(file.read_text()))
    change(before)
    file.write_text(json.dumps(before))
    assert publishing.publish(tmp_path) == [f"eczema-{version}.json"]
    assert json.loads(file.read_text()) == before
    assert publishing.publish(tmp_path) == []
    assert publishing.versions("eczema", tmp_path) == ["1.0.0", version]


def test_the_command_lists_and_exports(capsys):
    assert main(["questionnaires"]) == 0
    assert "Acne scars (acne-scars)" in capsys.readouterr().out
    assert main(["questionnaires", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["family"] for row in rows] == list(families())
    assert not any(row["changed"] for row in rows)
    assert main(["questionnaires", "acne"]) == 0
    assert json.loads(capsys.readouterr().out)["resourceType"] == "Questionnaire"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["acme"], "did you mean acne"),
        (["acne", "--version", "0.9.0"], "--version"),
        (["--version", "1.0.0"], "needs a family"),
        (["acne", "--publish"], "takes no family"),
    ],
)
def test_the_command_says_what_it_cannot_use(capsys, arguments, words):
    assert main(["questionnaires", *arguments]) == 2
    assert words in capsys.readouterr().err
