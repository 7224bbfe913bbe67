"""Plans: what may be signed, once, by whom; what nobody can change; what is shown when two people write."""

from __future__ import annotations

import copy
import datetime as dt
import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations.models import State
from skinproof.clinic.desk import checks, drafting, holding, recording
from skinproof.clinic.desk.content import Declined, Item, PlanContent, fingerprint, intact, missing, signed_document
from skinproof.clinic.desk.judging import judged
from skinproof.clinic.desk.models import Override, Plan
from skinproof.clinic.desk.signing import NotReadyError, sign

from .conftest import actor, code_of
from .plans import CHECKS, WHY, content, draft, ready, reasons_for, record, signed


@pytest.fixture
def case(make_case, doctor):
    return make_case(State.IN_REVIEW, doctor=doctor, special={"skin_type": "type-2"})


@pytest.fixture
def hopeful(make_case, doctor):
    """Somebody who is trying for a baby and asks for tretinoin."""
    return make_case(
        State.IN_REVIEW, doctor=doctor, choices=["tretinoin"], special={"pregnancy": "planning", "skin_type": "type-2"}
    )


def put(plan, doctor, device, *, version=None, code=None):
    code = code_of(device) if code is None else code
    return sign(plan.public_id, doctor, version=version or plan.version, code=code, by=actor(doctor))


# --- a signature
def test_a_signed_plan_says_by_whom_when_and_what_was_known(case, doctor, device):
    plan = signed(case, doctor, device)
    case.refresh_from_db()
    plan = Plan.objects.get(pk=plan.pk)
    assert case.state == State.PLAN_READY
    assert (plan.signed_by, plan.prescriber, plan.number) == (doctor, doctor.prescriber, 1)
    assert intact(plan)
    form = plan.sealed["forms"]["azelaic-acid"]
    assert form["course"]["words"]
    assert {row["fact"] for row in plan.sealed["recorded"]} == set(CHECKS)
    entry = Entry.objects.get(verb="signed")
    assert (entry.object_id, entry.detail["sha256"]) == (plan.public_id, plan.content_hash)


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from leaves(each, (*path, number))
    else:
        yield path, value


def test_the_fingerprint_changes_with_anything_that_was_signed(case, doctor, device):
    document = signed_document(signed(case, doctor, device))
    seen = {fingerprint(document)}
    places = list(leaves(document))
    assert len(places) > 40
    for path, value in places:
        changed = copy.deepcopy(document)
        inner = changed
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = "other" if value != "other" else "another"
        seen.add(fingerprint(changed))
    assert len(seen) == len(places) + 1
    reordered = dict(reversed(document.items()))
    assert fingerprint(reordered) == fingerprint(document)


def test_a_plan_whose_row_was_changed_behind_the_triggers_is_not_intact(case, doctor, device):
    from skinproof.clinic.triggers import SIGNED_PLAN

    plan = signed(case, doctor, device)
    SIGNED_PLAN.remove(connection)
    try:
        Plan.objects.update(content={**plan.content, "summary": "Something else."})
        assert not intact(Plan.objects.get())
    finally:
        Plan.objects.update(content=plan.content)
        SIGNED_PLAN.install(connection)


@pytest.mark.parametrize("code", ["000000", "", "12345", "abcdef", "½", "1" * 500])
def test_without_a_right_code_nothing_is_signed_and_the_try_is_kept(case, doctor, device, code):
    plan = ready(case, doctor)
    result = put(plan, doctor, device, code=code)
    assert not result.signed
    plan.refresh_from_db()
    case.refresh_from_db()
    assert (plan.signed_at, plan.content_hash, case.state) == (None, "", State.IN_REVIEW)
    assert Entry.objects.filter(verb="factor-failed").count() == 1
    device.refresh_from_db()
    assert device.throttling_failure_count == 1
    assert put(plan, doctor, device, code=code).code.wait > 0  # the next try has to wait


def test_another_doctors_code_signs_nothing(case, doctor, device, make_user, make_device):
    plan = ready(case, doctor)
    other = make_device(make_user("doctor"))
    assert not put(plan, doctor, device, code=code_of(other)).signed


