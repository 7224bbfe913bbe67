"""Invented cases for the demonstration, made step by step through the services, like real ones.

What the plans say is general on purpose: nothing in them is medical advice that no page was read for.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.utils import timezone
from django_otp.oath import TOTP

from skinproof import care
from skinproof.care.prescribing import formulary
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations import answering, choosing, consent, intake, messaging, submitting
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.papers.services import GpDetails, say_about_gp
from skinproof.clinic.people.models import User
from skinproof.clinic.people.services import confirmed_device
from skinproof.clinic.prescribing import services as prescriptions

from . import asking, checks, drafting, holding, prescribing, recording
from .content import Consulted, Declined, Item, Medicine, PlanContent
from .judging import judged
from .models import Ask, Plan
from .signing import sign

LEAFLET = "As the leaflet in the pack says."
WATCH_FOR = "Anything that worries you, and the side effects that the leaflet names."
HOME, BORN = "2 Low Road, Leeds", dt.date(1991, 5, 1)
CALL = "Write to us here. If you need help the same day, call NHS 111."
AGREED = "We talked about this by video, and it was agreed to go on."


def load(doctor: User, people: list[User]) -> list[Consultation]:
    """One urgent case that waits, one in review with a draft, one with a signed plan and its prescription, one whose
    plan was superseded, one with a red flag in the words alone, one that waits for what the person was asked.

    Args:
        doctor: has a confirmed second factor.
        people: six accounts, one for each case in that order.

    Returns:
        The cases whose people would send photos. The last of the six is asked for some, and has sent none.
    """
    urgent, drafted, signed, superseded, told, asked = people
    with_photos = [
        waiting_urgent(urgent),
        in_review(drafted, doctor).consultation,
        plan_signed(signed, doctor).consultation,
    ]
    plan_superseded(superseded, doctor)
    waiting_with_words(told)
    asked_for_more(asked, doctor)
    return with_photos


def waiting_urgent(person: User) -> Consultation:
    """A mole that changes: a red flag that was read, and an answer that was changed on the way."""
    story = (
        "I saw exosomes advertised for my patches. A mole beside one of them has been getting darker since the spring."
    )
    return sent(
        person, "melasma", ["exosome-microneedling"], note="Is it worth the price? It is a lot of money for me.",
        skin_type="type-3", moles=["bigger", "colour"], wanted=["exosomes"], story=story, gp="not-sure",
    )  # fmt: skip


def in_review(person: User, doctor: User) -> Plan:
    """A draft that a hard stop keeps from being signed."""
    case = sent(
        person, "acne", ["tretinoin", "azelaic-acid"], note="My friend uses tretinoin and I would like the same.",
        pregnancy="planning", skin_type="type-2", story="Spots on my chin for two years, worse each month.",
    )  # fmt: skip
    by = Actor(doctor.role, doctor.pk)
    holding.claim(case.public_id, doctor, by=by)
    plan = drafting.start_draft(case.public_id, doctor, by=by)
    content = PlanContent(
        summary="You asked about tretinoin. You are trying for a baby, so we look at what else there is.",
        items=(
            Item(
                form="azelaic-acid", what="The product on your prescription", how=LEAFLET, when="Until the next check."
            ),
            Item(form="tretinoin"),
        ),
    )
    return drafting.save_draft(plan.public_id, doctor, content, {}, version=plan.version, by=by)


def plan_signed(person: User, doctor: User) -> Plan:
    case = sent(
        person, "melasma", ["azelaic-acid", "exosome-topical"], note="I would rather start with something simple.",
        skin_type="type-4", priorities={"money": 3, "certainty": 2, "pain": 1},
        story="Brown patches on both cheeks since last summer.",
    )  # fmt: skip
    say_about_gp(
        case.public_id,
        GpDetails(True, practice="Example Surgery", practice_address="3 Invented Road, Leeds", born=BORN, address=HOME),
        user=person, by=Actor(person.role, person.pk),
    )  # fmt: skip
    plan = _sign(case, doctor, _prescribing("We start with one cream and look again before adding anything.", doctor))
    _issue(plan, doctor)
    messaging.write_message(
        case.public_id, "May I use my usual make-up over the cream?", key=_key(), plan_number=plan.number,
        author=person, by=Actor(person.role, person.pk),
    )  # fmt: skip
    return plan


def plan_superseded(person: User, doctor: User) -> Plan:
    case = sent(
        person, "melasma", ["azelaic-acid"], skin_type="type-2", story="The patches come back every year.",
        priorities={"upkeep": 3},
    )  # fmt: skip
    _sign(case, doctor, _content("We start with one cream."))
    return _sign(case, doctor, _content("The same cream, with a later check, as you asked."))


def waiting_with_words(person: User) -> Consultation:
    """Nothing is ticked: what alarms stands in the story alone, and in the note something that the answers deny."""
    story = "My hair has come out in patches over two weeks, and my scalp is sore. I read about exosomes for hair."
    return sent(
        person, "hair-loss", ["minoxidil-topical"], note="I take warfarin, if that matters.", sex="male",
        wanted=["exosomes"], story=story,
    )  # fmt: skip


def asked_for_more(person: User, doctor: User) -> Ask:
    case = sent(
        person, "rosacea", ["ivermectin-topical"], skin_type="type-1",
        story="My cheeks flush with wine and warm rooms.",
    )  # fmt: skip
    by = Actor(doctor.role, doctor.pk)
    holding.claim(case.public_id, doctor, by=by)
    return asking.ask(
        case.public_id, doctor, questions=["skin-now"], views=["face-left", "face-right"], photos="By a window.",
        question="When did it begin?", by=by,
    )  # fmt: skip


# --- the steps of a person
def sent(
    person: User,
    concern: str,
    choices: list[str],
    *,
    note: str = "",
    priorities: dict[str, int] | None = None,
    **special: Any,
) -> Consultation:
    """A consultation from the first question to the doctors' queue. `special` are answers by question id with _ for -;
    every other question is answered as by somebody with nothing to declare."""
    by = Actor(person.role, person.pk)
    case = answering.start(concern=concern, asked_for=[], key=_key(), person=person, by=by)
    while not (now := intake.progress(case)).complete:
        question = now.next
        if question is None:
            case = answering.acknowledge(case.public_id, by=by)
            continue
        case = answering.answer(case.public_id, question.id, _answer(question, special), by=by)
    case = submitting.submit(
        case.public_id, version=case.version, consent_version=consent.current().version, key=_key(), by=by
    )
    if priorities:
        case = choosing.rate(case.public_id, priorities, by=by)
    case = choosing.choose(case.public_id, choices, note, by=by)
    return choosing.send_to_doctor(case.public_id, version=case.version, by=by)


def _answer(question: care.Question, special: dict[str, Any]) -> Any:
    calm = "female" if question.id == "sex" else care.calm_answer(question)
    value = special.get(question.id.replace("-", "_"), calm)
    return [each for each in value if each in question.offered] if question.kind == "any-of" else value


def _key() -> str:
    return secrets.token_urlsafe(32)


# --- the steps of the doctor
def _content(summary: str) -> PlanContent:
    return PlanContent(
        summary=summary,
        items=(
            Item(
                form="azelaic-acid", what="The product on your prescription", how=LEAFLET, when="Until the next check."
            ),
        ),
        declined=(Declined(form="exosome-topical", why="You would rather wait until more is known."),),
        watch_for=WATCH_FOR,
        call=CALL,
        next_check=timezone.localdate() + dt.timedelta(days=84),
        next_check_how="by video",
    )


def _prescribing(summary: str, doctor: User) -> PlanContent:
    """A plan with a medicine, within the limits of the formulary."""
    directions = formulary().medicines["azelaic-acid"].directions.says or LEAFLET
    cream = Medicine(
        form="azelaic-acid", product="azelaic-cream-20", quantity=56, unit="g", times_a_day=2, site="face",
        course_weeks=8, directions=directions, reason="You would rather start with one cream.",
    )  # fmt: skip
    spoken = Consulted(mode="remote-live", on=timezone.localdate(), by=doctor.name, gp="tell")
    content = _content(summary)
    return content.model_copy(
        update={"items": (), "medicines": (cream,), "consulted": spoken, "cost_low": 20, "cost_high": 35}
    )


def _issue(plan: Plan, doctor: User) -> None:
    """Give what a prescription must carry, and fix it on today's date."""
    case, person = plan.consultation, plan.consultation.person
    if person is None:
        raise ValueError("a prescription of the demonstration is for somebody with an account")
    prescriptions.keep_details(
        case, name=person.name, address=HOME, born=BORN, user=person, by=Actor(person.role, person.pk)
    )
    by = Actor(doctor.role, doctor.pk)
    prescriptions.keep_practice_address(doctor, "1 High Street, Leeds", by=by)
    prescriptions.issue(case, plan.prescription.public_id, doctor, by=by)


