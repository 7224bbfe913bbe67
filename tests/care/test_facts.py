"""What may be said of a person, and what follows from it."""

import copy
import sys

import pytest

from skinproof.care import FactError, clinic_facts, read_facts
from skinproof.care.concerns import concerns
from skinproof.care.facts import atoms_of, complete
from skinproof.care.terms import DERIVED_FILE, FACTS_FILE, VOCABULARY_FILE, make_terms, shown, terms
from skinproof.vocabulary import KnowledgeError, read_yaml


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"age": 412}, "age: 412 is out of range \\(0 to 120\\)"),
        ({"age": "forty"}, "age: needs a number, not 'forty'"),
        ({"age": True}, "age: needs a number, not true"),
        ({"age": float("nan")}, "age: needs a number"),
        ({"fitzpatrick": 2.5}, "fitzpatrick: needs a whole number"),
        ({"fitzpatrick": 7}, "fitzpatrick: 7 is out of range"),
        ({"pregnent": True}, "pregnent: no such fact: .*did you mean pregnant"),
        ({"pregnant": "yes"}, "pregnant: needs true or false, not 'yes'"),
        ({"sex": "woman"}, "sex: needs one of female, male, not 'woman'"),
        ({"conditions": "asthma"}, "conditions: needs a list"),
        ({"conditions": ["astma"]}, "conditions: 'astma' is not known; did you mean asthma"),
        ({"conditions": [3]}, "conditions: the list holds 3"),
        ({"medicines": {"has": ["aspirin"], "not": ["aspirin"]}}, "aspirin is both"),
        ({"medicines": {"with": []}}, "needs a list, or has and not"),
        ({"allergies": ["sulphite"]}, "did you mean sulfite"),
    ],
)
def test_a_bad_fact_is_named_with_its_fault(facts, message):
    with pytest.raises(FactError, match=message) as error:
        read_facts(facts)
    assert error.value.fact == next(iter(facts))


def test_blank_is_unknown_except_where_null_means_none():
    known = read_facts({"pregnant": None, "sex": None, "age": None, "conditions": None, "weeks-since-tan": None}).known
    assert "pregnant" not in known
    assert "sex" not in known
    assert "age" not in known
    assert ("conditions", "asthma") not in known
    assert known["weeks-since-tan"] is None


def test_a_fact_that_must_be_asked_stays_unknown_and_others_take_their_usual_value():
    known = read_facts({}).known
    assert "pregnant" not in known
    assert known["smoker"] is False
    assert "pregnant" in read_facts({}, assume_for_tests=True).known


def test_a_list_is_the_whole_list_and_has_not_is_part_of_it():
    whole = read_facts({"conditions": ["asthma"]}).known
    assert whole["conditions", "asthma"] is True
    assert whole["conditions", "lupus"] is False
    part = read_facts({"conditions": {"has": ["asthma"], "not": ["rosacea"]}}).known
    assert part["conditions", "rosacea"] is False
    assert ("conditions", "lupus") not in part


def test_men_are_not_pregnant_and_two_ways_of_saying_the_same_agree():
    assert read_facts({"sex": "male"}).known["pregnant"] is False
    assert read_facts({"can-become-pregnant": False}).known["planning-pregnancy"] is False
    assert read_facts({"medicines": ["warfarin"]}).known["anticoagulant"] is True
    assert read_facts({"allergies": ["gold"]}).known["gold-allergy"] is True
    assert read_facts({"isotretinoin-months-since": 0}).known["current-retinoids", "oral-isotretinoin"] is True
    assert read_facts({"current-retinoids": ["oral-isotretinoin"]}).known["isotretinoin-months-since"] == 0


def test_what_follows_holds_turned_round_where_the_words_mean_it():
    assert read_facts({"anticoagulant": False}).known["medicines", "warfarin"] is False
    assert read_facts({"heart-disease": False}).known["conditions", "angina"] is False
    assert read_facts({"allergies": []}).known["sulfite-allergy"] is False
    # other blood thinners exist: an empty list of medicines by class does not settle it
    assert "anticoagulant" not in read_facts({"medicines": []}).known
    moles = ("lesion-changing-size", "lesion-irregular-shape", "lesion-irregular-colour", "lesion-itch-bleed-ooze")
    assert read_facts(dict.fromkeys(moles, False)).known["lesion-7pt-score"] is None


