"""The walk: asks once, asks only what matters, stops at a red flag, and lets no hidden answer count."""

import functools
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.care import (
    UNSURE,
    FactError,
    Question,
    Stop,
    calm_answer,
    consultation,
    families,
    family_of,
    for_concern,
    journey,
    rules,
    terms,
)
from skinproof.care.questionnaires import Form, atoms_said
from skinproof.care.rules import STRENGTH
from skinproof.vocabulary import vocabulary

CONCERNS = sorted(vocabulary().concerns)
SCALES = {scale.id for scale in consultation().scales.questions}


def calm(question, sex="female"):
    if question.id == "sex":
        return sex
    return "type-2" if question.id.startswith("skin-type") else calm_answer(question)


def at(concern, said, seen=()):
    """Where somebody stands who gave these answers, as a page takes them, by linkId."""
    form = for_concern(concern)
    given = {name: form.given_by(form.questions[name].read(raw)) for name, raw in said.items()}
    return journey(form, given, concern=concern, seen=seen)


def walk(concern, sex="female", **said):
    """A person who answers as in `said`, and has nothing else to declare; returns answers and where they end."""
    said = {name.replace("_", "-"): answer for name, answer in said.items()}
    answers = {}
    for _ in range(80):
        where = at(concern, answers)
        if not isinstance(where.next, Question):
            return answers, where
        answers[where.next.id] = said.get(where.next.id, calm(where.next, sex))
    raise AssertionError("the journey does not end")


@functools.cache
def calm_end(concern, sex="female"):
    return walk(concern, sex)[1]


@pytest.mark.parametrize("concern", CONCERNS)
@pytest.mark.parametrize("sex", ["female", "male"])
def test_nothing_to_declare_leaves_nothing_open_and_nothing_blocked(concern, sex):
    where = calm_end(concern, sex)
    assert where.done
    assert where.left == 0
    found = where.screening()
    assert found.person.flag == "none"
    for form, verdict in found.treatments.items():
        if STRENGTH.get(verdict.verdict, 0) >= STRENGTH["avoid"]:
            continue  # closed, whatever else is said
        left_to_person = set(verdict.ask) - set(verdict.needs)
        assert not left_to_person, f"{form} still turns on {left_to_person}"
    # Closed to somebody with nothing to declare is only what is closed to everybody, or to everybody of that sex.
    closed = {form for form, verdict in found.treatments.items() if verdict.refused}
    everybody = {"exosome-injected", "oral-isotretinoin"}
    by_sex = {
        "female": {"finasteride-oral", "dutasteride-oral"},
        "male": {"spironolactone", "combined-oral-contraceptive"},
    }[sex]
    by_concern = {"melasma": {"ipl"}}.get(concern, set())
    assert closed <= everybody | by_sex | by_concern
    assert by_concern <= closed


def test_the_journey_is_short_for_people_with_nothing_to_declare():
    """Beside the two scales that the doctor reads. Shown: `pytest -s -k is_short`."""
    counts = {}
    for concern in CONCERNS:
        for sex in ("female", "male"):
            asked = [answer.question.id for answer in calm_end(concern, sex).asked]
            counts.setdefault(family_of(concern), []).append(len(set(asked) - SCALES))
    for family, several in counts.items():
        print(f"{families()[family].title}: {statistics.median(several):g} ({min(several)} to {max(several)})")
    every = [count for several in counts.values() for count in several]
    print(f"All: {statistics.median(every):g} ({min(every)} to {max(every)}), and {len(SCALES)} scales for the doctor")
    assert statistics.median(every) <= 20
    assert max(every) <= 25


def test_what_the_worry_itself_says_is_not_asked_and_not_unsaid():
    where = calm_end("melasma")
    history = next(answer.question for answer in where.asked if answer.question.id == "skin-history")
    assert "melasma" not in history.offered
    assert where.facts.known["conditions", "melasma"] is True
    assert "melasma-ipl" in where.screening().treatments["ipl"].rules
    whole = next(question for question in consultation().questions if question.id == "skin-history")
    assert atoms_said([whole.read([])], where.form.given["melasma"])["conditions", "melasma"] is True


def test_men_are_not_asked_about_pregnancy():
    asked = {answer.question.id for answer in calm_end("melasma", "male").asked}
    assert not asked & {"pregnancy", "breastfeeding", "contraception", "trimester"}


