"""Claiming, recording, drafting: who may, what is kept, what stands on the trail."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations.models import State
from skinproof.clinic.desk import drafting, holding, recording
from skinproof.clinic.desk.content import Item, PlanContent
from skinproof.clinic.desk.models import CaseFact, FlagDealtWith, Override, Plan

from .conftest import actor

WHY = "The person has used it before without any trouble."


@pytest.fixture
def held(make_case, doctor):
    return make_case(State.IN_REVIEW, doctor=doctor)


@pytest.fixture
def draft(held, doctor):
    return drafting.start_draft(held.public_id, doctor, by=actor(doctor))


def content(*forms, **fields):
    return PlanContent(items=tuple(Item(form=form) for form in forms), **fields)


def save(plan, doctor, what, overrides=None, version=None):
    return drafting.save_draft(
        plan.public_id, doctor, what, overrides or {}, version=version or plan.version, by=actor(doctor)
    )


# --- whose case it is
def test_a_claimed_case_is_the_doctors_and_a_second_press_changes_nothing(make_case, doctor):
    case = make_case()
    holding.claim(case.public_id, doctor, by=actor(doctor))
    again = holding.claim(case.public_id, doctor, by=actor(doctor))
    assert (again.state, again.doctor, again.version) == (State.IN_REVIEW, doctor, 2)
    assert list(Entry.objects.values_list("verb", "object_id")) == [("claimed", case.public_id)]


@pytest.mark.parametrize("reason", ["", "   ", "because", "x" * 2001])
def test_another_doctors_case_is_not_taken_over_without_a_reason(held, make_user, reason):
    other = make_user("doctor")
    with pytest.raises(holding.ReasonError):
        holding.claim(held.public_id, other, reason=reason, by=actor(other))
    held.refresh_from_db()
    assert held.doctor != other
    assert not Entry.objects.exists()


def test_taking_over_keeps_the_reason_and_who_had_it(held, doctor, make_user):
    other = make_user("doctor")
    holding.claim(held.public_id, other, reason=" off sick since Monday ", by=actor(other))
    held.refresh_from_db()
    assert held.doctor == other
    entry = Entry.objects.get()
    assert (entry.verb, entry.reason, entry.detail) == (
        "took-over", "off sick since Monday", {"doctor_before": doctor.pk},
    )  # fmt: skip
    with pytest.raises(holding.NotHeldError):
        drafting.start_draft(held.public_id, doctor, by=actor(doctor))


@pytest.mark.parametrize("state", [State.DRAFT, State.STOPPED, State.SUBMITTED, State.PLAN_READY, State.CLOSED])
def test_only_a_case_in_the_queue_is_claimed(make_case, doctor, state):
    with pytest.raises(holding.CaseError, match="not in the queue"):
        holding.claim(make_case(state).public_id, doctor, by=actor(doctor))


def test_a_released_case_waits_again(held, doctor, make_user):
    other = make_user("doctor")
    with pytest.raises(holding.NotHeldError):
        holding.release(held.public_id, other, by=actor(other))
    case = holding.release(held.public_id, doctor, by=actor(doctor))
    assert (case.state, case.doctor, case.claimed_at) == (State.WAITING, None, None)
    holding.release(held.public_id, doctor, by=actor(doctor))
    assert Entry.objects.filter(verb="released").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_doctors_pressing_at_once_get_one_case(make_case, make_user):
    case, doctors, taken, refused = make_case(), [make_user("doctor"), make_user("doctor")], [], []
    start = threading.Barrier(2)

    def press(doctor):
        start.wait()
        try:
            taken.append(holding.claim(case.public_id, doctor, by=actor(doctor)).doctor_id)
        except holding.ReasonError:
            refused.append(doctor.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(doctor,)) for doctor in doctors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(refused) == 1
    case.refresh_from_db()
    assert case.doctor_id == taken[0]


# --- what the doctor finds out
def test_recorded_facts_are_kept_one_after_the_other(held, doctor):
    for value in (True, False):
        recording.record_facts(
            held.public_id, doctor, {"identity-verified": value}, method="video", note=" passport ", by=actor(doctor)
        )
    rows = list(CaseFact.objects.values_list("fact", "value", "method", "note", "doctor_id"))
    assert rows == [("identity-verified", value, "video", "passport", doctor.pk) for value in (True, False)]
    assert Entry.objects.filter(verb="recorded").first().detail == {"facts": ["identity-verified"], "method": "video"}


def test_only_who_has_the_case_records(held, make_user, make_case):
    other = make_user("doctor")
    for case in (held, make_case()):
        with pytest.raises(holding.NotHeldError):
            recording.record_facts(case.public_id, other, {"age-verified": True}, method="video", by=actor(other))
        with pytest.raises(holding.NotHeldError):
            recording.deal_with_flag(case.public_id, other, "flag", seen_by="A&E", how="sent", by=actor(other))
    assert not CaseFact.objects.exists()


def test_a_flag_is_dealt_with_once_by_somebody_somehow(held, doctor):
    for gaps in ({"seen_by": " ", "how": "sent to A&E"}, {"seen_by": "GP", "how": ""}):
        with pytest.raises(holding.ReasonError):
            recording.deal_with_flag(held.public_id, doctor, "flag", **gaps, by=actor(doctor))
    first = recording.deal_with_flag(held.public_id, doctor, "flag", seen_by="GP", how="seen today", by=actor(doctor))
    again = recording.deal_with_flag(held.public_id, doctor, "flag", seen_by="x", how="y", by=actor(doctor))
    assert first == again
    assert FlagDealtWith.objects.get().how == "seen today"
    assert Entry.objects.filter(verb="dealt-with").count() == 1


# --- the draft
def test_a_case_has_one_draft(held, doctor, draft):
    assert drafting.start_draft(held.public_id, doctor, by=actor(doctor)) == draft
    assert (draft.number, draft.signed, draft.version) == (1, False, 1)


def test_a_saved_draft_is_kept_as_a_whole(draft, doctor):
    what = content("azelaic-acid", "sunscreen", summary="Two creams.", watch_for="Burning")
    plan = save(draft, doctor, what)
    assert (PlanContent.of(Plan.objects.get().content), plan.version) == (what, 2)


def test_a_stale_save_is_refused_and_says_what_is_there_now(draft, doctor):
    save(draft, doctor, content(summary="first"))
    with pytest.raises(drafting.StalePlanError) as refused:
        save(draft, doctor, content(summary="second"), version=1)
    assert refused.value.plan.content["summary"] == "first"
    assert Plan.objects.get().content["summary"] == "first"


def test_a_draft_is_written_by_who_has_the_case(draft, doctor, make_user):
    other = make_user("doctor")
    for step in (
        lambda: save(draft, other, content(summary="mine")),
        lambda: drafting.discard_draft(draft.public_id, other, version=1, by=actor(other)),
    ):
        with pytest.raises(holding.NotHeldError):
            step()
    assert Plan.objects.get().content["summary"] == ""


def test_a_discarded_draft_is_gone_with_its_overrides(draft, doctor):
    save(draft, doctor, content("tretinoin"), {("tretinoin", "rule-a"): WHY})
    case = drafting.discard_draft(draft.public_id, doctor, version=2, by=actor(doctor))
    assert not Plan.objects.exists()
    assert not Override.objects.exists()
    assert case.state == State.IN_REVIEW


# --- overrides
@pytest.mark.parametrize("reason", ["because", " " * 30 + "nineteen characters", "x" * 2001])
def test_a_short_reason_overrides_nothing_and_saves_nothing(draft, doctor, reason):
    with pytest.raises(holding.ReasonError) as refused:
        save(draft, doctor, content("tretinoin"), {("tretinoin", "rule-a"): reason[:2001]})
    assert refused.value.where == ("tretinoin", "rule-a")
    assert not Override.objects.exists()
    assert Plan.objects.get().version == 1


def test_an_override_is_one_a_rule_with_its_reason_on_the_trail(draft, doctor):
    where = ("tretinoin", "rule-a")
    plan = save(draft, doctor, content("tretinoin"), {where: WHY})
    plan = save(plan, doctor, content("tretinoin"), {where: WHY})
    row = Override.objects.get()
    assert (row.form, row.rule, row.reason, row.doctor) == (*where, WHY, doctor)
    entry = Entry.objects.get(verb="overrode")
    assert (entry.reason, entry.detail) == (WHY, {"form": "tretinoin", "rule": "rule-a"})
    save(plan, doctor, content("tretinoin"), {where: WHY + " And more."})
    assert Override.objects.get().reason.endswith("And more.")
    assert Entry.objects.filter(verb="overrode").count() == 2


@pytest.mark.parametrize(
    ("forms", "reasons"),
    [
        (("azelaic-acid",), {("tretinoin", "rule-a"): WHY}),
        (("tretinoin",), {}),
        (("tretinoin",), {("tretinoin", "rule-a"): " "}),
    ],
)
def test_an_override_goes_with_its_form_or_its_reason(draft, doctor, forms, reasons):
    plan = save(draft, doctor, content("tretinoin"), {("tretinoin", "rule-a"): WHY})
    save(plan, doctor, content(*forms), reasons)
    assert not Override.objects.exists()
    assert Entry.objects.filter(verb="withdrew-override").count() == 1


# --- what the database itself refuses
@pytest.mark.parametrize("table", ["desk_casefact", "desk_flagdealtwith"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET doctor_id = doctor_id", "DELETE FROM {}"])
def test_what_was_recorded_is_kept(held, doctor, table, statement):
    recording.record_facts(held.public_id, doctor, {"age-verified": True}, method="video", by=actor(doctor))
    recording.deal_with_flag(held.public_id, doctor, "flag", seen_by="GP", how="seen", by=actor(doctor))
    with pytest.raises(DatabaseError, match="kept as it was"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
