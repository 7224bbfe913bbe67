"""Asking a person for more: what waits, what comes back, what it changes."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from clinic.conftest import actor, code_of
from clinic.plans import ready, signed
from skinproof import care
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations import intake
from skinproof.clinic.consultations.models import State
from skinproof.clinic.desk import asking, drafting, holding, recording
from skinproof.clinic.desk.judging import judged
from skinproof.clinic.desk.models import AddedFact, Ask, Reply
from skinproof.clinic.desk.signing import sign
from skinproof.clinic.post.models import Kind, Letter

from .steps import RETINOID, ask, at, page, reply

pytestmark = pytest.mark.django_db


def test_the_case_waits_for_the_person_and_stays_its_doctors(held, doctor, make_user):
    there = ask(held, doctor, questions=["pregnancy"], photos="Both cheeks.", question="Since when?")
    held.refresh_from_db()
    assert (held.state, held.doctor, held.asked_at) == (State.ASKED, doctor, there.at)
    assert there.questions == [["pregnancy", asking.questions_by_id()["pregnancy"].text]]
    assert Letter.objects.get().kind == Kind.ASKED
    entry = Entry.objects.get(verb="asked-for-more")
    assert entry.detail == {"questions": ["pregnancy"], "photos": True, "own_words": True}
    recording.record_facts(held.public_id, doctor, {"age-verified": True}, method="document", by=actor(doctor))
    assert ask(held, doctor, questions=["pregnancy"], photos="Both cheeks.", question="Since when?") == there
    assert Ask.objects.count() == Letter.objects.count() == 1, "a second press asks nothing anew"
    with pytest.raises(holding.CaseError, match="asked the person for more already"):
        ask(held, doctor, question="Something else")


@pytest.mark.parametrize(
    "what", [{"questions": []}, {"photos": "  "}, {"questions": ["no-such"]}, {"questions": ["story"]}]
)
def test_nothing_is_not_asked(held, doctor, what):
    with pytest.raises(asking.NothingAskedError):
        ask(held, doctor, **what)
    assert not Ask.objects.exists()


def test_who_does_not_have_the_case_asks_nothing(held, make_user):
    other = make_user("doctor")
    with pytest.raises(holding.NotHeldError):
        ask(held, other)


def test_a_page_of_before_asks_nothing(held, doctor):
    version = held.version
    recording.record_facts(held.public_id, doctor, {"age-verified": True}, method="document", by=actor(doctor))
    with pytest.raises(holding.StaleCaseError):
        ask(held, doctor, questions=["pregnancy"], version=version)


def test_given_back_taken_over_and_taken_again_it_still_waits(held, doctor, make_user):
    there, other = ask(held, doctor), make_user("doctor")
    case = holding.claim(held.public_id, other, reason="Dr Quill is off sick", by=actor(other))
    assert (case.state, case.doctor) == (State.ASKED, other)
    holding.release(held.public_id, other, by=actor(other))
    assert holding.claim(held.public_id, doctor, by=actor(doctor)).state == State.ASKED
    reply(held, there, {"pregnancy": "cannot"})
    held.refresh_from_db()
    assert (held.state, held.doctor) == (State.IN_REVIEW, doctor)


def test_taken_back_it_waits_no_longer_and_takes_no_answer(held, doctor):
    there = ask(held, doctor)
    for _ in range(2):
        case = asking.take_back(held.public_id, doctor, by=actor(doctor))
    assert (case.state, case.asked_at) == (State.IN_REVIEW, None)
    with pytest.raises(asking.AskGoneError):
        reply(held, there, {"pregnancy": "cannot"})
    assert not AddedFact.objects.exists()


def test_no_plan_is_signed_while_the_person_is_asked(make_case, doctor, device):
    held = make_case(State.IN_REVIEW, doctor=doctor, special={})
    plan = ready(held, doctor)
    ask(held, doctor)
    with pytest.raises(holding.CaseError, match="take back"):
        sign(plan.public_id, doctor, version=plan.version, code=code_of(device), by=actor(doctor))
    asking.take_back(held.public_id, doctor, by=actor(doctor))
    assert sign(plan.public_id, doctor, version=plan.version, code=code_of(device), by=actor(doctor)).signed


def test_what_is_asked_is_not_lost_beside_a_signed_plan(make_case, doctor):
    case = make_case(State.IN_REVIEW, doctor=doctor, special={})
    signed(case, doctor)
    draft = drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    there = ask(case, doctor)
    assert drafting.discard_draft(draft.public_id, doctor, version=draft.version, by=actor(doctor)).state == State.ASKED
    assert holding.release(case.public_id, doctor, by=actor(doctor)).state == State.WAITING
    reply(case, there, {"pregnancy": "cannot"})
    case.refresh_from_db()
    assert (case.state, case.returned_at is not None) == (State.WAITING, True)


# --- answering
def test_an_answer_is_added_and_what_was_sent_stays_as_it_was(held, doctor):
    there = ask(held, doctor)
    before = judged(held)
    response, screening = dict(held.response), dict(held.screening)
    kept = reply(held, there, {"pregnancy": "pregnant"}, "I found out on Monday.")
    held.refresh_from_db()
    assert (held.response, held.screening) == (response, screening)
    assert intake.answers(held)["pregnancy"] == "not-sure"
    after = judged(held)
    assert after.before.facts.said == before.before.facts.said
    assert RETINOID not in before.now.treatments["tretinoin"].rules
    assert RETINOID in after.now.treatments["tretinoin"].rules
    assert ["tretinoin", "ask-first", "contraindicated"] in kept.changes
    assert (held.state, held.asked_at, held.returned_at) == (State.IN_REVIEW, None, kept.at)
    assert Entry.objects.get(verb="answered-more").detail["facts"] == sorted(
        AddedFact.objects.values_list("fact", flat=True)
    )


def test_the_latest_word_counts_whoever_said_it(held, doctor):
    reply(held, ask(held, doctor), {"pregnancy": "pregnant"})
    recording.record_facts(held.public_id, doctor, {"pregnant": False}, method="phone", by=actor(doctor))
    assert judged(held).facts.known["pregnant"] is False
    reply(held, ask(held, doctor), {"pregnancy": "pregnant"})
    assert judged(held).facts.known["pregnant"] is True


def test_not_sure_leaves_a_fact_unknown(held, doctor):
    kept = reply(held, ask(held, doctor), {"pregnancy": care.UNSURE})
    assert not AddedFact.objects.exists()
    assert kept.changes == []
    assert "pregnant" not in judged(held).facts.known


def test_what_was_not_asked_is_not_taken(held, doctor):
    reply(held, ask(held, doctor), {"age": 12, "pregnancy": "cannot"})
    assert "age" not in AddedFact.objects.values_list("fact", flat=True)


def test_an_answer_that_does_not_fit_is_refused_whole(held, doctor):
    there = ask(held, doctor, questions=["age", "pregnancy"])
    with pytest.raises(care.FactError):
        reply(held, there, {"age": 400, "pregnancy": "cannot"})
    assert not AddedFact.objects.exists()
    held.refresh_from_db()
    assert held.state == State.ASKED


def test_a_second_press_finds_the_first_ones_work(held, doctor):
    there = ask(held, doctor)
    assert reply(held, there, {"pregnancy": "cannot"}) == reply(held, there, {"pregnancy": "pregnant"})
    assert Reply.objects.count() == 1
    assert judged(held).facts.known["pregnant"] is False


def test_a_red_flag_in_an_answer_moves_the_case_up_and_is_told_to_the_person_at_once(held, doctor, you):
    calm = held.urgency_rank
    there = ask(held, doctor, questions=["moles"])
    data: dict = {"ask": there.public_id, "q-moles-answer": ["bigger"]}
    question = asking.questions_by_id()["moles"]
    data["q-moles-offered"] = " ".join(question.offered)
    text = page(you.post(at("plans:more", held), data, follow=True))
    held.refresh_from_db()
    assert "rf-mole-changing" in held.flags
    assert held.urgency_rank < calm
    assert text.index("callout--stop") < text.index("<h1")
    rule = care.rules().rule("rf-mole-changing")
    assert rule.reason in text
    assert care.Flag(rule, care.rules().urgencies[rule.urgency]).do_now[0] in text
    recording.deal_with_flag(held.public_id, doctor, rule.id, seen_by="GP", how="Seen", by=actor(doctor))
    assert "callout--stop" not in page(you.get(at("consultations:status", held)))


@pytest.mark.parametrize("table", ["desk_ask", "desk_addedfact", "desk_reply"])
def test_the_database_keeps_what_was_asked_and_said(held, doctor, table):
    reply(held, ask(held, doctor), {"pregnancy": "cannot"})
    changes = {
        "desk_ask": "question = 'x'",
        "desk_addedfact": "fact = 'x'",
        "desk_reply": "text = 'x'",
    }
    for statement in (f"UPDATE {table} SET {changes[table]}", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
