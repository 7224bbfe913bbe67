"""Stale pages, second presses and changed minds around a case: nothing is signed, agreed to or given out unseen."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consents import services as consents
from skinproof.clinic.consents.models import Consent
from skinproof.clinic.consultations import choosing, messaging
from skinproof.clinic.consultations.models import Message, State
from skinproof.clinic.desk import asking, drafting
from skinproof.clinic.desk.holding import StaleCaseError
from skinproof.clinic.desk.models import Reply
from skinproof.clinic.desk.signing import mark_of, sign
from skinproof.clinic.people.services import confirmed_device
from skinproof.clinic.prescribing import reviews
from skinproof.clinic.prescribing import services as prescribing
from skinproof.clinic.prescribing.models import FollowUp, HandOff, Review
from skinproof.clinic.products import services as products

from . import plans, register
from .asking.conftest import held, you  # noqa: F401
from .asking.steps import ask, at, page
from .conftest import actor, code_of
from .pages import main_of
from .prescriptions import content, issued, medicine
from .test_consents import FORM, give, hidden, states, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(acne_case):
    return acne_case


@pytest.fixture
def person(make_user):
    return make_user("person")


@pytest.fixture
def agreed(make_case, doctor, person):
    """A case with a signed plan that asks for consent."""
    return plans.case_with_plan(make_case, doctor, person)


def text(response):
    return main_of(response.content).text


# --- consents
def test_an_agreement_sent_again_after_it_was_taken_back_does_not_stand_as_kept(client, agreed, person, sign_in):
    sign_in(client, person)
    where = url("consent", agreed, FORM)
    opened = client.get(where).content.decode()
    sent = {"text": hidden(opened, "text"), "key": hidden(opened, "key"), "agree": "on"}
    assert client.post(where, sent).status_code == 302
    consents.take_back(agreed.public_id, person, FORM, key="b" * 43, by=actor(person))
    again = client.post(where, sent)  # the browser's Back button, and the form again
    assert again.status_code == 409
    assert "changed your mind" in text(again)
    assert states(agreed)[FORM] == "taken-back"


def test_the_key_of_one_step_does_not_stand_for_the_other(agreed, person):
    kept = give(agreed, person)
    with pytest.raises(consents.ConsentError, match="made for something else"):
        consents.take_back(agreed.public_id, person, FORM, key=kept.key, by=actor(person))
    assert states(agreed)[FORM] == "given"


def test_taking_back_sent_again_after_agreeing_again_is_told(client, agreed, person, sign_in):
    give(agreed, person)
    sign_in(client, person)
    client.post(url("take-back", agreed, FORM), {"key": "t" * 43})
    give(agreed, person, key="z" * 30)
    told = client.post(url("take-back", agreed, FORM), {"key": "t" * 43}, follow=True).content.decode()
    assert "changed your mind" in told
    assert states(agreed)[FORM] == "given"


def test_a_page_of_the_plan_before_agrees_to_nothing_that_it_does_not_ask(client, agreed, person, sign_in):
    sign_in(client, person)
    opened = client.get(url("consent", agreed, FORM)).content.decode()
    treats = agreed.doctor
    drafting.start_draft(agreed.public_id, treats, by=actor(treats))
    plans.signed(agreed, treats, what=plans.content("tretinoin"))
    sent = {"text": hidden(opened, "text"), "key": hidden(opened, "key"), "agree": "on"}
    assert client.post(url("consent", agreed, FORM), sent).status_code in (404, 409)
    assert not Consent.objects.exists()


@pytest.mark.parametrize("sent", [{"text": "0" * 64}, {"text": "x" * 64}, {"text": ""}, {"agree": ""}, {"key": "\x00"}])
def test_what_was_not_shown_or_not_ticked_is_not_agreed_to(client, agreed, person, sign_in, sent):
    sign_in(client, person)
    opened = client.get(url("consent", agreed, FORM)).content.decode()
    whole = {"text": hidden(opened, "text"), "key": hidden(opened, "key"), "agree": "on"}
    assert client.post(url("consent", agreed, FORM), {**whole, **sent}).status_code < 500
    assert not Consent.objects.exists()


def test_nobody_of_the_clinic_agrees_for_a_person_and_a_look_changes_nothing(agreed, person, make_user, sign_in):
    for role in ("doctor", "nurse", "pharmacist", "editor", "owner"):
        staff = sign_in(Client(), agreed.doctor if role == "doctor" else make_user(role))
        for name in ("consent", "take-back"):
            assert staff.post(url(name, agreed, FORM), {"key": "k" * 43, "agree": "on"}).status_code == 403
    own = sign_in(Client(), person)
    for name in ("consent", "overview"):
        own.get(url(name, agreed, *([FORM] if name == "consent" else [])))
    assert own.get(url("take-back", agreed, FORM)).status_code == 405
    assert not Consent.objects.exists()


# --- what was asked
def test_another_answer_from_a_second_tab_is_not_said_to_be_sent_and_not_lost(held, doctor, you):  # noqa: F811
    there = ask(held, doctor, questions=["pregnancy"], question="Since when?")
    first = {"ask": there.public_id, "q-pregnancy-answer": "cannot", "text": "Since May."}
    where = at("plans:more", held)
    assert you.post(where, first).status_code == 302
    assert you.post(where, first).status_code == 302, "a second press finds the first one's work"
    told = you.post(where, {**first, "text": "No: since April."})
    shown = page(told, 409)
    assert "was not sent" in shown
    assert "No: since April." in shown
    assert Reply.objects.get().text == "Since May."
    sent = {"key": re.search(r'name="key" value="([^"]+)"', shown)[1], "text": "No: since April."}
    assert you.post(reverse("consultations:message", args=[held.public_id]), sent).status_code == 302
    assert Message.objects.get().text == "No: since April."


@pytest.mark.parametrize("then", ["taken-back", "another", "closed"])
def test_what_was_typed_for_a_question_that_is_gone_stays_on_the_page(held, doctor, you, then):  # noqa: F811
    there = ask(held, doctor, question="Since when?")
    if then == "closed":
        choosing.withdraw(held.public_id, by=actor(held.person))
    else:
        asking.take_back(held.public_id, doctor, by=actor(doctor))
        if then == "another":
            ask(held, doctor, question="Which cream?")
    shown = page(you.post(at("plans:more", held), {"ask": there.public_id, "text": "Since <May>."}), 409)
    assert "Since &lt;May&gt;." in shown
    assert not Reply.objects.exists()


def test_anothers_ask_and_one_that_is_not_there_answer_nothing(held, doctor, you, make_case, make_user):  # noqa: F811
    other = make_case(State.IN_REVIEW, doctor=doctor, person=make_user("person"))
    there = ask(other, doctor, question="Since when?")
    for name in (there.public_id, "x", "\x00", "' or 1"):
        assert you.post(at("plans:more", held), {"ask": name, "text": "Since May."}).status_code == 302
    assert not Reply.objects.exists()


# --- a plan signed while the case changes
def change_message(found, doctor):
    messaging.write_message(
        found.public_id, "I forgot something.", key="m" * 43, author=found.person, by=actor(found.person)
    )


def change_facts(found, doctor):
    plans.record(found, doctor, obese=False)


def change_photo(found, doctor):
    from skinproof.clinic.photos.models import Photo

    Photo.objects.create(
        consultation=found, view="face-front", name="n" * 43, sha256="0" * 64, bytes=1, width=1, height=1
    )


def change_rules(found, doctor):
    from skinproof.care.rule_changes import fingerprint, own_rows
    from skinproof.clinic.people.models import Role, User
    from skinproof.clinic.rulebook import services as rulebook

    row = dict(own_rows()["gen-sun-protection"])
    user = User.objects.create(email="p@example.org", name="P", role=Role.PHARMACIST, registration="1")
    made = {**row, "note": "Read again, and nothing to add."}
    rulebook.amend(
        row["id"], made, of=fingerprint(row), reason="A note for whoever reads it next.", user=user, by=actor(user)
    )


@pytest.mark.parametrize("change", [change_message, change_facts, change_photo, change_rules])
def test_a_plan_is_not_signed_from_a_page_that_knew_less(client, make_case, doctor, person, sign_in, change):
    found = make_case("in-review", doctor=doctor, person=person)
    plan = plans.ready(found, doctor)
    sign_in(client, doctor)
    where = reverse("desk:sign", args=[found.public_id])
    shown = client.get(where).content.decode()
    change(found, doctor)
    sent = {name: hidden(shown, name) for name in ("plan", "version", "seen")}
    code = code_of(confirmed_device(doctor))
    refused = client.post(where, {**sent, "code": code}, follow=True)
    assert "nothing is signed" in refused.content.decode()
    plan.refresh_from_db()
    assert not plan.signed
    again = {name: hidden(refused.content.decode(), name) for name in ("plan", "version", "seen")}
    assert "/plan/" in client.post(where, {**again, "code": code}).url, "the code was not used up"
    plan.refresh_from_db()
    assert plan.signed


def test_products_named_in_another_tab_are_neither_overwritten_nor_signed_unseen(client, make_case, doctor, sign_in):
    form = "exosome-topical"
    what = plans.content(form, declined=())
    found = make_case("in-review", doctor=doctor, choices=[form])
    plan, version = plans.draft(found, doctor, what, plans.reasons_for(found, what)), register.accepted(doctor).latest
    seen, before = mark_of(plan), products.mark_of(plan)
    products.choose(plan.public_id, doctor, {form: version.pk}, seen=before, by=actor(doctor))
    with pytest.raises(products.StaleError):
        products.choose(plan.public_id, doctor, {form: None}, seen=before, by=actor(doctor))
    with pytest.raises(StaleCaseError):
        sign(plan.public_id, doctor, version=plan.version, code="000000", seen=seen, by=actor(doctor))
    assert plan.products.get().version_id == version.pk


# --- prescriptions
def test_what_is_pressed_twice_is_handed_off_and_looked_at_once(client, case, doctor, sign_in):
    found = issued(case, doctor, content(medicine()))
    sign_in(client, doctor)
    today = timezone.localdate().isoformat()
    act = lambda step: reverse("desk-prescribing:act", args=[case.public_id, found.public_id, step])  # noqa: E731
    handed = {"hand-off-pharmacy": "High Street", "hand-off-how": "post", "hand-off-on": today}
    looked = {"follow-up-on": today, "follow-up-how": "phone", "follow-up-found": "Goes on well."}
    for _ in range(2):
        assert client.post(act("hand-off"), handed).status_code == 302
        assert client.post(act("follow-up"), looked).status_code == 302
    assert (HandOff.objects.count(), FollowUp.objects.count()) == (1, 1)
    assert Entry.objects.filter(verb__in=("handed-off", "followed-up")).count() == 2


def test_what_a_person_took_back_is_neither_issued_nor_given_out(case, doctor):
    person = case.person
    found = issued(case, doctor, content(medicine()))
    give(case, person)
    consents.take_back(case.public_id, person, FORM, key="t" * 43, by=actor(person))
    today = timezone.localdate()
    hand = lambda: prescribing.hand_off(  # noqa: E731
        case, found.public_id, doctor, pharmacy="High Street", how="post", on=today, by=actor(doctor)
    )
    with pytest.raises(prescribing.PrescriptionError, match="took back"):
        hand()
    give(case, person, key="y" * 30)
    assert hand().pharmacy == "High Street"


def test_a_prescription_that_ended_takes_no_step_of_an_old_page(client, case, doctor, make_user, sign_in):
    first = issued(case, doctor, content(medicine()))
    pharmacist = make_user("pharmacist", registration="2012345")
    drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    issued(case, doctor, content(medicine(quantity=28)))
    with pytest.raises(prescribing.PrescriptionError, match="no longer holds"):
        reviews.review(first.public_id, pharmacist, "agreed", "", by=actor(pharmacist))
    sign_in(client, doctor)
    today = timezone.localdate().isoformat()
    for name, more, data in (
        ("act", ["hand-off"], {"hand-off-pharmacy": "P", "hand-off-how": "post", "hand-off-on": today}),
        ("repeat", [0], {}),
        ("issue", [], {}),
    ):
        where = reverse(f"desk-prescribing:{name}", args=[case.public_id, first.public_id, *more])
        assert "no longer holds" in client.post(where, data, follow=True).content.decode()
    assert not HandOff.objects.exists()
    assert not Review.objects.exists()


def test_a_pharmacist_reads_the_rules_in_force(client, case, doctor, make_user, sign_in):
    """What was amended counts on the pharmacist's page as it does at the desk."""
    from skinproof import care

    seen = []
    found = issued(case, doctor, content(medicine()))
    change_rules(case, doctor)
    sign_in(client, make_user("pharmacist", registration="2012345"))
    basis = reviews.basis
    reviews.basis, kept = (lambda row: seen.append(care.rules().version) or basis(row)), reviews.basis
    try:
        client.get(reverse("reviews:review", args=[found.public_id]))
    finally:
        reviews.basis = kept
    assert seen
    assert seen[0] != care.rules().version