def test_only_facts_for_the_forms_in_play_are_asked():
    asked = {answer.question.id for answer in calm_end("barrier").asked}
    assert not asked & {"heart", "skin-type", "contraception", "blood-medicines", "gp"}


def test_asking_about_a_treatment_brings_it_into_play():
    plain, wanted = calm_end("barrier"), walk("barrier", wanted=["light"])[1]
    assert "ipl" not in plain.forms
    assert "ipl" in wanted.forms
    assert wanted.wanted == ("ipl",)
    assert "skin-type" in {answer.question.id for answer in wanted.asked}


def test_refused_forms_ask_no_more():
    """Once pregnancy has closed a form, questions that only that form needs are left out."""
    could = {answer.question.id for answer in calm_end("acne").asked}
    pregnant = {answer.question.id for answer in walk("acne", pregnancy="pregnant", trimester="first")[1].asked}
    assert "contraception" in could
    assert "contraception" not in pregnant


@pytest.mark.parametrize(
    ("concern", "said", "rule", "holds"),
    [
        ("melasma", {"emergency": ["breathing"]}, "rf-allergic-emergency", True),
        ("melasma", {"emergency": ["clot"]}, "rf-clot-signs", True),
        ("skin-ageing", {"emergency": ["toxin"]}, "rf-toxin-spread", True),
        ("rosacea", {"emergency": ["eye"]}, "rf-rosacea-eye", True),
        ("hair-loss", {"emergency": ["minoxidil-harm"]}, "rf-minoxidil-heart-signs", True),
        ("acne", {"emergency": ["diarrhoea"]}, "rf-antibiotic-colitis", True),
        ("melasma", {"emergency": ["tranexamic-harm"]}, "rf-sight-change-on-txa", True),
        ("acne", {"skin_danger": ["fulminans"]}, "rf-acne-fulminans", True),
        ("eczema", {"skin_danger": ["hot-red"]}, "rf-spreading-infection", True),
        ("eczema", {"skin_danger": ["clusters"]}, "rf-painful-blister-clusters", True),
        ("eczema", {"skin_danger": ["blistering"], "new_medicine": "yes"}, "rf-severe-drug-rash", True),
        ("eczema", {"skin_danger": ["blistering", "sores"]}, "rf-severe-drug-rash", True),
        ("hair-loss", {"skin_danger": ["hair-fast"], "hair_ill": "yes"}, "rf-hair-loss-unwell", False),
        ("hair-loss", {"skin_danger": ["scalp"]}, "rf-hair-loss-scarring", False),
        ("melasma", {"moles": ["bigger"]}, "rf-mole-changing", False),
        ("melasma", {"moles": ["nail"]}, "rf-mole-changing", False),
        ("melasma", {"moles": ["bleeds"]}, "rf-mole-minor-signs", False),
        ("melasma", {"moles": ["not-healing"]}, "rf-sore-not-healing", False),
        ("acne", {"mood": ["suicidal"]}, "rf-suicidal-thoughts", True),
        ("hair-loss", {"sex": "male", "mood": ["low-mood-tablets"]}, "rf-low-mood-on-5ari", False),
        ("acne", {"pregnancy": "pregnant", "retinoids": ["isotretinoin-now"]}, "rf-isotretinoin-pregnancy", True),
        ("acne", {"emergency": ["headache"], "retinoids": ["isotretinoin-now"]}, "rf-raised-brain-pressure", True),
    ],
)  # fmt: skip
def test_a_red_flag_stops_as_soon_as_it_is_answered(concern, said, rule, holds):
    answers, where = walk(concern, said.pop("sex", "female"), **said)
    assert isinstance(where.next, Stop)
    assert rule in where.next.rules
    assert where.next.holds is holds
    last = where.asked[-1].question.id
    assert last == list(answers)[-1]  # nothing was asked after it
    flag = next(flag for flag in where.next.flags if flag.rule.id == rule)
    assert flag.reason
    assert flag.do_now
    assert flag.to
    assert flag.sources


def test_every_red_flag_of_the_person_can_be_reached():
    """The facts that each one turns on can all be said, or are a clinician's."""
    said = {
        atom if isinstance(atom, str) else atom[0] for question in consultation().questions for atom in question.atoms
    }
    for rule in rules().person_rules:
        for leaf in rule.condition.leaves():
            assert leaf.fact in said or terms().facts[leaf.fact].filled_by == "clinician"


