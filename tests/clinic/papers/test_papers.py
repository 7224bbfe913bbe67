"""What papers say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.urls import reverse

from clinic import plans
from clinic.conftest import actor
from skinproof.care.in_person import seen_in_person
from skinproof.care.prescribing.document import PrescriptionDocument, PrescriptionLine
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.desk import drafting
from skinproof.clinic.desk.sheet import show
from skinproof.clinic.papers import making, selectors, services
from skinproof.clinic.papers.contents.gp_letter import gp_letter
from skinproof.clinic.papers.contents.people import Gp, Person
from skinproof.clinic.papers.contents.plan import plan_paper
from skinproof.clinic.papers.contents.prescription import prescription_paper
from skinproof.clinic.papers.contents.visit import visit_paper
from skinproof.clinic.papers.models import GpSharing
from skinproof.clinic.prescribing.models import Prescription

from .steps import AT, NAME, pdf, said, tell_gp, words

pytestmark = pytest.mark.django_db


def test_a_plan_says_all_that_the_page_says(case):
    plan = case.plans.get()
    paper = making.plan(case, 1)
    told = said(paper)
    for text in (
        "We start with one cream.", "The cream", "As agreed.", "Until the check.", "Anything that worries you.",
        "Write to us here.", "Not enough is known.", "by video", plan.prescriber, plan.content_hash,
        "How sure one can be", "agree or not, before it starts", "Call 999",
    ):  # fmt: skip
        assert text in told, text
    assert (paper.title, paper.mark, paper.fingerprint) == ("Your plan", "", plan.content_hash)
    assert NAME not in told, "the plan needs no name, and may be left on a table"


def test_only_a_signed_plan_makes_a_paper(open_case, doctor):
    plans.ready(open_case, doctor)
    with pytest.raises(making.NoPaperError):
        making.plan(open_case, 1)
    plan = open_case.plans.get()
    plans.signed(open_case, doctor)
    plan.refresh_from_db()
    unsigned = replace(show(plan, plan.sealed), signed_at=None)
    with pytest.raises(ValueError, match="only a signed plan"):
        plan_paper(unsigned, reference="")
    with pytest.raises(ValueError, match="only a signed plan"):
        gp_letter(unsigned, Person(name="A"), Gp(practice="B"), agreed_on="", reference="")


def test_a_superseded_plan_says_so_on_every_page(case, doctor):
    drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    plans.signed(case, doctor, what=plans.content("azelaic-acid", summary="The same cream."))
    assert making.plan(case, 1).mark.startswith("Superseded by plan 2 on ")
    assert making.plan(case, 2).mark == ""


def test_nothing_is_printed_from_what_is_not_what_was_signed(case, client, person, sign_in, monkeypatch):
    monkeypatch.setattr(making, "intact", lambda plan: False)
    with pytest.raises(making.NotIntactError):
        making.plan(case, 1)
    sign_in(client, person)
    response = client.get(reverse("papers:plan", args=[case.public_id, 1]))
    assert response.status_code == 409
    assert "fingerprint does not match" in words(response)
    assert not Entry.objects.filter(verb="downloaded").exists()


def test_the_letter_to_the_gp_needs_what_the_person_agreed_to(case, person):
    with pytest.raises(making.NoPaperError):
        making.letter(case, 1)
    tell_gp(case, person)
    told = said(making.letter(case, 1))
    for text in (
        NAME, "3 February 1990", "2 Sample Street", "Example Surgery", "1 Example Road", "(prescription medicine)",
        "The cream", "Please add this to the record", "Not enough is known.",
    ):  # fmt: skip
        assert text in told, text
    tell_gp(case, person, services.GpDetails(allowed=False))
    with pytest.raises(making.NoPaperError):
        making.letter(case, 1)
    assert GpSharing.objects.count() == 2


def test_the_letter_tells_what_the_doctor_went_against(make_case, doctor, person):
    case = make_case("in-review", doctor=doctor, person=person, special={"gp": "no"})
    plans.signed(case, doctor)
    tell_gp(case, person)
    reasons = case.plans.get().sealed["overrides"]
    assert reasons
    assert plans.WHY in said(making.letter(case, 1))


def test_the_sheet_for_a_visit_has_room_for_answers():
    seen = seen_in_person("exosome-microneedling")
    paper = visit_paper(
        "Exosomes with microneedling", seen, reference="Plan 1", dated=AT, product="Example serum, lot EX-1",
        tell=["Even light treatments can scar in people who form keloids."],
    )  # fmt: skip
    told = said(paper)
    for section in seen.sections:
        assert section.title in told
        for ask in section.asks:
            assert ask.text in told
    assert "Example serum, lot EX-1" in told
    assert "keloids" in told
    assert "nhs.uk" in told


def test_a_prescription_names_what_is_missing_and_what_it_is_not():
    document = PrescriptionDocument(
        reference="abc123", date=None, prescriber_name="Dr Example", prescriber_registration="GMC number 0000000",
        prescriber_kind="Doctor", prescriber_address="", patient_name=NAME, patient_address="2 Sample Street",
        patient_born=dt.date(1990, 2, 3), patient_age=36,
        lines=(PrescriptionLine("Example cream 1%", 30, "g", "Thinly at night.", 12, 0),),
        plan_reference="p" * 22, plan_hash="0f" * 32,
    )  # fmt: skip
    paper = prescription_paper(document, dated=AT)
    told = said(paper)
    assert "Draft: not a prescription until it is signed" in paper.mark
    for text in ("Still missing", "the prescriber's address", "Not filled in", "30 g", "Thinly at night.", "12 weeks"):
        assert text in told, text
    assert "36 years" not in told, "an age is printed under 12 only"
    assert all(line in told for line in document.caveats)
    gone = replace(document, state="superseded", state_reason="by plan 2", date=AT.date(), prescriber_address="Leeds")
    assert prescription_paper(gone, dated=AT).mark == "Superseded: by plan 2"
    assert "Still missing" not in said(prescription_paper(gone, dated=AT))


def test_a_prescription_of_a_plan_is_a_paper(client, case, doctor, sign_in):
    plan = case.plans.get()
    assert "prescription" not in [line.kind for line in selectors.papers(case).lines]
    line = {
        "name": "Example cream 1%", "quantity": 30, "unit": "g", "directions": "Thinly at night.", "course_weeks": 12,
        "repeats": 0, "unlicensed": False, "note": "",
    }  # fmt: skip
    Prescription.objects.create(
        consultation=case, plan=plan, doctor=doctor, prescriber_name=doctor.name, plan_hash=plan.content_hash,
        prescriber_registration=f"GMC number {doctor.gmc_number}", lines=[line],
    )  # fmt: skip
    found = [line for line in selectors.papers(case).lines if line.kind == "prescription"]
    assert [(line.title, line.note) for line in found] == [("Prescription of plan 1", "Draft: not issued yet")]
    sign_in(client, doctor)
    text = " ".join(pdf(client.get(reverse("case-papers:prescription", args=[case.public_id, 1]))).split())
    for part in ("Draft: not a prescription until it is signed", "Example cream 1%", "Not filled in", doctor.name):
        assert part in text, part
