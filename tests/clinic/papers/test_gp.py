"""Whether a person's GP may be told, whoever said it last, and their details."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from clinic.conftest import actor
from skinproof import care
from skinproof.clinic.desk import drafting, holding, recording
from skinproof.clinic.desk import gp as gp_words
from skinproof.clinic.desk.judging import judged
from skinproof.clinic.papers import making, selectors, services
from skinproof.clinic.papers.models import GpSharing
from skinproof.clinic.prescribing import selectors as prescribing
from skinproof.clinic.prescribing.services import keep_details

from .steps import GP, refer, said, tell_gp, words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("details", [replace(GP, practice=" "), replace(GP, born=None)])
def test_a_gp_that_cannot_be_written_to_is_not_kept(case, person, details):
    with pytest.raises(services.PaperError):
        tell_gp(case, person, details)
    assert not GpSharing.objects.exists()


def test_the_gps_details_are_asked_on_a_page_and_kept(client, case, person, sign_in):
    sign_in(client, person)
    address = reverse("papers:gp", args=[case.public_id])
    typed = {"allowed": "yes", "practice": "", "born": "2999-01-01", "address": "2 Sample Street"}
    page = client.post(address, typed).content.decode()
    for text in ("Enter the name of the practice.", "Enter the day you were born.", "2 Sample Street"):
        assert text in page
    assert "Choose one." in client.post(address, {}).content.decode()
    assert "Enter your date of birth" in client.post(address, {"allowed": "yes", "practice": "X"}).content.decode()
    good = {"allowed": "yes", "practice": "Example Surgery", "born": "1990-02-03"}
    for _ in range(2):
        assert client.post(address, good).status_code == 302
    assert GpSharing.objects.get().practice == "Example Surgery"
    assert "Letter to the GP about plan 1" in words(client.get(reverse("papers:papers", args=[case.public_id])))
    client.post(address, {**good, "allowed": "no"})
    last = services.gp_of(case)
    assert (last.allowed, last.practice) == (False, ""), "a no keeps nothing else"
    assert services.whom_to_tell(case) is None
    assert "no letter to them" in words(client.get(reverse("papers:papers", args=[case.public_id])))


def test_a_doctor_writes_down_what_the_person_said(client, case, doctor, sign_in):
    sign_in(client, doctor)
    typed = {"allowed": "yes", "practice": "Example Surgery", "born": "1990-02-03"}
    assert client.post(reverse("case-papers:gp", args=[case.public_id]), typed).status_code == 302
    assert services.gp_of(case).told_to_doctor
    assert f"written down by {doctor.name}" in words(client.get(reverse("case-papers:papers", args=[case.public_id])))


# --- the latest word leads
def at_desk(case, doctor, allowed, method="phone"):
    recording.record_facts(case.public_id, doctor, {"gp-sharing-consent": allowed}, method=method, by=actor(doctor))


def test_the_latest_word_leads_wherever_it_was_said(make_case, doctor, person):
    case = make_case("in-review", doctor=doctor, person=person, special={"gp": "no"})
    assert (gp_words.latest(case).allowed, gp_words.latest(case).how) == (False, "In the consultation")
    assert judged(case).facts.known["gp-sharing-consent"] is False
    tell_gp(case, person)
    assert services.whom_to_tell(case)[0].practice == "Example Surgery"
    assert judged(case).facts.known["gp-sharing-consent"] is True, "the rules hear it too"
    at_desk(case, doctor, False)
    assert services.whom_to_tell(case) is None
    assert judged(case).facts.known["gp-sharing-consent"] is False
    at_desk(case, doctor, True, "video")
    assert services.whom_to_tell(case)[1].how == f"Recorded by {doctor.name}: video call"
    tell_gp(case, person, services.GpDetails(allowed=False))
    assert services.whom_to_tell(case) is None
    at_desk(case, doctor, True)
    assert services.whom_to_tell(case) is None, "a no kept nothing of whom, so it is asked again"
    assert [each.allowed for each in gp_words.said(case)] == [True, False, True, False, True, False]


@pytest.mark.parametrize(("answer", "told"), [("no", "No, the GP"), (care.UNSURE, "Not sure"), ("yes", "Yes, the")])
def test_what_was_answered_in_the_consultation_counts_until_more_is_said(make_case, answer, told):
    assert gp_words.latest(make_case(special={"gp": answer})).words.startswith(told)


def test_no_letter_against_the_latest_word(case, person, doctor, sign_in):
    tell_gp(case, person)
    assert "letter" in {line.kind for line in selectors.papers(case).lines}
    drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    at_desk(case, doctor, False)
    case.refresh_from_db()
    assert "letter" not in {line.kind for line in selectors.papers(case).lines}
    for space, user in (("papers", person), ("case-papers", doctor)):
        them = sign_in(Client(), user)
        assert them.get(reverse(f"{space}:letter", args=[case.public_id, 1])).status_code == 404
        text = words(them.get(reverse(f"{space}:papers", args=[case.public_id])))
        assert "What was said, and when" in text
        assert f"Recorded by {doctor.name}" in text
    letter = making.referral(case, refer(case, doctor, to="A dermatologist").number)
    assert "Example Surgery" not in said(letter), "nor is the GP named to others"


def test_a_yes_said_again_after_a_no_elsewhere_counts_again(case, person, doctor):
    tell_gp(case, person)
    drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    at_desk(case, doctor, False)
    tell_gp(case, person)
    assert services.whom_to_tell(case)
    assert GpSharing.objects.count() == 2
    tell_gp(case, person)
    assert GpSharing.objects.count() == 2, "a second press adds nothing"


def test_a_nurse_writes_down_what_a_person_says_while_the_case_is_open(client, open_case, make_user, sign_in):
    nurse = make_user("nurse", registration="12A3456E")
    sign_in(client, nurse)
    address = reverse("case-papers:gp", args=[open_case.public_id])
    assert address in client.get(reverse("desk:case", args=[open_case.public_id])).content.decode()
    typed = {"allowed": "yes", "practice": "Example Surgery", "born": "1990-02-03"}
    assert client.post(address, typed).url.startswith(reverse("desk:case", args=[open_case.public_id]))
    assert services.whom_to_tell(open_case)[1].how == f"Told to {nurse.name}"
    type(open_case).objects.filter(pk=open_case.pk).update(state="plan-ready")
    client.post(address, {"allowed": "no"})
    assert services.whom_to_tell(open_case), "a nurse records nothing once the plan is signed"


def test_another_doctor_does_not_say_it_for_the_person(case, make_user):
    other = make_user("doctor")
    with pytest.raises(holding.CaseError):
        services.say_about_gp(case.public_id, GP, user=other, by=actor(other), told_to_doctor=True)
    assert not GpSharing.objects.exists()


# --- birth date and address, asked once
def test_what_was_given_for_a_letter_serves_a_prescription_and_the_other_way_round(client, case, person, sign_in):
    tell_gp(case, person)
    known = prescribing.details_of(case)
    assert (known.born, known.address, known.name) == (GP.born, GP.address, "")
    keep_details(case, name="Zoë Ł", born=GP.born, user=person, by=actor(person))
    known = prescribing.details_of(case)
    assert (known.name, known.address) == ("Zoë Ł", GP.address), "what was known stays"
    sign_in(client, person)
    page = client.get(reverse("papers:gp", args=[case.public_id])).content.decode()
    assert 'value="1990-02-03"' in page
    assert "2 Sample Street" in page
    keep_details(case, name="Zoë Ł", address="3 New Road", born=GP.born, user=person, by=actor(person))
    assert "3 New Road" in said(making.letter(case, 1))