def test_a_red_flag_that_can_wait_is_read_and_then_the_journey_goes_on():
    answers, where = walk("melasma", moles=["bigger"])
    assert not where.next.holds
    assert where.left > 0
    onward = at("melasma", answers, seen=where.next.rules)
    assert isinstance(onward.next, Question)
    # a new one is shown again
    answers["moles"] = ["bigger", "bleeds"]
    assert "rf-mole-minor-signs" in at("melasma", answers, seen=where.next.rules).next.rules


def test_a_red_flag_that_holds_cannot_be_read_away():
    answers, where = walk("acne", mood=["suicidal"])
    again = at("acne", answers, seen=where.next.rules)
    assert isinstance(again.next, Stop)
    assert again.left == 0
    assert "mental health" in " ".join(again.next.flags[0].do_now)
    answers["mood"] = []  # a slip of the finger, taken back
    assert isinstance(at("acne", answers).next, Question)


def test_hidden_answers_never_count():
    answers, where = walk("rosacea", pregnancy="pregnant", trimester="first")
    assert where.facts.known["pregnant"] is True
    assert {"pregnancy", "trimester"} <= set(answers)
    answers["sex"] = "male"
    changed = at("rosacea", answers)
    assert changed.facts.known["pregnant"] is False
    assert not {"pregnancy", "trimester"} & {answer.question.id for answer in changed.asked}
    assert "pregnancy-trimester" not in changed.facts.to_json()


def test_a_tick_on_one_page_stands_over_an_empty_box_on_another():
    """St John's wort makes skin sensitive to light, whatever is left unticked of other medicines that do."""
    answers = {"mind-medicines": ["st-johns-wort"], "other-medicines": []}
    questions = {question.id: question for question in consultation().questions}
    given = [questions[name].read(raw) for name, raw in answers.items()]
    for order in (given, given[::-1]):
        assert atoms_said(order, {})["photosensitising-medicine"] is True


def test_not_sure_leaves_the_facts_unknown():
    _, where = walk("melasma", pregnancy="not-sure")
    assert "pregnant" not in where.facts.known
    assert where.screening().treatments["tretinoin"].verdict == "ask-first"


@pytest.mark.parametrize("concern", ["melasma", "hyperpigmentation", "barrier"])
def test_what_is_left_counts_down_to_nothing(concern):
    answers, left = {}, None
    for _ in range(60):
        where = at(concern, answers)
        if where.done:
            break
        if left is not None:
            assert where.left == left - 1
        left = where.left
        answers[where.next.id] = "female" if where.next.id == "sex" else calm_answer(where.next)
    assert where.left == 0


def test_two_concerns_of_a_family_are_asked_what_each_needs():
    melasma, spots = (
        {answer.question.id for answer in calm_end(concern).asked} for concern in ("melasma", "hyperpigmentation")
    )
    assert {"hormones", "heart"} <= melasma
    assert not {"hormones", "heart"} & spots
    assert for_concern("melasma") is for_concern("hyperpigmentation")


def test_an_unknown_concern_is_refused():
    with pytest.raises(FactError, match="did you mean melasma"):
        for_concern("melazma")


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_journey_ends_and_asks_nothing_twice(data):
    concern = data.draw(st.sampled_from(CONCERNS))
    form: Form = for_concern(concern)
    answers, asked, seen = {}, [], set()
    for _ in range(90):
        where = journey(form, answers, concern=concern, seen=seen)
        if where.done:
            break
        if isinstance(where.next, Stop):
            if where.next.holds:
                break
            seen |= set(where.next.rules)
            continue
        question = where.next
        assert question.id not in asked
        asked.append(question.id)
        answers[question.id] = form.given_by(question.read(answer_to(question, data.draw)))
        assert (
            form.answer(question.id, answers[question.id]).raw
            == question.read(form.answer(question.id, answers[question.id]).raw).raw
        )
    else:
        raise AssertionError("the journey does not end")


def answer_to(question, draw):
    unsure = [UNSURE] if question.may_be_unsure else []
    if question.kind == "text":
        return draw(st.sampled_from(["", "It itches."]))
    if question.kind == "number":
        return draw(st.integers(0, 100))
    if question.kind == "one-of":
        return draw(st.sampled_from([*question.offered, *unsure]))
    return draw(st.lists(st.sampled_from([*question.offered, *unsure]), max_size=2, unique=True))