def _sign(case: Consultation, doctor: User, content: PlanContent) -> Plan:
    """Record what the rules ask a clinician for, write the plan with a reason where one is due, and sign it."""
    by = Actor(doctor.role, doctor.pk)
    case.refresh_from_db()
    if case.state == "waiting":
        holding.claim(case.public_id, doctor, by=by)
    plan = drafting.start_draft(case.public_id, doctor, by=by)
    found = judged(case, also=content.forms)
    open_facts = {fact for problem in checks.against(content, found, ()) for fact in problem.facts}
    facts = {fact: FOUND_OUT[fact] for fact in sorted(open_facts) if fact in FOUND_OUT}
    recording.record_facts(case.public_id, doctor, facts, method="video", note="Passport shown", by=by)
    found = judged(case, also=content.forms)
    rest = checks.against(content, found, ())
    reasons = {(problem.form, problem.rule): AGREED for problem in rest if problem.form and problem.rule}
    reasons |= {
        (problem.form, problem.key): AGREED
        for problem in prescribing.problems(case, content, found)
        if problem.asks_reason
    }
    plan = drafting.save_draft(plan.public_id, doctor, content, reasons, version=plan.version, by=by)
    return sign(plan.public_id, doctor, version=plan.version, code=_code(doctor), by=by).plan


FOUND_OUT = {
    "age-verified": True,
    "identity-verified": True,
    "consult-mode": "remote-live",
    "photo-or-video-not-enough": False,
    "allergy-to-ingredient": False,
    "in-person-examined": False,
}


def _code(doctor: User) -> str:
    """A code of the demonstration's own device, which is told to take this one although the last was a moment ago."""
    device = confirmed_device(doctor)
    if device is None:
        raise RuntimeError("the demonstration's doctor has no second factor")
    device.last_t = -1
    device.save(update_fields=["last_t"])
    return f"{TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift).token():0{device.digits}d}"
