"""Nothing that matters is hidden, and next to nothing is asked in vain: against the three-valued rules themselves."""

import dataclasses
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.care import UNSURE, Question, families, journey, rules
from skinproof.care.facts import complete
from skinproof.care.journey import leading_to
from skinproof.care.questionnaires import newest
from skinproof.care.questions import consultation
from skinproof.care.screening import open_atoms
from skinproof.questionnaires import enabled

FAMILIES = sorted(families())
SEEN = [rule.id for rule in rules().rules]
WHEN = {question.id: question.condition for question in consultation().questions if question.condition}


def matters(where):
    """What the three-valued rules say could still change a verdict or raise a red flag."""
    known = complete(where.said, assume=False).known
    return leading_to(open_atoms(known, where.forms, rules()), known), known


def own(form, link_id):
    """The question that a page was written as."""
    return form.questionnaire[link_id].raw["code"][0]["code"]


def hidden_but_mattering(form, where, answers):
    open_now, known = matters(where)
    shown = enabled(form.questionnaire, answers)
    found = []
    for link_id, question in form.questions.items():
        mattering = open_now & question.atoms
        applies = WHEN.get(own(form, link_id))
        if (
            mattering
            and link_id not in shown
            and of_concern(form, link_id, where.concern)
            and (applies is None or applies.truth(known) is True)
            and not _elsewhere(form, shown, mattering)
        ):
            found.append(link_id)
    return found


def of_concern(form, link_id, concern):
    """Whether a page is one of this concern's at all."""
    item = form.questionnaire[link_id]
    while item.parent >= 0:
        item = form.questionnaire.items[item.parent]
        if any(c.question == "concern" and c.expected.code != concern for c in item.conditions):
            return False
    return True


def _elsewhere(form, shown, atoms):
    """Whether pages that are shown ask all of it."""
    return atoms <= {atom for name in shown if name in form.questions for atom in form.questions[name].atoms}


@st.composite
def raw_answers(draw, question):
    if question.kind == "text":
        return draw(st.sampled_from(["", "It itches."]))
    if question.kind == "number":
        return draw(st.sampled_from([11, 12, 15, 17, 18, 34, 45, 64, 65, 80]))
    unsure = [UNSURE] if question.may_be_unsure else []
    if question.kind == "one-of":
        return draw(st.sampled_from([*question.offered, *unsure]))
    many = draw(st.sampled_from([0, 0, 0, 1, 1, 2]))
    return draw(st.lists(st.sampled_from([*question.offered, *unsure]), min_size=many, max_size=many, unique=True))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_on_any_path_no_page_that_matters_is_hidden(data):
    form = newest(data.draw(st.sampled_from(FAMILIES)))
    concern = data.draw(st.sampled_from(form.concerns))
    answers = form.start(concern)
    for _ in range(len(form.questions) + 1):
        where = journey(form, answers, concern=concern, seen=SEEN)
        if "age" in answers:  # which is asked first of everybody, and must be answered
            assert not hidden_but_mattering(form, where, answers)
        if not isinstance(where.next, Question):
            break
        answers[where.next.id] = form.given_by(where.next.read(data.draw(raw_answers(where.next))))
    else:
        raise AssertionError("the journey does not end")


def asked_in_vain(where, question):
    """Whether no answer can change a verdict. What other pages left unticked, a tick on this one can gainsay."""
    denied = set().union(*(answer.denies for answer in where.asked)) - set().union(*(a.says for a in where.asked))
    said = {atom: value for atom, value in where.said.items() if atom not in denied or atom not in question.atoms}
    return matters(dataclasses.replace(where, said=said))[0].isdisjoint(question.atoms)


def counted():
    chance = random.Random(7)  # noqa: S311, the same people each time
    asked = in_vain = 0
    for family in FAMILIES:
        form = newest(family)
        for concern in form.concerns:
            for _ in range(12):
                answers = form.start(concern)
                while True:
                    where = journey(form, answers, concern=concern, seen=SEEN)
                    question = where.next
                    if not isinstance(question, Question):
                        break
                    if question.atoms and not question.always:
                        asked += 1
                        in_vain += asked_in_vain(where, question)
                    answers[question.id] = form.given_by(question.read(drawn(chance, question)))
    return asked, in_vain


def drawn(chance, question):
    """Somebody with a little to declare: an answer out of the ordinary on every eighth page."""
    if question.kind == "text":
        return ""
    if question.kind == "number":
        return chance.choice([17, 20, 30, 40, 50, 60, 70])
    calm = chance.random() > 1 / 8
    if question.kind == "one-of":
        return question.calm if calm and question.calm else chance.choice(question.offered)
    return [] if calm else [chance.choice(question.offered)]


def test_next_to_no_page_is_asked_in_vain():
    asked, in_vain = counted()
    assert asked > 1_000
    assert in_vain / asked < 0.03, f"{in_vain} of {asked} pages could change nothing"


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_hidden_can_be_brought_out(family):
    """Each page is enabled for some answers: none is dead."""
    form = newest(family)
    questionnaire = form.questionnaire
    for item in questionnaire.items:
        for condition in item.conditions:
            options = questionnaire[condition.question].options
            if options is not None and condition.kind == "Coding":
                assert condition.expected in [option.value for option in options], item.link_id
