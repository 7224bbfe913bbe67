"""What a person was asked and what came back, in words, for the case's page and the person's own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from skinproof import care
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.consultations.names import form_name
from skinproof.clinic.library import safety

from . import words
from .asking import overdue_since
from .case import VERDICTS, ChangeLine
from .models import Ask


@dataclass(frozen=True)
class AskedLine:
    """One question and, once it is answered, the answer in words."""

    text: str
    answer: str
    unsure: bool


@dataclass(frozen=True)
class AskView:
    """One time that a doctor asked for more."""

    public_id: str
    doctor: str
    at: dt.datetime
    lines: tuple[AskedLine, ...]
    views: tuple[str, ...]  # names of photo views
    photos: str
    question: str
    open: bool
    waited: str
    overdue: bool
    reminders: int
    taken_back_at: dt.datetime | None
    answered_at: dt.datetime | None
    text: str  # the person's own words
    changes: tuple[ChangeLine, ...]
    flags: tuple[safety.RuleShown, ...]


def asked(case: Consultation) -> tuple[AskView, ...] | None:
    """Everything that was asked in a case, the latest first; None if nothing was. One query."""
    found = case.asks.select_related("doctor", "reply").order_by("-id")
    return tuple(_view(each) for each in found) or None


def _view(ask: Ask) -> AskView:
    reply = getattr(ask, "reply", None)
    answers = {question: (text, unsure) for question, text, unsure in (reply.answers if reply else ())}
    book = care.rules()
    known = {rule.id for rule in book.rules}
    return AskView(
        public_id=ask.public_id,
        doctor=ask.doctor.name,
        at=ask.at,
        lines=tuple(AskedLine(text, *answers.get(question, ("", False))) for question, text in ask.questions),
        views=tuple(name for _, name in ask.views),
        photos=ask.photos,
        question=ask.question,
        open=ask.ended_at is None,
        waited=words.waited(ask.at, timezone.now()),
        overdue=ask.ended_at is None and ask.at < overdue_since(),
        reminders=ask.reminders,
        taken_back_at=ask.ended_at if ask.how == Ask.TAKEN_BACK else None,
        answered_at=reply.at if reply else None,
        text=reply.text if reply else "",
        changes=tuple(
            ChangeLine(form_name(form), VERDICTS[was][2], VERDICTS[now][2])
            for form, was, now in (reply.changes if reply else ())
            if was in VERDICTS and now in VERDICTS
        ),
        flags=tuple(safety.show(book.rule(rule)) for rule in (reply.flags if reply else ()) if rule in known),
    )