def test_signing_twice_gives_one_signature(case, doctor, device):
    plan = ready(case, doctor)
    first = put(plan, doctor, device)
    again = put(plan, doctor, device, code="000000")
    assert again.plan.content_hash == first.plan.content_hash
    assert again.plan.signed_at == first.plan.signed_at
    assert Entry.objects.filter(verb="signed").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_give_one_signature(case, doctor, device):
    plan, code, results = ready(case, doctor), code_of(device), []
    start = threading.Barrier(2)

    def press():
        start.wait()
        try:
            results.append(put(plan, doctor, device, code=code).plan.content_hash)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 2
    assert len(set(results)) == 1
    assert Entry.objects.filter(verb="signed").count() == 1
    assert Plan.objects.exclude(signed_at=None).count() == 1


def test_who_does_not_have_the_case_signs_nothing(case, doctor, device, make_user, make_device):
    plan, other = ready(case, doctor), make_user("doctor")
    with pytest.raises(holding.NotHeldError):
        put(plan, other, make_device(other))
    with pytest.raises(drafting.StalePlanError):
        put(plan, doctor, device, version=1)
    assert not Entry.objects.filter(verb="signed").exists()


def test_a_plan_signed_by_another_doctor_is_not_taken_for_ones_own(case, doctor, device, make_user, make_device):
    plan, other = signed(case, doctor, device), make_user("doctor")
    with pytest.raises(holding.CaseError, match="Another doctor has signed"):
        put(plan, other, make_device(other))


# --- what stands against a signature
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"summary": " "}, "summary"),
        ({"items": ()}, "items"),
        ({"items": (Item(form="azelaic-acid", how="x"),)}, "items-0"),
        ({"declined": (Declined(form="prp"),)}, "declined-0"),
        ({"declined": (Declined(form="azelaic-acid", why="x"),)}, "declined"),
        ({"watch_for": ""}, "watch_for"),
        ({"call": ""}, "call"),
        ({"next_check": None}, "next_check"),
        ({"next_check": dt.date(2020, 1, 1)}, "next_check"),
    ],
)
def test_a_plan_with_a_gap_is_not_signed(case, doctor, device, change, field):
    plan = ready(case, doctor, content("azelaic-acid", **change))
    with pytest.raises(NotReadyError) as refused:
        put(plan, doctor, device)
    assert [name for name, _ in refused.value.gaps] == [field]


def test_no_treatment_is_a_plan_too():
    assert missing(content("no-treatment"), today=timezone.localdate()) == []
    bare = content(items=(Item(form="no-treatment"),))
    assert missing(bare, today=timezone.localdate()) == []


def test_a_hard_stop_is_enforced_at_signing_whatever_was_saved(hopeful, doctor, device):
    recording.record_facts(hopeful.public_id, doctor, CHECKS, method="video", by=actor(doctor))
    plan = draft(hopeful, doctor, content("tretinoin"))
    with pytest.raises(NotReadyError) as refused:
        put(plan, doctor, device)
    assert ("hard-stop", "tretinoin") in {(p.kind, p.form) for p in refused.value.problems}
    assert not Entry.objects.filter(verb__in=("signed", "factor-passed")).exists()


def test_with_a_reason_for_every_rule_the_named_doctor_may_sign(hopeful, doctor, device):
    what = content("tretinoin")
    plan = ready(hopeful, doctor, what)
    stops = [p for p in checks.against(what, judged(hopeful), ()) if p.kind == "hard-stop"]
    assert stops
    result = put(plan, doctor, device)
    assert result.signed
    kept = {(row["form"], row["rule"]): row for row in result.plan.sealed["overrides"]}
    for problem in stops:
        row = kept[problem.form, problem.rule]
        assert (row["reason"], row["doctor"]) == (WHY, doctor.pk)
    assert Entry.objects.filter(verb="overrode", reason=WHY).count() == len(kept)


def test_another_doctors_reason_counts_for_nobody_else(hopeful, doctor, make_user, make_device):
    plan, other = ready(hopeful, doctor, content("tretinoin")), make_user("doctor")
    holding.claim(hopeful.public_id, other, reason="off sick since Monday", by=actor(other))
    with pytest.raises(NotReadyError) as refused:
        put(plan, other, make_device(other))
    assert "hard-stop" in {p.kind for p in refused.value.problems}


def test_a_verdict_that_changes_after_saving_is_seen_at_signing(case, doctor, device):
    plan = ready(case, doctor, content("tretinoin"))
    record(case, doctor, pregnant=True)
    with pytest.raises(NotReadyError) as refused:
        put(plan, doctor, device)
    assert "hard-stop" in {p.kind for p in refused.value.problems}


