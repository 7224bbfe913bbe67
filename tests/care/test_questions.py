"""The questions as data: they cover what the rules turn on, say only what facts can take, and are plain to read."""

import copy

import pytest

from skinproof.care import FactError, consultation, in_play, rules, terms
from skinproof.care.questions import QUESTIONS_FILE, make_consultation
from skinproof.vocabulary import KnowledgeError, read_yaml, vocabulary

QUESTIONS = {question.id: question for question in consultation().questions}


def facts_said():
    return {atom if isinstance(atom, str) else atom[0] for question in QUESTIONS.values() for atom in question.atoms}


def in_play_anywhere():
    forms = {form for concern in vocabulary().concerns for form in in_play(concern, vocabulary().forms)}
    return {rule.id: rule for form in forms for rule in rules().for_form(form)}.values()


def test_every_fact_that_a_rule_turns_on_is_asked_or_filled_in_by_somebody_named():
    needed = {leaf.fact for rule in in_play_anywhere() for leaf in rule.condition.leaves()}
    for fact in needed:
        spec = terms().facts[fact]
        if spec.ask and spec.filled_by == "person":
            assert fact in facts_said(), f"nobody asks for {fact}"
        if spec.filled_by != "person":
            assert spec.needs
            assert spec.ask_clinician


def test_every_word_of_a_list_that_a_rule_reads_can_be_said():
    said = {atom for question in QUESTIONS.values() for atom in question.atoms if not isinstance(atom, str)}
    follows = {atom for _when, gives in terms().derived for atom in gives if not isinstance(atom, str)}
    for rule in in_play_anywhere():
        for leaf in rule.condition.leaves():
            if leaf.comparator == "includes":
                assert set(leaf.atoms()) & (said | follows), f"{rule.id} can never fire on {leaf.wanted}"


def test_each_limit_of_a_number_can_be_met_and_missed_by_some_answer():
    for rule in in_play_anywhere():
        for leaf in rule.condition.leaves():
            said = [
                value
                for question in QUESTIONS.values()
                for option in question.options
                for atom, value in option.atoms.items()
                if atom == leaf.fact
            ]
            unticked = any(leaf.fact in question.atoms and question.kind == "any-of" for question in QUESTIONS.values())
            if said and terms().facts[leaf.fact].type == "number":
                truths = {leaf.truth({leaf.fact: value}) for value in [*said, *([None] if unticked else [])]}
                assert truths == {True, False}, (rule.id, leaf)


def test_each_skin_type_can_be_told():
    assert [option.atoms["fitzpatrick"] for option in QUESTIONS["skin-type"].options] == [1, 2, 3, 4, 5, 6]
    words = " ".join(option.text.lower() for option in QUESTIONS["skin-type"].options)
    assert not any(colour in words for colour in ("white", "black", "brown", "olive", "pale", "fair", "dark skin"))
    assert QUESTIONS["skin-type"].sources


def test_texts_are_short():
    for question in QUESTIONS.values():
        assert len(question.text.split()) <= 28, question.id
        assert len(question.why.split()) <= 36, question.id
        for option in question.options:
            assert len(option.text.split()) <= 20, (question.id, option.id)


def test_unticked_means_not_so_and_unsure_means_not_known():
    moles = QUESTIONS["moles"]
    assert moles.read([]).atoms["lesion-changing-size"] is False
    assert moles.read(["bigger"]).atoms == {**moles.read([]).atoms, "lesion-changing-size": True}
    assert moles.read("not-sure").atoms == {}
    assert moles.read(["bigger", "not-sure"]).atoms == {"lesion-changing-size": True}


def test_everybody_knows_who_they_are():
    for name in ("age", "sex"):
        with pytest.raises(FactError):
            QUESTIONS[name].read("not-sure")


def test_unticked_numbers_mean_never_and_the_graver_of_two_stands():
    recent = QUESTIONS["recent"]
    assert recent.read([]).atoms["filler-weeks-since"] is None
    assert recent.read(["filler-2", "filler-4"]).atoms["filler-weeks-since"] == 1
    organs = QUESTIONS["organs"]
    assert organs.read([]).atoms["kidney-impairment"] == "none"
    assert organs.read(["kidney-mild", "kidney-severe"]).atoms["kidney-impairment"] == "severe"


def test_numbers_and_text_are_read_as_people_type_them():
    assert QUESTIONS["age"].read(" 38 ").atoms == {"age": 38}
    assert QUESTIONS["story"].read("  It began in May. ").text == "It began in May."
    assert QUESTIONS["story"].read("").text == ""


@pytest.mark.parametrize(
    ("question", "raw", "fault"),
    [
        ("age", "old", "needs a number"),
        ("age", "412", "out of range"),
        ("age", "nan", "needs a number"),
        ("age", None, "needs a number"),
        ("sex", "woman", "not one of the options"),
        ("sex", ["female"], "not one of the options"),
        ("moles", ["huge"], "not one of the options"),
        ("moles", "bigger", "needs a list"),
        ("heart", ["clot-ever"], "not one of the options"),
        ("story", "x" * 4001, "4,001 characters is too long"),
        ("story", 5, "needs text"),
        ("story", "a\0b", "cannot be kept"),
        ("moles", [{}], "not one of the options"),
        ("heart", [[]], "not one of the options"),
        ("moles", {"chosen": ["bigger"]}, "needs a list"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_in_words(question, raw, fault):
    with pytest.raises(FactError, match=fault) as error:
        QUESTIONS[question].read(raw)
    assert error.value.fact in (question, "age")


def changed(change):
    content = copy.deepcopy(read_yaml(QUESTIONS_FILE))
    change(content["questions"])
    return content


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows[1]["options"][0]["sets"].update(sex="woman"), "sex: needs one of female, male"),
        (lambda rows: rows[1]["options"][0]["sets"].update(pregnent=True), "did you mean pregnant"),
        (lambda rows: rows[1]["options"][0]["sets"].update({"age-verified": True}), "filled in by a clinician"),
        (lambda rows: rows.append(rows[0]), "questions.yaml: age: id used twice"),
        (lambda rows: rows[0].update(kind="any-of"), "any-of needs options"),
        (lambda rows: rows[4].pop("none"), "any-of needs none"),
        (lambda rows: rows[4]["options"][0]["sets"].update(age=4), "age has no way to say never"),
        (lambda rows: rows[4]["options"][0]["sets"].update(sex="male"), "sex has no value that means none"),
        (lambda rows: rows[2]["options"][0].update(adds=["exosomme"]), "adds 'exosomme'"),
        (lambda rows: rows[1].update(calm="neither"), "calm is not one"),
        (lambda rows: rows[1].update(pool="health"), "not any-of"),
        (lambda rows: rows[0].update(when={"fact": "ages", "below": 3}), "no such fact: 'ages'"),
        (lambda rows: rows[0].update(when={"fact": "age"}), "exactly one of"),
        (lambda rows: rows[0].update(concerns=["acme"]), "no such concern: acme"),
        (lambda rows: rows[1]["options"].append(rows[1]["options"][0]), "option's id is used twice"),
    ],
)
def test_a_faulty_question_is_named_with_its_fault(change, message):
    with pytest.raises(KnowledgeError, match=message):
        make_consultation(changed(change))


def test_the_options_of_a_pool_are_told_apart():
    content = changed(lambda rows: next(r for r in rows if r["id"] == "gut")["options"][0].update(id="asthma"))
    with pytest.raises(KnowledgeError, match="option asthma stands in its pool twice"):
        make_consultation(content)