def test_a_contradiction_takes_the_careful_value_and_is_told():
    facts = read_facts({"medicines": ["warfarin"], "anticoagulant": False})
    assert facts.known["anticoagulant"] is True
    assert any("Whether you take blood thinners: answered no" in note for note in facts.notes)
    facts = read_facts({"sex": "male", "pregnant": True})
    assert facts.known["pregnant"] is True
    assert any("Whether you are pregnant: answered yes" in note for note in facts.notes)
    facts = read_facts({"isotretinoin-months-since": None, "current-retinoids": ["oral-isotretinoin"]})
    assert facts.known["isotretinoin-months-since"] == 0


def test_a_named_unknown_stays_unknown_whatever_was_said():
    assert "pregnant" not in read_facts({"sex": "male", "pregnant": False}, blank=["pregnant"]).known
    with pytest.raises(FactError, match="no such fact"):
        read_facts({}, blank=["pregnent"])


def test_an_allergy_outside_the_list_is_kept_and_pointed_out():
    facts = read_facts({"allergies": ["Penicillin"]})
    assert facts.known["allergies", "penicillin"] is True
    assert any("no rule can read 'penicillin'" in note for note in facts.notes)


def test_a_clinician_adds_what_only_they_can_know():
    facts = read_facts({"sex": "female", "pregnant": True, "can-become-pregnant": True})
    more = facts.adding({"age-verified": True, "pregnant": False})
    assert more.known["age-verified"] is True
    assert more.known["pregnant"] is False
    assert facts.known["pregnant"] is True
    with pytest.raises(FactError, match="no such fact"):
        facts.adding({"age-checked": True})
    assert {"age-verified", "exosome-source"} <= {spec.id for spec in clinic_facts()}
    assert all(spec.ask_clinician and spec.needs for spec in clinic_facts())


def test_a_correction_takes_with_it_what_followed():
    facts = read_facts({"sex": "male"})
    assert facts.known["pregnant"] is False
    assert "pregnant" not in facts.adding({"sex": "female"}).known


def test_what_is_told_as_json_is_what_was_said_and_follows():
    told = read_facts(
        {"sex": "female", "conditions": {"has": ["asthma"], "not": ["rosacea"]}, "medicines": ["warfarin"]}
    )
    row = told.to_json()
    assert row["conditions"] == {"has": ["asthma"], "not": ["rosacea"]}, "a part stays a part"
    assert row["medicines"] == ["warfarin"], "a whole list is one"
    assert row["anticoagulant"] is True
    assert "smoker" not in row, "nobody said so"
    assert "allergies" not in row
    assert read_facts({"smoker": False}).to_json()["smoker"] is False


@pytest.mark.parametrize(
    ("said", "atoms"),
    [
        ({"has": ["asthma"]}, {"asthma": True}), ({"not": ["asthma"]}, {"asthma": False}), ({}, {}),
        ({"has": [], "not": None}, {}), ({"has": ["asthma"], "not": ["lupus"]}, {"asthma": True, "lupus": False}),
    ],
)  # fmt: skip
def test_a_part_of_a_list_says_only_what_it_says(said, atoms):
    assert atoms_of("conditions", said) == {("conditions", word): so for word, so in atoms.items()}


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"has": ["asthma", "lupus"], "not": ["lupus"]}, "conditions: lupus is both in has and in not"),
        ({"has": ["asthma"], "hasnt": []}, "conditions: needs a list, or has and not; has has, hasnt"),
    ],
)
def test_a_part_of_a_list_that_cannot_be_is_refused(said, fault):
    with pytest.raises(FactError) as refused:
        atoms_of("conditions", said)
    assert str(refused.value) == fault


def test_what_the_concern_says_stands_and_only_a_dispute_is_noted():
    melasma = ("conditions", "melasma")
    assert read_facts({}, also={melasma: True}).known[melasma] is True
    assert read_facts({}, also={melasma: True}).notes == ()
    assert read_facts({"conditions": ["melasma"]}, also={melasma: True}).notes == ()
    disputed = read_facts({"conditions": ["asthma"]}, also={melasma: True})
    assert disputed.known[melasma] is True
    assert disputed.notes == (
        "Your other health conditions (melasma): left out of the answers, but the concern says it; taken as so",
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"), (True, "true"), (False, "false"), ("x" * 50, repr("x" * 40)), (3, "3"), (2.5, "2.5"),
        (1e15, "a number far too large"), (999_999_999_999_999, "1e+15"), ([], "a list"), ({}, "a mapping"),
        (set(), "a set"), ((), "a tuple"),
    ],
)  # fmt: skip
def test_a_value_in_a_message_is_short(value, words):
    assert shown(value) == words