def test_what_is_not_known_keeps_a_plan_from_being_signed_until_it_is_recorded(case, doctor, device):
    plan = draft(case, doctor)
    with pytest.raises(NotReadyError) as refused:
        put(plan, doctor, device)
    asked = {fact for p in refused.value.problems for fact in p.facts}
    assert {"age-verified", "identity-verified"} <= asked
    recording.record_facts(
        case.public_id, doctor, {fact: CHECKS[fact] for fact in asked}, method="video", by=actor(doctor)
    )
    assert put(plan, doctor, device).signed


def test_a_red_flag_that_holds_everything_is_dealt_with_before_anything_is_signed(case, doctor, device):
    plan = ready(case, doctor)
    record(case, doctor, breathing_trouble_or_face_swelling=True)
    with pytest.raises(NotReadyError) as refused:
        put(plan, doctor, device)
    held = [p for p in refused.value.problems if p.kind == "person"]
    assert held
    # No reason lifts it.
    reasons = {("azelaic-acid", p.rule): WHY for p in held}
    plan = drafting.save_draft(
        plan.public_id, doctor, content("azelaic-acid"), reasons, version=plan.version, by=actor(doctor)
    )
    with pytest.raises(NotReadyError):
        put(plan, doctor, device)
    plan = drafting.save_draft(
        plan.public_id, doctor, content("azelaic-acid"), {}, version=plan.version, by=actor(doctor)
    )
    for problem in held:
        recording.deal_with_flag(
            case.public_id, doctor, problem.rule, seen_by="A&E, General Hospital", how="Letter read", by=actor(doctor)
        )
    result = put(plan, doctor, device)
    assert result.signed
    assert [row["seen_by"] for row in result.plan.sealed["red_flags"]] == ["A&E, General Hospital"] * len(held)


# --- superseding
def test_a_plan_is_superseded_by_a_copy_and_stays_as_it_was(case, doctor, device):
    first = signed(case, doctor, device)
    before = Plan.objects.filter(pk=first.pk).values().get()
    plan = drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    case.refresh_from_db()
    assert (plan.number, plan.content, case.state) == (2, first.content, State.IN_REVIEW)
    assert case.plan_in_force == first
    what = content("azelaic-acid", summary="The same, with a later check.")
    plan = drafting.save_draft(
        plan.public_id, doctor, what, reasons_for(case, what), version=plan.version, by=actor(doctor)
    )
    second = put(plan, doctor, device).plan
    assert second.supersedes == first
    assert case.plan_in_force == second
    assert Plan.objects.filter(pk=first.pk).values().get() == before
    assert intact(Plan.objects.get(pk=first.pk))
    assert Entry.objects.get(verb="superseded").detail == {"superseded_by": second.public_id}


def test_a_draft_that_was_to_supersede_can_be_thrown_away(case, doctor, device):
    first = signed(case, doctor, device)
    plan = drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    rested = drafting.discard_draft(plan.public_id, doctor, version=1, by=actor(doctor))
    assert rested.state == State.PLAN_READY
    assert rested.plan_in_force == first


def test_a_signed_plan_is_neither_saved_over_nor_thrown_away(case, doctor, device):
    plan = signed(case, doctor, device)
    with pytest.raises(drafting.SignedError):
        drafting.save_draft(plan.public_id, doctor, content(), {}, version=plan.version, by=actor(doctor))
    with pytest.raises(drafting.SignedError):
        drafting.discard_draft(plan.public_id, doctor, version=plan.version, by=actor(doctor))


