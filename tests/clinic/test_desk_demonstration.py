"""The demonstration's cases are made by the same steps as real ones, and end where they say."""

from __future__ import annotations

from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.desk import checks, demonstration
from skinproof.clinic.desk.content import PlanContent, intact
from skinproof.clinic.desk.found import found as found_words
from skinproof.clinic.desk.judging import judged
from skinproof.clinic.desk.models import Plan
from skinproof.clinic.prescribing.selectors import document, prescription


def test_the_six_cases(make_user, make_device):
    doctor, people = make_user("doctor"), [make_user() for _ in range(6)]
    make_device(doctor)
    with_photos = demonstration.load(doctor, people)

    urgent, drafted, signed, superseded, told, asked = (Consultation.objects.get(person=person) for person in people)
    assert (urgent.state, bool(urgent.flags), urgent.urgency_rank < 99) == (State.WAITING, True, True)
    assert drafted.state == State.IN_REVIEW
    draft = drafted.plans.get()
    found = judged(drafted, also=PlanContent.of(draft.content).forms)
    assert "hard-stop" in {problem.kind for problem in checks.against(PlanContent.of(draft.content), found, ())}
    assert (signed.state, signed.plans.count(), signed.messages.count()) == (State.PLAN_READY, 1, 1)
    first, second = superseded.plans.order_by("number")
    assert second.supersedes == first
    assert all(intact(plan) for plan in Plan.objects.exclude(signed_at=None))
    assert Entry.objects.filter(verb="signed").count() == 3

    paper = document(prescription(signed, signed.prescriptions.get().public_id))
    assert not paper.missing
    assert paper.date is not None
    assert [line.kind for line in found_in(told).alarms if line.kind == "stop"], "in the words alone"
    assert any(line.against for line in found_in(told).alarms), "the note says what the answers deny"
    assert (asked.state, asked.asks.get().ended_at) == (State.ASKED, None)
    assert with_photos == [urgent, drafted, signed]


def found_in(case):
    return found_words(judged(case))
