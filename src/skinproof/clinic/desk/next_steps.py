"""What a consultation waits for, in words for the person: who does what next, and how they hear of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils import formats, timezone

from skinproof.clinic.consents import selectors as consents
from skinproof.clinic.consultations import triage
from skinproof.clinic.consultations.models import WITH_THE_DOCTOR, Consultation, State
from skinproof.clinic.library import words
from skinproof.clinic.prescribing import selectors as prescriptions

from .content import PlanContent
from .models import Plan

Who = Literal["You", "The doctor"]
NO_TIME = "We cannot say how long it takes."


@dataclass(frozen=True)
class Step:
    """One thing that has to happen, and where the person does it; no `href` where there is nothing to press."""

    who: Who
    title: str
    text: str
    href: str = ""


@dataclass(frozen=True)
class Next:
    """What comes next, the person's own part first, and how they hear of the rest; empty where nothing is awaited."""

    steps: tuple[Step, ...]
    hear: str


def of(case: Consultation, told: Collection[str] = ()) -> Next:
    """What the case waits for now; nothing once it is closed. At most seven queries.

    Args:
        told: red flags (rule ids) of which the page says what to do already.
    """
    if case.state == State.CLOSED:
        return Next((), "")
    plan = case.plan_in_force
    steps = [
        *_red_flags(case, told),
        *_with_the_doctor(case),
        *_prescription(case),
        *_consent(case, plan),
        *_answer(case),
    ]
    if not steps and plan is not None:
        steps = _check(plan)
    steps.sort(key=lambda step: step.who != "You")
    return Next(tuple(steps), _hear(case) if any(step.who != "You" for step in steps) else "")


def _doctor(case: Consultation) -> str:
    return case.doctor.name if case.doctor else "A doctor"


def _red_flags(case: Consultation, told: Collection[str]) -> list[Step]:
    """What the person was told to do about their answers, until a doctor has dealt with it."""
    if case.state not in WITH_THE_DOCTOR or not case.flags:
        return []
    done = {*told, *case.flags_dealt_with.values_list("rule", flat=True)}
    return [
        Step("You", "Do not wait for us with this", f"{' '.join(flag.do_now)} Have you done it? Then that is enough.")
        for flag in triage.flags(rule for rule in case.flags if rule not in done)
    ]


def _with_the_doctor(case: Consultation) -> list[Step]:
    if case.state == State.WAITING:
        text = f"The most urgent are read first, then those who have waited longest. {NO_TIME}"
        return [Step("The doctor", "A doctor reads what you sent", text)]
    if case.state == State.IN_REVIEW:
        text = f"{_doctor(case)} writes a plan for you, or asks you for more. {NO_TIME}"
        return [Step("The doctor", "Your case is being read", text)]
    if case.state == State.ASKED:
        text = f"{_doctor(case)} cannot go on before you do. You may also say that you do not know."
        return [Step("You", "Answer what the doctor asks", text, reverse("plans:more", args=[case.public_id]))]
    return []


def _prescription(case: Consultation) -> list[Step]:
    found = (
        case.prescriptions.filter(ending=None)
        .select_related("doctor", "issue")
        .prefetch_related("hand_offs")
        .order_by("id")
        .last()
    )
    if found is None:
        return []
    if hand_off := found.hand_offs.last():
        day = formats.date_format(hand_off.on, "j F Y")
        return [Step("You", "Get your medicine", f"{hand_off.pharmacy}: {hand_off.get_how_display().lower()}, {day}.")]
    if prescriptions.needs_details(case):
        text = f"Your prescription waits for them: it must carry them by law. Then {found.doctor.name} can make it."
        return [
            Step("You", "Give your name and address", text, reverse("prescriptions:details", args=[case.public_id]))
        ]
    if prescriptions.open_query(found):
        text = f"Our pharmacist asked {found.doctor.name} something about it. That is answered first."
        return [Step("The doctor", "Your prescription is being checked", text)]
    if getattr(found, "issue", None) is None:
        text = f"{found.doctor.name} makes it and signs it in ink."
        return [Step("The doctor", "Your prescription is to be made", text)]
    text = f"{found.doctor.name} signs it in ink, then it goes to a pharmacy. Before that you cannot get the medicine."
    return [Step("The doctor", "Your prescription is to be signed", text)]


def _consent(case: Consultation, plan: Plan | None) -> list[Step]:
    """Treatments of the plan that nobody may start before the person has read about them and agreed."""
    asked = consents.forms_of(plan)
    names = [line.name for line in consents.lines(case) if line.form in asked and line.state != "given"]
    if not names:
        return []
    text = f"{words.listed(names)}: what is known, what could go wrong, what else there is. You may say no."
    href = reverse("consents:overview", args=[case.public_id])
    return [Step("You", "Read about it and decide before it starts", text, href)]


def _answer(case: Consultation) -> list[Step]:
    if case.owed_since is None or case.state in WITH_THE_DOCTOR:
        return []
    day = formats.date_format(timezone.localtime(case.owed_since), "j F")
    return [Step("The doctor", "Your message waits for an answer", f"You wrote on {day}. {NO_TIME}")]


def _check(plan: Plan) -> list[Step]:
    content = PlanContent.of(plan.content)
    if content.next_check is None or content.next_check < timezone.localdate():
        return []
    day = formats.date_format(content.next_check, "l j F Y")
    how = f", {content.next_check_how}" if content.next_check_how else ""
    return [Step("You", "Your next check", f"{day}{how}. Write to us before then if anything worries you.")]


def _hear(case: Consultation) -> str:
    if case.person_id is None:
        return "You have no account, so we cannot write to you: look at this page again."
    return (
        "We write to your email address when there is something for you to read here. The letter does not say what. "
        "For help today, call NHS 111; if a life is in danger, 999."
    )
