"""From a medicine in a plan to a prescription at a pharmacy: what stops it, what is kept, what cannot change."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from skinproof.clinic.audit.models import Entry, Verb
from skinproof.clinic.consultations.models import State
from skinproof.clinic.desk import checks, drafting, holding, prescribing
from skinproof.clinic.desk.content import Consulted, PlanContent, Session, intact, missing
from skinproof.clinic.desk.judging import judged
from skinproof.clinic.desk.signing import NotReadyError
from skinproof.clinic.prescribing import selectors, services
from skinproof.clinic.prescribing.models import Prescription

from . import plans
from .conftest import actor
from .prescriptions import (
    complete,
    consulted,
    content,
    do_sign,
    issued,
    medicine,
    prescribed,
    ready,
    reasons,
    verbs,
    with_repeat,
)

pytestmark = pytest.mark.django_db
WHY = plans.WHY


@pytest.fixture
def case(acne_case):
    return acne_case


# --- signing
def test_a_signed_plan_makes_a_prescription_of_what_was_signed(case, doctor):
    found = prescribed(case, doctor)
    [line] = selectors.document(found).lines
    assert (line.name, line.amount, line.course_weeks) == ("Azelaic acid cream 20%", "56 g", 8)
    assert found.plan_hash == found.plan.content_hash
    assert intact(found.plan)
    assert verbs(found.public_id) == [Verb.PRESCRIBED]


def test_a_plan_without_medicines_makes_none(case, doctor):
    plan = plans.signed(case, doctor)
    assert not Prescription.objects.filter(plan=plan).exists()


def test_the_fingerprint_covers_the_medicine_and_what_was_said_against_it(case, doctor):
    plan = prescribed(case, doctor).plan
    assert plan.content["medicines"][0]["quantity"] == 56
    assert any(row["kind"] == "unknown" for row in plan.sealed["prescribing"])
    plan.sealed["medicines"][0]["line"]["quantity"] = 560
    assert not intact(plan)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"quantity": 500}, "rx-quantity-azelaic-cream-20"),
        ({"times_a_day": 3}, "rx-times-a-day-azelaic-cream-20"),
        ({"course_weeks": None}, "rx-course-weeks-azelaic-cream-20"),
    ],
)
def test_past_a_limit_it_is_not_signed_without_a_reason(case, doctor, changes, code):
    what = content(medicine(**changes))
    plan = ready(case, doctor, what)
    given = {where: why for where, why in reasons(case, what).items() if not where[1].startswith(code)}
    plan = plans.draft(case, doctor, what, given)
    with pytest.raises(NotReadyError) as refused:
        do_sign(plan, doctor)
    assert code in {getattr(problem, "stem", "") for problem in refused.value.problems}


def test_a_reason_past_a_limit_is_on_the_trail_and_sealed(case, doctor):
    plan = do_sign(ready(case, doctor, content(medicine(quantity=500))), doctor)
    [row] = [row for row in plan.sealed["overrides"] if row["rule"].startswith("rx-quantity-azelaic-cream-20-")]
    assert row["reason"] == WHY
    assert Entry.objects.filter(verb=Verb.OVERRODE, object_id=plan.public_id, detail__rule=row["rule"]).exists()


def test_a_reason_for_one_amount_is_none_for_another(case, doctor):
    some, more = content(medicine(quantity=90)), content(medicine(quantity=900))
    plan = ready(case, doctor, some)
    plan = plans.draft(case, doctor, more, reasons(case, some))
    with pytest.raises(NotReadyError) as refused:
        do_sign(plan, doctor)
    assert [getattr(problem, "code", "") for problem in refused.value.problems] == ["quantity"]
    found = judged(case, also=more.forms)
    lines = checks.lines(more, found, plan.overrides.all(), doctor, prescribing.problems(case, more, found))
    [line] = [line for line in lines if not line.solved]
    assert line.earlier.reason == WHY, "what was written is shown again"


def test_never_on_a_form_alone_whatever_the_reason(case, doctor):
    cream = medicine(form="clindamycin-benzoyl-peroxide", product="clindamycin-bpo-1-5", times_a_day=1, quantity=30)
    what = content(cream, consulted=consulted(mode="questionnaire", on=None, by=""))
    plans.record(
        case, doctor, **{**{k.replace("-", "_"): v for k, v in plans.CHECKS.items()}, "consult_mode": "questionnaire"}
    )
    plan = plans.draft(case, doctor, what, reasons(case, what))
    with pytest.raises(NotReadyError) as refused:
        do_sign(plan, doctor)
    assert "contact" in {getattr(problem, "code", "") for problem in refused.value.problems}


def test_a_reason_of_another_doctor_does_not_count(case, doctor, make_user, make_device):
    ready(case, doctor)
    other = make_user("doctor")
    make_device(other)
    holding.claim(case.public_id, other, reason="They are ill today.", by=actor(other))
    plan = case.plans.get(signed_at=None)
    with pytest.raises(NotReadyError):
        do_sign(plan, other)


# --- what is asked of a plan beside
def test_a_session_needs_a_date_and_its_treatment():
    what = plans.content(
        "microneedling", sessions=(Session(form="microneedling"), Session(form="prp", on=timezone.localdate()))
    )
    words = " ".join(text for _, text in missing(what, today=timezone.localdate()))
    assert "Session 1: set a date" in words
    assert "Session 2: its treatment is not in the plan" in words


@pytest.mark.parametrize(
    ("low", "high", "words"), [(10, None, "both ends"), (20, 10, "above the higher"), (10, 20, "")]
)
def test_a_cost_has_two_ends(low, high, words):
    gaps = missing(plans.content("azelaic-acid", cost_low=low, cost_high=high), today=timezone.localdate())
    assert words in " ".join(text for field, text in gaps if field == "cost_low")
    assert bool(words) == any(field == "cost_low" for field, _ in gaps)


def test_a_plan_from_before_medicines_is_still_read(case, doctor):
    plan = plans.signed(case, doctor)
    old = {name: plan.content[name] for name in (
        "summary", "items", "declined", "watch_for", "call", "next_check", "next_check_how")}  # fmt: skip
    read = PlanContent.of(old)
    assert (read.shape, read.medicines, read.cost_low) == (1, (), None)
    assert missing(read, today=timezone.localdate()) == []


# --- the document
def test_without_particulars_it_is_not_issued_and_says_what_is_missing(case, doctor):
    found = prescribed(case, doctor)
    with pytest.raises(services.PrescriptionError, match="the person's address"):
        services.issue(case, found.public_id, doctor, by=actor(doctor))
    assert {row.field for row in selectors.document(found).missing} >= {"patient_address", "prescriber_address"}


def test_an_issued_document_stays_as_it_was(case, doctor):
    found = issued(case, doctor)
    before = selectors.document(found)
    services.keep_details(
        case, name="Sam Reed", address="9 New Street", born=dt.date(1990, 5, 1), user=doctor, by=actor(doctor)
    )
    assert selectors.document(selectors.prescription(case, found.public_id)) == before
    again = services.issue(case, found.public_id, doctor, by=actor(doctor))
    assert selectors.document(again) == before
    assert verbs(found.public_id) == [Verb.PRESCRIBED, Verb.ISSUED]


def test_only_the_doctor_who_signed_issues_it(case, doctor, make_user):
    found = prescribed(case, doctor)
    complete(case, doctor)
    other = make_user("doctor")
    with pytest.raises(services.PrescriptionError, match="Only the doctor who signed"):
        services.issue(case, found.public_id, other, by=actor(other))


@pytest.mark.parametrize("born", [dt.date(2999, 1, 1), dt.date(1800, 1, 1)])
def test_a_birth_that_cannot_be_is_refused(case, doctor, born):
    with pytest.raises(services.PrescriptionError, match="date of birth"):
        services.keep_details(case, name="A", address="B", born=born, user=doctor, by=actor(doctor))


@pytest.mark.parametrize(
    "table", ["prescription", "issue", "handoff", "followup", "repeat", "ending", "persondetails", "practiceaddress"]
)
def test_nothing_of_it_is_changed_or_removed(case, doctor, table):
    from django.apps import apps

    what = content(medicine(repeats=0))
    found = issued(case, doctor, what)
    today = timezone.localdate()
    services.hand_off(case, found.public_id, doctor, pharmacy="High Street", how="post", on=today, by=actor(doctor))
    services.follow_up(case, doctor, on=today, how="video", found="Calm skin.", by=actor(doctor))
    services.cancel(case, found.public_id, doctor, reason="A rash came up on day three.", by=actor(doctor))
    model = apps.get_model("prescribing", table)
    if table == "repeat":
        from skinproof.clinic.prescribing.models import FollowUp

        model.objects.create(prescription=found, line=0, follow_up=FollowUp.objects.get(), doctor=doctor)
    row = model.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    field = (
        "reason"
        if table == "ending"
        else next(
            f.name
            for f in model._meta.fields
            if f.get_internal_type() in ("CharField", "TextField", "PositiveSmallIntegerField", "DateField")
        )
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(
            **{field: 7 if table == "repeat" else dt.date(2000, 1, 1) if field in ("on", "date") else "x"}
        )


# --- the pharmacy
def test_a_hand_off_comes_after_the_issue_and_within_six_months(case, doctor):
    found = prescribed(case, doctor)
    today = timezone.localdate()
    give = lambda on: services.hand_off(  # noqa: E731
        case, found.public_id, doctor, pharmacy="High Street", how="post", on=on, by=actor(doctor)
    )
    with pytest.raises(services.PrescriptionError, match="Issue it first"):
        give(today)
    complete(case, doctor)
    services.issue(case, found.public_id, doctor, by=actor(doctor))
    for day in (today - dt.timedelta(1), today + dt.timedelta(1)):
        with pytest.raises(services.PrescriptionError, match="before it was issued, or still to come"):
            give(day)
    give(today)
    assert verbs(found.public_id)[-1] == Verb.HANDED_OFF


def test_no_repeats_with_the_first_prescription(case, doctor):
    what = content(medicine(repeats=1))
    found = prescribing.problems(case, what, judged(case, also=what.forms))
    assert "repeat-no-follow-up" in {problem.code for problem in found if problem.kind == "stop"}


def test_a_repeat_is_given_only_after_a_new_follow_up_and_once(case, doctor):
    found = with_repeat(case, doctor)
    give = lambda: services.give_repeat(case, found.public_id, 0, doctor, by=actor(doctor))  # noqa: E731
    with pytest.raises(services.PrescriptionError, match="only after a follow-up"):
        give()
    services.follow_up(case, doctor, on=timezone.localdate(), how="phone", found="Goes on well.", by=actor(doctor))
    give()
    assert verbs(found.public_id)[-1] == Verb.REPEATED
    services.follow_up(case, doctor, on=timezone.localdate(), how="phone", found="Goes on well.", by=actor(doctor))
    with pytest.raises(services.PrescriptionError, match="no repeat left"):
        give()


def test_a_repeat_never_goes_past_what_was_signed(case, doctor):
    found = issued(case, doctor)
    services.follow_up(case, doctor, on=timezone.localdate(), how="phone", found="Well.", by=actor(doctor))
    for line in (0, 1, -1):
        with pytest.raises(services.PrescriptionError, match="no repeat left"):
            services.give_repeat(case, found.public_id, line, doctor, by=actor(doctor))


def test_a_later_plan_ends_the_prescription_before(case, doctor):
    first = prescribed(case, doctor)
    second = prescribed(case, doctor)
    first = selectors.prescription(case, first.public_id)
    assert first.ending.kind == "superseded"
    assert selectors.document(first).state == "superseded"
    assert not hasattr(second, "ending")
    with pytest.raises(services.PrescriptionError, match="no longer holds"):
        services.issue(case, first.public_id, doctor, by=actor(doctor))


def test_cancelling_needs_a_reason_and_happens_once(case, doctor):
    found = prescribed(case, doctor)
    with pytest.raises(services.PrescriptionError, match="characters or more"):
        services.cancel(case, found.public_id, doctor, reason="no", by=actor(doctor))
    for _ in range(2):
        services.cancel(case, found.public_id, doctor, reason="The person changed their mind.", by=actor(doctor))
    assert verbs(found.public_id) == [Verb.PRESCRIBED, Verb.CANCELLED]


# --- what was prescribed before
def test_earlier_prescriptions_of_the_person_count(case, doctor, make_case):
    issued(case, doctor)
    other = make_case(State.IN_REVIEW, doctor=doctor, person=case.person, concern="rosacea")
    [course] = selectors.history(other).courses
    assert (course.form, course.weeks) == ("azelaic-acid", 8)


def test_a_cancelled_prescription_or_another_persons_does_not(case, doctor, make_case, make_user):
    found = prescribed(case, doctor)
    assert selectors.history(make_case(person=make_user("person"))).courses == ()
    services.cancel(case, found.public_id, doctor, reason="The person changed their mind.", by=actor(doctor))
    assert selectors.history(case).courses == ()


def test_one_case_cannot_open_anothers_prescription(case, doctor, make_case, client, sign_in):
    found = prescribed(case, doctor)
    other = make_case(State.IN_REVIEW, doctor=doctor)
    sign_in(client, doctor)
    assert client.get(reverse("desk-prescribing:show", args=[other.public_id, found.public_id])).status_code == 404


def test_a_new_plan_takes_over_the_medicines_and_not_how_they_were_decided(case, doctor):
    prescribed(case, doctor)
    draft = drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    read = PlanContent.of(draft.content)
    assert read.medicines[0].product == "azelaic-cream-20"
    assert read.consulted == Consulted()
