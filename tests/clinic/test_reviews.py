"""A pharmacist's review of a prescription: what they see of a case, what they record, what a query holds up."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skinproof.care.prescribing import facts_behind
from skinproof.care.terms import terms
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.prescribing import reviews, services
from skinproof.clinic.prescribing.models import QueryAnswer, Review

from .conftest import actor
from .pages import main_of
from .prescriptions import complete, content, do_sign, issued, medicine, prescribed, ready

pytestmark = pytest.mark.django_db
ASKS = "Is the person still using the retinoid at night?"
ANSWERS = "No, they stopped it in May; I wrote it down."


@pytest.fixture
def case(acne_case):
    return acne_case


@pytest.fixture
def pharmacist(make_user):
    return make_user("pharmacist", name="Pat Pestle", registration="2012345")


@pytest.fixture
def at(sign_in, pharmacist):
    return sign_in(Client(), pharmacist)


@pytest.fixture
def found(case, doctor):
    return prescribed(case, doctor)


def words(response) -> str:
    return " ".join(main_of(response.content).text.split())


def page(rx):
    return reverse("reviews:review", args=[rx.public_id])


def query(found, user, text=ASKS):
    return reviews.review(found.public_id, user, "query", text, by=actor(user))


def agree(found, user, text=""):
    return reviews.review(found.public_id, user, "agreed", text, by=actor(user))


def answer(case, found, doctor, text=ANSWERS):
    return reviews.answer(case, found.public_id, doctor, text, by=actor(doctor))


# --- what is seen
def test_it_waits_on_the_pharmacists_start_page_and_names_nobody(at, found, case):
    assert at.get("/account/").url == reverse("reviews:queue")
    text = words(at.get(reverse("reviews:queue")))
    assert "Azelaic acid cream 20%" in text
    assert found.prescriber_name in text
    assert case.person.name not in text
    assert case.public_id not in at.get(reverse("reviews:queue")).content.decode()


def test_the_page_tells_what_is_prescribed_what_stood_against_it_and_the_facts_behind(at, case, doctor):
    what = content(medicine(quantity=200, reason="Both cheeks and the back."))
    rx = prescribed(case, doctor, what)
    complete(case, doctor)
    text = words(at.get(page(rx)))
    told = ("Azelaic acid cream 20%", "Both cheeks and the back.", "Sam Reed", "Live at a distance: video or phone")
    for each in told:
        assert each in text
    sealed = rx.plan.sealed
    assert any(row["kind"] != "note" for row in sealed["prescribing"]), "else this shows nothing"
    for row in sealed["prescribing"]:
        assert row["says"].rstrip(".")[1:] in text
    reasons = {row["reason"] for row in sealed["overrides"]}
    assert reasons
    assert all(reason in text for reason in reasons)
    assert "What the checks turn on" in text
    assert terms().facts["sex"].meaning[1:] in text
    assert "null" not in text
    assert "none of those asked about" in text


def test_no_more_of_the_case_is_shown(at, make_case, make_user, doctor):
    from skinproof.clinic.consultations.messaging import write_message

    case = make_case(
        "in-review", doctor=doctor, person=make_user("person", name="Account Name"), concern="acne",
        choices=["azelaic-acid"], special={"story": "A very private story."}, note="A private wish.",
    )  # fmt: skip
    write_message(
        case.public_id, "A private message.", key="m" * 40, author=case.person, from_doctor=False, by=actor(case.person)
    )
    rx = prescribed(case, doctor)
    shown = at.get(page(rx)).content.decode()
    for private in ("private story", "private wish", "private message", "Account Name", case.person.email):
        assert private not in shown
    assert case.public_id not in shown, "the case's address is no part of it"


def test_only_facts_that_a_check_on_the_medicine_turns_on():
    some = facts_behind(["azelaic-acid"])
    assert "sex" in some
    assert facts_behind([]) == ()
    every = set(terms().facts)
    assert set(some) < every
    assert list(some) == [fact for fact in terms().facts if fact in some]
    assert any("pregnan" in fact for fact in facts_behind(["spironolactone"]))


# --- what is recorded
def test_agreed_is_kept_with_name_and_number_once_and_on_the_trail(at, found, pharmacist):
    first = agree(found, pharmacist)
    assert agree(found, pharmacist) == first
    assert first.name == "Pat Pestle, pharmacist reviewer, GPhC number 2012345"
    assert Entry.objects.filter(verb="agreed-to", object_id=found.public_id, actor=pharmacist).count() == 1
    assert not reviews.queue().waiting
    assert [each.row for each in reviews.queue().done] == [found]


def test_a_query_without_words_is_refused_beside_its_field(at, found):
    response = at.post(page(found), {"verdict": "query", "words": " "})
    assert response.status_code == 422
    assert "Say what you ask." in response.content.decode()
    response = at.post(page(found), {"verdict": "query", "words": "Why?"})
    assert "10 characters" in response.content.decode()
    assert "Why?" in response.content.decode(), "what was typed stays"
    assert at.post(page(found), {"verdict": "maybe"}).status_code == 422
    assert not Review.objects.exists()


def test_only_a_pharmacist_reviews(found, doctor):
    with pytest.raises(services.PrescriptionError, match="pharmacist"):
        agree(found, doctor)


@pytest.mark.parametrize("table", ["prescribing_review", "prescribing_queryanswer"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_reviews_and_answers_stay_as_they_were_written(found, case, doctor, pharmacist, table, statement):
    query(found, pharmacist)
    answer(case, found, doctor)
    refused = pytest.raises(DatabaseError, match="kept as it was written")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


# --- what a query holds up
def test_a_query_holds_issue_until_it_is_answered_and_says_so(found, case, doctor, pharmacist, sign_in):
    complete(case, doctor)
    query(found, pharmacist)
    with pytest.raises(services.PrescriptionError, match=r"Pat Pestle.*asked about this prescription"):
        services.issue(case, found.public_id, doctor, by=actor(doctor))
    desk = sign_in(Client(), doctor)
    where = reverse("desk-prescribing:show", args=[case.public_id, found.public_id])
    text = words(desk.get(where))
    assert ASKS in text
    assert "until this is answered" in text
    assert "Issue it with today" not in text
    for other in (reverse("desk:queue"), reverse("desk:case", args=[case.public_id])):
        assert "Pat Pestle" in words(desk.get(other))

    reply = reverse("desk-prescribing:answer", args=[case.public_id, found.public_id])
    assert desk.post(reply, {"text": ""}).status_code == 422
    desk.post(reply, {"text": ANSWERS})
    assert QueryAnswer.objects.get().text == ANSWERS
    assert "Issue it with today" in words(desk.get(where))
    assert "asks about" not in words(desk.get(reverse("desk:case", args=[case.public_id])))
    services.issue(case, found.public_id, doctor, by=actor(doctor))
    assert [each.row for each in reviews.queue().waiting] == [found], "the pharmacist reads the answer"


def test_a_query_holds_hand_off_and_repeat_but_never_cancelling(case, doctor, pharmacist):
    rx = issued(case, doctor)
    query(rx, pharmacist)
    with pytest.raises(services.PrescriptionError, match="asked about"):
        services.hand_off(
            case, rx.public_id, doctor, pharmacy="One", how="post", on=timezone.localdate(), by=actor(doctor)
        )
    with pytest.raises(services.PrescriptionError, match="asked about"):
        services.give_repeat(case, rx.public_id, 0, doctor, by=actor(doctor))
    services.cancel(case, rx.public_id, doctor, reason="It was the wrong strength for this person.", by=actor(doctor))
    assert not reviews.queries_in(case)


def test_another_plan_lifts_a_query_with_the_prescription_that_it_was_about(found, case, doctor, pharmacist):
    query(found, pharmacist)
    case.refresh_from_db()
    later = do_sign(ready(case, doctor, content(medicine(quantity=50))), doctor).prescription
    assert not reviews.queries_in(case)
    assert [each.row for each in reviews.queue().waiting] == [later]
    with pytest.raises(services.PrescriptionError, match="no longer holds"):
        query(found, pharmacist, "And one more question.")


def test_an_answer_is_kept_once_and_needs_a_query(found, case, doctor, pharmacist, make_user):
    with pytest.raises(services.PrescriptionError, match="No query"):
        answer(case, found, doctor)
    query(found, pharmacist)
    with pytest.raises(services.PrescriptionError, match="10 characters"):
        answer(case, found, doctor, "Yes.")
    with pytest.raises(services.PrescriptionError, match="Only the doctor who signed it"):
        answer(case, found, make_user("doctor"))
    first = answer(case, found, doctor)
    assert answer(case, found, doctor) == first
    query(found, pharmacist)  # the same words again are a new query once the first was answered
    assert Review.objects.count() == 2
    assert reviews.queries_in(case)
    agree(found, pharmacist)
    assert not reviews.queries_in(case)


def test_a_prescription_that_ended_is_open_to_whoever_reviewed_it_alone(
    at,
    found,
    case,
    doctor,
    pharmacist,
    make_user,
    sign_in,
):
    query(found, pharmacist)
    services.cancel(
        case, found.public_id, doctor, reason="It was the wrong strength for this person.", by=actor(doctor)
    )
    response = at.get(page(found))
    assert response.status_code == 200
    assert 'name="verdict"' not in response.content.decode()
    other = sign_in(Client(), make_user("pharmacist"))
    assert other.get(page(found)).status_code == 404


def test_who_looked_tells_the_person(at, found, case, sign_in):
    at.get(page(found))
    text = words(sign_in(Client(), case.person).get(reverse("record:who-looked")))
    assert re.search(r"Pat Pestle \(pharmacist reviewer\) looked at your prescription", text)


def test_the_queue_takes_a_fixed_number_of_queries(make_case, make_user, doctor, django_assert_num_queries):
    for _ in range(2):
        prescribed(make_case("in-review", doctor=doctor, person=make_user("person"), concern="acne"), doctor)
    with django_assert_num_queries(2):
        assert len(reviews.queue().waiting) == 2
    assert dt.timedelta(0) <= timezone.now() - reviews.queue().waiting[0].row.at
