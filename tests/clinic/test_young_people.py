"""A person under 16: what they read, what a doctor records, what a prescription waits for."""

from __future__ import annotations

import pytest
from django.urls import reverse

from skinproof.care.young import CONSENT, young
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations.models import State
from skinproof.clinic.desk import holding, recording
from skinproof.clinic.desk.facts_form import wanted
from skinproof.clinic.desk.judging import judged
from skinproof.clinic.desk.models import CaseFact
from skinproof.clinic.desk.signing import NotReadyError

from . import plans
from .conftest import actor
from .pages import main_of
from .prescriptions import do_sign, ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(make_case, make_user, doctor):
    return make_case(
        State.IN_REVIEW,
        doctor=doctor,
        person=make_user("person"),
        concern="acne",
        choices=["azelaic-acid"],
        special={"age": 15},
    )


def test_a_prescription_waits_for_who_can_agree(case, doctor):
    plan = ready(case, doctor)
    with pytest.raises(NotReadyError) as refused:
        do_sign(plan, doctor)
    assert "rx-consent-under-16-azelaic-cream-20" in {
        getattr(problem, "stem", "") for problem in refused.value.problems
    }
    plans.record(case, doctor, consent_under_16="neither")
    with pytest.raises(NotReadyError):
        do_sign(plan, doctor)
    plans.record(case, doctor, consent_under_16="young-person")
    assert do_sign(plan, doctor).prescription
    row = CaseFact.objects.filter(consultation=case, fact=CONSENT).latest("id")
    assert (row.value, row.method, row.doctor) == ("young-person", "video", doctor)
    assert Entry.objects.filter(verb="recorded", object_id=case.public_id).exists()


@pytest.mark.parametrize("agreed", ["young-person", "parent"])
@pytest.mark.parametrize("method", ["message", "document", "record", "provider"])
def test_who_agrees_is_found_out_in_a_talk(case, doctor, method, agreed):
    with pytest.raises(holding.CaseError, match="in a talk"):
        recording.record_facts(case.public_id, doctor, {CONSENT: agreed}, method=method, by=actor(doctor))
    assert not CaseFact.objects.filter(fact=CONSENT).exists()


def test_a_nurse_does_not_record_it(case, make_user):
    nurse = make_user("nurse")
    with pytest.raises(holding.CaseError, match="nurse"):
        recording.record_facts(case.public_id, nurse, {CONSENT: "parent"}, method="video", by=actor(nurse))


def test_the_form_offers_it_under_sixteen_alone_and_keeps_what_was_typed(case, doctor, client, sign_in, make_case):
    older = make_case(State.IN_REVIEW, doctor=doctor, concern="acne", special={"age": 16})
    assert CONSENT in wanted(judged(case), [])
    assert CONSENT not in wanted(judged(older), [])
    page = sign_in(client, doctor).get(reverse("desk:case", args=[case.public_id])).content.decode()
    assert "Under 16: who agrees to this treatment?" in page
    data = {f"fact-{CONSENT}": "young-person", "method": "message", "note": "Wrote to me", "version": case.version}
    answer = client.post(reverse("desk:record-facts", args=[case.public_id]), data)
    assert "found out in a talk" in answer.content.decode()
    assert "Wrote to me" in answer.content.decode()


def test_the_young_person_reads_how_it_goes_on_and_who_else_can_help(case, client, sign_in, make_case):
    page = main_of(sign_in(client, case.person).get(reverse("consultations:options", args=[case.public_id])).content)
    text = " ".join(page.text.split())
    for line in young().person:
        assert line.text in text
    assert "General Medical Council" in text
    older = make_case(State.WAITING, person=case.person, concern="acne", special={"age": 16})
    page = main_of(client.get(reverse("consultations:options", args=[older.public_id])).content)
    assert "If you are under 16" not in page.text
