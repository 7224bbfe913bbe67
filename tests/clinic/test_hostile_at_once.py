"""What two presses, two tabs or two people at the same moment could do to a consent, a signature or a prescription."""

from __future__ import annotations

from functools import partial

import pytest
from django.utils import timezone

from skinproof.clinic.audit.models import Entry, Verb
from skinproof.clinic.consents import selectors as consent_texts
from skinproof.clinic.consents import services as consents
from skinproof.clinic.consents.models import Consent
from skinproof.clinic.consultations import messaging
from skinproof.clinic.consultations.models import Message, State
from skinproof.clinic.desk.holding import StaleCaseError
from skinproof.clinic.desk.models import Plan, Reply
from skinproof.clinic.desk.signing import mark_of, sign
from skinproof.clinic.people import guessing
from skinproof.clinic.people.services import confirmed_device
from skinproof.clinic.post import limits
from skinproof.clinic.prescribing import reviews
from skinproof.clinic.prescribing import services as prescribing
from skinproof.clinic.prescribing.models import FollowUp, HandOff, Issue, Repeat, Review

from . import plans
from .asking.steps import ask
from .conftest import actor, code_of
from .prescriptions import complete, content, medicine, prescribed
from .test_at_once import AT_ONCE, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
FORM = "azelaic-acid"


@pytest.fixture
def case(acne_case):
    return acne_case


def tried(task):
    """A task whose refusal is what it gives."""

    def run():
        try:
            return task()
        except (consents.ConsentError, prescribing.PrescriptionError, StaleCaseError) as refused:
            return refused

    return run


def number_of(verb):
    return Entry.objects.get(verb=verb).pk


def agreeing(found, person, key):
    text = consent_texts.text_for(found, FORM, found.plan_in_force)
    return tried(partial(
        consents.agree, found.public_id, person, FORM, text_hash=text.fingerprint, key=key, by=actor(person)
    ))  # fmt: skip


def test_an_agreement_sent_several_times_at_once_is_one(case, doctor):
    person = case.person
    plans.signed(case, doctor, what=plans.content(FORM))
    together(*[agreeing(case, person, "k" * 43)] * AT_ONCE)
    assert Consent.objects.count() == 1
    back = tried(partial(consents.take_back, case.public_id, person, FORM, key="b" * 43, by=actor(person)))
    together(*[back] * 3, *[agreeing(case, person, "k" * 43)] * 3)
    assert [row.agreed for row in Consent.objects.order_by("id")] == [True, False], "an old page agrees to nothing anew"


def test_a_signature_sent_several_times_at_once_is_one(case, doctor):
    plan = plans.ready(case, doctor)
    code = code_of(confirmed_device(doctor))
    press = partial(sign, plan.public_id, doctor, version=plan.version, code=code, seen=mark_of(plan), by=actor(doctor))
    found = together(*[press] * AT_ONCE)
    assert all(each.signed for each in found)
    assert Plan.objects.exclude(signed_at=None).count() == 1
    assert Entry.objects.filter(verb="signed").count() == 1


def test_a_message_and_a_signature_at_once_are_in_one_order_or_the_other(case, doctor):
    """Either the plan was signed before the message came, or it is not signed from the page that did not have it."""
    plan = plans.ready(case, doctor)
    code = code_of(confirmed_device(doctor))
    press = partial(sign, plan.public_id, doctor, version=plan.version, code=code, seen=mark_of(plan), by=actor(doctor))
    write = partial(
        messaging.write_message, case.public_id, "I forgot: I am pregnant.", key="m" * 43, author=case.person,
        by=actor(case.person),
    )  # fmt: skip
    outcome, _ = together(tried(press), write)
    plan.refresh_from_db()
    message = Message.objects.get()
    if plan.signed:
        assert (
            plan.signed_at <= message.at or Entry.objects.get(verb="signed").pk < Entry.objects.get(verb="messaged").pk
        )
    else:
        assert isinstance(outcome, StaleCaseError)


def test_a_prescription_is_issued_handed_off_and_repeated_once(case, doctor):
    prescribed(case, doctor)
    prescribing.follow_up(case, doctor, on=timezone.localdate(), how="video", found="Better.", by=actor(doctor))
    found = prescribed(case, doctor, content(medicine(repeats=2, course_weeks=4, quantity=28)))
    complete(case, doctor)
    by, today = actor(doctor), timezone.localdate()
    together(*[partial(prescribing.issue, case, found.public_id, doctor, by=by)] * AT_ONCE)
    assert Issue.objects.count() == 1
    hand = partial(
        prescribing.hand_off, case, found.public_id, doctor, pharmacy="High Street", how="post", on=today, by=by
    )
    together(*[hand] * AT_ONCE)
    assert HandOff.objects.count() == 1
    look = partial(prescribing.follow_up, case, doctor, on=today, how="phone", found="Well.", by=by)
    together(*[look] * AT_ONCE)
    assert FollowUp.objects.count() == 2
    together(*[tried(partial(prescribing.give_repeat, case, found.public_id, 0, doctor, by=by))] * AT_ONCE)
    assert Repeat.objects.count() == 1, "one look at how it goes is good for one repeat"


def test_a_query_and_an_issue_at_once_are_in_one_order_or_the_other(case, doctor, make_user):
    found = prescribed(case, doctor)
    complete(case, doctor)
    pharmacist = make_user("pharmacist", registration="2012345")
    query = partial(reviews.review, found.public_id, pharmacist, "query", "Is the amount right?", by=actor(pharmacist))
    outcome, *_ = together(
        tried(partial(prescribing.issue, case, found.public_id, doctor, by=actor(doctor))), query, query
    )
    assert Review.objects.count() == 1
    if isinstance(outcome, prescribing.PrescriptionError):
        assert not Issue.objects.exists()
    else:
        assert number_of("issued") < number_of("queried")


def test_two_different_answers_at_once_are_one_answer(make_case, make_user):
    from skinproof.clinic.desk import asking

    doc = make_user("doctor")
    held = make_case(State.IN_REVIEW, doctor=doc, person=make_user("person"), choices=["tretinoin"], special={})
    there = ask(held, doc, question="Since when?")
    by = actor(held.person)
    texts = [f"Since {n} weeks." for n in range(AT_ONCE)]
    together(*[partial(asking.reply, held.public_id, there.public_id, {}, text, by=by) for text in texts])
    assert Reply.objects.count() == 1
    assert Entry.objects.filter(verb=Verb.REPLIED).count() == 1


def test_wrong_sign_ins_are_counted_exactly_however_many_come_at_once():
    together(*[partial(guessing.wrong, "ada@example.org", "192.0.2.1")] * AT_ONCE)
    full = limits.Limit(AT_ONCE, 900)
    assert limits.wait("wrong-from", "192.0.2.1", full) > 0
    assert limits.wait("wrong-from", "192.0.2.1", limits.Limit(AT_ONCE + 1, 900)) == 0
