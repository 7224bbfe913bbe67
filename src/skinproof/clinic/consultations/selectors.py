"""Reading consultations for the person's own pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Value
from django.http import HttpRequest

from skinproof import care
from skinproof.clinic.people.models import User

from . import holding, intake, names, told, triage
from .models import Consultation, Message, State

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
    return Line(consultation, names.concern_name(consultation.concern), STATE_WORDS[consultation.state])


def of_person(person: User) -> list[Line]:
    """A person's consultations, newest first."""
    found: QuerySet[Consultation] = Consultation.objects.filter(person=person).order_by("-created_at")
    return [_line(consultation) for consultation in found]


def of_session(request: HttpRequest) -> list[Line]:
    """What this session began as a guest, newest first."""
    return [_line(consultation) for consultation in holding.held_by_session(request)]


def written_later(consultation: Consultation) -> tuple[told.Written, ...]:
    """What the person wrote after the answers were in, beside the note: messages, and replies to their doctor. One
    query."""
    columns = ("kind", "name", "said", "when")
    messages = consultation.messages.filter(from_doctor=False).order_by()
    replies = consultation.asks.exclude(reply=None).exclude(reply__text="").order_by()
    rows = (
        messages.annotate(kind=Value("message"), name=F("public_id"), said=F("text"), when=F("at"))
        .values_list(*columns)
        .union(
            replies.annotate(
                kind=Value("reply"), name=F("public_id"), said=F("reply__text"), when=F("reply__at")
            ).values_list(*columns),
            all=True,
        )
    )
    return tuple(told.Written(f"{kind}:{name}", said, at) for kind, name, said, at in sorted(rows, key=lambda r: r[3]))


def urgent(
    consultation: Consultation,
    later: Iterable[told.Written] | None = None,
    answered: Iterable[tuple[str, dt.datetime]] = (),
) -> care.Stop | None:
    """What the person must be told first: the red flags in what they wrote since the answers were in, as long as no
    doctor has dealt with them after that. Two queries, one if `later` is given.

    Args:
        later: what they wrote beside the note; all of it if not given.
        answered: red flags (rule ids) that came with answers given later, and when.
    """
    if consultation.answerable or consultation.state == State.CLOSED:
        return None
    dealt = dict(consultation.flags_dealt_with.order_by("id").values_list("rule", "at"))
    journey = intake.progress(consultation).journey
    since = (rule for rule, at in answered if rule not in dealt or dealt[rule] < at)
    found = {flag.rule.id: flag for flag in triage.flags(since)}
    for each in told.written(consultation, written_later(consultation) if later is None else later):
        for flag in told.raised_by(journey, told.read(consultation, journey, [each])):
            if flag.rule.id not in dealt or dealt[flag.rule.id] < each.at:
                before = found[flag.rule.id].quotes if flag.rule.id in found else ()
                found[flag.rule.id] = care.Flag(flag.rule, flag.urgency, (*before, *flag.quotes))
    return care.Stop(triage.by_urgency(found.values())) if found else None


def flag_since(consultation: Consultation, letters: Iterable[Message], asks: Iterable[Any]) -> care.Stop | None:
    """`urgent`, from messages and asked questions that were read already."""
    if consultation.state == State.CLOSED:
        return None
    replies = [ask.reply for ask in asks if hasattr(ask, "reply")]
    later = [told.of_message(letter) for letter in letters if not letter.from_doctor]
    later += [told.of_reply(reply.ask.public_id, reply.text, reply.at) for reply in replies]
    answered = [(rule, reply.at) for reply in replies for rule in reply.flags]
    return urgent(consultation, later, answered=answered)