def test_a_word_has_200_characters_at_most():
    assert read_facts({"allergies": ["x" * 200]}).known["allergies", "x" * 200] is True
    with pytest.raises(FactError, match="201 characters as one word; 200 is the most"):
        read_facts({"allergies": ["x" * 201]})


@pytest.mark.parametrize("said", [None, [], "age", 5])
def test_facts_are_a_mapping(said):
    with pytest.raises(FactError, match="facts: needs a mapping of facts to values, not "):
        read_facts(said)


def test_what_a_fact_is_unless_its_file_says_so():
    assert read_facts({"age": 30.5}).known["age"] == 30.5  # not whole
    with pytest.raises(FactError, match="'none' is not known"):
        read_facts({"conditions": ["none"]})  # not open
    assert not terms().facts["exosome-product-cleared-for-broken-skin"].provisional
    for age in (-1, 121):
        with pytest.raises(FactError, match="out of range"):
            read_facts({"age": age})


def test_what_follows_goes_round_until_nothing_new_does():
    known = read_facts({"current-retinoids": ["oral-isotretinoin"]}).known
    assert known["medicines", "isotretinoin"] is True
    assert read_facts({"current-retinoids": []}).known["medicines", "isotretinoin"] is False


def files():
    return [copy.deepcopy(read_yaml(path)) for path in (VOCABULARY_FILE, FACTS_FILE, DERIVED_FILE)]


def test_the_order_in_the_file_does_not_matter(monkeypatch):
    words, extras, _ = files()
    steps = [
        {"when": {"fact": "obese", "is": True}, "set": {"diabetes": True}},
        {"when": {"fact": "smoker", "is": True}, "set": {"obese": True}},
    ]
    for given in (steps, steps[::-1]):
        other = make_terms(words, extras, given)
        monkeypatch.setattr(sys.modules["skinproof.care.facts"], "terms", lambda other=other: other)
        assert complete({"smoker": True}, assume=False).known["diabetes"] is True


def test_only_what_makes_a_fact_true_is_turned_round():
    words, extras, _ = files()
    when = {"fact": "medicines", "includes": "warfarin"}
    assert len(make_terms(words, extras, [{"when": when, "set": {"smoker": True}}]).derived) == 2
    assert len(make_terms(words, extras, [{"when": when, "set": {"smoker": False}}]).derived) == 1


@pytest.mark.parametrize(
    "name", ["actions-strongest-first", "source-tiers-strongest-first", "condition-values", "medicine-values"]
)
def test_a_closed_list_holds_at_least_one_word(name):
    words, extras, _ = files()
    make_terms({**words, name: words[name][:1]}, extras, [])
    with pytest.raises(KnowledgeError, match=name):
        make_terms({**words, name: []}, extras, [])


def test_without_usual_values_nothing_is_added():
    assert dict(complete({"age": 30}, assume=False).known) == {"age": 30}
    assert complete({"age": 30}, assume=False).assumed == frozenset()
    usual = complete({"age": 30})
    assert usual.known["smoker"] is False
    assert "smoker" in usual.assumed
    assert "smoker" not in complete({"smoker": True}).assumed
    assert "pregnant" not in usual.known
    assert "pregnant" in complete({}, assume_for_tests=True).known
    assert "smoker" not in complete({}, blanks=frozenset({"smoker"})).known


def test_what_follows_does_not_fill_what_is_left_open():
    known = read_facts({"sex": "male"}, blank=["pregnant", "medicines"]).known
    assert "pregnant" not in known
    assert ("medicines", "combined-pill") not in known
    assert known["conditions", "polycystic-ovaries"] is False


def test_only_words_that_are_so_are_pointed_out():
    facts = complete({("allergies", "penicillin"): False, ("allergies", "pollen"): True, ("allergies", "nickel"): True})
    assert facts.notes == ("Your allergies: no rule can read 'pollen'; a clinician has to",)


