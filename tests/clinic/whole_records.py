"""One person to whom everything happened that the clinic keeps."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from skinproof.clinic.consents import selectors as consent_texts
from skinproof.clinic.consents import services as consents
from skinproof.clinic.consultations import messaging
from skinproof.clinic.consultations.models import Consultation, Correction, State
from skinproof.clinic.desk import asking, drafting, holding, recording
from skinproof.clinic.desk.content import Session
from skinproof.clinic.papers import services as papers
from skinproof.clinic.photos import checking
from skinproof.clinic.photos import services as photos
from skinproof.clinic.prescribing import reviews
from skinproof.clinic.prescribing import services as prescribing

from . import photo_files
from . import prescriptions as medicines
from .conftest import actor

GP = papers.GpDetails(
    allowed=True, gp_name="Dr Example", practice="Example Surgery", practice_address="1 Example Road\nLeeds",
    born=dt.date(1990, 2, 3), address="2 Sample Street\nLeeds",
)  # fmt: skip
FORM = "azelaic-acid"


def everything(make_case, person, doctor, nurse, pharmacist, key: str = "k") -> Consultation:
    """`doctor` needs a second factor."""
    by_person, by_doctor = actor(person), actor(doctor)
    case = make_case(
        State.IN_REVIEW, doctor=doctor, person=person, concern="acne", choices=[FORM], note="Is it safe?\x0b",
        priorities={"money": 3}, special={"moles": ["bigger"], "pregnancy": "not-sure"}, consent_version="1",
        consented_at=timezone.now(), set_aside={"age": 40, "gone": ["x"]},
    )  # fmt: skip
    Correction.objects.create(consultation=case, question="age", before=16, after=34)
    holding.note_view(case, by=actor(nurse))
    _photos(case, person, doctor)
    _letters(case, person, doctor, nurse, key)
    for rule in case.flags:
        recording.deal_with_flag(
            case.public_id, doctor, rule, seen_by="The GP", how="Looked at: harmless.", by=by_doctor
        )
    _asked(case, person, doctor)
    found_out = {"lesion-7pt-score": 1, "conditions": {"has": ["lupus"], "not": ["rosacea"]}}
    recording.record_facts(
        case.public_id, doctor, found_out, method="phone", note="Told on the phone", by=by_doctor
    )  # fmt: skip
    what = medicines.content(
        medicines.medicine(repeats=1), sessions=(Session(form=FORM, on=dt.date(2030, 1, 2), what="A look at it"),)
    )
    found = medicines.prescribed(case, doctor, what)
    reviews.review(found.public_id, pharmacist, "query", "Is one tube enough?", by=actor(pharmacist))
    reviews.answer(case, found.public_id, doctor, "Yes: it is for the face alone.", by=by_doctor)
    medicines.complete(case, doctor)
    prescribing.issue(case, found.public_id, doctor, by=by_doctor)
    prescribing.hand_off(case, found.public_id, doctor, pharmacy="High Street Pharmacy", how="post",
                         on=timezone.localdate(), reference="A1", by=by_doctor)  # fmt: skip
    prescribing.follow_up(case, doctor, on=timezone.localdate(), how="video", found="Calmer.", by=by_doctor)
    prescribing.give_repeat(case, found.public_id, 0, doctor, by=by_doctor)
    text = consent_texts.text_for(case, FORM, case.plan_in_force)
    consents.agree(case.public_id, person, FORM, text_hash=text.fingerprint, key=f"{key}-yes", by=by_person)
    consents.take_back(case.public_id, person, FORM, key=f"{key}-no", by=by_person)
    medicines.prescribed(case, doctor)  # a second plan, and its prescription in place of the first
    papers.say_about_gp(case.public_id, papers.GpDetails(allowed=False), user=doctor, by=by_doctor)
    drafting.start_draft(case.public_id, doctor, by=by_doctor)
    case.refresh_from_db()
    return case


def _photos(case, person, doctor) -> None:
    for view in ("area", "close-up"):
        kept = checking.read(photo_files.photo(size=(300, 300)))
        photo = photos.add(case.public_id, view, kept, person=person, by=actor(person))
        if view == "area":
            photos.note_opened(photo, by=actor(doctor))
            photos.remove(case.public_id, photo.public_id, by=actor(person))


def _letters(case, person, doctor, nurse, key) -> None:
    papers.say_about_gp(case.public_id, GP, user=person, by=actor(person))
    papers.issue_referral(
        case.public_id, doctor, flags=list(papers.standing_flags(papers.judged(case))), to="", key=f"{key}-letter",
        reason="The mole grows; please look at it soon.", by=actor(doctor),
    )  # fmt: skip
    messaging.write_message(
        case.public_id, "May I use make-up?", key=f"{key}-1", author=person, by=actor(person), plan_number=1
    )
    messaging.write_message(case.public_id, "Yes.", key=f"{key}-2", author=nurse, by=actor(nurse), from_doctor=True)


def _asked(case, person, doctor) -> None:
    asking.ask(case.public_id, doctor, question="Which soap?", by=actor(doctor))
    asking.take_back(case.public_id, doctor, by=actor(doctor))
    there = asking.ask(case.public_id, doctor, questions=["pregnancy"], photos="The chin", by=actor(doctor))
    asking.reply(case.public_id, there.public_id, {"pregnancy": "could"}, "I checked.", by=actor(person))