# --- what the database itself refuses
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE desk_plan SET content = '{}'",
        "UPDATE desk_plan SET sealed = '{}'",
        "UPDATE desk_plan SET prescriber = 'Somebody else'",
        "UPDATE desk_plan SET signed_at = NULL, signed_by_id = NULL, prescriber = '', content_hash = ''",
        "UPDATE desk_plan SET number = 9",
        "UPDATE desk_override SET reason = 'another reason altogether'",
        "UPDATE desk_override SET plan_id = plan_id",
        "DELETE FROM desk_override",
        "DELETE FROM desk_plan",
        "INSERT INTO desk_override (plan_id, form, rule, reason, doctor_id, at) "
        "SELECT plan_id, form, 'another-rule', reason, doctor_id, at FROM desk_override",
        pytest.param("TRUNCATE desk_override", marks=pytest.mark.postgres),
        pytest.param("TRUNCATE desk_plan CASCADE", marks=pytest.mark.postgres),
    ],
)
def test_nobody_changes_or_removes_a_signed_plan(hopeful, doctor, device, statement):
    signed(hopeful, doctor, device, content("tretinoin"))
    assert Override.objects.exists()
    connection.check_constraints()  # on PostgreSQL, nothing may be waiting for the transaction's end
    with pytest.raises(DatabaseError, match="signed plan"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert intact(Plan.objects.get())


def test_an_override_is_not_moved_into_a_signed_plan(case, hopeful, doctor, device):
    plan = signed(case, doctor, device)
    draft(hopeful, doctor, content("tretinoin"), {("tretinoin", "some-rule"): WHY})
    with pytest.raises(DatabaseError, match="signed plan"), transaction.atomic():
        Override.objects.filter(plan__signed_at=None).update(plan=plan)


def test_a_draft_and_its_overrides_can_be_changed_and_removed(hopeful, doctor):
    plan = draft(hopeful, doctor, content("tretinoin"), {("tretinoin", "some-rule"): WHY})
    with connection.cursor() as cursor:
        cursor.execute("UPDATE desk_override SET reason = 'another reason altogether'")
        cursor.execute("UPDATE desk_plan SET number = 3")
        cursor.execute("DELETE FROM desk_override")
        cursor.execute("DELETE FROM desk_plan")
    assert not Plan.objects.filter(pk=plan.pk).exists()


def test_a_case_has_one_draft_and_its_plans_are_numbered_once(case, doctor):
    draft(case, doctor)
    signature = {"signed_at": timezone.now(), "signed_by": doctor, "prescriber": "x", "content_hash": "y"}
    for fields in ({"number": 2}, {"number": 1, **signature}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Plan.objects.create(consultation=case, author=doctor, **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"prescriber": "Dr X"},
        {"content_hash": "y"},
        {"signed_at": timezone.now()},
        {"signed_at": timezone.now(), "prescriber": "Dr X", "content_hash": "y"},
    ],
)
def test_a_plan_is_signed_as_a_whole_or_not_at_all(case, doctor, fields):
    with pytest.raises(DatabaseError), transaction.atomic():
        Plan.objects.create(consultation=case, author=doctor, number=1, **fields)


# --- the rules on a case, as it is known now
def test_what_was_recorded_counts_over_what_was_said_and_the_latest_counts(case, doctor):
    assert judged(case).now.treatments["tretinoin"].verdict == "ask-first"
    record(case, doctor, pregnant=True)
    found = judged(case)
    assert found.now.treatments["tretinoin"].verdict == "contraindicated"
    assert found.before.treatments["tretinoin"].verdict == "ask-first"
    assert "tretinoin" in {change.form for change in found.changes}
    record(case, doctor, pregnant=False)
    assert judged(case).now.treatments["tretinoin"].verdict == "ask-first"


def test_records_of_one_list_add_up(case, doctor):
    record(case, doctor, allergies={"has": ["nickel"], "not": ["gold"]})
    record(case, doctor, allergies={"has": [], "not": ["peanut"]})
    known = judged(case).facts.known
    assert (known["allergies", "nickel"], known["allergies", "gold"], known["allergies", "peanut"]) == (
        True,
        False,
        False,
    )


def test_a_record_that_no_rule_understands_leaves_its_fact_unknown(case, doctor):
    record(case, doctor, fitzpatrick="purple", no_such_fact=True)
    found = judged(case)
    assert "no-such-fact" not in found.facts.known
    assert set(found.recorded) == {"fitzpatrick", "no-such-fact"}


def test_a_flag_that_was_recorded_is_new_and_holds_until_it_is_dealt_with(case, doctor):
    record(case, doctor, breathing_trouble_or_face_swelling=True)
    found = judged(case)
    assert found.holding == found.new_flags
    assert found.holding
    assert found.now.treatments["azelaic-acid"].verdict == "urgent-referral"
    for rule in found.holding:
        recording.deal_with_flag(case.public_id, doctor, rule, seen_by="A&E", how="seen", by=actor(doctor))
    after = judged(case)
    assert after.holding == ()
    assert after.now.person.holds
    assert after.now.treatments["azelaic-acid"].verdict != "urgent-referral"


def test_content_refuses_what_does_not_belong_there():
    from pydantic import ValidationError

    for wrong in ({"extra": 1}, {"items": [{"form": "x", "dose": "1"}]}, {"summary": "x" * 4001}):
        with pytest.raises(ValidationError):
            PlanContent.of(wrong)