def test_of_two_values_the_more_careful_is_told_in_one_note():
    facts = read_facts({"medicines": ["warfarin"], "anticoagulant": False})
    assert facts.notes == ("Whether you take blood thinners: answered no, other answers say yes; taken as yes",)
    facts = read_facts({"isotretinoin-months-since": 7, "current-retinoids": ["oral-isotretinoin"]})
    assert facts.known["isotretinoin-months-since"] == 0
    listed = read_facts({"isotretinoin-months-since": 0, "current-retinoids": []})
    assert listed.known["current-retinoids", "oral-isotretinoin"] is True
    assert any(
        note.startswith("Which vitamin A products you use now (oral isotretinoin): answered no")
        for note in listed.notes
    )
    assert read_facts({"age": 30}).notes == ()


def test_facts_survive_a_round_trip():
    said = {"sex": "female", "age": 30, "conditions": {"has": ["asthma"], "not": ["rosacea"]}, "weeks-since-tan": None,
            "medicines": ["warfarin"]}  # fmt: skip
    first = read_facts(said)
    assert read_facts(first.to_json()).known == first.known


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda words, extras, derived: extras.pop("age"), "facts.yaml: age: the fact stands in the other file"),
        (lambda words, extras, derived: words["facts"].pop("age"), "safety-vocabulary.yaml: age"),
        (lambda words, extras, derived: extras["age"].pop("label"), "facts.yaml: age, field label"),
        (lambda words, extras, derived: extras.update(age=["label"]), "facts.yaml: field age"),
        (lambda words, extras, derived: words.pop("facts"), "safety-vocabulary.yaml: field facts"),
        (lambda words, extras, derived: words.update({"condition-values": None}), "yaml: field condition-values"),
        (lambda words, extras, derived: words.update({"support": ""}), "safety-vocabulary.yaml: field support"),
        (lambda words, extras, derived: extras["age-verified"].pop("needs"), "age-verified: needs stands where"),
        (lambda words, extras, derived: derived[0]["set"].update(pregnent=False), "entry 1: no such fact: .*pregnant"),
        (
            lambda words, extras, derived: derived[0].update(when={"fact": "sex", "is": "man"}),
            "entry 1: sex: needs one",
        ),
        (lambda words, extras, derived: derived[0].update(has={"conditions": ["astma"]}), "did you mean asthma"),
    ],
)
def test_a_faulty_file_of_facts_is_named_with_its_fault(change, message):
    files = [copy.deepcopy(read_yaml(path)) for path in (VOCABULARY_FILE, FACTS_FILE, DERIVED_FILE)]
    change(*files)
    with pytest.raises(KnowledgeError, match=message):
        make_terms(*files)


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("content", [None, ["a"], "words", {"a": 1}])
def test_a_file_of_facts_of_the_wrong_shape_is_named(place, content):
    files = [read_yaml(path) for path in (VOCABULARY_FILE, FACTS_FILE, DERIVED_FILE)]
    files[place] = content
    with pytest.raises(KnowledgeError, match=(VOCABULARY_FILE, FACTS_FILE, DERIVED_FILE)[place].name):
        make_terms(*files)


def test_every_usual_value_reassures():
    """Accounts count on it: what nobody was asked closes nothing, and is told of nobody."""
    usual = {name: spec.assumed for name, spec in terms().facts.items() if not spec.ask}
    assert usual
    assert all(value in (False, None, []) for value in usual.values()), usual


def test_a_fact_that_is_given_and_left_open_is_told():
    facts = read_facts({"pregnant": True, "age": 30}, blank=["pregnant"])
    assert "pregnant" not in facts.known
    assert "Whether you are pregnant: answered, and said to be left open; left open" in facts.notes


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("acne-scars:\n", "acne-scarz:\n", "stands here or in the vocabulary"),
        ("in-play: [sunscreen, retinol", "in-play: [sunscrean, retinol", "in-play: 'sunscrean' is not known"),
        ("concepts: [wrinkles", "concepts: [wrinkels", "concepts: 'wrinkels' is not known"),
        ("form: sunscreen, source", "form: sunscreen, by-rule: true, source", "form with its source, or by-rule"),
        ("has: {conditions: [melasma]}", "has: {conditions: [melazma]}", "melasma, field has: .*did you mean melasma"),
    ],
)
def test_a_faulty_concern_is_named_with_its_fault(old, new, message, tmp_path, monkeypatch):
    module = sys.modules["skinproof.care.concerns"]
    text = module.CONCERNS_FILE.read_text()
    assert old in text
    (tmp_path / "concerns.yaml").write_text(text.replace(old, new, 1))
    monkeypatch.setattr(module, "CONCERNS_FILE", tmp_path / "concerns.yaml")
    with pytest.raises(KnowledgeError, match=message):
        concerns.__wrapped__()
