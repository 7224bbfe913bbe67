"""Reading consultations for the person's own pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest

from skinproof.clinic.people.models import User

from . import holding, intake
from .models import Consultation, State

STATE_WORDS = {
    State.DRAFT: "Not finished yet",
    State.STOPPED: "Stopped: something needs to be seen first",
    State.SUBMITTED: "Your options are ready to look at",
    State.WAITING: "Waiting for a doctor",
    State.IN_REVIEW: "A doctor is reading it",
    State.ASKED: "The doctor asks you for more",
    State.PLAN_READY: "Your plan is ready",
    State.CLOSED: "Closed",
}


@dataclass(frozen=True)
class Line:
    """A consultation in a list."""

    consultation: Consultation
    concern: str
    state: str


def _line(consultation: Consultation) -> Line:
    return Line(consultation, intake.concern_name(consultation.concern), STATE_WORDS[consultation.state])


def concern_of(consultation: Consultation) -> str:
    """The plain name of what a consultation is about."""
    return intake.concern_name(consultation.concern)


def of_person(person: User) -> list[Line]:
    """A person's consultations, newest first."""
    found: QuerySet[Consultation] = Consultation.objects.filter(person=person).order_by("-created_at")
    return [_line(consultation) for consultation in found]


def of_session(request: HttpRequest) -> list[Line]:
    """What this session began as a guest, newest first."""
    return [_line(consultation) for consultation in holding.held_by_session(request)]
